"""Address: the neutral name of a place where records go, and its text form.

Text form: ``room:part/part``, each part percent-encoded (so that a slash in a part survives): ``ws:dashboard/metrics`` is the place
``dashboard/metrics`` in the room ``ws``. The kind is the room's to know and not in the text.
"""

import re
from enum import Enum
from typing import Final
from urllib.parse import quote, unquote

from msgspec import Struct

SAFE: Final = "!$&'()*+,;=:@#?[] "


class Kind(Enum):
    """What stands at an address."""

    STREAM = "stream"
    LIVE = "live"
    EXCHANGE = "exchange"
    QUEUE = "queue"


class Address(Struct, frozen=True, gc=False):
    """A place: the room whose clients know it, its kind, and its path."""

    room: str
    kind: Kind
    parts: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.room}:" + "/".join(quote(part, safe=SAFE) for part in self.parts)


def parse_address(text: str, kind: Kind) -> Address:
    """The inverse of ``str``. Raises ValueError when there is no room before a colon."""
    room, colon, path = text.partition(":")
    if not colon or not room:
        raise ValueError(f"{text!r} is no address: it needs the form room:path, as in ws:dashboard")
    return Address(room, kind, tuple(unquote(part) for part in path.split("/")))


def parse_pattern(text: str) -> "AddressPattern":
    """A pattern over addresses. Raises ValueError when there is no room before a colon.

    ``room:part/part``. In a part ``*`` stands for any characters; a part that is ``+`` is any one part, ``#`` (or ``**``) at the end any number of
    them, none included. The room may be ``*``. ``ws:dashboard/*``, ``http:/api/+/items``, ``*:#``.
    """
    room, colon, path = text.partition(":")
    if not colon or not room:
        raise ValueError(f"{text!r} is no pattern: it needs the form room:path, as in ws:dashboard/#")
    raw = path.split("/")
    takes_rest = raw[-1] in ("#", "**")
    if takes_rest:
        raw.pop()
    return AddressPattern(text, room, tuple(_part(part) for part in raw), takes_rest=takes_rest)


def _part(text: str) -> tuple[str, ...] | None:
    """What one part must be: pieces with anything between them; None: any part will do."""
    if text == "+":
        return None
    return tuple(unquote(piece) for piece in re.split(r"[*#]+", text))


def _fits(pieces: tuple[str, ...], part: str) -> bool:
    """Whether the pieces stand in the part in this order, the first at its beginning, the last at its end. Linear, whatever the pattern."""
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return part == first
    if len(part) < len(first) + len(last) or not part.startswith(first) or not part.endswith(last):
        return False
    at, stop = len(first), len(part) - len(last)
    for piece in pieces[1:-1]:
        at = part.find(piece, at, stop)
        if at < 0:
            return False
        at += len(piece)
    return True


class AddressPattern(Struct, frozen=True):
    """Made by `parse_pattern`."""

    text: str
    room: str
    parts: tuple[tuple[str, ...] | None, ...]
    takes_rest: bool

    def matches(self, address: Address) -> bool:
        """Whether the address is one of those."""
        count = len(self.parts)
        if self.room not in ("*", address.room):
            return False
        if len(address.parts) < count or (len(address.parts) > count and not self.takes_rest):
            return False
        return all(
            wanted is None or _fits(wanted, part)
            for wanted, part in zip(self.parts, address.parts, strict=False)
        )
