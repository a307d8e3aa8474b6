"""`hubbub mqtt subscribe`: messages on stdout as they come."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct

from hubbub.cli.asking import AS_JSON
from hubbub.cli.exits import Exit, talk
from hubbub.cli.formats import listed
from hubbub.cli.mqtt.connection import Broker, reaching
from hubbub.cli.mqtt.line import connected
from hubbub.cli.mqtt.messages import FIELDS, way
from hubbub.cli.printing import flush, put
from hubbub.cli.working import run

if TYPE_CHECKING:
    from paho.mqtt.client import MQTTMessage

EXACTLY_ONCE: Final = 2
"""The QoS."""


class Wanted(Struct, frozen=True):
    """What to hear, and when it is enough."""

    filters: tuple[str, ...]
    qos: int
    count: int | None
    timeout: float | None
    retained: bool
    fresh: bool
    keeps_session: bool


@click.command()
@click.argument("arguments", metavar="[FILTER]...", nargs=-1)
@click.option(
    "-t",
    "--topic",
    "topics",
    multiple=True,
    metavar="FILTER",
    help="Which topics, + and # included; may be repeated.",
)
@click.option(
    "-q",
    "--qos",
    type=click.IntRange(0, 2),
    default=0,
    show_default=True,
    help="The highest QoS to be sent at.",
)
@click.option("-v", "--verbose", is_flag=True, help="The topic before each payload.")
@click.option("-f", "--format", "layout", metavar="TEXT", help=f"Lay out each message: {listed(FIELDS)}.")
@click.option(
    "-F", "line_layout", metavar="TEXT", help="The same with a newline behind it, as in mosquitto_sub."
)
@click.option("-R", "--no-retained", "fresh", is_flag=True, help="Pass over what was retained.")
@click.option("--retained-only", "retained", is_flag=True, help="Pass over what is new.")
@click.option(
    "--keep-session",
    "keeps_session",
    is_flag=True,
    help="Let the broker keep messages for this --id for an hour.",
)
@click.option("-c", "-C", "-n", "--count", type=click.IntRange(min=1), metavar="N", help="Stop after N.")
@click.option(
    "-W",
    "--timeout",
    type=click.FloatRange(min=0),
    metavar="S",
    help="Stop after S seconds in which nothing came.",
)
@AS_JSON
@reaching
def subscribe(
    broker: Broker,
    arguments: tuple[str, ...],
    topics: tuple[str, ...],
    qos: int,
    layout: str | None,
    line_layout: str | None,
    count: int | None,
    timeout: float | None,
    *,
    verbose: bool,
    fresh: bool,
    retained: bool,
    keeps_session: bool,
    as_json: bool,
) -> Exit:
    """Print the messages of topics, until told to stop.

    Each payload is a line, if none of --verbose, --format and --json says otherwise. With --count, ends with code 1 if --timeout comes first.
    """
    filters = (*topics, *arguments)
    if not filters:
        raise click.UsageError("say which topics: --topic FILTER")
    if keeps_session and not broker.client_id:
        raise click.UsageError("--keep-session needs an --id to be kept for")
    if line_layout is not None:
        layout = line_layout + "\\n"
    wanted = Wanted(filters, qos, count, timeout, retained, fresh, keeps_session)
    return run(hear(broker, wanted, way(layout, with_topic=verbose, as_json=as_json)), until_told=True)


async def hear(broker: Broker, wanted: Wanted, printed: "Callable[[MQTTMessage], bytes]") -> Exit:
    """Subscribe, and print until it is enough."""
    loop = asyncio.get_running_loop()
    is_exact = wanted.keeps_session and wanted.qos == EXACTLY_ONCE
    async with connected(broker, keeps_session=wanted.keeps_session, is_exact=is_exact) as line:
        await line.subscribe(wanted.filters, wanted.qos)
        seen, heard = 0, loop.time()
        taken: list[MQTTMessage] = []
        while wanted.count is None or seen < wanted.count:
            left = None if wanted.timeout is None else max(0.0, heard + wanted.timeout - loop.time())
            message = await line.message(left)
            if message is None:
                return out_of_time(wanted, seen)
            taken.append(message)
            if not ((message.retain and wanted.fresh) or (not message.retain and wanted.retained)):
                put(printed(message))
                seen, heard = seen + 1, loop.time()
            if not line.is_busy or seen == wanted.count:
                flush()
                line.acknowledge(taken)  # what nobody has seen comes again to a session that is kept
                taken.clear()
    return Exit.OK


def out_of_time(wanted: Wanted, seen: int) -> Exit:
    """Nothing came for long enough."""
    flush()
    if wanted.count is None:
        return Exit.OK
    talk(f"nothing more within {wanted.timeout:g} s: {seen} of {wanted.count} messages")
    return Exit.FAILED
