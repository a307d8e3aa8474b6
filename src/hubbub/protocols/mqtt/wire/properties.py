"""Properties of MQTT 5.0 (section 2.2.2): one frozen struct for each packet that carries any, and the table behind all of them.

None means absent, and so does an empty tuple. User properties keep their order and their repeats (MQTT-3.3.2-18).
"""

from collections.abc import Callable
from typing import Final, TypeAlias, TypeVar

from msgspec import Struct

from hubbub.protocols.mqtt.wire.broken import Broken, malformed, protocol_error
from hubbub.protocols.mqtt.wire.fields import (
    binary,
    pack_u16,
    pack_u32,
    read_binary,
    read_pair,
    read_string,
    read_u8,
    read_u16,
    read_u32,
    read_varint,
    string,
    varint,
)
from hubbub.protocols.mqtt.wire.reasons import Reason

Pairs: TypeAlias = tuple[tuple[str, str], ...]


class ConnectProperties(Struct, frozen=True, gc=False):
    """3.1.2.11. Durations in seconds, sizes in octets."""

    session_expiry: int | None = None
    receive_maximum: int | None = None
    maximum_packet_size: int | None = None
    topic_alias_maximum: int | None = None
    request_response_information: int | None = None
    request_problem_information: int | None = None
    user: Pairs = ()
    authentication_method: str | None = None
    authentication_data: bytes | None = None


class WillProperties(Struct, frozen=True, gc=False):
    """3.1.3.2. Durations in seconds."""

    will_delay: int | None = None
    payload_format: int | None = None
    message_expiry: int | None = None
    content_type: str | None = None
    response_topic: str | None = None
    correlation_data: bytes | None = None
    user: Pairs = ()


class ConnackProperties(Struct, frozen=True, gc=False):
    """3.2.2.3. Durations in seconds, sizes in octets."""

    session_expiry: int | None = None
    receive_maximum: int | None = None
    maximum_qos: int | None = None
    retain_available: int | None = None
    maximum_packet_size: int | None = None
    assigned_client_id: str | None = None
    topic_alias_maximum: int | None = None
    reason_string: str | None = None
    user: Pairs = ()
    wildcard_available: int | None = None
    subscription_ids_available: int | None = None
    shared_available: int | None = None
    server_keep_alive: int | None = None
    response_information: str | None = None
    server_reference: str | None = None
    authentication_method: str | None = None
    authentication_data: bytes | None = None


class PublishProperties(Struct, frozen=True, gc=False):
    """3.3.2.3. Expiry in seconds."""

    payload_format: int | None = None
    message_expiry: int | None = None
    topic_alias: int | None = None
    response_topic: str | None = None
    correlation_data: bytes | None = None
    user: Pairs = ()
    subscription_ids: tuple[int, ...] = ()
    content_type: str | None = None


class AckProperties(Struct, frozen=True, gc=False):
    """What PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK and UNSUBACK carry."""

    reason_string: str | None = None
    user: Pairs = ()


class SubscribeProperties(Struct, frozen=True, gc=False):
    """3.8.2.1."""

    subscription_id: int | None = None
    user: Pairs = ()


class UnsubscribeProperties(Struct, frozen=True, gc=False):
    """3.10.2.1."""

    user: Pairs = ()


class DisconnectProperties(Struct, frozen=True, gc=False):
    """3.14.2.2. Expiry in seconds."""

    session_expiry: int | None = None
    reason_string: str | None = None
    user: Pairs = ()
    server_reference: str | None = None


class AuthProperties(Struct, frozen=True, gc=False):
    """3.15.2.2."""

    authentication_method: str | None = None
    authentication_data: bytes | None = None
    reason_string: str | None = None
    user: Pairs = ()


Value: TypeAlias = int | str | bytes | tuple[str, str]
P = TypeVar("P", bound=Struct)


class _Kind(Struct, frozen=True):
    """One data type: how it is read and written."""

    read: Callable[[bytes, int, int], tuple[Value, int]]
    write: Callable[..., bytes]


def _octet(value: int) -> bytes:
    return value.to_bytes(1, "big")


_BYTE: Final = _Kind(read_u8, _octet)
_U16: Final = _Kind(read_u16, pack_u16)
_U32: Final = _Kind(read_u32, pack_u32)
_VARINT: Final = _Kind(read_varint, varint)
_STRING: Final = _Kind(read_string, string)
_BINARY: Final = _Kind(read_binary, binary)
_PAIR: Final = _Kind(read_pair, lambda pair: string(pair[0]) + string(pair[1]))


def _flag(name: str, value: int) -> None:
    if value > 1:
        raise protocol_error(f"{name} is {value}; 0 and 1 are allowed")


def _not_zero(name: str, value: int) -> None:
    if value == 0:
        raise protocol_error(f"{name} must not be 0")


def _alias(name: str, value: int) -> None:
    if value == 0:
        raise Broken(Reason.TOPIC_ALIAS_INVALID, f"{name} must not be 0")


def _topic(name: str, value: str) -> None:
    if "+" in value or "#" in value:
        raise protocol_error(f"{name} holds a wildcard")  # MQTT-3.3.2-14
    if not value:
        raise protocol_error(f"{name} is empty")  # MQTT-4.7.3-1


class Property(Struct, frozen=True):
    """One row of table 2-4: identifier, field, data type, and what its value may be."""

    identifier: int
    field: str
    kind: _Kind
    check: Callable[..., None] | None = None


ROWS: Final = (
    Property(0x01, "payload_format", _BYTE, _flag),
    Property(0x02, "message_expiry", _U32),
    Property(0x03, "content_type", _STRING),
    Property(0x08, "response_topic", _STRING, _topic),
    Property(0x09, "correlation_data", _BINARY),
    Property(0x0B, "subscription_id", _VARINT, _not_zero),
    Property(0x0B, "subscription_ids", _VARINT, _not_zero),
    Property(0x11, "session_expiry", _U32),
    Property(0x12, "assigned_client_id", _STRING),
    Property(0x13, "server_keep_alive", _U16),
    Property(0x15, "authentication_method", _STRING),
    Property(0x16, "authentication_data", _BINARY),
    Property(0x17, "request_problem_information", _BYTE, _flag),
    Property(0x18, "will_delay", _U32),
    Property(0x19, "request_response_information", _BYTE, _flag),
    Property(0x1A, "response_information", _STRING),
    Property(0x1C, "server_reference", _STRING),
    Property(0x1F, "reason_string", _STRING),
    Property(0x21, "receive_maximum", _U16, _not_zero),
    Property(0x22, "topic_alias_maximum", _U16),
    Property(0x23, "topic_alias", _U16, _alias),
    Property(0x24, "maximum_qos", _BYTE, _flag),
    Property(0x25, "retain_available", _BYTE, _flag),
    Property(0x26, "user", _PAIR),
    Property(0x27, "maximum_packet_size", _U32, _not_zero),
    Property(0x28, "wildcard_available", _BYTE, _flag),
    Property(0x29, "subscription_ids_available", _BYTE, _flag),
    Property(0x2A, "shared_available", _BYTE, _flag),
)
_BY_FIELD: Final = {row.field: row for row in ROWS}
_IDENTIFIERS: Final = frozenset(row.identifier for row in ROWS)
_REPEATED: Final = frozenset({"user", "subscription_ids"})
_STRUCTS: Final[tuple[type[Struct], ...]] = (
    ConnectProperties,
    WillProperties,
    ConnackProperties,
    PublishProperties,
    AckProperties,
    SubscribeProperties,
    UnsubscribeProperties,
    DisconnectProperties,
    AuthProperties,
)
# What each struct may carry, by identifier: made from its own fields, so that the two cannot drift.
_ALLOWED: Final[dict[type[Struct], dict[int, Property]]] = {
    kind: {_BY_FIELD[field].identifier: _BY_FIELD[field] for field in kind.__struct_fields__}
    for kind in _STRUCTS
}
_EMPTY: Final[dict[type[Struct], Struct]] = {kind: kind() for kind in _STRUCTS}


def read_properties(kind: type[P], data: bytes, at: int, end: int) -> tuple[P, int]:
    """The property length and all properties; a struct of ``kind`` and the position behind them.

    An identifier that does not belong here is malformed (2.2.2.2); one that comes twice, or a value that is not allowed, is a
    protocol error.
    """
    size, at = read_varint(data, at, end)
    stop = at + size
    if stop > end:
        raise malformed(f"properties of {size} octets pass the end of their packet", at)
    if not size:
        return _EMPTY[kind], at  # type: ignore[return-value]
    allowed = _ALLOWED[kind]
    values: dict[str, Value | tuple[Value, ...]] = {}
    lists: dict[str, list[Value]] = {}
    while at < stop:
        identifier, behind = read_varint(data, at, stop)
        row = allowed.get(identifier)
        if row is None:
            known = "does not belong into this packet" if identifier in _IDENTIFIERS else "is not known"
            raise malformed(f"property 0x{identifier:02x} {known}", at)
        value, at = row.kind.read(data, behind, stop)
        if row.check is not None:
            row.check(row.field, value)
        if row.field in _REPEATED:
            lists.setdefault(row.field, []).append(value)
        elif row.field in values:
            raise protocol_error(f"{row.field} comes twice", behind)
        else:
            values[row.field] = value
    for field, several in lists.items():
        values[field] = tuple(several)
    return kind(**values), at


def property_bytes(properties: Struct) -> bytes:
    """Property length and properties; one zero octet when there are none."""
    kind = type(properties)
    if properties is _EMPTY[kind]:
        return b"\0"
    parts: list[bytes] = []
    for identifier, row in _ALLOWED[kind].items():
        value = getattr(properties, row.field)
        if value is None:
            continue
        head, write = _octet(identifier), row.kind.write
        if row.field in _REPEATED:
            for item in value:
                parts += head, write(item)
        else:
            parts += head, write(value)
    block = b"".join(parts)
    return varint(len(block)) + block
