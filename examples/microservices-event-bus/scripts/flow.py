"""The three flows: something is done at one end, and what follows from it is waited for at all the others."""

import argparse
import asyncio
import json
import sys
import urllib.request
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aio_pika
from aiokafka import AIOKafkaConsumer
from services.bus import AMQP, KAFKA, mqtt_client
from services.order import HTTP_PORT

Seen = tuple[str, dict[str, Any]]
TOPICS = (
    "orders.created",
    "inventory.updated",
    "payments.processed",
    "orders.status-updated",
    "payments.refunded",
)
QUEUES = ("email.queue", "sms.queue")


class Watch:
    """Everything that comes by, at all three protocols, as (place, message)."""

    def __init__(self) -> None:
        self.seen: asyncio.Queue[Seen] = asyncio.Queue()
        self._kept: list[Seen] = []
        self.ready = [asyncio.Event() for _ in range(3)]

    async def kafka(self) -> None:
        async with AIOKafkaConsumer(*TOPICS, bootstrap_servers=KAFKA, auto_offset_reset="latest") as consumer:
            await consumer.seek_to_end()
            for place in consumer.assignment():
                await consumer.position(place)
            self.ready[0].set()
            async for record in consumer:
                self.seen.put_nowait((f"Kafka {record.topic}", json.loads(record.value)))

    async def mqtt(self) -> None:
        async with mqtt_client("flow") as client:
            await client.subscribe("alerts/critical", qos=2)
            await client.subscribe("dashboard/updates")
            self.ready[1].set()
            async for message in client.messages:
                self.seen.put_nowait((f"MQTT {message.topic}", json.loads(message.payload)))

    async def amqp(self) -> None:
        """Queues of its own beside the real ones, so that workers get their messages too."""
        async with await aio_pika.connect(AMQP) as connection:
            channel = await connection.channel()
            await channel.set_qos(100)
            for name in QUEUES:
                queue = await channel.declare_queue(exclusive=True)
                await queue.bind("notifications", f"notification.{name.partition('.')[0]}.*")
                await queue.consume(self._taker(name), no_ack=True)
            self.ready[2].set()
            await asyncio.Future()

    def _taker(self, queue: str) -> Callable[[aio_pika.abc.AbstractIncomingMessage], Awaitable[None]]:
        async def take(message: aio_pika.abc.AbstractIncomingMessage) -> None:
            self.seen.put_nowait((f"AMQP {queue}", json.loads(message.body)))

        return take

    async def wait(self, place: str, about: str, **fields: object) -> dict[str, Any]:
        """The message at this place that has ``about`` anywhere in it and these fields. It may have come before it was asked for."""
        kept = 0
        while True:
            if kept == len(self._kept):
                self._kept.append(await self.seen.get())
            where, message = self._kept[kept]
            kept += 1
            if where == place and about in json.dumps(message) and fields.items() <= message.items():
                print(f"  {where}: {short(message)}", flush=True)
                return message


def short(message: dict[str, Any]) -> str:
    words = (
        "event_type",
        "type",
        "new_status",
        "reason",
        "status",
        "amount",
        "new_quantity",
        "severity",
        "value",
    )
    return ", ".join(f"{word}={message[word]}" for word in words if word in message) or "figures"


async def order(product: str, total: float) -> str:
    """Place an order at the order service, and return its number."""
    asked = {"customer_id": "cust-789", "items": [{"product_id": product, "quantity": 2}], "total": total}
    request = urllib.request.Request(
        f"http://localhost:{HTTP_PORT}/orders", json.dumps(asked).encode(), method="POST"
    )
    answer = await asyncio.to_thread(lambda: urllib.request.urlopen(request).read())
    return str(json.loads(answer)["order_id"])


async def happy_path(watch: Watch) -> None:
    number = await order("prod-1", 99.99)
    await watch.wait("Kafka orders.created", number)
    await watch.wait("Kafka inventory.updated", number, quantity_change=-2)
    await watch.wait("Kafka payments.processed", number, status="success", amount=99.99)
    await watch.wait("AMQP email.queue", number, type="order_confirmation")
    await watch.wait("MQTT dashboard/updates", number, source="analytics")


async def out_of_stock(watch: Watch) -> None:
    number = await order("prod-sold-out", 49.5)
    await watch.wait("Kafka orders.created", number)
    await watch.wait("Kafka orders.status-updated", number, new_status="cancelled")
    await watch.wait("Kafka payments.refunded", number, amount=49.5)
    await watch.wait("AMQP email.queue", number, type="order_cancelled")
    await watch.wait("AMQP sms.queue", number)


async def temperature_alert(watch: Watch) -> None:
    async with mqtt_client("hot-sensor") as sensor:
        await sensor.publish(
            "warehouse/sensors/temperature/zone-1", json.dumps({"temp": 41.5, "unit": "celsius"}), qos=1
        )
    alert = await watch.wait("MQTT alerts/critical", "zone-1", value=41.5, severity="CRITICAL")
    await watch.wait("AMQP email.queue", alert["alert_id"], type="temperature_alert")
    await watch.wait("MQTT dashboard/updates", alert["alert_id"], source="alerting")


FLOWS: dict[str, Callable[[Watch], Coroutine[Any, Any, None]]] = {
    "happy-path": happy_path,
    "out-of-stock": out_of_stock,
    "temperature-alert": temperature_alert,
}


async def main(flow: str, patience: float) -> int:
    watch = Watch()
    watchers = [asyncio.create_task(each) for each in (watch.kafka(), watch.mqtt(), watch.amqp())]
    try:
        async with asyncio.timeout(patience):
            for ready in watch.ready:
                await ready.wait()
            print(f"{flow}:", flush=True)
            await FLOWS[flow](watch)
    except TimeoutError:
        print(f"{flow}: FAILED, nothing more came in {patience:g} s")
        return 1
    finally:
        for watcher in watchers:
            watcher.cancel()
        await asyncio.gather(*watchers, return_exceptions=True)
    print(f"{flow}: all as expected")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("flow", choices=FLOWS)
    parser.add_argument("--patience", type=float, default=30.0, help="seconds")
    options = parser.parse_args()
    sys.exit(asyncio.run(main(options.flow, options.patience)))
