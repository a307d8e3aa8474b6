"""`hubbub bench amqp`."""

import asyncio
from typing import TYPE_CHECKING, Final

import click

from hubbub.cli.amqp.connection import Broker, channel_of, reaching
from hubbub.cli.bench.course import Course, Load, fresh_name
from hubbub.cli.bench.loading import loading
from hubbub.cli.exits import Exit
from hubbub.cli.working import run

if TYPE_CHECKING:
    from aio_pika.abc import AbstractChannel, AbstractIncomingMessage

AT_ONCE: Final = 50


@click.command()
@click.option("--persistent", is_flag=True, help="Messages to be kept on disk, in a durable queue.")
@loading
@reaching
def amqp(broker: Broker, load: Load, *, persistent: bool, as_json: bool) -> Exit:
    """One publisher and one consumer of a queue."""
    return run(measure(broker, load, persistent=persistent, as_json=as_json))


async def measure(broker: Broker, load: Load, *, persistent: bool, as_json: bool) -> Exit:
    """Make a queue, fill and read it at once, and delete it."""
    name = fresh_name()
    course = Course(load, "bench")
    async with channel_of(broker) as listener, channel_of(broker, confirms=True) as speaker:
        await listener.set_qos(prefetch_count=load.window, timeout=broker.patience)
        queue = await listener.declare_queue(name, durable=persistent, timeout=broker.patience)
        over = asyncio.Event()

        async def arrive(message: "AbstractIncomingMessage") -> None:
            course.arrived(message.body)
            await message.ack()
            if course.is_over:
                over.set()

        async def hear() -> None:
            await queue.consume(arrive, timeout=broker.patience)
            await over.wait()

        try:
            await course.drive(send(speaker, name, course, persistent=persistent), hear())
        finally:
            await listener.queue_delete(name, timeout=broker.patience)
    course.report("amqp", as_json=as_json)
    return Exit.OK


async def send(channel: "AbstractChannel", queue: str, course: Course, *, persistent: bool) -> None:
    """Confirmed, some at a time, and never more than the course lets out."""
    from aio_pika import Message

    async def publish(body: bytes) -> None:
        message = Message(body, delivery_mode=2 if persistent else 1)
        await channel.default_exchange.publish(message, queue)

    pending: set[asyncio.Task[None]] = set()
    async for body in course.stamped():
        pending.add(asyncio.create_task(publish(body)))
        if len(pending) >= AT_ONCE:
            pending = await settled(pending)
    while pending:
        pending = await settled(pending)


async def settled(pending: set[asyncio.Task[None]]) -> set[asyncio.Task[None]]:
    """Those that are still under way when one more is confirmed. Raises what went wrong."""
    done, left = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
    for each in done:
        each.result()
    return left
