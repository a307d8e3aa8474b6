"""`hubbub mqtt retained`: the messages that a broker keeps for those who come later. The wire tells them: subscribe, and they come at once."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import click

from hubbub.cli.asking import AS_JSON
from hubbub.cli.exits import Exit, talk
from hubbub.cli.formats import listed
from hubbub.cli.mqtt.connection import Broker, reaching
from hubbub.cli.mqtt.line import Line, connected
from hubbub.cli.mqtt.messages import FIELDS, way
from hubbub.cli.printing import flush, put
from hubbub.cli.working import run

if TYPE_CHECKING:
    from paho.mqtt.client import MQTTMessage

QUIET_SECONDS: Final = 0.5
"""Nothing says that all retained messages have come; this long a silence after them must do."""


@click.command()
@click.argument("arguments", metavar="[FILTER]...", nargs=-1)
@click.option(
    "-t",
    "--topic",
    "topics",
    multiple=True,
    metavar="FILTER",
    help="Which topics; may be repeated.  [default: #]",
)
@click.option("-f", "--format", "layout", metavar="TEXT", help=f"Lay out each message: {listed(FIELDS)}.")
@click.option("--clear", is_flag=True, help="Clear each of them, as they are printed.")
@AS_JSON
@reaching
def retained(
    broker: Broker,
    arguments: tuple[str, ...],
    topics: tuple[str, ...],
    layout: str | None,
    *,
    clear: bool,
    as_json: bool,
) -> Exit:
    """Print retained messages, each with its topic before it."""
    printed = way(layout, with_topic=True, as_json=as_json)
    return run(show(broker, (*topics, *arguments) or ("#",), printed, clear=clear))


async def show(
    broker: Broker, filters: tuple[str, ...], printed: "Callable[[MQTTMessage], bytes]", *, clear: bool
) -> Exit:
    """In alphabetical order."""
    async with connected(broker) as line:
        found = await all_retained(line, filters)
        if clear:
            answers = [await line.publish(topic, b"", 1, None, retain=True) for topic in found]
            for answer in answers:
                await line.acknowledged(answer)
    for _, message in sorted(found.items()):
        put(printed(message))
    flush()
    if clear:
        talk(f"cleared: {len(found)} retained message{'' if len(found) == 1 else 's'}")
    return Exit.OK


async def all_retained(line: Line, filters: tuple[str, ...]) -> "dict[str, MQTTMessage]":
    """What is retained under these filters, by topic."""
    found: dict[str, MQTTMessage] = {}
    await line.subscribe(filters, 0)
    while (message := await line.message(QUIET_SECONDS)) is not None:
        if message.retain:
            found[message.topic] = message
    return found
