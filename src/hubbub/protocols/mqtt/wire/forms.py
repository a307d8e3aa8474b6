"""The bytes of one PUBLISH, made once and given to many: only the packet identifier differs between receivers.

A form belongs to (level, QoS, retain, properties); at QoS 0 it is whole, above it is what stands before the packet identifier
and what stands behind it. ``field`` is the topic name as a packet field: length and UTF-8.
"""

from typing import Final

from hubbub.protocols.mqtt.wire.fields import varint

NO_PROPERTIES: Final = b"\0"
HEADS: Final = {
    first: tuple(bytes((first, size)) for size in range(128))
    for first in (0x30, 0x31, 0x32, 0x33, 0x34, 0x35)
}


def head(first: int, size: int) -> bytes:
    """The fixed header of a packet of ``size`` octets behind it; ``first`` is that of a PUBLISH without DUP."""
    return HEADS[first][size] if size < 128 else bytes((first,)) + varint(size)


def whole(field: bytes, payload: bytes, properties: bytes, *, retain: bool) -> bytes:
    """A PUBLISH at QoS 0. ``properties``: the bytes of `property_bytes` at level 5, empty at 3.x."""
    size = len(field) + len(properties) + len(payload)
    return b"".join((head(0x30 | retain, size), field, properties, payload))


def around(field: bytes, payload: bytes, properties: bytes, *, qos: int, retain: bool) -> tuple[bytes, bytes]:
    """A PUBLISH at QoS 1 or 2 without DUP: what stands before and what stands behind its packet identifier."""
    size = len(field) + 2 + len(properties) + len(payload)
    return head(0x30 | qos << 1 | retain, size) + field, properties + payload


def again(before: bytes) -> bytes:
    """The front of a form with DUP set, for what is sent once more after a reconnect (MQTT-3.3.1-1)."""
    return bytes((before[0] | 0x08,)) + before[1:]
