"""`hubbub mqtt publish`: messages from the command line, a file or a pipe. Said to be published when the broker has them."""

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct

from hubbub.cli.asking import AS_JSON, one_name
from hubbub.cli.exits import Exit, talk
from hubbub.cli.feeding import Source, source
from hubbub.cli.mqtt.connection import Broker, reaching
from hubbub.cli.mqtt.line import connected
from hubbub.cli.mqtt.messages import properties_from
from hubbub.cli.printing import Progress, flush, json_line, put
from hubbub.cli.working import run, wait

if TYPE_CHECKING:
    from paho.mqtt.properties import Properties
    from paho.mqtt.reasoncodes import ReasonCode

AHEAD: Final = 1_000


class Wanted(Struct, frozen=True):
    """What every message of a call has."""

    topic: str
    qos: int
    retain: bool
    properties: "Properties | None"
    rate: float | None
    as_json: bool


@click.command()
@click.argument("dash", metavar="[-]", required=False)
@click.option("-t", "--topic", required=True, metavar="NAME", help="Where to.")
@click.option("-p", "--payload", metavar="TEXT", help="What; `-` reads standard input.")
@click.option("-m", "--message", metavar="TEXT", help="The same as --payload.")
@click.option(
    "-n",
    "--null-message",
    "is_empty",
    is_flag=True,
    help="An empty message: with --retain it clears what is retained.",
)
@click.option("--file", metavar="FILE", help="Publish each line of FILE.")
@click.option("--whole", is_flag=True, help="Publish all of FILE or of standard input as one message.")
@click.option(
    "-q",
    "--qos",
    type=click.IntRange(0, 2),
    default=0,
    show_default=True,
    help="0: at most once, 1: at least once, 2: exactly once.",
)
@click.option(
    "-r", "--retain", is_flag=True, help="The broker keeps the last one, for those who subscribe later."
)
@click.option(
    "-D",
    "--property",
    "properties",
    multiple=True,
    metavar="NAME=VALUE",
    help="content-type, response-topic, correlation-data, message-expiry-interval or payload-format-indicator; may be repeated.",
)
@click.option(
    "-H", "--header", "headers", multiple=True, metavar="NAME:VALUE", help="A user property; may be repeated."
)
@click.option(
    "-c",
    "--count",
    "--repeat",
    "count",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Publish the payload N times.",
)
@click.option(
    "--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="At most N messages a second."
)
@AS_JSON
@reaching
def publish(
    broker: Broker,
    dash: str | None,
    topic: str,
    payload: str | None,
    message: str | None,
    file: str | None,
    qos: int,
    properties: tuple[str, ...],
    headers: tuple[str, ...],
    count: int,
    rate: float | None,
    *,
    is_empty: bool,
    whole: bool,
    retain: bool,
    as_json: bool,
) -> Exit:
    """Publish messages to a topic.

    What is published is --payload, or each line of --file or of standard input (`-`). It is done when the broker has acknowledged
    all of it, or, at QoS 0, for which there is no acknowledgement, when it has answered to what was sent behind it.
    """
    value = one_name(payload, message, "--message") if (payload, message) != (None, None) else None
    if is_empty:
        value = "" if value is None else value
    value, file = source(value, file, dash, "--payload")
    wanted = Wanted(topic, qos, retain, properties_from(properties, headers, broker.version), rate, as_json)
    return run(send(broker, Source(value, file, whole, count), wanted))


async def send(broker: Broker, what: Source, wanted: Wanted) -> Exit:
    """All messages, many at a time."""
    progress = Progress(f"to {wanted.topic}", what.count if what.value is not None else None)
    count = 0
    async with connected(broker) as line:
        under_way: deque[asyncio.Future[list[ReasonCode]]] = deque()
        try:
            async for payload in what.records():
                answer = await line.publish(
                    wanted.topic, payload, wanted.qos, wanted.properties, retain=wanted.retain
                )
                under_way.append(answer)
                while len(under_way) > AHEAD:
                    await line.acknowledged(under_way.popleft())
                count += 1
                progress.step()
                if wanted.rate:
                    await wait(1 / wanted.rate)
            while under_way:
                await line.acknowledged(under_way.popleft())
            await line.pass_through()
        finally:
            progress.end()
    tell(count, wanted)
    return Exit.OK


def tell(count: int, wanted: Wanted) -> None:
    """What became of it."""
    if wanted.as_json:
        facts = {"topic": wanted.topic, "messages": count, "qos": wanted.qos, "acknowledged": wanted.qos > 0}
        put(json_line(facts))
        flush()
        return
    what = "1 message" if count == 1 else f"{count} messages"
    if wanted.qos:
        talk(f"acknowledged: {what} to {wanted.topic} at QoS {wanted.qos}")
    else:
        talk(f"taken: {what} to {wanted.topic} at QoS 0, for which there is no acknowledgement")
