"""MQTT's names and messages, and the core's: topics and addresses, filters and patterns, PUBLISH and `Record`.

A topic name ``a/b`` is the live address ``mqtt:a/b``. Filters follow section 4.7; shared ones section 4.8.2.
"""

from typing import Final

from msgspec import Struct

from hubbub.core.matching import ONE, REST, Pattern, Wild
from hubbub.model.address import Address, Kind
from hubbub.model.counters import Count, Counts
from hubbub.model.record import Properties, Record
from hubbub.protocols.mqtt.wire.fields import binary, pack_u32, string, varint
from hubbub.protocols.mqtt.wire.packets import Publish, Will
from hubbub.protocols.mqtt.wire.properties import PublishProperties, WillProperties
from hubbub.protocols.mqtt.wire.reasons import Reason

ROOM: Final = "mqtt"
KNOWN_PLACES: Final = 16_384
RETAIN: Final = Properties(retain=True)
SHARE: Final = "$share/"
FIELD: Final = 65_535


class Place(Struct, frozen=True, gc=False):
    """A topic in all the forms that are needed: its name, its address, and its bytes as a packet field.

    ``published`` is counted up by whoever publishes there.
    """

    path: str
    address: Address
    field: bytes
    published: Count


class Places:
    """Topics that were met already. Forgets everything when full, but for how much was published to them."""

    __slots__ = ("known", "published")

    def __init__(self) -> None:
        self.known: dict[str, Place] = {}
        self.published: Final = Counts(KNOWN_PLACES)

    def learn(self, path: str) -> Place:
        """The place of a topic name; remembered."""
        if len(self.known) >= KNOWN_PLACES:
            self.known.clear()
        address = Address(ROOM, Kind.LIVE, tuple(path.split("/")))
        place = Place(path, address, string(path), self.published.of(path))
        self.known[path] = place
        return place


class NoFilter(Exception):  # noqa: N818 - it names the text
    """A text that is no topic filter, or one that may not be used; ``reason`` says why in SUBACK's code."""

    def __init__(self, reason: Reason, text: str) -> None:
        super().__init__(text)
        self.reason = reason


class Filter(Struct, frozen=True, gc=False):
    """A parsed topic filter. ``share`` is empty for one that is not shared."""

    text: str
    share: str
    pattern: Pattern

    @property
    def has_wildcards(self) -> bool:
        """Whether it can match more than one topic."""
        return ONE in self.pattern or REST in self.pattern


def parse_filter(text: str, max_levels: int) -> Filter:
    """A topic filter by sections 4.7 and 4.8.2. Raises `NoFilter` (0x8F)."""
    share, rest = "", text
    if text.startswith(SHARE):
        share, slash, rest = text[len(SHARE) :].partition("/")
        if not share or not slash or not rest or "+" in share or "#" in share:  # MQTT-4.8.2-1, -2
            raise NoFilter(
                Reason.TOPIC_FILTER_INVALID, "a shared subscription needs the form $share/name/filter"
            )
    if not rest:
        raise NoFilter(Reason.TOPIC_FILTER_INVALID, "a filter has at least one character")  # MQTT-4.7.3-1
    levels = rest.split("/")
    if len(levels) > max_levels:
        raise NoFilter(Reason.TOPIC_FILTER_INVALID, f"{len(levels)} levels; {max_levels} are allowed")
    if "+" not in rest and "#" not in rest:
        return Filter(text, share, tuple(levels))
    return Filter(text, share, _pattern(levels))


def _pattern(levels: list[str]) -> Pattern:
    pattern: list[str | Wild] = []
    for place, level in enumerate(levels):
        if level == "+":
            pattern.append(ONE)
        elif level == "#":
            if place != len(levels) - 1:
                raise NoFilter(Reason.TOPIC_FILTER_INVALID, "# stands at the end only")  # MQTT-4.7.1-1
            pattern.append(REST)
        elif "+" in level or "#" in level:
            raise NoFilter(Reason.TOPIC_FILTER_INVALID, "a wildcard fills its level")  # MQTT-4.7.1-1, -2
        else:
            pattern.append(level)
    return tuple(pattern)


def neutral(properties: PublishProperties | WillProperties, *, retain: bool, now: int) -> Properties:
    """The properties that other rooms understand. ``now`` is when the message came, in ms."""
    expiry = properties.message_expiry
    return Properties(
        content_type=properties.content_type,
        correlation=properties.correlation_data,
        reply_to=properties.response_topic,
        expires_at=None if expiry is None else now + expiry * 1000,
        is_text=properties.payload_format == 1,
        retain=retain,
    )


def headers(properties: PublishProperties | WillProperties) -> tuple[tuple[str, bytes], ...]:
    """User properties as headers, order and repeats kept."""
    return tuple((name, value.encode()) for name, value in properties.user)


def lasting(properties: PublishProperties | WillProperties) -> bytes:
    """The bytes of the properties that travel unaltered (MQTT-3.3.2-4, -15 to -20): all but expiry, alias and identifiers."""
    return lasting_bytes(
        properties.payload_format == 1 if properties.payload_format is not None else None,
        properties.content_type,
        properties.response_topic,
        properties.correlation_data,
        properties.user,
    )


def lasting_bytes(
    is_text: bool | None,
    content_type: str | None,
    response_topic: str | None,
    correlation: bytes | None,
    user: tuple[tuple[str, str], ...],
) -> bytes:
    """The same from their parts."""
    parts: list[bytes] = []
    if is_text is not None:
        parts.append(b"\x01\x01" if is_text else b"\x01\x00")
    if content_type is not None:
        parts += b"\x03", string(content_type)
    if response_topic is not None:
        parts += b"\x08", string(response_topic)
    if correlation is not None:
        parts += b"\x09", binary(correlation)
    for name, value in user:
        parts += b"\x26", string(name), string(value)
    return b"".join(parts)


def record_of(place: Place, packet: Publish | Will, now: int, origin: str) -> Record:
    """A message with properties as a record; plain ones are made where they are met."""
    properties = packet.properties
    return Record(
        place.address,
        packet.payload,
        None,
        headers(properties),
        now,
        neutral(properties, retain=packet.retain, now=now),
        lasting(properties),
        origin,
    )


def foreign_bytes(record: Record) -> bytes:
    """`lasting` for a record that came by another protocol. What does not fit a property is left out."""
    properties = record.properties
    user: list[tuple[str, str]] = []
    for name, value in record.headers:
        text = value.decode(errors="replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
        if "\0" not in name and len(name.encode()) <= FIELD and len(text.encode()) <= FIELD:
            user.append((name, text))
    correlation, reply_to, content_type = properties.correlation, properties.reply_to, properties.content_type
    return lasting_bytes(
        True if properties.is_text else None,
        content_type if content_type is None or len(content_type.encode()) <= FIELD else None,
        reply_to if reply_to and "+" not in reply_to and "#" not in reply_to else None,
        correlation if correlation is None or len(correlation) <= FIELD else None,
        tuple(user),
    )


def property_block(record: Record, marks: tuple[int, ...], now: int, alias: int = 0) -> bytes:
    """Length and properties of a PUBLISH at level 5: what lasts, and what this delivery adds."""
    parts: list[bytes] = []
    end = record.properties.expires_at
    if end is not None:
        parts += (
            b"\x02",
            pack_u32(max(0, -((now - end) // 1000))),
        )  # the remainder, in whole seconds (MQTT-3.3.2-6)
    if alias:
        parts += b"\x23", alias.to_bytes(2, "big")
    for mark in marks:
        parts += b"\x0b", varint(mark)
    if record.original or record.address.room == ROOM:
        parts.append(record.original)
    else:
        parts.append(foreign_bytes(record))
    block = b"".join(parts)
    return varint(len(block)) + block
