"""The three protocols, as the services use them: JSON in and out. The hub's addresses come from the environment."""

import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aio_pika
import aiomqtt
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

KAFKA = os.environ.get("KAFKA", "localhost:9092")
MQTT_HOST, _, MQTT_PORT = os.environ.get("MQTT", "localhost:1883").partition(":")
AMQP = os.environ.get("AMQP", "amqp://guest:guest@localhost:5672/")

Publish = Callable[[str, str, dict[str, Any]], Awaitable[Any]]
Notify = Callable[[str, dict[str, Any]], Awaitable[Any]]


@asynccontextmanager
async def kafka_producer() -> AsyncIterator[Publish]:
    """``await publish(topic, key, value)``."""
    async with AIOKafkaProducer(bootstrap_servers=KAFKA, enable_idempotence=True) as producer:

        async def publish(topic: str, key: str, value: dict[str, Any]) -> None:
            await producer.send_and_wait(topic, json.dumps(value).encode(), key.encode())

        yield publish


async def kafka_events(group: str, *topics: str) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Topic and value of each event, as a member of a consumer group."""
    consumer = AIOKafkaConsumer(
        *topics,
        bootstrap_servers=KAFKA,
        group_id=group,
        auto_offset_reset="earliest",
        metadata_max_age_ms=5000,
    )
    async with consumer:
        async for record in consumer:
            yield record.topic, json.loads(record.value)


def mqtt_client(name: str) -> aiomqtt.Client:
    """A connection to the MQTT broker."""
    return aiomqtt.Client(MQTT_HOST, int(MQTT_PORT), identifier=f"{name}-{os.getpid()}")


@asynccontextmanager
async def notifications() -> AsyncIterator[Notify]:
    """``await notify(routing_key, message)`` sends to the exchange of notifications."""
    async with await aio_pika.connect(AMQP) as connection:
        channel = await connection.channel()
        exchange = await channel.declare_exchange("notifications", "topic", durable=True)

        async def notify(key: str, message: dict[str, Any]) -> None:
            body = json.dumps(message).encode()
            await exchange.publish(aio_pika.Message(body, content_type="application/json"), key)

        yield notify
