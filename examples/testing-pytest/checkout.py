"""The service under test: orders come by Kafka, mails go to a queue, stock levels to MQTT. It knows nothing of tests.

It reads where to go from the environment: KAFKA_BOOTSTRAP_SERVERS, MQTT_HOST, MQTT_PORT, AMQP_URL.
"""

import json
import os
import signal
import sys

import paho.mqtt.client as mqtt
import pika
from confluent_kafka import Consumer, Message, Producer

STOCK = {"lamp": 3, "chair": 1}


class Checkout:
    """Sells until there is nothing left."""

    def __init__(self) -> None:
        bootstrap = os.environ["KAFKA_BOOTSTRAP_SERVERS"]
        self.stock = dict(STOCK)
        self.producer = Producer({"bootstrap.servers": bootstrap})
        self.consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "checkout",
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
            }
        )
        self.mqtt = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
        self.mqtt.connect(os.environ["MQTT_HOST"], int(os.environ["MQTT_PORT"]))
        self.mqtt.loop_start()
        self.mails = pika.BlockingConnection(pika.URLParameters(os.environ["AMQP_URL"])).channel()
        self.mails.queue_declare("mails")

    def run(self) -> None:
        """Take one order after the other."""
        self.consumer.subscribe(["orders.placed"])
        while True:
            message = self.consumer.poll(0.2)
            if message is not None and not message.error():
                self.take(message)
                self.consumer.commit(message, asynchronous=False)

    def take(self, message: Message) -> None:
        """Sell, or say why not."""
        try:
            order = json.loads(message.value())
            sku = order["sku"]
        except (ValueError, KeyError, TypeError) as why:
            self.refuse(message, f"not an order: {why!r}")
            return
        if self.stock.get(sku, 0) < 1:
            self.refuse(message, f"no {sku} is left")
            return
        self.stock[sku] -= 1
        level = json.dumps({"left": self.stock[sku]})
        self.mqtt.publish(f"stock/{sku}", level, qos=1, retain=True).wait_for_publish()
        self.mails.basic_publish(
            "",
            "mails",
            json.dumps({"to": order["customer"], "text": f"Your {sku} is on its way."}).encode(),
            pika.BasicProperties(correlation_id=order["id"], content_type="application/json"),
        )

    def refuse(self, message: Message, reason: str) -> None:
        """Put it where people look."""
        self.producer.produce("orders.refused", message.value(), message.key(), headers={"reason": reason})
        self.producer.flush()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Checkout().run()
