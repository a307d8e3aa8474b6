"""Load: so many orders a second through Kafka for so long, and meanwhile how quick MQTT is and how deep the e-mail queue gets."""

import argparse
import asyncio
import json
import sys
import time
import uuid

import aio_pika
from aiokafka import AIOKafkaProducer
from services.bus import AMQP, KAFKA, mqtt_client

TICK = 0.02
TOPIC = "load.orders"


async def produce(rate: float, seconds: float) -> tuple[int, float]:
    """Orders at this rate; how many were acknowledged, and in how many seconds."""
    sent = 0
    async with AIOKafkaProducer(
        bootstrap_servers=KAFKA, acks="all", linger_ms=10, max_batch_size=256 * 1024
    ) as producer:
        began = time.perf_counter()
        last = None
        while (elapsed := time.perf_counter() - began) < seconds:
            for _ in range(int(rate * (elapsed + TICK)) - sent):
                number = str(uuid.uuid4())
                order = {
                    "event_type": "order.created",
                    "order_id": number,
                    "total": 99.99,
                    "status": "pending",
                }
                last = await producer.send(TOPIC, json.dumps(order).encode(), number.encode())
                sent += 1
            await asyncio.sleep(TICK)
        await producer.flush()
        if last is not None:
            await last
        return sent, time.perf_counter() - began


async def latencies(found: list[float]) -> None:
    """Milliseconds that a message needs from one client of MQTT to another, several times a second."""
    async with mqtt_client("load-pub") as sender, mqtt_client("load-sub") as receiver:
        place = f"load/{uuid.uuid4()}"
        await receiver.subscribe(place, qos=1)
        while True:
            began = time.perf_counter()
            await sender.publish(place, b"x" * 100, qos=1)
            await anext(aiter(receiver.messages))
            found.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.05)


async def depths(found: list[int]) -> None:
    """How many messages wait in the e-mail queue."""
    async with await aio_pika.connect(AMQP) as connection:
        while True:
            channel = await connection.channel()
            queue = await channel.declare_queue("email.queue", passive=True)
            found.append(queue.declaration_result.message_count or 0)
            await channel.close()
            await asyncio.sleep(0.5)


async def main(rate: float, seconds: float) -> int:
    milliseconds: list[float] = []
    depth: list[int] = []
    others = [asyncio.create_task(latencies(milliseconds)), asyncio.create_task(depths(depth))]
    sent, took = await produce(rate, seconds)
    for other in others:
        other.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    milliseconds.sort()
    results = {
        "kafka_messages": sent,
        "kafka_per_second": round(sent / took),
        "mqtt_latency_ms_median": round(milliseconds[len(milliseconds) // 2], 2),
        "mqtt_latency_ms_p99": round(milliseconds[int(len(milliseconds) * 0.99)], 2),
        "amqp_queue_depth": depth[-1] if depth else None,
    }
    print(json.dumps(results))
    return 0 if sent >= 0.95 * rate * seconds else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=10_000, help="orders a second")
    parser.add_argument("--duration", type=float, default=60, help="seconds")
    options = parser.parse_args()
    sys.exit(asyncio.run(main(options.rate, options.duration)))
