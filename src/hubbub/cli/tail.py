"""`hubbub tail`: what is published, as it is published, by whatever protocol."""

import sys
from collections.abc import Iterator
from datetime import datetime
from shutil import get_terminal_size
from typing import Final

import click
import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from hubbub.cli.asking import AS_JSON, COUNT
from hubbub.cli.exits import Exit, talk
from hubbub.cli.hubs import V1, hub_at, of_a_hub
from hubbub.cli.printing import flush, put
from hubbub.cli.web import decoded

PATIENCE_SECONDS: Final = 60.0
"""A hub with nothing to tell says so more often than this."""
COLOURS: Final = {"kafka": "green", "mqtt": "cyan", "amqp": "yellow"}


class Shown(Struct, frozen=True):
    """Octets, in the form that suits them."""

    octets: int
    json: Raw | UnsetType = UNSET
    text: str | UnsetType = UNSET
    base64: str | UnsetType = UNSET

    def __str__(self) -> str:
        """On one line, without anything that could move a terminal's cursor."""
        if isinstance(self.json, Raw):
            return plain(msgspec.json.format(bytes(self.json), indent=-1).decode())
        if isinstance(self.text, str):
            return plain(self.text)
        return f"<{self.octets} octets> {self.base64}"


class Record(Struct, frozen=True):
    """What is shown of a record."""

    address: str
    value: Shown | None
    key: Shown | None = None
    partition: int = -1
    offset: int = -1


class Seen(Struct, frozen=True):
    """One event. ``records`` are kept as they came, for ``--json``."""

    at: int
    records: list[Raw]


class Unreadable(Struct, frozen=True):
    """A batch that cannot be decoded."""

    records: int = 0


class Missed(Struct, frozen=True):
    """How many records there was no room for, or time."""

    missed: int = 0
    left_out: int = 0


@click.command()
@click.argument("pattern", metavar="[ADDRESS]", default="")
@click.option("-k", "--key", metavar="KEY", default="", help="Only records with this key.")
@click.option(
    "-g", "--contains", metavar="TEXT", default="", help="Only records whose value holds this text."
)
@click.option("-a", "--all", "everything", is_flag=True, help="Leave nothing out, however much it is.")
@COUNT
@AS_JSON
@of_a_hub
def tail(
    pattern: str,
    key: str,
    contains: str,
    count: int | None,
    admin_url: str,
    admin_token: str,
    *,
    everything: bool,
    as_json: bool,
) -> int:
    """Show what is published, as it is published.

    By whatever protocol it comes. ADDRESS is a pattern: `mqtt:sensors/#`, `kafka:orders.*`, `amqp:events/#`. Without one, and without a filter, a busy
    hub shows a sample, and says how much it left out. Nothing is taken away from anybody. Ctrl-C ends it.
    """
    site = hub_at(admin_url, admin_token, PATIENCE_SECONDS)
    is_whole = everything or bool(pattern or key or contains)
    filters = {"address": pattern, "key": key, "contains": contains} if is_whole else {"records": "1000"}
    left = count
    try:
        for name, data in site.events(f"{V1}/tap" if is_whole else f"{V1}/journal/live", **filters):
            if name in ("missed", "left_out"):
                lost = decoded(site, data, Missed)
                talk(f"{lost.missed or lost.left_out} more records came, and are not shown")
            elif name == "unreadable":
                talk(f"{decoded(site, data, Unreadable).records} records came that cannot be decoded")
            elif name == "seen":
                for line in lines(decoded(site, data, Seen), as_json=as_json):
                    put(line)
                    if left is not None and (left := left - 1) == 0:
                        flush()
                        return Exit.OK
                flush()
    except KeyboardInterrupt:
        return Exit.OK
    talk("the hub has ended it")
    return Exit.OK


def lines(seen: Seen, *, as_json: bool) -> Iterator[bytes]:
    """Each record on a line."""
    for raw in seen.records:
        if as_json:
            yield msgspec.json.format(bytes(raw), indent=-1) + b"\n"
        else:
            yield for_people(seen.at, msgspec.json.decode(bytes(raw), type=Record)).encode() + b"\n"


def for_people(at: int, record: Record) -> str:
    """``12:30:45.123 kafka:orders[0]@42 key {"total": 9}``, cut to the width of a terminal."""
    moment = datetime.fromtimestamp(at / 1000).astimezone().strftime("%H:%M:%S.%f")[:-3]
    place = f"[{record.partition}]@{record.offset}" if record.offset >= 0 else ""
    key = "" if record.key is None else f" {record.key}"
    value = "(no value)" if record.value is None else str(record.value)
    address = plain(record.address)
    if not sys.stdout.isatty():
        return f"{moment} {address}{place}{key} {value}"
    room = get_terminal_size().columns - len(moment) - len(address) - len(place) - len(key) - 2
    cut = value if len(value) <= room else value[: max(room - 1, 0)] + "…"
    shown = click.style(address, fg=COLOURS.get(record.address.partition(":")[0]))
    return f"{click.style(moment, dim=True)} {shown}{place}{click.style(key, bold=True)} {cut}"


def plain(text: str) -> str:
    """Without control characters."""
    return text if text.isprintable() else text.encode("unicode_escape").decode()
