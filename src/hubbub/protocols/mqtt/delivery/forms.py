"""The bytes of a message on its way to many: made once for each shape, shared by all receivers of one turn.

A shape is (level 5 or below, QoS, retain, subscription identifiers). Forms are kept for one run of records at a time: fan-out asks
for the same run again and again, and whatever comes later costs one encoding each.
"""

from collections.abc import Sequence
from typing import TypeAlias

from hubbub.model.clock import Clock
from hubbub.model.record import Record
from hubbub.protocols.mqtt.naming import ROOM, property_block
from hubbub.protocols.mqtt.wire.fields import string
from hubbub.protocols.mqtt.wire.forms import HEADS, around, head, whole
from hubbub.protocols.mqtt.wire.forms import NO_PROPERTIES as NO_BLOCK

Shape: TypeAlias = tuple[bool, int, bool, tuple[int, ...]]


class Forms:
    """One for a room. ``begin`` before fan-out spares the search for the topic's bytes."""

    __slots__ = ("_around", "_clock", "_field", "_plain", "_records", "_whole")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._records: Sequence[Record] = ()
        self._field = b""
        self._plain: list[bytes] = []
        self._whole: dict[Shape, list[bytes]] = {}
        self._around: dict[Shape, list[tuple[bytes, bytes]]] = {}

    def begin(self, records: Sequence[Record], field: bytes) -> None:
        """These come next, all of one topic; ``field`` is that topic as a packet field."""
        self._records = records
        self._field = field
        if self._plain:
            self._plain = []
        if self._whole:
            self._whole = {}
        if self._around:
            self._around = {}

    def plain(self, records: Sequence[Record]) -> list[bytes]:
        """QoS 0, 3.x, no retain flag: the shape that is asked for most. Whole packets."""
        if records is not self._records:
            self._search(records)
        elif self._plain:
            return self._plain
        field = self._field
        size = len(field)
        heads = HEADS[0x30]
        self._plain = [
            (heads[size + len(value)] if size + len(value) < 128 else head(0x30, size + len(value)))
            + field
            + value
            for record in records
            for value in (record.value,)
        ]
        return self._plain

    def whole(self, records: Sequence[Record], shape: Shape) -> list[bytes]:
        """QoS 0: whole packets."""
        if records is not self._records:
            self._search(records)
        found = self._whole.get(shape)
        if found is None:
            is_5, _, retain, marks = shape
            found = self._whole[shape] = [
                whole(
                    self._field,
                    record.value,
                    block(record, marks, self._clock) if is_5 else b"",
                    retain=retain,
                )
                for record in records
            ]
        return found

    def around(self, records: Sequence[Record], shape: Shape) -> list[tuple[bytes, bytes]]:
        """QoS 1 and 2: what stands before and behind each packet identifier."""
        if records is not self._records:
            self._search(records)
        found = self._around.get(shape)
        if found is None:
            is_5, qos, retain, marks = shape
            found = self._around[shape] = [
                around(
                    self._field,
                    record.value,
                    block(record, marks, self._clock) if is_5 else b"",
                    qos=qos,
                    retain=retain,
                )
                for record in records
            ]
        return found

    def _search(self, records: Sequence[Record]) -> None:
        self.begin(records, string("/".join(records[0].address.parts)))


def block(record: Record, marks: tuple[int, ...], clock: Clock, alias: int = 0) -> bytes:
    """The properties of a delivery at level 5; the usual answer, none, at once."""
    is_plain = not (marks or alias or record.original) and record.address.room == ROOM
    if is_plain and record.properties.expires_at is None:
        return NO_BLOCK
    return property_block(record, marks, clock.now(), alias)
