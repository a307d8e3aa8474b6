"""Messages as a program sees them, and how what a program publishes becomes a record."""

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, TypedDict

import msgspec
from msgspec import Struct

from hubbub.client.addresses import address_text
from hubbub.core.hatch import Posted, Posting
from hubbub.core.taps import Sighting
from hubbub.model.address import Address
from hubbub.model.record import Properties, Record

JSON: Final = "application/json"
Value: TypeAlias = "str | bytes | bytearray | memoryview | int | float | bool | Mapping[str, object] | list[object] | tuple[object, ...] | Struct | None"
Headers: TypeAlias = "Mapping[str, str | bytes] | Sequence[tuple[str, str | bytes]]"


class How(TypedDict, total=False):
    """How something is published. What a protocol has no word for travels as a header, or is left out where the protocol has none."""

    key: str | bytes
    headers: Headers
    partition: int
    """Of a topic; without it the key chooses, or anything."""
    timestamp: int
    """In ms since 1970; without it the hub's time."""
    qos: int
    """Of MQTT; without it 1."""
    retain: bool
    """Keep it for who subscribes later (MQTT)."""
    virtual_host: str
    """Of AMQP; without it "/"."""
    persistent: bool
    """Whether a durable queue keeps it on disk (AMQP)."""
    priority: int
    expires_in: float
    """Seconds for which it is of any use."""
    content_type: str
    correlation_id: str | bytes
    reply_to: str
    message_id: str
    type: str


class Published(Struct, frozen=True):
    """What became of it: it is as safe as the hub promises."""

    address: str
    partition: int = -1
    """Its place in a topic; -1 where there is no such thing."""
    offset: int = -1
    reached: int = 0
    """How many subscribers or queues took it, where that is known."""


class Message(Struct, frozen=True):
    """Something that went through the hub. ``str`` of it is one line."""

    place: Address
    value: bytes
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp: int = 0
    """In ms since 1970: what its sender said, else when the hub took it."""
    at: int = 0
    """When the hub took it, in ms since 1970."""
    partition: int = -1
    offset: int = -1
    """Its place in a topic; -1 where there is no such thing."""
    number: int = 0
    """Grows over all addresses of the hub, in the order in which the hub took them."""
    properties: Properties = Properties()

    @property
    def address(self) -> str:
        """Its place as text: ``kafka:orders``, ``mqtt:sensors/t1``, ``amqp:events/order.created``."""
        return address_text(self.place)

    @property
    def text(self) -> str:
        """The value as text. Raises UnicodeDecodeError."""
        return self.value.decode()

    def json(self) -> object:
        """The value as JSON. Raises `msgspec.DecodeError` (a ValueError)."""
        return msgspec.json.decode(self.value)

    def header(self, name: str) -> str | None:
        """The last header of this name as text; None when there is none."""
        return next(
            (value.decode(errors="replace") for each, value in reversed(self.headers) if each == name), None
        )

    @property
    def correlation_id(self) -> str | None:
        """What ties it to others, wherever its protocol carries that."""
        found = self.properties.correlation
        return None if found is None else found.decode(errors="replace")

    @property
    def is_absent(self) -> bool:
        """Whether it has no value, which is not the same as an empty one: a tombstone."""
        return self.properties.is_absent

    def __str__(self) -> str:
        return f"{self.address} {shown(self.key) + ' ' if self.key is not None else ''}{shown(self.value)}"


def shown(octets: bytes, most: int = 100) -> str:
    """Octets for people, on one line."""
    try:
        text = octets[: 4 * most].decode()
    except UnicodeDecodeError:
        return f"{len(octets)} octets {octets[:16].hex(' ')}{' …' if len(octets) > 16 else ''}"
    text = "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in text)
    return text if len(text) <= most else text[: most - 1] + "…"


def messages_of(sighting: Sighting) -> list[Message]:
    """What was seen, one by one; of a batch that cannot be decoded nothing."""
    place = sighting.place
    return [
        Message(
            record.address,
            record.value,
            record.key,
            record.headers,
            record.timestamp or sighting.at,
            sighting.at,
            place.partition,
            place.offset + index if place.offset >= 0 else -1,
            sighting.number,
            record.properties,
        )
        for index, record in enumerate(sighting.records())
    ]


def posting_of(address: Address, value: Value, how: How, now: int) -> Posting:
    """A record to be published, and how. Raises TypeError for a value that nobody can write down."""
    octets, kind = written(value)
    expires_in = how.get("expires_in")
    properties = Properties(
        content_type=how.get("content_type", kind),
        correlation=octets_of(how.get("correlation_id")),
        reply_to=how.get("reply_to"),
        message_id=how.get("message_id"),
        kind=how.get("type"),
        priority=how.get("priority"),
        expires_at=None if expires_in is None else now + int(expires_in * 1000),
        is_text=isinstance(value, str),
        retain=how.get("retain", False),
        persistent=how.get("persistent", False),
        is_absent=value is None,
    )
    record = Record(
        address,
        octets,
        octets_of(how.get("key")),
        headers_of(how.get("headers", ())),
        how.get("timestamp", 0),
        properties,
    )
    return Posting(record, how.get("qos", 1), how.get("partition", -1), how.get("virtual_host", "/"))


def written(value: Value) -> tuple[bytes, str | None]:
    """The octets of a value, and their content type if it is known: text is UTF-8, octets are octets, the rest is JSON."""
    if value is None:
        return b"", None
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value), None
    if isinstance(value, str):
        return value.encode(), None
    return msgspec.json.encode(value), JSON


def octets_of(text: str | bytes | None) -> bytes | None:
    """Text as octets."""
    return text.encode() if isinstance(text, str) else text


def headers_of(headers: Headers) -> tuple[tuple[str, bytes], ...]:
    """Headers in order; of a mapping, or pairs if one name comes twice."""
    pairs = headers if isinstance(headers, Sequence) else headers.items()
    return tuple((name, value.encode() if isinstance(value, str) else value) for name, value in pairs)


def published(address: Address, posted: Posted) -> Published:
    """What became of a posting that was taken."""
    return Published(address_text(address), posted.partition, posted.offset, posted.reached)
