"""`hubbub amqp exchange`."""

from typing import Final

import click

from hubbub.cli.amqp.connection import Broker, channel_of, reaching
from hubbub.cli.amqp.declaring import ARGUMENTS, AUTO_DELETE, DURABLE, Argument, arguments_from, report
from hubbub.cli.amqp.listing import Place, asking, show_exchanges
from hubbub.cli.asking import AS_JSON, one_name
from hubbub.cli.exits import Exit
from hubbub.cli.working import run

NAME: Final = click.argument("argument", metavar="[EXCHANGE]", required=False)
FLAG: Final = click.option("-n", "--name", metavar="NAME", help="The exchange, if not given as an argument.")


@click.group()
def exchanges() -> None:
    """Declare, list and delete exchanges."""


@exchanges.command("list")
@asking
def list_exchanges(place: Place, *, as_json: bool) -> Exit:
    """Print all exchanges."""
    return show_exchanges(place, as_json=as_json)


@exchanges.command()
@NAME
@FLAG
@click.option(
    "-t",
    "--type",
    "kind",
    default="direct",
    show_default=True,
    metavar="TYPE",
    help="direct, fanout, topic, headers, or what else the broker has.",
)
@DURABLE
@AUTO_DELETE
@click.option("--internal", is_flag=True, help="Only other exchanges may publish to it.")
@ARGUMENTS
@AS_JSON
@reaching
def declare(
    broker: Broker,
    argument: str | None,
    name: str | None,
    kind: str,
    arguments: tuple[str, ...],
    *,
    durable: bool,
    auto_delete: bool,
    internal: bool,
    as_json: bool,
) -> Exit:
    """Make an exchange, or see that it is there just so."""
    wanted = one_name(argument, name, "--name")
    how = {"durable": durable, "auto_delete": auto_delete, "internal": internal}
    return run(make(broker, wanted, kind, how, arguments_from(arguments), as_json=as_json))


async def make(
    broker: Broker,
    name: str,
    kind: str,
    how: dict[str, bool],
    arguments: dict[str, Argument],
    *,
    as_json: bool,
) -> Exit:
    """Ask for it."""
    async with channel_of(broker) as channel:
        await channel.declare_exchange(
            name,
            kind,
            durable=how["durable"],
            auto_delete=how["auto_delete"],
            internal=how["internal"],
            arguments=dict(arguments),
            timeout=broker.patience,
        )
    report(f"{name}: declared, of type {kind}", {"exchange": name, "type": kind, **how}, as_json=as_json)
    return Exit.OK


@exchanges.command()
@NAME
@FLAG
@click.option("--if-unused", is_flag=True, help="Only if nothing is bound to it.")
@AS_JSON
@reaching
def delete(broker: Broker, argument: str | None, name: str | None, *, if_unused: bool, as_json: bool) -> Exit:
    """Delete an exchange. One that is not there is no failure to the broker."""
    return run(remove(broker, one_name(argument, name, "--name"), if_unused=if_unused, as_json=as_json))


async def remove(broker: Broker, name: str, *, if_unused: bool, as_json: bool) -> Exit:
    """Ask for it."""
    async with channel_of(broker) as channel:
        await channel.exchange_delete(name, timeout=broker.patience, if_unused=if_unused)
    report(f"{name}: gone", {"exchange": name, "deleted": True}, as_json=as_json)
    return Exit.OK
