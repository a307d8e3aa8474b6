"""A compiled tree: what of it moves, what stays, and what is known of a value before it is drawn. `as_values` and `as_json` render it."""

from typing import TypeAlias

from msgspec import Struct

from hubbub.templates.compiler import Compute, Fixed
from hubbub.templates.signature import Known


class Part(Struct, frozen=True):
    """One expression, and what its values are known to be."""

    compute: Compute
    known: Known


class Hole(Struct, frozen=True):
    """A string that is exactly one expression. ``as_text``: whatever comes is made text."""

    part: Part
    as_text: bool


class Mixed(Struct, frozen=True):
    """A string with expressions in it."""

    parts: tuple[str | Part, ...]


class MapOf(Struct, frozen=True):
    """A map with something in it that moves. Keys may be templates, too."""

    entries: tuple[tuple["str | Hole | Mixed", "Piece"], ...]


class ListOf(Struct, frozen=True):
    """A list with something in it that moves."""

    members: tuple["Piece", ...]


class Kept(Struct, frozen=True):
    """A field of the message that others of its fields refer to."""

    name: str
    piece: "Piece"


class Message(Struct, frozen=True):
    """A map whose fields refer to each other. ``constants`` are those of them that do not move."""

    fields: MapOf
    constants: dict[str, object]


Piece: TypeAlias = Fixed | Hole | Mixed | MapOf | ListOf | Kept | Message
