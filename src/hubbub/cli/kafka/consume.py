"""`hubbub kafka consume`: records of a topic on stdout, as members of a group or without one."""

import asyncio
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct

from hubbub.cli.asking import AS_JSON, COUNT, TIMEOUT, one_name
from hubbub.cli.data import text_or_octets
from hubbub.cli.exits import Ends, Exit, talk
from hubbub.cli.formats import Fields, Format, length, listed, number, text
from hubbub.cli.kafka.connection import Broker, administering, reaching, refusals, start
from hubbub.cli.printing import flush, json_line, put
from hubbub.cli.working import run, wait
from hubbub.client.peers import hang_up

if TYPE_CHECKING:
    from aiokafka import AIOKafkaConsumer, TopicPartition
    from aiokafka.structs import ConsumerRecord

ROUND_MS: Final = 200
LONGER_THAN_A_SESSION: Final = 11.0
"""Seconds: a member's join may take a session of ten, when another member has died."""
STARTS: Final = {
    "earliest": "earliest",
    "beginning": "earliest",
    "latest": "latest",
    "end": "latest",
}


def headers_of(record: "ConsumerRecord[bytes, bytes]") -> bytes:
    """As kcat prints them: ``name=value,name=value``."""
    return b",".join(
        name.encode() + b"=" + (b"NULL" if value is None else value) for name, value in record.headers
    )


FIELDS: Final["Fields[ConsumerRecord[bytes, bytes]]"] = {
    "s": ("value", lambda record: record.value or b""),
    "S": ("length of the value (-1: none)", lambda record: length(record.value)),
    "k": ("key", lambda record: record.key or b""),
    "K": ("length of the key", lambda record: length(record.key)),
    "t": ("topic", lambda record: text(record.topic)),
    "p": ("partition", lambda record: number(record.partition)),
    "o": ("offset", lambda record: number(record.offset)),
    "T": ("timestamp in ms", lambda record: number(record.timestamp)),
    "h": ("headers", headers_of),
}


class Wanted(Struct, frozen=True):
    """What to read, and when it is enough."""

    topic: str
    group: str | None
    partitions: tuple[int, ...]
    start: str
    offset: int | None
    """Counted from the end where it is below 0."""
    at_ms: int | None
    count: int | None
    timeout: float | None
    until_end: bool
    commits: bool
    committed_only: bool
    patience: float


@click.command()
@click.argument("name", metavar="[TOPIC]", required=False)
@click.option("-t", "--topic", metavar="NAME", help="Whose records.")
@click.option("-g", "--group", metavar="ID", help="As a member of this group, from where it has got to.")
@click.option(
    "-p",
    "--partition",
    "partitions",
    multiple=True,
    type=click.IntRange(min=0),
    metavar="N",
    help="Only this one; may be repeated.",
)
@click.option(
    "--from",
    "start",
    metavar="WHERE",
    type=click.Choice(list(STARTS)),
    help="earliest or latest (the default).",
)
@click.option("--from-beginning", is_flag=True, help="The same as --from earliest.")
@click.option(
    "-o",
    "--offset",
    metavar="N",
    help="From offset N; -N: the last N of each partition; s@MS: from this time on.",
)
@click.option("-f", "--format", "layout", metavar="TEXT", help=f"Lay out each record: {listed(FIELDS)}.")
@click.option("-e", "--exit", "until_end", is_flag=True, help="Stop at what is the end now.")
@click.option("--no-commit", is_flag=True, help="Leave the group's offsets as they are.")
@click.option(
    "--committed", "committed_only", is_flag=True, help="No records of transactions that are open or aborted."
)
@COUNT
@TIMEOUT
@AS_JSON
@reaching
def consume(
    broker: Broker,
    name: str | None,
    topic: str | None,
    group: str | None,
    partitions: tuple[int, ...],
    start: str | None,
    offset: str | None,
    layout: str | None,
    count: int | None,
    timeout: float | None,
    *,
    from_beginning: bool,
    until_end: bool,
    no_commit: bool,
    committed_only: bool,
    as_json: bool,
) -> Exit:
    r"""Print the records of a topic, until told to stop.

    Each value is a line, if neither --format nor --json says otherwise. A member of a group goes on where the group is;
    where a new group begins, and where all others do, is said by --from and --offset. Offsets are committed when the
    records are printed. With --count, ends with code 1 if --timeout comes first.

    `-f earliest` and `-f latest` mean --from, as in MockForge.
    """
    if layout in STARTS:
        start, layout = layout, None
    at, at_ms = place(offset)
    if group is not None and offset is not None:
        raise click.UsageError(
            "a group knows where it is; move it with `hubbub kafka consumer-groups reset-offsets`"
        )
    wanted = Wanted(
        one_name(name, topic, "--topic"),
        group,
        partitions,
        "earliest" if from_beginning else STARTS[start or "latest"],
        at,
        at_ms,
        count,
        timeout,
        until_end,
        group is not None and not no_commit,
        committed_only,
        broker.patience,
    )
    return run(read(broker, wanted, way(layout, as_json=as_json)), until_told=True)


def place(offset: str | None) -> tuple[int | None, int | None]:
    """An offset, or a time in ms. Raises `click.UsageError`."""
    if offset is None:
        return None, None
    digits, is_time = (offset[2:], True) if offset.startswith("s@") else (offset, False)
    named = {"beginning": 0, "earliest": 0}
    try:
        found = named[digits] if digits in named else int(digits)
    except ValueError:
        raise click.UsageError(f"--offset: {offset!r} is neither a number nor s@MS") from None
    return (None, found) if is_time else (found, None)


def way(layout: str | None, *, as_json: bool) -> "Callable[[ConsumerRecord[bytes, bytes]], bytes]":
    """How a record is printed."""
    if layout is not None:
        return Format(layout, FIELDS)
    return in_json if as_json else line


def line(record: "ConsumerRecord[bytes, bytes]") -> bytes:
    """The value alone."""
    return (record.value or b"") + b"\n"


def in_json(record: "ConsumerRecord[bytes, bytes]") -> bytes:
    """All of it, in the shape of `hubbub data export`."""
    facts: dict[str, object] = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
    }
    facts |= text_or_octets("key", record.key) | text_or_octets("value", record.value)
    facts["headers"] = [{"name": name, **text_or_octets("value", value)} for name, value in record.headers]
    return json_line(facts)


async def read(
    broker: Broker, wanted: Wanted, printed: "Callable[[ConsumerRecord[bytes, bytes]], bytes]"
) -> Exit:
    """Consume until it is enough."""
    from aiokafka import AIOKafkaConsumer

    there = () if wanted.group is not None and not wanted.partitions else await partitions_of(broker, wanted)
    async with refusals(broker):
        consumer = AIOKafkaConsumer(
            group_id=wanted.group,
            auto_offset_reset=wanted.start,
            enable_auto_commit=False,
            isolation_level="read_committed" if wanted.committed_only else "read_uncommitted",
            **broker.settings(LONGER_THAN_A_SESSION),
        )
        try:
            await start(consumer)
            if there:
                await take_places(consumer, there, wanted)
            else:
                consumer.subscribe([wanted.topic])
            return await print_all(consumer, wanted, printed)
        finally:
            await hang_up(consumer, broker.patience)


async def partitions_of(broker: Broker, wanted: Wanted) -> "list[TopicPartition]":
    """Those to read. Asking makes the topic where the broker makes topics by itself. Raises `Ends`."""
    from aiokafka import TopicPartition

    async with administering(broker) as admin:
        loop = asyncio.get_running_loop()
        until = loop.time() + broker.patience
        while True:
            (found,) = await admin.describe_topics([wanted.topic])
            there = sorted(each["partition"] for each in found["partitions"] if each["leader"] >= 0)
            if there or loop.time() >= until:
                break
            await wait(ROUND_MS / 1000)
    if not there:
        raise Ends(
            Exit.FAILED,
            [
                f"there is no topic {wanted.topic!r} at {broker}; `hubbub kafka topics create {wanted.topic}` makes it"
            ],
        )
    missing = sorted(set(wanted.partitions) - set(there))
    if missing:
        raise Ends(
            Exit.FAILED, [f"{wanted.topic} has no partition {missing[0]}; it has {there[0]} to {there[-1]}"]
        )
    return [TopicPartition(wanted.topic, each) for each in wanted.partitions or there]


async def take_places(
    consumer: "AIOKafkaConsumer", there: "Iterable[TopicPartition]", wanted: Wanted
) -> None:
    """Assign, and seek to where reading begins."""
    parts = list(there)
    consumer.assign(parts)
    if wanted.at_ms is not None:
        found = await consumer.offsets_for_times(dict.fromkeys(parts, wanted.at_ms))
        ends = await consumer.end_offsets(parts)
        places = {part: at.offset if (at := found.get(part)) else ends[part] for part in parts}
    elif wanted.offset is not None and wanted.offset < 0:
        starts, ends = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
        places = {part: max(starts[part], ends[part] + wanted.offset) for part in parts}
    elif wanted.offset is not None:
        places = dict.fromkeys(parts, wanted.offset)
        await refuse_outside(consumer, places)
    elif wanted.group is not None:
        return  # where the group is
    elif wanted.start == "earliest":
        places = await consumer.beginning_offsets(parts)
    else:
        places = await consumer.end_offsets(parts)
    for part, at in places.items():
        consumer.seek(part, at)


async def refuse_outside(consumer: "AIOKafkaConsumer", places: "dict[TopicPartition, int]") -> None:
    """The library would begin somewhere else without a word. Raises `Ends`."""
    starts, ends = await consumer.beginning_offsets(places), await consumer.end_offsets(places)
    wrong = [
        f"{part.topic}/{part.partition} has no offset {at}: it goes from {starts[part]} to {ends[part]}"
        for part, at in places.items()
        if not starts[part] <= at <= ends[part]
    ]
    if wrong:
        raise Ends(Exit.FAILED, wrong)


async def print_all(
    consumer: "AIOKafkaConsumer", wanted: Wanted, printed: "Callable[[ConsumerRecord[bytes, bytes]], bytes]"
) -> Exit:
    """Round by round: fetch, print, commit. What aiokafka would try for ever, where the broker is gone, has its time."""
    loop = asyncio.get_running_loop()
    heard, left = loop.time(), wanted.count
    known_alive = heard
    ends: dict[TopicPartition, int] = {}
    while left is None or left > 0:
        parts = list(consumer.assignment())
        if wanted.until_end:
            unknown = [part for part in parts if part not in ends]
            if unknown:
                async with asyncio.timeout(wanted.patience):
                    ends |= await consumer.end_offsets(unknown)
        batches = await next_batches(consumer, left, wanted.patience)
        for records in batches.values():
            for record in records:
                put(printed(record))
            left = None if left is None else left - len(records)
        if batches:
            flush()
            heard = loop.time()
            if wanted.commits:
                async with asyncio.timeout(wanted.patience):
                    await consumer.commit()
        elif wanted.timeout is not None and loop.time() - heard >= wanted.timeout:
            return out_of_time(wanted, left)
        elif loop.time() - max(heard, known_alive) >= wanted.patience:
            # the library would wait for a broker that is gone as long as for a record
            async with asyncio.timeout(wanted.patience):
                await consumer.topics()
            known_alive = loop.time()
        if parts and wanted.until_end and await is_read(consumer, parts, ends, wanted.patience):
            break
    return Exit.OK


async def is_read(
    consumer: "AIOKafkaConsumer",
    parts: "list[TopicPartition]",
    ends: "dict[TopicPartition, int]",
    patience: float,
) -> bool:
    """Whether all of them are read to where they ended. Raises `TimeoutError`."""
    async with asyncio.timeout(patience):
        return all([await consumer.position(part) >= ends.get(part, 0) for part in parts])


async def next_batches(
    consumer: "AIOKafkaConsumer", most: int | None, patience: float
) -> "dict[TopicPartition, list[ConsumerRecord[bytes, bytes]]]":
    """What comes within a round; nothing, too, while the group takes long to agree on who reads what."""
    try:
        async with asyncio.timeout(max(patience, 5 * ROUND_MS / 1000)):
            return dict(await consumer.getmany(timeout_ms=ROUND_MS, max_records=most))
    except TimeoutError:
        return {}


def out_of_time(wanted: Wanted, left: int | None) -> Exit:
    """Nothing came for long enough."""
    if left is None or wanted.count is None:
        return Exit.OK
    talk(f"nothing more within {wanted.timeout:g} s: {wanted.count - left} of {wanted.count} records")
    return Exit.FAILED
