"""`hubbub top`: what a hub does just now, read off its metrics every few moments."""

import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from threading import Event
from typing import Final

import click
import msgspec
from msgspec import Struct

from hubbub.cli.exits import Exit
from hubbub.cli.hubs import hub_at, of_a_hub
from hubbub.cli.printing import flush, put, table
from hubbub.cli.scrape import Sample, samples
from hubbub.cli.web import Site, decoded

HOME_AND_CLEAR: Final = "\x1b[H\x1b[J"
ROOMS: Final = ("kafka", "mqtt", "amqp")
CAME: Final = {
    "kafka_messages_produced_total": ("kafka", "topic"),
    "mqtt_messages_published_total": ("mqtt", "topic"),
    "amqp_messages_published_total": ("amqp", "exchange"),
}
WENT: Final = {
    "kafka_messages_consumed_total": ("kafka", "topic"),
    "mqtt_messages_delivered_total": ("mqtt", ""),
    "amqp_messages_consumed_total": ("amqp", "queue"),
}
BUSIEST: Final = 10
CPU: Final = Sample("process_cpu_seconds_total")
RESIDENT: Final = Sample("process_resident_memory_bytes")


class Moment(Struct, frozen=True):
    """When the hub was asked, by its own clock."""

    now: int


class Scrape(Struct, frozen=True):
    """All numbers of a moment: the hub's wall time in ms."""

    at: int
    numbers: dict[Sample, float]


class Row(Struct, frozen=True):
    """One protocol. Rates are for each second since the snapshot before."""

    protocol: str
    connections: int
    messages_in: float
    messages_out: float
    bytes_in: float
    bytes_out: float


class Busy(Struct, frozen=True):
    """A place to which much comes."""

    address: str
    messages_in: float
    messages: int
    """Since the hub was started."""


class Behind(Struct, frozen=True):
    """A group or a queue, and how many records wait for it."""

    name: str
    waiting: int


class Snapshot(Struct, frozen=True):
    """All that is shown. ``cpu_percent`` of one core."""

    at: int
    """The hub's wall time in ms."""
    cpu_percent: float
    resident_mb: float
    protocols: list[Row]
    busiest: list[Busy]
    waiting: list[Behind]


@click.command()
@of_a_hub
@click.option(
    "-d",
    "--interval",
    metavar="S",
    type=click.FloatRange(min=0.1),
    default=2.0,
    show_default=True,
    help="Seconds between two snapshots.",
)
@click.option("-n", "--count", metavar="N", type=click.IntRange(min=1), help="Stop after N snapshots.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, on stdout.")
def top(admin_url: str, admin_token: str, interval: float, count: int | None, *, as_json: bool) -> int:
    """Show what a hub does just now.

    A table that is written anew on a terminal, one below the other elsewhere. Ctrl-C ends it.
    """
    site = hub_at(admin_url, admin_token)
    before: list[Scrape] = []
    shown = 0
    try:
        while True:
            now = scraped(site)
            for past in before:
                show(snapshot(past, now), as_json=as_json)
                shown += 1
                if shown == count:
                    return Exit.OK
            before = [now]
            Event().wait(interval)
    except KeyboardInterrupt:
        return Exit.OK


def scraped(site: Site) -> Scrape:
    """All numbers as they are now."""
    at = decoded(site, site.get("/health/live"), Moment).now
    return Scrape(at, dict(samples(site.get("/metrics").decode())))


def snapshot(past_scrape: Scrape, scrape: Scrape) -> Snapshot:
    """What happened between two scrapes. A hub that was started anew in between counts from 0 again."""
    before, now = past_scrape.numbers, scrape.numbers
    seconds = max(scrape.at - past_scrape.at, 1) / 1000

    def rate(sample: Sample) -> float:
        past, present = before.get(sample, 0.0), now[sample]
        return (present if present < past else present - past) / seconds

    def sums(names: Mapping[str, tuple[str, str]], room: str) -> float:
        return sum(rate(sample) for sample in now if names.get(sample.name, ("",))[0] == room)

    def port_sum(name: str, room: str, *, is_rate: bool) -> float:
        found = [
            sample
            for sample in now
            if sample.name == name and sample.label("protocol").partition("-")[0] == room
        ]
        return sum(rate(sample) if is_rate else now[sample] for sample in found)

    rows = [
        Row(
            room,
            int(port_sum("hubbub_connections", room, is_rate=False)),
            sums(CAME, room),
            sums(WENT, room),
            port_sum("hubbub_received_bytes_total", room, is_rate=True),
            port_sum("hubbub_sent_bytes_total", room, is_rate=True),
        )
        for room in ROOMS
        if any(sample.name == "hubbub_connections" and sample.label("protocol") == room for sample in now)
    ]
    busy = [
        Busy(f"{CAME[sample.name][0]}:{sample.label(CAME[sample.name][1])}", rate(sample), int(now[sample]))
        for sample in now
        if sample.name in CAME
    ]
    busiest = sorted(
        (each for each in busy if each.messages), key=lambda each: (-each.messages_in, -each.messages)
    )
    return Snapshot(
        scrape.at,
        round(100 * rate(CPU), 1) if CPU in now else 0.0,
        round(now.get(RESIDENT, 0) / (1 << 20), 1),
        rows,
        busiest[:BUSIEST],
        waiting(now),
    )


def waiting(now: Mapping[Sample, float]) -> list[Behind]:
    """Groups with their lag and queues with what is ready, the longest first."""
    found: dict[str, float] = {}
    for sample, value in now.items():
        if sample.name == "kafka_consumer_lag":
            name = f"group {sample.label('group')} on {sample.label('topic')}"
            found[name] = found.get(name, 0) + value
        elif sample.name == "amqp_queue_messages_ready":
            found[f"queue {sample.label('queue')}"] = value
    ordered = sorted(found.items(), key=lambda each: -each[1])
    return [Behind(name, int(value)) for name, value in ordered[:BUSIEST] if value]


def show(found: Snapshot, *, as_json: bool) -> None:
    """For programs, for a terminal, or for a file."""
    if as_json:
        put(msgspec.json.encode(found) + b"\n")
    else:
        start = HOME_AND_CLEAR if sys.stdout.isatty() else ""
        put((start + "\n".join(lines(found)) + "\n\n").encode())
    flush()


def lines(found: Snapshot) -> Iterator[str]:
    """How it is, and three tables, those that have anything in them."""
    moment = datetime.fromtimestamp(found.at / 1000).astimezone().strftime("%H:%M:%S")
    yield f"{moment}  cpu {found.cpu_percent:g} %, {found.resident_mb:g} MB"
    yield from table(
        [
            {
                "protocol": row.protocol,
                "connections": row.connections,
                "in/s": round(row.messages_in),
                "out/s": round(row.messages_out),
                "KB in/s": round(row.bytes_in / 1024, 1),
                "KB out/s": round(row.bytes_out / 1024, 1),
            }
            for row in found.protocols
        ],
        ("protocol", "connections", "in/s", "out/s", "KB in/s", "KB out/s"),
    )
    if found.busiest:
        yield ""
        busy = [
            {"address": each.address, "in/s": round(each.messages_in), "total": each.messages}
            for each in found.busiest
        ]
        yield from table(busy, ("address", "in/s", "total"))
    if found.waiting:
        yield ""
        yield from table(
            [{"waits for": each.name, "records": each.waiting} for each in found.waiting],
            ("waits for", "records"),
        )
