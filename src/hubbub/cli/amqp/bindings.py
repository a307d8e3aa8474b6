"""`hubbub amqp bind`, `unbind` and `bindings`; `queue bind` and `queue unbind` are the same commands."""

from collections.abc import Callable
from typing import Final

import click

from hubbub.cli.amqp.connection import Broker, channel_of, reaching
from hubbub.cli.amqp.declaring import ARGUMENTS, Argument, arguments_from, report
from hubbub.cli.amqp.listing import Place, asking, show_bindings
from hubbub.cli.asking import AS_JSON, one_name
from hubbub.cli.exits import Exit
from hubbub.cli.working import run

ENDS: Final = (
    click.argument("source", metavar="[EXCHANGE]", required=False),
    click.argument("destination", metavar="[QUEUE]", required=False),
    click.option("-e", "--exchange", metavar="NAME", help="The exchange, if not given as an argument."),
    click.option("-q", "--queue", metavar="NAME", help="The queue, if not given as an argument."),
    click.option(
        "-r", "-k", "--routing-key", "key", default="", metavar="KEY", help="What the exchange compares with."
    ),
)


def with_ends(command: Callable[..., Exit]) -> Callable[..., Exit]:
    """The two names and the key."""
    for option in reversed(ENDS):
        command = option(command)
    return command


@click.command()
@with_ends
@ARGUMENTS
@AS_JSON
@reaching
def bind(
    broker: Broker,
    source: str | None,
    destination: str | None,
    exchange: str | None,
    queue: str | None,
    key: str,
    arguments: tuple[str, ...],
    *,
    as_json: bool,
) -> Exit:
    """Bind a queue to an exchange."""
    ends = (one_name(source, exchange, "--exchange"), one_name(destination, queue, "--queue"))
    return run(tie(broker, ends, key, arguments_from(arguments), as_json=as_json))


async def tie(
    broker: Broker, ends: tuple[str, str], key: str, arguments: dict[str, Argument], *, as_json: bool
) -> Exit:
    """Ask for it."""
    exchange, name = ends
    async with channel_of(broker) as channel:
        queue = await channel.get_queue(name, ensure=False)
        await queue.bind(exchange, key, arguments=dict(arguments), timeout=broker.patience)
    facts: dict[str, object] = {"exchange": exchange, "queue": name, "routing_key": key, "bound": True}
    report(f"{name}: bound to {exchange} with key {key!r}", facts, as_json=as_json)
    return Exit.OK


@click.command()
@with_ends
@ARGUMENTS
@AS_JSON
@reaching
def unbind(
    broker: Broker,
    source: str | None,
    destination: str | None,
    exchange: str | None,
    queue: str | None,
    key: str,
    arguments: tuple[str, ...],
    *,
    as_json: bool,
) -> Exit:
    """Take a queue's binding to an exchange away. One that is not there is no failure to the broker."""
    ends = (one_name(source, exchange, "--exchange"), one_name(destination, queue, "--queue"))
    return run(untie(broker, ends, key, arguments_from(arguments), as_json=as_json))


async def untie(
    broker: Broker, ends: tuple[str, str], key: str, arguments: dict[str, Argument], *, as_json: bool
) -> Exit:
    """Ask for it."""
    exchange, name = ends
    async with channel_of(broker) as channel:
        queue = await channel.get_queue(name, ensure=False)
        await queue.unbind(exchange, key, arguments=dict(arguments), timeout=broker.patience)
    facts: dict[str, object] = {"exchange": exchange, "queue": name, "routing_key": key, "bound": False}
    report(f"{name}: not bound to {exchange} with key {key!r}", facts, as_json=as_json)
    return Exit.OK


@click.group()
def bindings() -> None:
    """List bindings."""


@click.command("list")
@click.option("-q", "--queue", metavar="NAME", help="Only those to this queue.")
@click.option("-e", "--exchange", metavar="NAME", help="Only those from this exchange.")
@asking
def list_bindings(place: Place, queue: str | None, exchange: str | None, *, as_json: bool) -> Exit:
    """Print bindings, over a hub's admin API or RabbitMQ's management plug-in."""
    return show_bindings(place, queue, exchange, as_json=as_json)


bindings.add_command(list_bindings)
