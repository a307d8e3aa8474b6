"""`hubbub data`: a data directory whose hub is stopped, looked at. Nothing here changes it."""

import sqlite3
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import msgspec

from hubbub.cli.exits import Ends, Exit, talk
from hubbub.octets.batch import Entry
from hubbub.storage.segments import inspection
from hubbub.storage.segments.inspection import Description
from hubbub.storage.segments.layout import DirectoryInUse, UnknownFormat

DIRECTORY = click.argument("directory", metavar="DIR")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="One JSON object.")


@click.group()
def data() -> None:
    """Look at a data directory whose hub is stopped."""


@data.command()
@DIRECTORY
@AS_JSON
def describe(directory: str, *, as_json: bool) -> None:
    """Say what is in DIR: logs, offsets, sizes, state. Headers alone are read."""
    show(look(inspection.describe, directory), as_json=as_json)


@data.command()
@DIRECTORY
@AS_JSON
def verify(directory: str, *, as_json: bool) -> int:
    """Check every octet of DIR: checksums, indexes, the database.

    Ends with code 1 when anything is wrong. A torn tail counts: the next start will cut it.
    """
    found = look(inspection.verify, directory)
    show(found, as_json=as_json)
    return Exit.OK if found.is_sound else Exit.FAILED


@data.command()
@DIRECTORY
@click.argument("log", metavar="LOG")
def export(directory: str, log: str) -> None:
    """Print the records of a log of DIR, one JSON object on each line.

    LOG is a name that `hubbub data describe` shows. Octets that are no text are in base64, under `key64` and `value64`.
    """
    with refusals(directory):
        for entry in entries(directory, log):
            click.echo(line(entry))


def look(way: Callable[[str], Description], directory: str) -> Description:
    """Describe or verify. Raises `Ends`."""
    with refusals(directory):
        return way(directory)


def entries(directory: str, log: str) -> Iterator[Entry]:
    """The records of a log. Raises `Ends` when there is no such log, and what `inspection.entries` raises."""
    try:
        yield from inspection.entries(directory, log)
    except KeyError:
        raise Ends(
            Exit.USAGE, [f"{directory} has no log {log!r}; `hubbub data describe` shows those that are there"]
        ) from None


@contextmanager
def refusals(directory: str) -> Iterator[None]:
    """What stands in the way, in words."""
    try:
        yield
    except (DirectoryInUse, UnknownFormat, FileNotFoundError) as why:
        raise Ends(Exit.NO_DATA, [str(why)]) from None
    except BrokenPipeError:
        raise
    except (OSError, sqlite3.Error) as why:
        raise Ends(Exit.NO_DATA, [f"{directory}: {why}"]) from None


def show(found: Description, *, as_json: bool) -> None:
    """For programs on one line; for people a table, complaints on stderr."""
    if as_json:
        click.echo(msgspec.json.encode(found))
        return
    octets = sum(log.octets for log in found.logs)
    click.echo(f"{found.directory}: {len(found.logs)} logs with {octets} octets of records")
    width = max((len(log.name) for log in found.logs), default=0)
    for log in found.logs:
        click.echo(
            f"  {log.name.ljust(width)}  offsets {log.start} to {log.end}, {log.batches} batches, {log.octets} octets, "
            f"{log.segments} segments, in logs/{log.directory}"
        )
    for purpose, keys in sorted(found.state.items()):
        click.echo(f"  state {purpose}: {keys} {'key' if keys == 1 else 'keys'}")
    for name in found.quarantine:
        click.echo(f"  quarantine/{name}")
    for complaint in [*found.complaints, *(each for log in found.logs for each in log.complaints)]:
        talk(complaint)


def line(entry: Entry) -> bytes:
    """A record as JSON."""
    facts: dict[str, object] = {"offset": entry.offset, "timestamp": entry.timestamp}
    facts |= text_or_octets("key", entry.key) | text_or_octets("value", entry.value)
    facts["headers"] = [{"name": name, **text_or_octets("value", value)} for name, value in entry.headers]
    return msgspec.json.encode(facts)


def text_or_octets(name: str, octets: bytes | None) -> dict[str, object]:
    """A field that is readable where it can be."""
    if octets is None:
        return {name: None}
    try:
        return {name: octets.decode()}
    except UnicodeDecodeError:
        return {f"{name}64": b64encode(octets).decode()}
