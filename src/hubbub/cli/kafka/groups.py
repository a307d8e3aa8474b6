"""`hubbub kafka consumer-groups`: who reads what, how far behind, and where a group goes on."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct

from hubbub.cli.asking import AS_JSON, one_name
from hubbub.cli.exits import Ends, Exit, talk
from hubbub.cli.kafka.connection import Broker, administering, looking, reaching, refusals, refused
from hubbub.cli.kafka.topics import partitions_of
from hubbub.cli.printing import flush, json_line, put, rows
from hubbub.cli.working import run

if TYPE_CHECKING:
    from aiokafka import AIOKafkaConsumer, TopicPartition
    from aiokafka.admin import AIOKafkaAdminClient

GROUP_NAME: Final = click.argument("name", metavar="[GROUP]", required=False)
GROUP: Final = click.option("-g", "--group", metavar="ID", help="The group, if not given as an argument.")
COLUMNS: Final = (
    "group",
    "topic",
    "partition",
    "current_offset",
    "log_end_offset",
    "lag",
    "consumer",
    "host",
    "client_id",
)
GONE: Final = "Dead"
EMPTY: Final = ("Empty", GONE)


class Member(Struct, frozen=True):
    """Who has a partition."""

    consumer: str
    host: str
    client_id: str


class Group(Struct, frozen=True):
    """What the coordinator knows."""

    name: str
    state: str
    protocol: str
    members: list[Member]
    owners: "dict[TopicPartition, Member]"


@click.group()
def groups() -> None:
    """List, describe, reset and delete consumer groups."""


@groups.command("list")
@AS_JSON
@reaching
def list_groups(broker: Broker, *, as_json: bool) -> Exit:
    """Print the name of every group, one a line."""
    return run(print_names(broker, as_json=as_json))


async def print_names(broker: Broker, *, as_json: bool) -> Exit:
    """In alphabetical order."""
    async with administering(broker) as admin:
        found = await admin.list_consumer_groups()
        for name, kind, *_ in sorted(found):
            if as_json:
                group = await group_of(admin, name)
                put(
                    json_line(
                        {"group": name, "type": kind, "state": group.state, "members": len(group.members)}
                    )
                )
            else:
                put(f"{name}\n".encode())
    flush()
    return Exit.OK


@groups.command()
@GROUP_NAME
@GROUP
@AS_JSON
@reaching
def describe(broker: Broker, name: str | None, group: str | None, *, as_json: bool) -> Exit:
    """Show how far a group has got in each partition, how far behind it is, and who reads it."""
    return run(print_group(broker, one_name(name, group, "--group"), as_json=as_json))


@groups.command()
@GROUP_NAME
@GROUP
@AS_JSON
@reaching
def offsets(broker: Broker, name: str | None, group: str | None, *, as_json: bool) -> Exit:
    """The same as describe."""
    return run(print_group(broker, one_name(name, group, "--group"), as_json=as_json))


async def print_group(broker: Broker, name: str, *, as_json: bool) -> Exit:
    """A line for each partition that the group has an offset in, or a member for."""
    async with administering(broker) as admin:
        group = await group_of(admin, name)
        committed = await admin.list_consumer_group_offsets(name)
    if group.state == GONE and not committed:
        raise unknown(broker, name)
    parts = sorted({*committed, *group.owners})
    async with looking(broker) as consumer:
        ends = await consumer.end_offsets(parts) if parts else {}
    found: list[dict[str, object]] = []
    for part in parts:
        at = committed[part].offset if part in committed and committed[part].offset >= 0 else None
        owner = group.owners.get(part)
        found.append(
            {
                "group": name,
                "topic": part.topic,
                "partition": part.partition,
                "current_offset": at,
                "log_end_offset": ends[part],
                "lag": None if at is None else max(0, ends[part] - at),
                "consumer": owner.consumer if owner else None,
                "host": owner.host if owner else None,
                "client_id": owner.client_id if owner else None,
                "state": group.state,
            }
        )
    rows(found, COLUMNS, as_json=as_json)
    if not as_json:
        lag = sum(each["lag"] for each in found if isinstance(each["lag"], int))
        count = len(group.members)
        talk(f"{name}: {group.state}, {count} member{'' if count == 1 else 's'}, lag {lag} in all")
    return Exit.OK


async def group_of(admin: "AIOKafkaAdminClient", name: str) -> Group:
    """What its coordinator says. A group that is not there is `GONE`."""
    (answer,) = await admin.describe_consumer_groups([name])
    (facts,) = answer.to_object()["groups"]
    if facts["error_code"]:
        raise Ends(Exit.FAILED, [f"{name}: {refused(facts['error_code'], None)}"])
    members: list[Member] = []
    owners: dict[TopicPartition, Member] = {}
    for each in facts["members"]:
        member = Member(each["member_id"], each["client_host"], each["client_id"])
        members.append(member)
        owners |= dict.fromkeys(assigned(each["member_assignment"]), member)
    return Group(name, facts["state"], facts["protocol"], members, owners)


def assigned(octets: bytes) -> "Iterable[TopicPartition]":
    """The partitions in a member's assignment, which is the clients' own format."""
    from aiokafka import TopicPartition
    from aiokafka.coordinator.protocol import ConsumerProtocolMemberAssignment

    if not octets:
        return
    for topic, parts in ConsumerProtocolMemberAssignment.decode(octets).assignment:
        for part in parts:
            yield TopicPartition(topic, part)


def refuse_members(group: Group) -> None:
    """Raises `Ends` for a group that has any."""
    if group.state not in EMPTY:
        count = len(group.members)
        raise Ends(
            Exit.FAILED,
            [
                f"group {group.name!r} is {group.state}, with {count} member{'' if count == 1 else 's'}; stop them first"
            ],
        )


def unknown(broker: Broker, name: str) -> Ends:
    """There is no such group."""
    return Ends(
        Exit.FAILED,
        [
            f"there is no group {name!r} at {broker}; `hubbub kafka consumer-groups list` shows those that are there"
        ],
    )


@groups.command("reset-offsets")
@GROUP_NAME
@GROUP
@click.option(
    "-t",
    "--topic",
    "topics",
    multiple=True,
    metavar="NAME[:N,N]",
    help="In this topic, or in these partitions of it; may be repeated. Without it: wherever the group has an offset.",
)
@click.option("--all-topics", is_flag=True, help="Wherever the group has an offset.")
@click.option("-o", "--to", "goal", metavar="WHERE", help="earliest, latest, an offset, or s@MS for a time.")
@click.option("--to-earliest", "goal", flag_value="earliest", help="The same as --to earliest.")
@click.option("--to-latest", "goal", flag_value="latest", help="The same as --to latest.")
@click.option(
    "--to-offset", "goal_offset", metavar="N", type=click.IntRange(min=0), help="The same as --to N."
)
@click.option("--dry-run", is_flag=True, help="Show what would be, and change nothing.")
@AS_JSON
@reaching
def reset_offsets(
    broker: Broker,
    name: str | None,
    group: str | None,
    topics: tuple[str, ...],
    goal: str | None,
    goal_offset: int | None,
    *,
    all_topics: bool,
    dry_run: bool,
    as_json: bool,
) -> Exit:
    """Move a group that has no members to other offsets."""
    where = goal if goal_offset is None else str(goal_offset)
    if where is None:
        raise click.UsageError("say where to: --to earliest, latest, an offset or s@MS")
    digits = where.removeprefix("s@")
    if where not in ("earliest", "latest") and not (digits.isascii() and digits.isdigit()):
        raise click.UsageError(f"--to: {where!r} is neither earliest nor latest, neither an offset nor s@MS")
    if all_topics and topics:
        raise click.UsageError("either --all-topics or --topic")
    return run(reset(broker, one_name(name, group, "--group"), topics, where, (dry_run, as_json)))


async def reset(
    broker: Broker, name: str, topics: tuple[str, ...], where: str, how: tuple[bool, bool]
) -> Exit:
    """Find the partitions and their new offsets, commit them, and show them. ``how``: dry run, and as JSON."""
    from aiokafka import TopicPartition

    is_dry, as_json = how
    async with administering(broker) as admin:
        group = await group_of(admin, name)
        refuse_members(group)
        parts: list[TopicPartition] = []
        if topics:
            for each in topics:
                topic, _, numbers = each.partition(":")
                there = [one.partition for one in await partitions_of(admin, broker, topic)]
                chosen = [int(one) for one in numbers.split(",") if one.isdigit()] if numbers else there
                if missing := sorted(set(chosen) - set(there)):
                    raise Ends(Exit.FAILED, [f"{topic} has no partition {missing[0]}"])
                parts += [TopicPartition(topic, one) for one in chosen]
        else:
            parts = sorted(await admin.list_consumer_group_offsets(name))
            if not parts:
                raise unknown(broker, name)
    async with looking(broker, name) as consumer:
        places = await goals(consumer, parts, where)
        if not is_dry:
            consumer.assign(parts)
            await consumer.commit(places)
    found = [
        {"group": name, "topic": part.topic, "partition": part.partition, "new_offset": at}
        for part, at in places.items()
    ]
    rows(found, ("group", "topic", "partition", "new_offset"), as_json=as_json)
    talk("nothing was changed (--dry-run)" if is_dry else f"{name}: moved in {len(found)} partitions")
    return Exit.OK


async def goals(
    consumer: "AIOKafkaConsumer", parts: "list[TopicPartition]", where: str
) -> "dict[TopicPartition, int]":
    """The new offset of each partition, within what is there."""
    starts, ends = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
    if where == "earliest":
        return dict(starts)
    if where == "latest":
        return dict(ends)
    if where.startswith("s@"):
        found = await consumer.offsets_for_times(dict.fromkeys(parts, int(where[2:])))
        return {part: at.offset if (at := found.get(part)) else ends[part] for part in parts}
    return {part: min(max(int(where), starts[part]), ends[part]) for part in parts}


@groups.command()
@click.argument("names", metavar="[GROUP]...", nargs=-1)
@GROUP
@AS_JSON
@reaching
def delete(broker: Broker, names: tuple[str, ...], group: str | None, *, as_json: bool) -> Exit:
    """Delete groups that have no members, with their offsets."""
    return run(remove(broker, names or (one_name(None, group, "--group"),), as_json=as_json))


async def remove(broker: Broker, names: tuple[str, ...], *, as_json: bool) -> Exit:
    """Ask each group's coordinator. aiokafka's admin client has no call for it; its messages are there."""
    from aiokafka.client import AIOKafkaClient
    from aiokafka.protocol.admin import DeleteGroupsRequest

    failures = []
    async with administering(broker) as admin:
        nodes = {name: await admin.find_coordinator(name) for name in names}
    async with refusals(broker):
        client = AIOKafkaClient(**broker.settings())
        try:
            await client.bootstrap()
            for name, node in nodes.items():
                answer = await client.send(node, DeleteGroupsRequest([name]))
                for _, code in answer.results:
                    if code:
                        failures.append(f"{broker} does not delete group {name}: {refused(code, None)}")
                    elif as_json:
                        put(json_line({"group": name, "deleted": True}))
                    else:
                        talk(f"{name}: deleted")
        finally:
            await client.close()
    flush()
    if failures:
        raise Ends(Exit.FAILED, failures)
    return Exit.OK
