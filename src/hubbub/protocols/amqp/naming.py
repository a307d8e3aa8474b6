"""This protocol's names in the core's words: addresses, and what a message's properties ask of exchanges and queues."""

from typing import Final

from msgspec import Struct

from hubbub.core.routing.headers import NO_ARGUMENTS, Arguments
from hubbub.model.address import Address, Kind
from hubbub.model.record import Properties as NeutralProperties
from hubbub.model.record import Record
from hubbub.protocols.amqp.wire import content
from hubbub.protocols.amqp.wire.broken import Broken
from hubbub.protocols.amqp.wire.content import Properties, decode_properties, encode_header
from hubbub.protocols.amqp.wire.table import Field, Table, plain_table

ROOM: Final = "amqp"
REPLY_TO: Final = "amq.rabbitmq.reply-to"
PRIVATE: Final = f"{REPLY_TO}."
"""What the private names of direct replies begin with."""
LONGEST_TTL_MS: Final = (1 << 32) - 1

_FLAGS: Final = content.HEADERS | content.PRIORITY | content.EXPIRATION | content.REPLY_TO | content.USER_ID


def address_of(exchange: str, key: str) -> Address:
    """Where a message was sent: the exchange and the routing key."""
    return Address(ROOM, Kind.EXCHANGE, (exchange, key))


class Traits(Struct, frozen=True, gc=False):
    """What a message's properties ask. ``is_plain``: nothing at all, so that the short way may be taken."""

    properties: Properties
    is_plain: bool = True
    problem: str = ""
    """Why it must be refused with 406."""
    persistent: bool = False
    ttl_ms: int = -1
    priority: int = 0
    headers: Arguments = NO_ARGUMENTS
    more_keys: tuple[str, ...] = ()
    """CC and BCC."""
    has_blind: bool = False
    """There is a BCC header, which must not be delivered."""
    delay_ms: int = 0


def traits_of(header: bytes) -> Traits:
    """What a raw content header asks. Raises `Broken` when it is malformed."""
    properties = decode_properties(header)
    persistent = properties.delivery_mode == 2
    if not content.flags_of(header) & _FLAGS:
        return Traits(properties, persistent=persistent)
    ttl_ms = -1
    if properties.expiration is not None:
        ttl_ms = _expiration(properties.expiration)
        if ttl_ms < 0:
            text = properties.expiration
            return Traits(properties, False, f"invalid expiration '{text}': {_why_no_expiration(text)}")
    headers = properties.headers
    if headers is None:
        is_plain = (
            properties.expiration is None and not properties.priority and properties.reply_to != REPLY_TO
        )
        return Traits(
            properties,
            is_plain and properties.user_id is None,
            persistent=persistent,
            ttl_ms=ttl_ms,
            priority=properties.priority or 0,
        )
    copies, blind = _keys(headers, "CC"), _keys(headers, "BCC")
    if copies is None or blind is None:
        name = "CC" if copies is None else "BCC"
        return Traits(
            properties, False, f"invalid value for '{name}' header: it must be an array of long strings"
        )
    delay = headers.value("x-delay")
    return Traits(
        properties,
        False,
        persistent=persistent,
        ttl_ms=ttl_ms,
        priority=properties.priority or 0,
        headers=plain_table(headers.entries),
        more_keys=copies + blind,
        has_blind=headers.find("BCC") is not None,
        delay_ms=int(delay) if isinstance(delay, int | float) and not isinstance(delay, bool) else 0,
    )


def _expiration(text: str) -> int:
    """Milliseconds, or -1 for what is no plain decimal number within bounds."""
    if not (text.isascii() and text.isdigit()):
        return -1
    number = int(text[:20])
    return number if number <= LONGEST_TTL_MS else -1


def _why_no_expiration(text: str) -> str:
    """In RabbitMQ's words."""
    rest = text.lstrip("0123456789")
    if not rest:
        return f"{{value_too_big,{text[:20]}}}"
    return "no_integer" if rest == text else f'{{leftover_string,"{rest}"}}'


def _keys(headers: Table, name: str) -> tuple[str, ...] | None:
    """The routing keys of a CC or BCC header; None for anything but an array of long strings."""
    field = headers.find(name)
    if field is None:
        return ()
    if not isinstance(field.value, tuple):
        return None
    keys: list[str] = []
    for item in field.value:
        if item.letter != "S" or not isinstance(item.value, bytes):
            return None
        keys.append(item.value.decode(errors="replace"))
    return tuple(keys)


class KnownTraits:
    """Traits by the octets of the properties: a client's messages mostly carry the same few. Bounded; one per connection."""

    __slots__ = ("_known",)

    MOST: Final = 64

    def __init__(self) -> None:
        self._known: dict[bytes, Traits] = {}

    def find(self, header: bytes) -> Traits:
        """The traits of a raw header. Raises `Broken` with 501."""
        octets = header[12:]
        known = self._known.get(octets)
        if known is None:
            known = traits_of(header)
            if len(self._known) >= self.MOST:
                self._known.clear()
            self._known[octets] = known
        return known


def with_properties(header: bytes, properties: Properties) -> bytes:
    """A raw header for the same body with other properties."""
    return encode_header(content.body_size(header), properties)


def header_of(record: Record) -> bytes:
    """The raw content header of a record; one that came by another protocol gets it from its neutral properties."""
    if record.original and record.address.room == ROOM:
        return record.original
    neutral = record.properties
    headers = Table(
        tuple((name, Field("S", value)) for name, value in record.headers if len(name.encode()) <= 255)
    )
    return encode_header(
        len(record.value),
        Properties(
            content_type=neutral.content_type,
            content_encoding=neutral.content_encoding,
            headers=headers if len(headers) else None,
            delivery_mode=2 if neutral.persistent else None,
            priority=None if neutral.priority is None else min(neutral.priority, 255),
            correlation_id=None
            if neutral.correlation is None
            else neutral.correlation.decode(errors="replace"),
            reply_to=neutral.reply_to,
            message_id=neutral.message_id,
            timestamp=None if neutral.sent_at is None else neutral.sent_at // 1000,
            type=neutral.kind,
            user_id=neutral.user,
            app_id=neutral.application,
        ),
    )


def neutral(record: Record) -> Record:
    """A record of this room with its properties and headers in the neutral names, for those who know no content headers."""
    if not record.original or record.address.room != ROOM:
        return record
    try:
        found = decode_properties(record.original)
    except Broken:
        return record
    headers: list[tuple[str, bytes]] = []
    for name, field in found.headers or ():
        value = field.value
        headers.append((name, value if isinstance(value, bytes) else str(value).encode()))
    return Record(
        record.address,
        record.value,
        record.key,
        tuple(headers),
        record.timestamp,
        NeutralProperties(
            content_type=found.content_type,
            content_encoding=found.content_encoding,
            correlation=None if found.correlation_id is None else found.correlation_id.encode(),
            reply_to=found.reply_to,
            message_id=found.message_id,
            kind=found.type,
            user=found.user_id,
            application=found.app_id,
            priority=found.priority,
            persistent=found.delivery_mode == 2,
            sent_at=None if found.timestamp is None else found.timestamp * 1000,
        ),
        record.original,
        record.origin,
    )
