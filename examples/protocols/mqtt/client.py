"""Switches the lamp on, and prints what it says and what the door does."""

import os

import paho.mqtt.client as mqtt

host, _, port = os.environ.get("MQTT", "localhost:1883").partition(":")
client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
seen: set[str] = set()


def on_message(_client: mqtt.Client, _userdata: object, message: mqtt.MQTTMessage) -> None:
    print(message.topic, message.payload.decode(), flush=True)
    seen.add(message.topic)
    if seen == {"lamp/state", "doors/front"}:
        client.disconnect()


def on_subscribe(*_: object) -> None:
    client.publish("lamp/set", '{"on": true, "brightness": 60}', qos=1)


client.on_message = on_message
client.on_subscribe = on_subscribe
client.on_connect = lambda *_: client.subscribe([("lamp/state", 1), ("doors/#", 1)])
client.connect(host, int(port))
client.loop_forever()
