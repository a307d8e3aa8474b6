"""Bytes to packets: one loop over all that a read brought.

A `Decoder` belongs to one side of one conversation: it knows which packets the peer may send, how large they may be, and the
protocol level, which the first CONNECT decides for everything behind it. It keeps no bytes: the caller keeps what was not used.

An unfinished packet is a value, a broken one an error; what stood before it in the same bytes is handed out first.
"""

from struct import unpack
from typing import Final

from msgspec import Struct

from hubbub.protocols.mqtt.wire.broken import Broken, malformed, protocol_error
from hubbub.protocols.mqtt.wire.connect import read_connect, read_level
from hubbub.protocols.mqtt.wire.fields import text_of
from hubbub.protocols.mqtt.wire.packets import (
    V5,
    V31,
    V311,
    Acks,
    Packet,
    Publish,
    Publishes,
    Run,
)
from hubbub.protocols.mqtt.wire.properties import PublishProperties, read_properties
from hubbub.protocols.mqtt.wire.readers import (
    Reader,
    read_auth,
    read_connack,
    read_disconnect_from_client,
    read_disconnect_from_server,
    read_packet_id,
    read_pingreq,
    read_pingresp,
    read_puback,
    read_pubcomp,
    read_pubrec,
    read_pubrel,
    read_suback,
    read_subscribe,
    read_unsuback,
    read_unsubscribe,
)
from hubbub.protocols.mqtt.wire.reasons import Reason

LARGEST: Final = (
    268_435_460  # the largest packet there can be: four octets of remaining length and the fixed header
)
KNOWN_NAMES: Final = 16_384
KNOWN_NAME_SIZE: Final = 256
MOST_ACKS: Final = 512
_NAMES: Final[dict[int, str]] = {
    0x00: "RESERVED",
    0x10: "CONNECT",
    0x20: "CONNACK",
    0x30: "PUBLISH",
    0x40: "PUBACK",
    0x50: "PUBREC",
    0x60: "PUBREL",
    0x70: "PUBCOMP",
    0x80: "SUBSCRIBE",
    0x90: "SUBACK",
    0xA0: "UNSUBSCRIBE",
    0xB0: "UNSUBACK",
    0xC0: "PINGREQ",
    0xD0: "PINGRESP",
    0xE0: "DISCONNECT",
    0xF0: "AUTH",
}
_NOTHING: Final[dict[int, tuple[int, bool, bool]]] = {}
# First octet of a PUBLISH to (QoS, retain, DUP). QoS 3 (MQTT-3.3.1-4) and DUP at QoS 0 (-2) are not among them.
_SHAPES: Final = {
    0x30 | dup << 3 | qos << 1 | retain: (qos, retain == 1, dup == 1)
    for qos in (0, 1, 2)
    for retain in (0, 1)
    for dup in (0, 1)
    if qos or not dup
}
_PLAIN: Final = frozenset({0x30, 0x32, 0x34})
_SHORT_ACKS: Final = frozenset({0x40, 0x50, 0x62, 0x70})

# First octet to reader, for either side. The whole octet is the key: reserved flags (MQTT-2.1.3-1) need no code of their own.
_BOTH: Final[dict[int, Reader]] = {
    0x40: read_puback,
    0x50: read_pubrec,
    0x62: read_pubrel,
    0x70: read_pubcomp,
    0xF0: read_auth,
}
FROM_CLIENT: Final[dict[int, Reader]] = _BOTH | {
    0x82: read_subscribe,
    0xA2: read_unsubscribe,
    0xC0: read_pingreq,
    0xE0: read_disconnect_from_client,
}
FROM_SERVER: Final[dict[int, Reader]] = _BOTH | {
    0x20: read_connack,
    0x90: read_suback,
    0xB0: read_unsuback,
    0xD0: read_pingresp,
    0xE0: read_disconnect_from_server,
}


class Decoded(Struct, gc=False):
    """What some bytes held: whole packets, plain ones in runs, the octets they took, and what stands behind them.

    ``wanted``: octets that the unfinished packet behind them takes in all, 0 when there is none, 2 while its length is not
    known yet. ``broken``: why nothing behind them can be read; the conversation ends there.
    """

    packets: list[Packet | Run]
    used: int
    wanted: int
    broken: Broken | None


class Names:
    """Topic names that were checked already, by their bytes: one object for a whole hub. Forgets everything when full."""

    __slots__ = ("known",)

    def __init__(self) -> None:
        self.known: dict[bytes, str] = {}

    def learn(self, raw: bytes, at: int) -> str:
        """The text of a topic name. Raises `Broken` (0x90 for wildcards, MQTT-3.3.2-2; 0x81 for what is no string)."""
        name = text_of(raw, at)
        if "+" in name or "#" in name:
            raise Broken(Reason.TOPIC_NAME_INVALID, f"the topic name {name[:80]!r} holds a wildcard", at)
        if 0 < len(raw) <= KNOWN_NAME_SIZE:
            if len(self.known) >= KNOWN_NAMES:
                self.known.clear()
            self.known[raw] = name
        return name


class Decoder:
    """One direction of one conversation. ``level`` is 0 until a CONNECT said it, or was set."""

    __slots__ = ("_names", "_readers", "level", "limit")

    def __init__(
        self,
        names: Names,
        *,
        limit: int = LARGEST,
        readers: dict[int, Reader] = FROM_CLIENT,
        level: int = 0,
    ) -> None:
        self._names = names
        self._readers = readers
        self.limit = limit
        self.level = level

    def decode(self, data: bytes) -> Decoded:
        """All whole packets in ``data``, which starts where a packet starts. Raises nothing: see `Decoded`."""
        packets: list[Packet | Run] = []
        append = packets.append
        known = self._names.known
        shapes = _SHAPES if self.level else _NOTHING
        v5 = self.level == V5
        at, end = 0, len(data)
        limit = self.limit
        short = min(127, limit - 2)  # lengths above are looked at more closely
        wanted = 0
        run, run_topic = 0, ""  # first octet and topic of the run that the next packet may join
        payloads: list[bytes] = []
        numbers: list[int] = []
        try:
            while at < end:
                head = data[at]
                body = at + 2
                if body > end:
                    wanted = self._starts(head, 2)
                    break
                length = data[at + 1]
                if length > short:
                    if length > 127:
                        length, body = _long_length(data, at, end)
                        if length < 0:
                            wanted = self._starts(head, 2)
                            break
                    if body + length - at > limit:
                        raise self._too_large(data, at, body + length - at)
                stop = body + length
                if stop > end:
                    wanted = self._starts(head, stop - at)
                    break
                shape = shapes.get(head)
                if shape is not None:
                    if length < 2:
                        raise malformed("PUBLISH ends within its topic name", body)
                    cursor = body + 2 + (data[body] << 8 | data[body + 1])
                    if cursor > stop:
                        raise malformed("the topic name passes the end of its PUBLISH", body)
                    raw = data[body + 2 : cursor]
                    topic = known.get(raw)
                    if topic is None:
                        topic = self._names.learn(raw, body + 2)
                        if not topic:
                            append(self._alias_only(data, shape, cursor, stop))
                            run = 0
                            at = stop
                            continue
                    number = 0
                    if head > 0x31:
                        if cursor + 2 > stop:
                            raise malformed("PUBLISH ends within its packet identifier", cursor)
                        number = data[cursor] << 8 | data[cursor + 1]
                        if not number:
                            raise protocol_error("PUBLISH has packet identifier 0", cursor)  # MQTT-2.2.1-3
                        cursor += 2
                    if v5:
                        if cursor >= stop or data[cursor]:
                            properties, cursor = self._publish_properties(data, cursor, stop)
                            append(Publish(topic, data[cursor:stop], *shape, number, properties))
                            run = 0
                            at = stop
                            continue
                        cursor += 1
                    if head == run and topic is run_topic:
                        payloads.append(data[cursor:stop])
                        if number:
                            numbers.append(number)
                    elif head in _PLAIN:
                        payloads = [data[cursor:stop]]
                        numbers = [number] if number else []
                        append(Publishes(topic, shape[0], payloads, numbers))
                        run, run_topic = head, topic
                    else:
                        append(Publish(topic, data[cursor:stop], *shape, number))
                        run = 0
                elif length == 2 and head in _SHORT_ACKS and self.level:
                    if data[at:body] == data[stop : stop + 2]:
                        several = _acks(data, at)
                        if 0 not in several:
                            append(Acks(head, several))
                            run = 0
                            at += 4 * len(several)
                            continue
                    number = data[body] << 8 | data[body + 1]
                    if not number:
                        raise protocol_error(f"{_NAMES[head & 0xF0]} has packet identifier 0", body)
                    if head == run:
                        numbers.append(number)
                    else:
                        numbers = [number]
                        append(Acks(head, numbers))
                        run = head
                else:
                    append(self._other(data, head, body, stop))
                    run = 0
                    shapes = _SHAPES
                    v5 = self.level == V5
                at = stop
        except Broken as broken:
            return Decoded(packets, at, 0, broken)
        return Decoded(packets, at, wanted, None)

    def _publish_properties(self, data: bytes, at: int, stop: int) -> tuple[PublishProperties, int]:
        properties, at = read_properties(PublishProperties, data, at, stop)
        if properties.subscription_ids and self._readers is FROM_CLIENT:
            raise protocol_error("a subscription identifier in a PUBLISH from a client", at)  # MQTT-3.3.4-6
        return properties, at

    def _alias_only(self, data: bytes, shape: tuple[int, bool, bool], at: int, stop: int) -> Publish:
        """A PUBLISH with an empty topic name: at level 5 a topic alias must stand for it."""
        if self.level != V5:
            raise malformed("the topic name is empty", at)  # MQTT-4.7.3-1
        qos, retain, dup = shape
        number = 0
        if qos:
            number, at = read_packet_id(data, at, stop)
        properties, at = self._publish_properties(data, at, stop)
        if properties.topic_alias is None:
            raise protocol_error("neither a topic name nor a topic alias", at)
        return Publish("", data[at:stop], qos, retain, dup, number, properties)

    def _other(self, data: bytes, head: int, body: int, stop: int) -> Packet:
        """Every packet that is no PUBLISH and no two octet acknowledgement."""
        self._starts(head, 0)
        if head == 0x10:
            level, at = read_level(data, body, stop)
            self.level = level  # first of all: whatever is wrong behind it is answered at this level
            return read_connect(level, data, at, stop)
        if self.level == V31:
            head = _without_dup(head)
        reader = self._readers.get(head)
        if reader is None:
            raise protocol_error(f"{_NAMES[head & 0xF0]} at level {self.level}", body)
        return reader(self.level, data, body, stop)

    def _starts(self, head: int, wanted: int) -> int:
        """Whether a packet may begin like this, said before its rest is here. Returns ``wanted``; raises `Broken`."""
        if head == 0x10 and self._readers is FROM_CLIENT:
            return wanted
        if not self.level:
            raise protocol_error(
                f"the first packet is not CONNECT but {_NAMES[head & 0xF0]}", 0
            )  # MQTT-3.1.0-1
        if (
            head in self._readers
            or head in _SHAPES
            or (self.level == V31 and _without_dup(head) in self._readers)
        ):
            if head == 0xF0 and self.level != V5:
                raise malformed(f"AUTH does not exist at level {self.level}")
            return wanted
        kind = head & 0xF0
        if kind == 0x30:
            what = "QoS 3" if head & 6 == 6 else "DUP at QoS 0"  # MQTT-3.3.1-4, MQTT-3.3.1-2
            raise malformed(f"PUBLISH with {what}")
        if kind == 0x10 or any(key & 0xF0 == kind for key in self._readers):
            raise malformed(f"{_NAMES[head & 0xF0]} has flags {head & 15:04b}")  # MQTT-2.1.3-1
        raise protocol_error(f"a packet of type {_NAMES[head & 0xF0]} has no place here")

    def _too_large(self, data: bytes, at: int, size: int) -> Broken:
        """The refusal; for a CONNECT it learns the level first if that is among the bytes, so that it can be said."""
        if data[at] == 0x10 and not self.level:
            name = data.find(b"\0\4MQTT", at, at + 11)
            level = data[name + 6] if 0 <= name < len(data) - 6 else 0
            self.level = level if level in (V311, V5) else 0
        return Broken(Reason.PACKET_TOO_LARGE, f"a packet of {size} octets; {self.limit} are allowed", at)


def _acks(data: bytes, at: int) -> list[int]:
    """The numbers of all acknowledgements like the one at ``at`` that stand side by side, at most `MOST_ACKS`, at the cost of few."""
    block = data[at : at + 4 * MOST_ACKS]
    heads, sizes = block[::4], block[1::4]
    count = min(
        len(heads) - len(heads.lstrip(heads[:1])), len(sizes) - len(sizes.lstrip(b"\2")), len(block) // 4
    )
    return list(unpack(f">{2 * count}H", block[: 4 * count])[1::2])


def _without_dup(head: int) -> int:
    """MQTT 3.1 sets DUP on repeated PUBREL, SUBSCRIBE and UNSUBSCRIBE (3.1 section 2.1)."""
    return head & 0xF7 if head & 0xF0 in (0x60, 0x80, 0xA0) else head


def _long_length(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Remaining Length of two to four octets: the length and where the body begins; -1 while octets are missing."""
    length = data[at + 1] & 0x7F
    for shift, place in ((7, at + 2), (14, at + 3), (21, at + 4)):
        if place >= end:
            return -1, place
        octet = data[place]
        length |= (octet & 0x7F) << shift
        if octet < 0x80:
            if not octet:
                raise malformed("the remaining length uses more octets than it needs", place)  # MQTT-1.5.5-1
            return length, place + 1
    raise malformed("the remaining length has more than four octets", at + 4)
