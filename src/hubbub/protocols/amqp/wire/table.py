"""Field tables and arrays (specification 4.2.5.5) with the type letters that RabbitMQ and nearly all clients use.

| letter | value | octets |
| --- | --- | --- |
| t | bool | 1 |
| b B | int8, uint8 | 1 |
| s u | int16, uint16 | 2 |
| I i | int32, uint32 | 4 |
| l L | int64 (both signed) | 8 |
| f d | float, double | 4, 8 |
| D | decimal: scale octet, then uint32 | 5 |
| S x | long string, byte array: bytes, not necessarily text | 4 + n |
| A F | array, table: a length in bytes, then the fields | 4 + n |
| T | uint64 seconds; any value passes | 8 |
| V | void | 0 |

The printed specification gives U, L and s other meanings that no client follows. A table keeps order, duplicate names and the
letter of each field, so that what came goes out the same. Depth is capped, since a frame of 128 KB could nest 20,000 deep.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from struct import Struct as Layout
from typing import Final, TypeAlias

from msgspec import Struct

from hubbub.protocols.amqp.wire.broken import Broken
from hubbub.protocols.amqp.wire.replies import Reply
from hubbub.protocols.amqp.wire.strings import LONG, longstr, put_longstr, put_shortstr, shortstr

DEEPEST: Final = 64
"""Tables and arrays inside each other, more of which are refused with 502."""


class Decimal(Struct, frozen=True, gc=False):
    """``unscaled`` / 10 ** ``scale``, as sent."""

    scale: int
    unscaled: int


class Field(Struct, frozen=True, gc=False):
    """One typed value; ``letter`` says how it was, and will be, written."""

    letter: str
    value: Value


class Table(Struct, frozen=True, gc=False):
    """Names and fields in the order in which they came."""

    entries: tuple[tuple[str, Field], ...] = ()

    def find(self, name: str) -> Field | None:
        """The first field of this name, or None."""
        for key, field in self.entries:
            if key == name:
                return field
        return None

    def value(self, name: str) -> Value:
        """The first value of this name; None where there is none (or it is void)."""
        field = self.find(name)
        return None if field is None else field.value

    def without(self, *names: str) -> Table:
        return Table(tuple(entry for entry in self.entries if entry[0] not in names))

    def plus(self, *entries: tuple[str, Field]) -> Table:
        """A table in which each of ``entries`` replaces a field of its name in place, or comes last."""
        new = dict(entries)
        kept = tuple((name, new.pop(name, field)) for name, field in self.entries)
        return Table(kept + tuple(new.items()))

    def __iter__(self) -> Iterator[tuple[str, Field]]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


Value: TypeAlias = bool | int | float | bytes | Decimal | tuple[Field, ...] | Table | None
Plain: TypeAlias = "bool | int | float | str | bytes | list[Plain] | dict[str, Plain] | None"

EMPTY: Final = Table()

_FIXED: Final[dict[int, tuple[str, Layout]]] = {
    ord(letter): (letter, Layout(layout))
    for letter, layout in {
        "b": ">b",
        "B": ">B",
        "s": ">h",
        "u": ">H",
        "I": ">i",
        "i": ">I",
        "l": ">q",
        "L": ">q",
        "f": ">f",
        "d": ">d",
        "T": ">Q",
    }.items()
}
_DECIMAL: Final = Layout(">BI")
_BOOLEANS: Final = (Field("t", False), Field("t", True))
_VOID: Final = Field("V", None)


def decode_table(data: bytes, at: int, end: int, depth: int = 0) -> tuple[Table, int]:
    """The table that begins with its length at ``at`` inside a payload that ends at ``end``, and where it stops."""
    at, stop = _bounds(data, at, end)
    return (EMPTY if at == stop else decode_entries(data, at, stop, depth)), stop


def decode_entries(data: bytes, at: int, stop: int, depth: int = 0) -> Table:
    """A table without its length: all of ``data[at:stop]`` (the response of AMQPLAIN is written so)."""
    if depth >= DEEPEST:
        raise Broken(f"tables nest deeper than {DEEPEST}", at, Reply.SYNTAX_ERROR)
    entries: list[tuple[str, Field]] = []
    while at < stop:
        name, at = shortstr(data, at, stop)
        field, at = _field(data, at, stop, depth)
        entries.append((name, field))
    return Table(tuple(entries))


def _array(data: bytes, at: int, end: int, depth: int) -> tuple[Field, int]:
    at, stop = _bounds(data, at, end)
    if depth >= DEEPEST:
        raise Broken(f"arrays nest deeper than {DEEPEST}", at, Reply.SYNTAX_ERROR)
    items: list[Field] = []
    while at < stop:
        item, at = _field(data, at, stop, depth)
        items.append(item)
    return Field("A", tuple(items)), stop


def _bounds(data: bytes, at: int, end: int) -> tuple[int, int]:
    if at + 4 > end:
        raise Broken("a table or array begins behind the end of its frame", at)
    stop = at + 4 + int.from_bytes(data[at : at + 4])
    if stop > end:
        raise Broken("a table or array is longer than what holds it", at)
    return at + 4, stop


def _field(data: bytes, at: int, stop: int, depth: int) -> tuple[Field, int]:
    if at >= stop:
        raise Broken("a field has no type", at)
    kind = data[at]
    at += 1
    fixed = _FIXED.get(kind)
    if fixed is not None:
        letter, layout = fixed
        after = at + layout.size
        if after > stop:
            raise Broken(f"a field of type {letter} is cut short", at)
        return Field(letter, layout.unpack_from(data, at)[0]), after
    reader = _READERS.get(kind)
    if reader is None:
        raise Broken(f"no field type has the letter {chr(kind)!r}", at - 1)
    return reader(data, at, stop, depth + 1)


def _boolean(data: bytes, at: int, stop: int, _depth: int) -> tuple[Field, int]:
    if at >= stop:
        raise Broken("a field of type t is cut short", at)
    return _BOOLEANS[data[at] != 0], at + 1


def _decimal(data: bytes, at: int, stop: int, _depth: int) -> tuple[Field, int]:
    if at + 5 > stop:
        raise Broken("a field of type D is cut short", at)
    scale, unscaled = _DECIMAL.unpack_from(data, at)
    return Field("D", Decimal(scale, unscaled)), at + 5


def _text(data: bytes, at: int, stop: int, _depth: int) -> tuple[Field, int]:
    octets, at = longstr(data, at, stop)
    return Field("S", octets), at


def _octets(data: bytes, at: int, stop: int, _depth: int) -> tuple[Field, int]:
    octets, at = longstr(data, at, stop)
    return Field("x", octets), at


def _table(data: bytes, at: int, stop: int, depth: int) -> tuple[Field, int]:
    table, at = decode_table(data, at, stop, depth)
    return Field("F", table), at


def _void(_data: bytes, at: int, _stop: int, _depth: int) -> tuple[Field, int]:
    return _VOID, at


_READERS: Final[dict[int, Callable[[bytes, int, int, int], tuple[Field, int]]]] = {
    ord("t"): _boolean,
    ord("D"): _decimal,
    ord("S"): _text,
    ord("x"): _octets,
    ord("A"): _array,
    ord("F"): _table,
    ord("V"): _void,
}


def encode_table(table: Table) -> bytes:
    """The octets of a table, its length in front. Raises ValueError for a value that its letter cannot write."""
    octets = encode_entries(table)
    return LONG.pack(len(octets)) + octets


def encode_entries(table: Table) -> bytes:
    return b"".join([put_shortstr(name) + _put(field) for name, field in table.entries])


def _put(field: Field) -> bytes:
    value = field.value
    fixed = _FIXED.get(ord(field.letter))
    try:
        if fixed is not None:
            return field.letter.encode() + fixed[1].pack(value)
    except struct.error as problem:
        raise ValueError(f"{value!r} does not fit a field of type {field.letter}: {problem}") from None
    match field.letter, value:
        case "t", bool():
            return b"t\x01" if value else b"t\x00"
        case "D", Decimal():
            return b"D" + _DECIMAL.pack(value.scale, value.unscaled)
        case (("S" | "x"), bytes()):
            return field.letter.encode() + put_longstr(value)
        case "A", tuple():
            return b"A" + put_longstr(b"".join(map(_put, value)))
        case "F", Table():
            return b"F" + encode_table(value)
        case "V", None:
            return b"V"
        case _:
            raise ValueError(f"a field of type {field.letter} cannot hold {value!r}")


def field(value: Plain) -> Field:
    """A Python value with the letter that RabbitMQ itself would write: I or l for whole numbers, S for text and bytes."""
    match value:
        case bool():
            return _BOOLEANS[value]
        case int():
            return Field("I" if -(1 << 31) <= value < 1 << 31 else "l", value)
        case float():
            return Field("d", value)
        case str():
            return Field("S", value.encode())
        case bytes():
            return Field("S", value)
        case list():
            return Field("A", tuple(map(field, value)))
        case dict():
            return Field("F", table(value))
        case None:
            return _VOID


def table(values: dict[str, Plain]) -> Table:
    return Table(tuple((name, field(value)) for name, value in values.items()))


def plain(value: Value) -> Plain:
    """A field's value without letters: text where the bytes are UTF-8, lists, dicts (the last of duplicate names wins)."""
    match value:
        case bytes():
            try:
                return value.decode()
            except UnicodeDecodeError:
                return value
        case tuple():
            return [plain(item.value) for item in value]
        case Table():
            return plain_table(value.entries)
        case Decimal():
            return float(value.unscaled) / float(10**value.scale)
        case _:
            return value


def plain_table(entries: Iterable[tuple[str, Field]]) -> dict[str, Plain]:
    return {name: plain(field.value) for name, field in entries}
