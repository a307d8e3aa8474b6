"""`hubbub amqp queue`."""

from typing import Final

import click

from hubbub.cli.amqp.bindings import bind, unbind
from hubbub.cli.amqp.connection import Broker, channel_of, reaching
from hubbub.cli.amqp.declaring import ARGUMENTS, AUTO_DELETE, DURABLE, Argument, arguments_from, report
from hubbub.cli.amqp.listing import Place, asking, show_queues
from hubbub.cli.asking import AS_JSON, one_name
from hubbub.cli.exits import Exit
from hubbub.cli.working import run

NAME: Final = click.argument("argument", metavar="[QUEUE]", required=False)
FLAG: Final = click.option(
    "-q", "-n", "--name", "--queue", "name", metavar="NAME", help="The queue, if not given as an argument."
)


@click.group()
def queues() -> None:
    """Declare, list, bind, purge and delete queues."""


queues.add_command(bind)
queues.add_command(unbind)


@queues.command("list")
@asking
def list_queues(place: Place, *, as_json: bool) -> Exit:
    """Print all queues, with how much waits in them."""
    return show_queues(place, as_json=as_json)


@queues.command()
@NAME
@FLAG
@click.option(
    "-t",
    "--type",
    "kind",
    default="classic",
    show_default=True,
    metavar="TYPE",
    help="classic, quorum or stream.",
)
@DURABLE
@AUTO_DELETE
@click.option(
    "--exclusive",
    is_flag=True,
    help="For this connection alone, which ends with the command: a way to check, no more.",
)
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
    exclusive: bool,
    as_json: bool,
) -> Exit:
    """Make a queue, or see that it is there just so."""
    wanted = one_name(argument, name, "--name")
    how = {"durable": durable, "auto_delete": auto_delete, "exclusive": exclusive}
    given = ({} if kind == "classic" else {"x-queue-type": kind}) | arguments_from(arguments)
    return run(make(broker, wanted, how, given, as_json=as_json))


async def make(
    broker: Broker, name: str, how: dict[str, bool], arguments: dict[str, Argument], *, as_json: bool
) -> Exit:
    """Ask for it. The broker answers with how much waits in it already."""
    async with channel_of(broker) as channel:
        queue = await channel.declare_queue(
            name,
            durable=how["durable"],
            exclusive=how["exclusive"],
            auto_delete=how["auto_delete"],
            arguments=dict(arguments),
            timeout=broker.patience,
        )
        answer = queue.declaration_result
    ready, consumers = answer.message_count or 0, answer.consumer_count or 0
    facts = {"queue": queue.name, **how, "ready": ready, "consumers": consumers}
    end = "; it is exclusive, so it goes with this command" if how["exclusive"] else ""
    report(
        f"{queue.name}: declared, with {ready} ready messages and {consumers} consumers{end}",
        facts,
        as_json=as_json,
    )
    return Exit.OK


@queues.command()
@NAME
@FLAG
@AS_JSON
@reaching
def purge(broker: Broker, argument: str | None, name: str | None, *, as_json: bool) -> Exit:
    """Drop all messages that wait in a queue."""
    return run(empty(broker, one_name(argument, name, "--name"), as_json=as_json))


async def empty(broker: Broker, name: str, *, as_json: bool) -> Exit:
    """Ask for it."""
    async with channel_of(broker) as channel:
        queue = await channel.get_queue(name, ensure=False)
        answer = await queue.purge(timeout=broker.patience)
    count = answer.message_count or 0
    report(f"{name}: purged of {count} messages", {"queue": name, "messages": count}, as_json=as_json)
    return Exit.OK


@queues.command()
@NAME
@FLAG
@click.option("--if-unused", is_flag=True, help="Only if nobody consumes from it.")
@click.option("--if-empty", is_flag=True, help="Only if nothing waits in it.")
@AS_JSON
@reaching
def delete(
    broker: Broker, argument: str | None, name: str | None, *, if_unused: bool, if_empty: bool, as_json: bool
) -> Exit:
    """Delete a queue. One that is not there is no failure to the broker."""
    return run(remove(broker, one_name(argument, name, "--name"), (if_unused, if_empty), as_json=as_json))


async def remove(broker: Broker, name: str, only: tuple[bool, bool], *, as_json: bool) -> Exit:
    """Ask for it. ``only``: if unused, if empty."""
    async with channel_of(broker) as channel:
        answer = await channel.queue_delete(
            name, timeout=broker.patience, if_unused=only[0], if_empty=only[1]
        )
    count = answer.message_count or 0
    report(
        f"{name}: gone, with {count} messages",
        {"queue": name, "deleted": True, "messages": count},
        as_json=as_json,
    )
    return Exit.OK
