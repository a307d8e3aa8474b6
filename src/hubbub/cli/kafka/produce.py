"""`hubbub kafka produce`: records from the command line, a file or a pipe. Said to be sent when the broker has acknowledged."""

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct

from hubbub.cli.asking import AS_JSON
from hubbub.cli.exits import Ends, Exit, talk
from hubbub.cli.feeding import Source, pairs, source
from hubbub.cli.kafka.connection import Broker, reaching, refusals
from hubbub.cli.printing import Progress, flush, json_line, put
from hubbub.cli.working import run, wait

if TYPE_CHECKING:
    from aiokafka import AIOKafkaProducer
    from aiokafka.structs import RecordMetadata

AHEAD: Final = 10_000
LARGEST: Final = 1 << 30
"""Octets of one request; what is too large, the broker says."""
ACKS: Final[dict[str, str | int]] = {"all": "all", "-1": "all", "1": 1, "0": 0}


class Wanted(Struct, frozen=True):
    """What every record of a call has."""

    topic: str
    key: str | None
    partition: int | None
    headers: list[tuple[str, bytes]]
    acks: str
    compression: str
    separator: str | None
    rate: float | None
    is_tombstone: bool
    as_json: bool


@click.command()
@click.argument("dash", metavar="[-]", required=False)
@click.option("-t", "--topic", required=True, metavar="NAME", help="Where to.")
@click.option("-k", "--key", metavar="TEXT", help="The key of every record.")
@click.option(
    "-m", "--value", "--message", "value", metavar="TEXT", help="The value; `-` reads standard input."
)
@click.option("--file", metavar="FILE", help="Send each line of FILE.")
@click.option("--whole", is_flag=True, help="Send all of FILE or of standard input as one record.")
@click.option(
    "-Z", "--null", "is_tombstone", is_flag=True, help="Send an empty value as no value: a tombstone."
)
@click.option("-K", "--key-separator", "separator", metavar="X", help="Each line is a key, X, and a value.")
@click.option(
    "-p", "--partition", type=click.IntRange(min=0), metavar="N", help="To this partition, whatever the key."
)
@click.option(
    "-H", "--header", "headers", multiple=True, metavar="NAME:VALUE", help="A header; may be repeated."
)
@click.option(
    "-c", "--count", type=click.IntRange(min=1), default=1, metavar="N", help="Send the value N times."
)
@click.option(
    "--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="At most N records a second."
)
@click.option(
    "--acks", type=click.Choice(list(ACKS)), default="all", show_default=True, help="Who must have it."
)
@click.option(
    "-z",
    "--compression",
    type=click.Choice(["none", "gzip", "snappy", "lz4", "zstd"]),
    default="none",
    show_default=True,
    help="How to compress.",
)
@AS_JSON
@reaching
def produce(
    broker: Broker,
    dash: str | None,
    topic: str,
    key: str | None,
    value: str | None,
    file: str | None,
    partition: int | None,
    headers: tuple[str, ...],
    count: int,
    rate: float | None,
    acks: str,
    compression: str,
    separator: str | None,
    *,
    whole: bool,
    is_tombstone: bool,
    as_json: bool,
) -> Exit:
    """Send records to a topic.

    What is sent is --value, or each line of --file or of standard input (`-`). It is done when the broker has acknowledged
    all of it; then the place of the record is told, or how many there were. --json tells the place of each on stdout.
    """
    if is_tombstone and value is None and file is None and dash is None:
        value = ""
    value, file = source(value, file, dash, "--value")
    given = [(name, text.encode()) for name, text in pairs(headers, "--header")]
    wanted = Wanted(topic, key, partition, given, acks, compression, separator, rate, is_tombstone, as_json)
    return run(send(broker, Source(value, file, whole, count), wanted))


async def send(broker: Broker, what: Source, wanted: Wanted) -> Exit:
    """All records, many at a time; each acknowledged before the end."""
    from aiokafka import AIOKafkaProducer

    tally = Tally(wanted, what.count if what.value is not None else None)
    async with refusals(broker):
        producer = AIOKafkaProducer(
            acks=ACKS[wanted.acks],
            compression_type=None if wanted.compression == "none" else wanted.compression,
            linger_ms=0,
            max_request_size=LARGEST,
            **broker.settings(),
        )
        try:
            await producer.start()
            await check_partition(producer, wanted)
            async for record in what.records():
                key, value = parts(record, wanted)
                under_way = await producer.send(
                    wanted.topic, value, key=key, partition=wanted.partition, headers=wanted.headers
                )
                await tally.expect(under_way)
                if wanted.rate:
                    await wait(1 / wanted.rate)
            await tally.settle()
        finally:
            tally.progress.end()
            await producer.stop()
    tally.tell()
    return Exit.OK


async def check_partition(producer: "AIOKafkaProducer", wanted: Wanted) -> None:
    """A partition that is not there is told at once; the library would ask for it again and again."""
    if wanted.partition is None:
        return
    there = sorted(await producer.partitions_for(wanted.topic))
    if wanted.partition not in there:
        raise Ends(
            Exit.FAILED,
            [f"{wanted.topic} has no partition {wanted.partition}; it has {there[0]} to {there[-1]}"],
        )


def parts(record: bytes, wanted: Wanted) -> tuple[bytes | None, bytes | None]:
    """Key and value of one record."""
    key = wanted.key.encode() if wanted.key is not None else None
    if wanted.separator:
        front, found, rest = record.partition(wanted.separator.encode())
        if found:
            key, record = front, rest
    return key, None if wanted.is_tombstone and not record else record


class Tally:
    """What is under way, and what was acknowledged."""

    __slots__ = ("_acknowledged", "_last", "_under_way", "_wanted", "progress")

    def __init__(self, wanted: Wanted, total: int | None) -> None:
        self._wanted = wanted
        self._under_way: deque[asyncio.Future[RecordMetadata]] = deque()
        self._acknowledged = 0
        self._last: list[RecordMetadata] = []
        self.progress = Progress(f"to {wanted.topic}", total)

    async def expect(self, answer: "asyncio.Future[RecordMetadata]") -> None:
        """One more; waits for the oldest when too many are under way."""
        self._under_way.append(answer)
        while self._under_way and (len(self._under_way) > AHEAD or self._under_way[0].done()):
            self._take(await self._under_way.popleft())

    async def settle(self) -> None:
        """All of them."""
        while self._under_way:
            self._take(await self._under_way.popleft())

    def tell(self) -> None:
        """What became of it."""
        flush()
        if self._wanted.as_json:
            return
        topic, count = self._wanted.topic, self._acknowledged
        if self._wanted.acks == "0":
            talk(f"{count} sent to {topic}; with --acks 0 no broker says that it has them")
        elif count == 1:
            place = self._last[0]
            talk(f"acknowledged: {topic}, partition {place.partition}, offset {place.offset}")
        else:
            talk(f"acknowledged: {count} records in {topic}")

    def _take(self, place: "RecordMetadata") -> None:
        self._acknowledged += 1
        self._last = [place]
        self.progress.step()
        if self._wanted.as_json:
            put(
                json_line(
                    {
                        "topic": place.topic,
                        "partition": place.partition,
                        "offset": place.offset,
                        "timestamp": place.timestamp,
                    }
                )
            )
