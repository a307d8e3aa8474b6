"""The other end of the sensor network.

``python network.py alerts`` publishes an alert for every reading above ``--limit``; ``python network.py dashboard`` prints the latest of all sensors;
``python network.py calibrate 7`` asks a sensor for its calibration, and waits for the answer.
"""

import argparse
import asyncio
import json
import os
import sys

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

HOST, _, PORT = os.environ.get("MQTT", "localhost:1883").partition(":")


def client(name: str) -> aiomqtt.Client:
    return aiomqtt.Client(
        HOST, int(PORT), identifier=f"{name}-{os.getpid()}", protocol=aiomqtt.ProtocolVersion.V5
    )


async def alerts(limit: float) -> None:
    """Everything below ``sensors`` is heard; what is too warm is told."""
    async with client("alerts") as mqtt:
        await mqtt.subscribe("sensors/#", qos=1)
        print("alerts: watching", flush=True)
        async for message in mqtt.messages:
            reading = json.loads(message.payload)
            if reading.get("temperature", 0) > limit:
                alert = {
                    "severity": "CRITICAL",
                    "sensor": reading["sensor_id"],
                    "temperature": reading["temperature"],
                    "limit": limit,
                }
                await mqtt.publish("alerts/temperature/critical", json.dumps(alert), qos=2)
                print(f"alerts: {alert['sensor']} is at {alert['temperature']}", flush=True)


async def dashboard(count: int) -> None:
    """The latest reading of each sensor: retained ones come at once."""
    latest: dict[str, dict[str, object]] = {}
    async with client("dashboard") as mqtt:
        await mqtt.subscribe([("sensors/temperature/+", 1), ("sensors/humidity/+", 1)])
        async for message in mqtt.messages:
            latest[str(message.topic)] = json.loads(message.payload)
            if len(latest) >= count:
                break
    for topic in sorted(latest):
        reading = latest[topic]
        print(f"{topic}: {reading.get('temperature', reading.get('humidity'))} {reading['unit']}")


async def calibrate(sensor: str) -> None:
    """Request and response of MQTT 5."""
    async with client("calibrate") as mqtt:
        answers = f"answers/{os.getpid()}"
        await mqtt.subscribe(answers, qos=1)
        properties = Properties(PacketTypes.PUBLISH)
        properties.ResponseTopic = answers
        properties.CorrelationData = sensor.encode()
        await mqtt.publish(f"sensors/{sensor}/calibrate", b"{}", qos=1, properties=properties)
        async for message in mqtt.messages:
            if message.properties is not None and message.properties.CorrelationData == sensor.encode():
                print(f"sensor {sensor}: {json.loads(message.payload)}")
                return


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("alerts").add_argument("--limit", type=float, default=30.0)
    commands.add_parser("dashboard").add_argument("--sensors", type=int, default=30)
    commands.add_parser("calibrate").add_argument("sensor")
    options = parser.parse_args()
    if options.command == "alerts":
        await alerts(options.limit)
    elif options.command == "dashboard":
        await dashboard(options.sensors)
    else:
        await calibrate(options.sensor)


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        sys.exit(130)
