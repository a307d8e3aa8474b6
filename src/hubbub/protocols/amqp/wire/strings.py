"""Short and long strings (specification 4.2.5.3): the two ways of writing text and bytes.

Decoders take the bytes, where to begin and where the frame's payload ends, and return the value and where it ended; a length
is checked against that end before anything is sliced.
"""

from struct import Struct
from typing import Final

from hubbub.protocols.amqp.wire.broken import Broken

LONG: Final = Struct(">I")
LONGEST_SHORT: Final = 255


def shortstr(data: bytes, at: int, end: int) -> tuple[str, int]:
    """At most 255 bytes of UTF-8 after one length octet. RabbitMQ answers 501 to text that is not UTF-8."""
    if at >= end:
        raise Broken("a short string begins behind the end of its frame", at)
    stop = at + 1 + data[at]
    if stop > end:
        raise Broken("a short string is longer than its frame", at)
    try:
        return data[at + 1 : stop].decode(), stop
    except UnicodeDecodeError:
        raise Broken("a short string is not UTF-8", at) from None


def longstr(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    """Any bytes after a length of four octets; not necessarily text."""
    if at + 4 > end:
        raise Broken("a long string begins behind the end of its frame", at)
    stop = at + 4 + int.from_bytes(data[at : at + 4])
    if stop > end:
        raise Broken("a long string is longer than its frame", at)
    return data[at + 4 : stop], stop


def put_shortstr(text: str) -> bytes:
    """The octets of a short string. Text of more than 255 bytes is our own mistake: ValueError."""
    octets = text.encode()
    if len(octets) > LONGEST_SHORT:
        raise ValueError(f"{len(octets)} bytes do not fit a short string")
    return bytes((len(octets),)) + octets


def put_longstr(octets: bytes) -> bytes:
    return LONG.pack(len(octets)) + octets


def cut(text: str, room: int = LONGEST_SHORT) -> str:
    """``text`` shortened to ``room`` bytes of UTF-8, on the boundary of a character."""
    octets = text.encode()
    return text if len(octets) <= room else octets[:room].decode(errors="ignore")
