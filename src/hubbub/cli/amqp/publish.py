"""`hubbub amqp publish`: messages from the command line, a file or a pipe. Said to be published when the broker has confirmed them."""

import asyncio
from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct

from hubbub.cli.amqp.connection import Broker, channel_of, reaching
from hubbub.cli.amqp.messages import Properties, properties_from
from hubbub.cli.asking import AS_JSON
from hubbub.cli.exits import Ends, Exit, talk
from hubbub.cli.feeding import Source, pairs, source
from hubbub.cli.printing import Progress, flush, json_line, put
from hubbub.cli.working import run, wait

if TYPE_CHECKING:
    from aio_pika import Message
    from aio_pika.abc import AbstractExchange

AT_ONCE: Final = 200
TRANSIENT: Final = 1
PERSISTENT: Final = 2


class Wanted(Struct, frozen=True):
    """What every message of a call has."""

    exchange: str
    key: str
    headers: dict[str, str]
    properties: Properties
    rate: float | None
    must_be_routed: bool
    as_json: bool

    def __str__(self) -> str:
        where = f"exchange {self.exchange!r}" if self.exchange else "the default exchange"
        return f"{where} with routing key {self.key!r}"


class Count(Struct):
    """What became of the messages."""

    confirmed: int = 0
    unrouted: int = 0


@click.command()
@click.argument("dash", metavar="[-]", required=False)
@click.option(
    "-e",
    "--exchange",
    default="",
    metavar="NAME",
    help="Where to. Without it: the default exchange, which leads to the queue that --routing-key names.",
)
@click.option(
    "-k",
    "-r",
    "--routing-key",
    "--key",
    "key",
    default="",
    metavar="KEY",
    help="By which the exchange finds queues.",
)
@click.option("-b", "-m", "--body", metavar="TEXT", help="What; `-` reads standard input.")
@click.option("--file", metavar="FILE", help="Publish each line of FILE.")
@click.option("--whole", is_flag=True, help="Publish all of FILE or of standard input as one message.")
@click.option(
    "--content-type", default="application/json", show_default=True, metavar="TYPE", help="What the body is."
)
@click.option(
    "--persistent", is_flag=True, help="To be kept on disk, where the queue is durable: delivery mode 2."
)
@click.option(
    "-D",
    "--property",
    "properties",
    multiple=True,
    metavar="NAME=VALUE",
    help="correlation_id, reply_to, expiration (ms), priority and so on; may be repeated.",
)
@click.option(
    "-H", "--header", "headers", multiple=True, metavar="NAME:VALUE", help="A header; may be repeated."
)
@click.option(
    "--mandatory", "must_be_routed", is_flag=True, help="A message that no queue gets is a failure: code 1."
)
@click.option(
    "-c", "--count", type=click.IntRange(min=1), default=1, metavar="N", help="Publish the body N times."
)
@click.option(
    "--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="At most N messages a second."
)
@AS_JSON
@reaching
def publish(
    broker: Broker,
    dash: str | None,
    exchange: str,
    key: str,
    body: str | None,
    file: str | None,
    content_type: str,
    properties: tuple[str, ...],
    headers: tuple[str, ...],
    count: int,
    rate: float | None,
    *,
    whole: bool,
    persistent: bool,
    must_be_routed: bool,
    as_json: bool,
) -> Exit:
    """Publish messages to an exchange.

    What is published is --body, or each line of --file or of standard input (`-`). It is done when the broker has confirmed all of it. That no
    queue got a message is told, and is no failure without --mandatory.
    """
    value, file = source(body, file, dash, "--body")
    given = properties_from(properties)
    given.text.setdefault("content_type", content_type)
    given.numbers.setdefault("delivery_mode", PERSISTENT if persistent else TRANSIENT)
    wanted = Wanted(exchange, key, dict(pairs(headers, "--header")), given, rate, must_be_routed, as_json)
    return run(send(broker, Source(value, file, whole, count), wanted))


async def send(broker: Broker, what: Source, wanted: Wanted) -> Exit:
    """All messages, some at a time."""
    progress = Progress(f"to {wanted.exchange or wanted.key}", what.count if what.value is not None else None)
    count = Count()
    async with channel_of(broker, confirms=True) as channel:
        target = (
            await channel.get_exchange(wanted.exchange, ensure=False)
            if wanted.exchange
            else channel.default_exchange
        )
        waiting: list[Message] = []
        try:
            async for body in what.records():
                waiting.append(wanted.properties.message(body, wanted.headers))
                if len(waiting) < (1 if wanted.rate else AT_ONCE):
                    continue
                await publish_all(target, waiting, wanted, count, broker)
                progress.step(len(waiting))
                waiting.clear()
                if wanted.rate:
                    await wait(1 / wanted.rate)
            await publish_all(target, waiting, wanted, count, broker)
        finally:
            progress.end()
    return tell(count, wanted)


async def publish_all(
    target: "AbstractExchange", messages: "list[Message]", wanted: Wanted, count: Count, broker: Broker
) -> None:
    """Each is confirmed, or returned first where no queue takes it."""
    from aiormq.abc import DeliveredMessage

    answers = await asyncio.gather(
        *(target.publish(each, wanted.key, mandatory=True, timeout=broker.patience) for each in messages),
        return_exceptions=True,
    )
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
        count.confirmed += 1
        if isinstance(answer, DeliveredMessage):
            count.unrouted += 1


def tell(count: Count, wanted: Wanted) -> Exit:
    """What became of it."""
    if wanted.as_json:
        facts = {
            "exchange": wanted.exchange,
            "routing_key": wanted.key,
            "confirmed": count.confirmed,
            "unrouted": count.unrouted,
        }
        put(json_line(facts))
        flush()
    else:
        what = "1 message" if count.confirmed == 1 else f"{count.confirmed} messages"
        talk(f"confirmed: {what} to {wanted}")
    if count.unrouted:
        line = f"{count.unrouted} of them went nowhere: no queue is bound to {wanted}"
        if wanted.must_be_routed:
            raise Ends(Exit.FAILED, [line])
        if not wanted.as_json:
            talk(f"warning: {line}")
    return Exit.OK
