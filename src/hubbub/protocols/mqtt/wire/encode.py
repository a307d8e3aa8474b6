"""Packets to bytes. Knows nothing of a conversation: `encode` writes what it is given, for a protocol level.

A value that no packet can hold (a string above 65,535 octets) raises ValueError: that is the caller's mistake, not the peer's.
"""

import struct
from collections.abc import Callable
from typing import Final, TypeAlias

from hubbub.protocols.mqtt.wire.fields import binary, pack_u16, string, varint
from hubbub.protocols.mqtt.wire.packets import (
    PROTOCOL_NAMES,
    V5,
    Auth,
    Connack,
    Connect,
    Disconnect,
    Packet,
    Pingreq,
    Pingresp,
    Puback,
    Pubcomp,
    Publish,
    Pubrec,
    Pubrel,
    Suback,
    Subscribe,
    Unsuback,
    Unsubscribe,
    Will,
)
from hubbub.protocols.mqtt.wire.properties import (
    AckProperties,
    AuthProperties,
    DisconnectProperties,
    property_bytes,
)
from hubbub.protocols.mqtt.wire.reasons import Reason

Encoder: TypeAlias = Callable[..., bytes]
PINGRESP: Final = b"\xd0\x00"
PINGREQ: Final = b"\xc0\x00"
_SHORT: Final = struct.Struct(">HH").pack
_NO_ACK: Final = AckProperties()
_NO_DISCONNECT: Final = DisconnectProperties()
_NO_AUTH: Final = AuthProperties()


def framed(head: int, *parts: bytes) -> bytes:
    """Fixed header and body."""
    body = b"".join(parts)
    return head.to_bytes(1, "big") + varint(len(body)) + body


def puback(packet_id: int) -> bytes:
    """PUBACK without a word more, at any level; the hot one."""
    return _SHORT(0x4002, packet_id)


def pubrec(packet_id: int) -> bytes:
    """PUBREC without a word more."""
    return _SHORT(0x5002, packet_id)


def pubrel(packet_id: int) -> bytes:
    """PUBREL without a word more."""
    return _SHORT(0x6202, packet_id)


def pubcomp(packet_id: int) -> bytes:
    """PUBCOMP without a word more."""
    return _SHORT(0x7002, packet_id)


def _connect(packet: Connect, _level: int) -> bytes:
    level, will = packet.level, packet.will
    flags = packet.clean_start << 1 | (packet.username is not None) << 7 | (packet.password is not None) << 6
    payload = [string(packet.client_id)]
    if will is not None:
        flags |= 0x04 | will.qos << 3 | will.retain << 5
        payload += _will(will, level)
    if packet.username is not None:
        payload.append(string(packet.username))
    if packet.password is not None:
        payload.append(binary(packet.password))
    return framed(
        0x10,
        string(PROTOCOL_NAMES[level]),
        bytes((level, flags)),
        pack_u16(packet.keep_alive),
        property_bytes(packet.properties) if level == V5 else b"",
        *payload,
    )


def _will(will: Will, level: int) -> tuple[bytes, ...]:
    return (property_bytes(will.properties) if level == V5 else b"", string(will.topic), binary(will.payload))


def _connack(packet: Connack, level: int) -> bytes:
    properties = property_bytes(packet.properties) if level == V5 else b""
    return framed(0x20, bytes((packet.session_present, packet.code)), properties)


def _publish(packet: Publish, level: int) -> bytes:
    return framed(
        0x30 | packet.dup << 3 | packet.qos << 1 | packet.retain,
        string(packet.topic),
        pack_u16(packet.packet_id) if packet.qos else b"",
        property_bytes(packet.properties) if level == V5 else b"",
        packet.payload,
    )


def _ack(head: int) -> Encoder:
    def encode_ack(packet: Puback | Pubrec | Pubrel | Pubcomp, level: int) -> bytes:
        plain = packet.properties == _NO_ACK
        if level != V5 or (plain and packet.reason is Reason.SUCCESS):
            return _SHORT(head << 8 | 2, packet.packet_id)
        properties = b"" if plain else property_bytes(packet.properties)
        return framed(head, pack_u16(packet.packet_id), bytes((packet.reason,)), properties)

    return encode_ack


def _subscribe(packet: Subscribe, level: int) -> bytes:
    parts = [pack_u16(packet.packet_id)]
    if level == V5:
        parts.append(property_bytes(packet.properties))
    for request in packet.requests:
        options = request.qos
        if level == V5:
            options |= request.no_local << 2 | request.retain_as_published << 3 | request.retain_handling << 4
        parts += string(request.filter), options.to_bytes(1, "big")
    return framed(0x82, *parts)


def _suback(packet: Suback, level: int) -> bytes:
    properties = property_bytes(packet.properties) if level == V5 else b""
    return framed(0x90, pack_u16(packet.packet_id), properties, bytes(packet.codes))


def _unsubscribe(packet: Unsubscribe, level: int) -> bytes:
    properties = property_bytes(packet.properties) if level == V5 else b""
    return framed(0xA2, pack_u16(packet.packet_id), properties, *map(string, packet.filters))


def _unsuback(packet: Unsuback, level: int) -> bytes:
    if level != V5:
        return framed(0xB0, pack_u16(packet.packet_id))
    return framed(0xB0, pack_u16(packet.packet_id), property_bytes(packet.properties), bytes(packet.codes))


def _disconnect(packet: Disconnect, level: int) -> bytes:
    if level != V5:
        return b"\xe0\x00"
    return _reasoned(
        0xE0, packet.reason, b"" if packet.properties == _NO_DISCONNECT else property_bytes(packet.properties)
    )


def _auth(packet: Auth, _level: int) -> bytes:
    return _reasoned(
        0xF0, packet.reason, b"" if packet.properties == _NO_AUTH else property_bytes(packet.properties)
    )


def _reasoned(head: int, reason: Reason, properties: bytes) -> bytes:
    """DISCONNECT and AUTH: a reason of 0 without properties may be left out."""
    if not properties:
        return bytes((head, 0)) if reason is Reason.SUCCESS else bytes((head, 1, reason))
    return framed(head, bytes((reason,)), properties)


ENCODERS: Final[dict[type[Packet], Encoder]] = {
    Connect: _connect,
    Connack: _connack,
    Publish: _publish,
    Puback: _ack(0x40),
    Pubrec: _ack(0x50),
    Pubrel: _ack(0x62),
    Pubcomp: _ack(0x70),
    Subscribe: _subscribe,
    Suback: _suback,
    Unsubscribe: _unsubscribe,
    Unsuback: _unsuback,
    Pingreq: lambda _packet, _level: PINGREQ,
    Pingresp: lambda _packet, _level: PINGRESP,
    Disconnect: _disconnect,
    Auth: _auth,
}


def encode(packet: Packet, level: int) -> bytes:
    """The whole packet. ``level`` is 3, 4 or 5 (a CONNECT goes by its own)."""
    return ENCODERS[type(packet)](packet, level)
