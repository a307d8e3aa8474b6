"""`hubbub amqp consume`: messages of a queue on stdout as they come, each acknowledged when it is printed."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct

from hubbub.cli.amqp.connection import Broker, channel_of, reaching
from hubbub.cli.amqp.messages import FIELDS, way
from hubbub.cli.asking import AS_JSON, COUNT, TIMEOUT, one_name
from hubbub.cli.exits import Ends, Exit, talk
from hubbub.cli.formats import listed
from hubbub.cli.printing import flush, put
from hubbub.cli.working import run

if TYPE_CHECKING:
    from aio_pika.abc import AbstractIncomingMessage

AHEAD: Final = 100


class Wanted(Struct, frozen=True):
    """What to take, and when it is enough."""

    queue: str
    unasked: bool
    count: int | None
    timeout: float | None


@click.command()
@click.argument("name", metavar="[QUEUE]", required=False)
@click.option("-q", "--queue", metavar="NAME", help="From where.")
@click.option(
    "--auto-ack",
    "unasked",
    is_flag=True,
    help="The broker forgets each message when it is sent, printed or not.",
)
@click.option("-f", "--format", "layout", metavar="TEXT", help=f"Lay out each message: {listed(FIELDS)}.")
@COUNT
@TIMEOUT
@AS_JSON
@reaching
def consume(
    broker: Broker,
    name: str | None,
    queue: str | None,
    layout: str | None,
    count: int | None,
    timeout: float | None,
    *,
    unasked: bool,
    as_json: bool,
) -> Exit:
    """Take messages from a queue and print them, until told to stop.

    Each body is a line, if neither --format nor --json says otherwise. A message is acknowledged when it is printed, and is
    gone from the queue then. With --count, ends with code 1 if --timeout comes first.
    """
    # with a count, what was sent beyond it would be lost: the broker is asked to keep until it is acknowledged
    wanted = Wanted(one_name(name, queue, "--queue"), unasked and count is None, count, timeout)
    return run(take(broker, wanted, way(layout, as_json=as_json)), until_told=True)


async def take(broker: Broker, wanted: Wanted, printed: "Callable[[AbstractIncomingMessage], bytes]") -> Exit:
    """Consume until it is enough."""
    seen = 0
    async with channel_of(broker) as channel:
        arrived: asyncio.Queue[AbstractIncomingMessage | Ends] = asyncio.Queue()

        async def arrive(message: "AbstractIncomingMessage") -> None:
            arrived.put_nowait(message)

        def end(why: str) -> None:
            arrived.put_nowait(Ends(Exit.UNREACHABLE, [why]))

        channel.close_callbacks.add(lambda *_: end(f"{broker.peer} has ended the connection"))
        underlay = await channel.get_underlay_channel()
        underlay.on_consumer_cancel_callbacks.add(lambda *_: end(f"queue {wanted.queue!r} is gone"))
        ahead = AHEAD if wanted.count is None else min(AHEAD, wanted.count)
        await channel.set_qos(prefetch_count=ahead, timeout=broker.patience)
        queue = await channel.get_queue(wanted.queue, ensure=False)
        await queue.consume(arrive, no_ack=wanted.unasked, timeout=broker.patience)
        while wanted.count is None or seen < wanted.count:
            try:
                async with asyncio.timeout(wanted.timeout):
                    message = await arrived.get()
            except TimeoutError:
                return out_of_time(wanted, seen)
            if isinstance(message, Ends):
                raise message
            put(printed(message))
            if arrived.empty():
                flush()
            if not wanted.unasked:
                await message.ack()
            seen += 1
    flush()
    return Exit.OK


def out_of_time(wanted: Wanted, seen: int) -> Exit:
    """Nothing came for long enough."""
    flush()
    if wanted.count is None:
        return Exit.OK
    talk(f"nothing more within {wanted.timeout:g} s: {seen} of {wanted.count} messages")
    return Exit.FAILED
