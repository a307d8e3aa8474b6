"""The bytes of a message on its way to many: made once for each shape, shared by all receivers of one turn.

A shape is (level 5 or below, QoS, retain, subscription identifiers). Forms are kept for one record at a time: fan-out asks for the
same record again and again, and whatever comes later costs one encoding each.
"""

from typing import Final, TypeAlias

from hubbub.model.address import Address, Kind
from hubbub.model.clock import Clock
from hubbub.model.record import Record
from hubbub.protocols.mqtt.naming import ROOM, property_block
from hubbub.protocols.mqtt.wire.fields import string
from hubbub.protocols.mqtt.wire.forms import NO_PROPERTIES as NO_BLOCK
from hubbub.protocols.mqtt.wire.forms import around, head, whole

Shape: TypeAlias = tuple[bool, int, bool, tuple[int, ...]]
NO_RECORD: Final = Record(Address(ROOM, Kind.LIVE, ()), b"")


class Forms:
    """One for a room. ``begin`` before fan-out spares the search for the topic's bytes."""

    __slots__ = ("_around", "_clock", "_field", "_plain", "_plain_5", "_record", "_whole")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._record = NO_RECORD
        self._field = b""
        self._plain = b""
        self._plain_5 = b""
        self._whole: dict[Shape, bytes] = {}
        self._around: dict[Shape, tuple[bytes, bytes]] = {}

    def begin(self, record: Record, field: bytes) -> None:
        """This record comes next; ``field`` is its topic as a packet field."""
        self._record = record
        self._field = field
        self._plain = b""
        self._plain_5 = b""
        if self._whole:
            self._whole = {}
        if self._around:
            self._around = {}

    def whole(self, record: Record, shape: Shape) -> bytes:
        """QoS 0: the whole packet."""
        if record is not self._record:
            self.begin(record, string("/".join(record.address.parts)))
        found = self._whole.get(shape)
        if found is None:
            found = self._whole[shape] = self._make(record, shape)
        return found

    def plain(self, record: Record) -> bytes:
        """QoS 0, 3.x, no retain flag: the one that is asked for most."""
        if record is self._record and self._plain:
            return self._plain
        if record is not self._record:
            self.begin(record, string("/".join(record.address.parts)))
        field, payload = self._field, record.value
        size = len(field) + len(payload)
        form = self._plain = head(0x30, size) + field + payload
        return form

    def plain_5(self, record: Record) -> bytes:
        """QoS 0, 5.0, no retain flag, no identifiers."""
        if record is self._record and self._plain_5:
            return self._plain_5
        if record is not self._record:
            self.begin(record, string("/".join(record.address.parts)))
        form = self._plain_5 = self._make(record, (True, 0, False, ()))
        return form

    def around(self, record: Record, shape: Shape) -> tuple[bytes, bytes]:
        """QoS 1 and 2: what stands before and behind the packet identifier."""
        if record is not self._record:
            self.begin(record, string("/".join(record.address.parts)))
        found = self._around.get(shape)
        if found is None:
            is_5, qos, retain, marks = shape
            found = self._around[shape] = around(
                self._field,
                record.value,
                block(record, marks, self._clock) if is_5 else b"",
                qos=qos,
                retain=retain,
            )
        return found

    def _make(self, record: Record, shape: Shape) -> bytes:
        is_5, _, retain, marks = shape
        properties = block(record, marks, self._clock) if is_5 else b""
        return whole(self._field, record.value, properties, retain=retain)


def block(record: Record, marks: tuple[int, ...], clock: Clock, alias: int = 0) -> bytes:
    """The properties of a delivery at level 5; the usual answer, none, at once."""
    is_plain = not (marks or alias or record.original) and record.address.room == ROOM
    if is_plain and record.properties.expires_at is None:
        return NO_BLOCK
    return property_block(record, marks, clock.now(), alias)
