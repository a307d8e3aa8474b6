"""`hubbub bench kafka`."""

from typing import TYPE_CHECKING

import click

from hubbub.cli.bench.course import Course, Load, fresh_name
from hubbub.cli.bench.loading import loading
from hubbub.cli.exits import Exit
from hubbub.cli.kafka.connection import Broker, administering, looking, reaching, refusals
from hubbub.cli.kafka.produce import ACKS
from hubbub.cli.working import run

if TYPE_CHECKING:
    from aiokafka import AIOKafkaConsumer, AIOKafkaProducer


@click.command()
@click.option(
    "--acks",
    type=click.Choice(list(ACKS)),
    default="all",
    show_default=True,
    help="Who must have each record.",
)
@click.option(
    "-p",
    "--partitions",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Of the topic.",
)
@loading
@reaching
def kafka(broker: Broker, load: Load, acks: str, partitions: int, *, as_json: bool) -> Exit:
    """One producer and one consumer of a topic."""
    return run(measure(broker, load, acks, partitions, as_json=as_json))


async def measure(broker: Broker, load: Load, acks: str, partitions: int, *, as_json: bool) -> Exit:
    """Make a topic, fill and read it at once, and delete it."""
    from aiokafka import AIOKafkaProducer, TopicPartition
    from aiokafka.admin import NewTopic

    topic = fresh_name()
    course = Course(load, "bench")
    async with administering(broker) as admin:
        await admin.create_topics([NewTopic(topic, partitions, 1)])
        try:
            async with refusals(broker), looking(broker) as consumer:
                parts = [TopicPartition(topic, each) for each in range(partitions)]
                consumer.assign(parts)
                await consumer.seek_to_beginning(*parts)
                async with AIOKafkaProducer(acks=ACKS[acks], **broker.settings()) as producer:
                    await course.drive(send(producer, topic, course), hear(consumer, course))
        finally:
            await admin.delete_topics([topic])
    course.report("kafka", as_json=as_json)
    return Exit.OK


async def send(producer: "AIOKafkaProducer", topic: str, course: Course) -> None:
    """The client gathers what comes within a moment."""
    async for message in course.stamped():
        await producer.send(topic, message)
    await producer.flush()


async def hear(consumer: "AIOKafkaConsumer", course: Course) -> None:
    """From all partitions."""
    while not course.is_over:
        for records in (await consumer.getmany(timeout_ms=200)).values():
            for record in records:
                course.arrived(record.value or b"")
