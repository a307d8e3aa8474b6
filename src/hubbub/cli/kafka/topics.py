"""`hubbub kafka topics`: what topics there are, and how they come and go."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct
from msgspec.structs import asdict

from hubbub.cli.asking import AS_JSON, one_name
from hubbub.cli.exits import Ends, Exit, talk
from hubbub.cli.feeding import pairs
from hubbub.cli.kafka.connection import Broker, administering, looking, reaching, refused
from hubbub.cli.printing import flush, json_line, put, rows
from hubbub.cli.working import run

if TYPE_CHECKING:
    from aiokafka.admin import AIOKafkaAdminClient

NAME: Final = click.argument("name", metavar="[TOPIC]", required=False)
TOPIC: Final = click.option(
    "-t", "--topic", "--name", "topic", metavar="NAME", help="The topic, if not given as an argument."
)
OUR_OWN: Final = 5
"""The source of a setting that was made for the topic itself (DescribeConfigs: DYNAMIC_TOPIC_CONFIG is 1, DEFAULT_CONFIG is 5)."""


class Partition(Struct, frozen=True):
    """Where it lies."""

    partition: int
    leader: int
    replicas: list[int]
    isr: list[int]


@click.group()
def topics() -> None:
    """List, describe, create and delete topics."""


@topics.command("list")
@click.option("--internal", is_flag=True, help="Those too that the broker keeps for itself.")
@AS_JSON
@reaching
def list_topics(broker: Broker, *, internal: bool, as_json: bool) -> Exit:
    """Print the name of every topic, one a line."""
    return run(print_names(broker, internal=internal, as_json=as_json))


async def print_names(broker: Broker, *, internal: bool, as_json: bool) -> Exit:
    """In alphabetical order."""
    async with administering(broker) as admin:
        found = await admin.describe_topics()
    for each in sorted(found, key=lambda each: str(each["topic"])):
        if internal or not each["is_internal"]:
            facts = {
                "topic": each["topic"],
                "partitions": len(each["partitions"]),
                "replication_factor": len(each["partitions"][0]["replicas"]) if each["partitions"] else 0,
                "internal": each["is_internal"],
            }
            put(json_line(facts) if as_json else f"{each['topic']}\n".encode())
    flush()
    return Exit.OK


@topics.command()
@NAME
@TOPIC
@AS_JSON
@reaching
def describe(broker: Broker, name: str | None, topic: str | None, *, as_json: bool) -> Exit:
    """Show the partitions of a topic, with their offsets, and its settings."""
    return run(print_topic(broker, one_name(name, topic, "--topic"), as_json=as_json))


async def print_topic(broker: Broker, name: str, *, as_json: bool) -> Exit:
    """One topic."""
    from aiokafka import TopicPartition

    async with administering(broker) as admin:
        partitions = await partitions_of(admin, broker, name)
        settings = await settings_of(admin, name)
    async with looking(broker) as consumer:
        parts = [TopicPartition(name, each.partition) for each in partitions]
        starts = await consumer.beginning_offsets(parts)
        ends = await consumer.end_offsets(parts)
    shown = [
        asdict(each) | {"start_offset": starts[part], "end_offset": ends[part]}
        for each, part in zip(partitions, parts, strict=True)
    ]
    if as_json:
        put(json_line({"topic": name, "partitions": shown, "settings": settings}))
        flush()
        return Exit.OK
    factor = len(partitions[0].replicas) if partitions else 0
    put(f"{name}: {len(partitions)} partitions, replication factor {factor}\n".encode())
    rows(shown, ("partition", "leader", "replicas", "isr", "start_offset", "end_offset"), as_json=False)
    for key, value in sorted(settings.items()):
        put(f"{key}={value}\n".encode())
    flush()
    return Exit.OK


async def partitions_of(admin: "AIOKafkaAdminClient", broker: Broker, name: str) -> list[Partition]:
    """In order. Asks for all topics, since asking for one makes it on many brokers. Raises `Ends` when it is not there."""
    found = [each for each in await admin.describe_topics() if each["topic"] == name]
    if not found:
        advice = "`hubbub kafka topics list` shows those that are there"
        raise Ends(Exit.FAILED, [f"there is no topic {name!r} at {broker}; {advice}"])
    parts = [
        Partition(each["partition"], each["leader"], list(each["replicas"]), list(each["isr"]))
        for each in found[0]["partitions"]
    ]
    return sorted(parts, key=lambda each: each.partition)


async def settings_of(admin: "AIOKafkaAdminClient", name: str) -> dict[str, str]:
    """Those that somebody has set."""
    from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

    (answer,) = await admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    found: dict[str, str] = {}
    for resource in answer.to_object()["resources"]:
        for each in resource["config_entries"]:
            source = each.get("config_source", OUR_OWN)
            if source == 1 and not each["is_sensitive"]:
                found[str(each["config_names"])] = str(each["config_value"])
    return found


@topics.command()
@NAME
@TOPIC
@click.option(
    "-p",
    "--partitions",
    type=click.IntRange(min=1),
    default=3,
    show_default=True,
    metavar="N",
    help="How many.",
)
@click.option(
    "-r",
    "--replication-factor",
    "replicas",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="How many copies.",
)
@click.option(
    "--config",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="A setting of the topic; may be repeated.",
)
@click.option("--if-not-exists", is_flag=True, help="It is fine when the topic is there.")
@AS_JSON
@reaching
def create(
    broker: Broker,
    name: str | None,
    topic: str | None,
    partitions: int,
    replicas: int,
    settings: tuple[str, ...],
    *,
    if_not_exists: bool,
    as_json: bool,
) -> Exit:
    """Create a topic."""
    made = one_name(name, topic, "--topic")
    given = dict(pairs(settings, "--config"))
    return run(
        make(
            broker,
            made,
            (partitions, replicas),
            given,
            excuses=[36] if if_not_exists else [],
            as_json=as_json,
        )
    )


async def make(
    broker: Broker,
    name: str,
    shape: tuple[int, int],
    settings: dict[str, str],
    *,
    excuses: Sequence[int],
    as_json: bool,
) -> Exit:
    """Ask for it. ``excuses`` are error codes that are fine."""
    from aiokafka.admin import NewTopic

    partitions, replicas = shape
    async with administering(broker) as admin:
        answer = await admin.create_topics([NewTopic(name, partitions, replicas, topic_configs=settings)])
    for each in answer.to_object()["topic_errors"]:
        code = int(each["error_code"])
        if code and code not in excuses:
            raise Ends(
                Exit.FAILED, [f"{broker} does not create {name}: {refused(code, each.get('error_message'))}"]
            )
        done = "was there" if code else f"created, with {partitions} partition{'s' if partitions > 1 else ''}"
        report(name, done, {"topic": name, "created": not code, "partitions": partitions}, as_json=as_json)
    return Exit.OK


@topics.command()
@click.argument("names", metavar="[TOPIC]...", nargs=-1)
@TOPIC
@click.option("--if-exists", is_flag=True, help="It is fine when a topic is not there.")
@AS_JSON
@reaching
def delete(
    broker: Broker, names: tuple[str, ...], topic: str | None, *, if_exists: bool, as_json: bool
) -> Exit:
    """Delete topics, with all their records."""
    chosen = names or (one_name(None, topic, "--topic"),)
    return run(remove(broker, chosen, excuses=[3] if if_exists else [], as_json=as_json))


async def remove(broker: Broker, names: Sequence[str], *, excuses: Sequence[int], as_json: bool) -> Exit:
    """Ask for it."""
    async with administering(broker) as admin:
        answer = await admin.delete_topics(list(names))
    failures = []
    for each in answer.to_object()["topic_error_codes"]:
        name, code = str(each["topic"]), int(each["error_code"])
        if code and code not in excuses:
            failures.append(f"{broker} does not delete {name}: {refused(code, None)}")
        else:
            report(
                name,
                "was not there" if code else "deleted",
                {"topic": name, "deleted": not code},
                as_json=as_json,
            )
    if failures:
        raise Ends(Exit.FAILED, failures)
    return Exit.OK


def report(name: str, done: str, facts: dict[str, object], *, as_json: bool) -> None:
    """What was done, to programs or to people."""
    if as_json:
        put(json_line(facts))
        flush()
    else:
        talk(f"{name}: {done}")
