"""`hubbub amqp get`: what is at the head of a queue now."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from hubbub.cli.amqp.connection import Broker, channel_of, reaching
from hubbub.cli.amqp.messages import FIELDS, way
from hubbub.cli.asking import AS_JSON, one_name
from hubbub.cli.exits import Exit, talk
from hubbub.cli.formats import listed
from hubbub.cli.printing import flush, put
from hubbub.cli.working import run

if TYPE_CHECKING:
    from aio_pika.abc import AbstractIncomingMessage


@click.command()
@click.argument("name", metavar="[QUEUE]", required=False)
@click.option("-q", "--queue", metavar="NAME", help="From where.")
@click.option(
    "-c",
    "-n",
    "--count",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="At most so many.",
)
@click.option("--requeue", is_flag=True, help="Put them back.")
@click.option("-f", "--format", "layout", metavar="TEXT", help=f"Lay out each message: {listed(FIELDS)}.")
@AS_JSON
@reaching
def get(
    broker: Broker,
    name: str | None,
    queue: str | None,
    count: int,
    layout: str | None,
    *,
    requeue: bool,
    as_json: bool,
) -> Exit:
    """Take the messages at the head of a queue, and print them.

    They are acknowledged when they are printed, or put back with --requeue. An empty queue is no failure.
    """
    work = take(
        broker, one_name(name, queue, "--queue"), count, way(layout, as_json=as_json), requeue=requeue
    )
    return run(work)


async def take(
    broker: Broker,
    name: str,
    count: int,
    printed: "Callable[[AbstractIncomingMessage], bytes]",
    *,
    requeue: bool,
) -> Exit:
    """One after the other; those to put back are kept until the last, so that none is got twice."""
    back: list[AbstractIncomingMessage] = []
    async with channel_of(broker) as channel:
        queue = await channel.get_queue(name, ensure=False)
        seen = 0
        while seen < count and (message := await queue.get(fail=False, timeout=broker.patience)) is not None:
            put(printed(message))
            seen += 1
            if requeue:
                back.append(message)
            else:
                flush()
                await message.ack()
        flush()
        for message in back:
            await message.nack(requeue=True)
    if not seen:
        talk(f"queue {name!r} is empty")
    return Exit.OK
