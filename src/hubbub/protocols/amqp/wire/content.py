"""Content headers (specification 4.2.6.1): class, weight, body size, and the properties of class basic.

The raw payload of a header passes from publisher to consumer untouched; `decode_properties` is for those who must look inside.
The flags say which of the fourteen properties follow, highest bit first; a set lowest bit says that another word of flags follows.
"""

from struct import Struct as Layout
from typing import Final

from msgspec import Struct

from hubbub.protocols.amqp.wire.broken import Broken
from hubbub.protocols.amqp.wire.replies import Reply
from hubbub.protocols.amqp.wire.strings import put_shortstr, shortstr
from hubbub.protocols.amqp.wire.table import Table, decode_table, encode_table

BASIC: Final = 60
FRONT: Final = Layout(">HHQH")
PROPERTIES_AT: Final = 14
LONGLONG: Final = Layout(">Q")

CONTENT_TYPE: Final = 1 << 15
CONTENT_ENCODING: Final = 1 << 14
HEADERS: Final = 1 << 13
DELIVERY_MODE: Final = 1 << 12
PRIORITY: Final = 1 << 11
CORRELATION_ID: Final = 1 << 10
REPLY_TO: Final = 1 << 9
EXPIRATION: Final = 1 << 8
MESSAGE_ID: Final = 1 << 7
TIMESTAMP: Final = 1 << 6
TYPE: Final = 1 << 5
USER_ID: Final = 1 << 4
APP_ID: Final = 1 << 3
CLUSTER_ID: Final = 1 << 2
CONTINUED: Final = 1


class Properties(Struct, frozen=True, gc=False):
    """What a publisher said about a message; None: it said nothing."""

    content_type: str | None = None
    content_encoding: str | None = None
    headers: Table | None = None
    delivery_mode: int | None = None
    priority: int | None = None
    correlation_id: str | None = None
    reply_to: str | None = None
    expiration: str | None = None
    message_id: str | None = None
    timestamp: int | None = None
    type: str | None = None
    user_id: str | None = None
    app_id: str | None = None
    cluster_id: str | None = None


NOTHING: Final = Properties()
BARE: Final = FRONT.pack(BASIC, 0, 0, 0)
"""The raw header of an empty message without properties."""


def body_size(header: bytes) -> int:
    """The declared size of the body. Raises `Broken`: 501 for a header cut short, 505 for one of another class."""
    if len(header) < PROPERTIES_AT:
        raise Broken("a content header is cut short")
    group, _, size, _ = FRONT.unpack_from(header)
    if group != BASIC:
        raise Broken(f"content of class {group} after a method of class basic", 0, Reply.UNEXPECTED_FRAME)
    return int(size)


def flags_of(header: bytes) -> int:
    """The first word of flags of a raw header, for those who want to know whether to look further."""
    return header[12] << 8 | header[13]


def decode_properties(header: bytes) -> Properties:
    """The properties in a raw content header. Raises `Broken` with 501."""
    flags = flags_of(header)
    at, end = PROPERTIES_AT, len(header)
    more = flags
    while more & CONTINUED:
        if at + 2 > end:
            raise Broken("property flags are cut short", at)
        more = header[at] << 8 | header[at + 1]
        at += 2
    texts: dict[int, str | None] = {}
    headers: Table | None = None
    octets: dict[int, int] = {}
    timestamp: int | None = None
    for flag in _ORDER:
        if not flags & flag:
            continue
        if flag == HEADERS:
            headers, at = decode_table(header, at, end)
        elif flag == TIMESTAMP:
            if at + 8 > end:
                raise Broken("the property timestamp is cut short", at)
            (timestamp,) = LONGLONG.unpack_from(header, at)
            at += 8
        elif flag in _OCTETS:
            if at >= end:
                raise Broken("a property of one octet is cut short", at)
            octets[flag] = header[at]
            at += 1
        else:
            texts[flag], at = shortstr(header, at, end)
    if at != end and not flags & (2 | CONTINUED):
        raise Broken("octets follow the last property", at)
    text = texts.get
    return Properties(
        text(CONTENT_TYPE),
        text(CONTENT_ENCODING),
        headers,
        octets.get(DELIVERY_MODE),
        octets.get(PRIORITY),
        text(CORRELATION_ID),
        text(REPLY_TO),
        text(EXPIRATION),
        text(MESSAGE_ID),
        timestamp,
        text(TYPE),
        text(USER_ID),
        text(APP_ID),
        text(CLUSTER_ID),
    )


_ORDER: Final = tuple(1 << bit for bit in range(15, 1, -1))
_OCTETS: Final = frozenset({DELIVERY_MODE, PRIORITY})


def encode_header(size: int, properties: Properties = NOTHING) -> bytes:
    """The raw payload of a content header for a body of ``size`` octets."""
    flags = 0
    pieces: list[bytes] = []
    values = (
        properties.content_type,
        properties.content_encoding,
        properties.headers,
        properties.delivery_mode,
        properties.priority,
        properties.correlation_id,
        properties.reply_to,
        properties.expiration,
        properties.message_id,
        properties.timestamp,
        properties.type,
        properties.user_id,
        properties.app_id,
        properties.cluster_id,
    )
    for flag, value in zip(_ORDER, values, strict=True):
        if value is None:
            continue
        flags |= flag
        if isinstance(value, str):
            pieces.append(put_shortstr(value))
        elif isinstance(value, Table):
            pieces.append(encode_table(value))
        else:
            pieces.append(LONGLONG.pack(value) if flag == TIMESTAMP else bytes((value,)))
    return FRONT.pack(BASIC, 0, size, flags) + b"".join(pieces)


def delivery_mode(header: bytes) -> int:
    """1 transient (also when unsaid) or 2 persistent, read without decoding what comes after it. Raises `Broken`."""
    flags = flags_of(header)
    if not flags & DELIVERY_MODE:
        return 1
    if flags & CONTINUED:
        return decode_properties(header).delivery_mode or 1
    at, end = PROPERTIES_AT, len(header)
    for flag in (CONTENT_TYPE, CONTENT_ENCODING):
        if flags & flag:
            at += 1 + header[at] if at < end else 1
    if flags & HEADERS:
        at += 4 + int.from_bytes(header[at : at + 4])
    if at >= end:
        raise Broken("the property delivery mode is cut short", at)
    return header[at]
