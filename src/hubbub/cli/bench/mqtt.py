"""`hubbub bench mqtt`."""

import asyncio
from collections import deque
from typing import TYPE_CHECKING

import click

from hubbub.cli.bench.course import Course, Load, fresh_name
from hubbub.cli.bench.loading import loading
from hubbub.cli.exits import Exit
from hubbub.cli.mqtt.connection import Broker, reaching
from hubbub.cli.mqtt.line import Line, connected
from hubbub.cli.working import run

if TYPE_CHECKING:
    from paho.mqtt.reasoncodes import ReasonCode


@click.command()
@click.option("-q", "--qos", type=click.IntRange(0, 2), default=1, show_default=True, help="Of both.")
@loading
@reaching
def mqtt(broker: Broker, load: Load, qos: int, *, as_json: bool) -> Exit:
    """One publisher and one subscriber of a topic."""
    return run(measure(broker, load, qos, as_json=as_json))


async def measure(broker: Broker, load: Load, qos: int, *, as_json: bool) -> Exit:
    """Subscribe, and publish."""
    topic = fresh_name()
    course = Course(load, "bench")
    async with connected(broker) as listener, connected(broker) as speaker:
        await listener.subscribe([topic], qos)
        await course.drive(send(speaker, topic, qos, course), hear(listener, course))
    course.report("mqtt", as_json=as_json)
    return Exit.OK


async def send(line: Line, topic: str, qos: int, course: Course) -> None:
    """Each is acknowledged in the end."""
    under_way: deque[asyncio.Future[list[ReasonCode]]] = deque()
    async for message in course.stamped():
        under_way.append(await line.publish(topic, message, qos, None, retain=False))
        while under_way and under_way[0].done():
            await line.acknowledged(under_way.popleft())
    while under_way:
        await line.acknowledged(under_way.popleft())


async def hear(line: Line, course: Course) -> None:
    """All of them."""
    while not course.is_over:
        message = await line.message(None)
        if message is not None:
            line.acknowledge([message])
            course.arrived(bytes(message.payload))
