"""The bytes of one PUBLISH, made once and given to many: only the packet identifier differs between receivers.

A form belongs to (level, QoS, retain, properties); at QoS 0 it is whole, above it is what stands before the packet identifier
and what stands behind it.
"""

from hubbub.protocols.mqtt.wire.fields import string, varint

NO_PROPERTIES = b"\0"


def whole(topic: str, payload: bytes, properties: bytes, *, retain: bool) -> bytes:
    """A PUBLISH at QoS 0. ``properties``: the bytes of `property_bytes` at level 5, empty at 3.x."""
    name = string(topic)
    size = len(name) + len(properties) + len(payload)
    return b"".join(((0x30 | retain).to_bytes(1, "big"), varint(size), name, properties, payload))


def around(topic: str, payload: bytes, properties: bytes, *, qos: int, retain: bool) -> tuple[bytes, bytes]:
    """A PUBLISH at QoS 1 or 2 without DUP: what stands before and what stands behind its packet identifier."""
    name = string(topic)
    size = len(name) + 2 + len(properties) + len(payload)
    return (0x30 | qos << 1 | retain).to_bytes(1, "big") + varint(size) + name, properties + payload


def again(head: bytes) -> bytes:
    """The head of a form with DUP set, for what is sent once more after a reconnect (MQTT-3.3.1-1)."""
    return (head[0] | 0x08).to_bytes(1, "big") + head[1:]
