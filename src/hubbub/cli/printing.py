"""Data on stdout: lines of octets, JSON, and tables; and how far long work is, on a terminal's stderr."""

import asyncio
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import click
import msgspec

from hubbub.cli.exits import Ends, Exit
from hubbub.cli.streams import not_written, silence

REFRESH_SECONDS: Final = 0.2


def put(octets: bytes) -> None:
    """Data, not yet flushed. Raises what `flush` raises."""
    with telling():
        sys.stdout.buffer.write(octets)


def flush() -> None:
    """Let whoever reads see it. Raises `BrokenPipeError` when nobody does any more, `Ends` when it cannot be written (a full disk)."""
    with telling():
        sys.stdout.buffer.flush()


@contextmanager
def telling() -> Iterator[None]:
    """What is wrong with stdout, in words."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        silence(sys.stdout)
        raise Ends(Exit.FAILED, [not_written(error)]) from None


def json_line(facts: object) -> bytes:
    """One object on a line."""
    return msgspec.json.encode(facts) + b"\n"


def rows(found: Sequence[Mapping[str, object]], columns: Sequence[str], *, as_json: bool) -> None:
    """For programs one object a line with all there is; for people a table of these columns."""
    if as_json:
        for each in found:
            put(json_line(each))
    elif found:
        for line in table(found, columns):
            put(line.encode() + b"\n")
    flush()


def table(found: Sequence[Mapping[str, object]], columns: Sequence[str]) -> Iterable[str]:
    """Aligned columns under their names. Numbers stand right."""
    lines = [[cell(each.get(column)) for column in columns] for each in found]
    head = [column.replace("_", " ").upper() for column in columns]
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    right = [all(isinstance(each.get(column), int | float | None) for each in found) for column in columns]
    for line in [head, *lines]:
        cells = zip(line, widths, right, strict=True)
        yield "  ".join(
            text.rjust(width) if at_right else text.ljust(width) for text, width, at_right in cells
        ).rstrip()


def cell(value: object) -> str:
    """A value in a table, without anything that could move a terminal's cursor."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value if value.isprintable() else value.encode("unicode_escape").decode()
    if isinstance(value, list | tuple):
        return ",".join(map(cell, value)) or "-"
    if isinstance(value, Mapping):
        return msgspec.json.encode(value).decode() if value else "-"
    return str(value)


class Progress:
    """How many of how many, rewritten in place; nothing where stderr is no terminal."""

    __slots__ = ("_count", "_is_shown", "_next", "_total", "_what")

    def __init__(self, what: str, total: int | None = None) -> None:
        self._what = what
        self._total = total
        self._count = 0
        self._next = 0.0
        self._is_shown = sys.stderr.isatty()

    def step(self, count: int = 1) -> None:
        """So many more."""
        self._count += count
        if not self._is_shown or (now := asyncio.get_running_loop().time()) < self._next:
            return
        self._next = now + REFRESH_SECONDS
        click.echo(f"\r{self._what}: {self._count}{self._bar()}", err=True, nl=False)

    def end(self) -> None:
        """Wipe the line."""
        if self._is_shown and self._next:
            click.echo(f"\r{' ' * 60}\r", err=True, nl=False)

    def _bar(self) -> str:
        if not self._total:
            return ""
        done = min(20, self._count * 20 // self._total)
        return f" of {self._total} [{'#' * done}{'.' * (20 - done)}]"
