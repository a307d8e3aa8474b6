"""Address: the neutral name of a place where records go, and its text form.

Text form: ``room:part/part``, each part percent-encoded (so that a slash in a part survives): ``ws:dashboard/metrics`` is the place
``dashboard/metrics`` in the room ``ws``. The kind is the room's to know and not in the text.
"""

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
