"""What a space keeps beyond the process, as keys and values of its `Changes`. This is the format; numbers in keys are unsigned and of 64 bits.

    r path             a retained record: [its assurance, record]
    b body             a record that deliveries refer to
    s name             a durable: `KeptDurable`
    f durable text     one of its subscriptions: `KeptSubscription`
    q durable order    a delivery that waits: `KeptParcel`
    u durable number   one that was sent and is not settled: `KeptParcel`; body 0: it is released
    i durable number   a record that came from the peer exactly once and is not released yet; no value

``durable`` is the serial in `KeptDurable`. A record that goes to many is kept once. Values are msgpack; a record is `KeptRecord`.
"""

from struct import Struct as Format
from typing import Final

import msgspec
from msgspec import Struct

from hubbub.core.changes import Changes
from hubbub.core.durable import Parcel
from hubbub.core.matching import Pattern, Wild
from hubbub.core.retained import Kept
from hubbub.core.subscriptions import Subscription
from hubbub.model.address import Address, Kind
from hubbub.model.record import Properties, Record

RETAINED: Final = b"r"
BODY: Final = b"b"
DURABLE: Final = b"s"
SUBSCRIPTION: Final = b"f"
WAITING: Final = b"q"
UNSETTLED: Final = b"u"
RECEIVED: Final = b"i"

ONE: Final = Format(">Q")
TWO: Final = Format(">QQ")
SURROGATES: Final = "surrogateescape"
FOR_EVER: Final = -1
THERE: Final = -1


class KeptRecord(Struct, frozen=True, gc=False, array_like=True):
    """A `Record`. Header names are octets, because not all of them are text everywhere."""

    room: str
    kind: Kind
    parts: tuple[str, ...]
    value: bytes
    key: bytes | None
    headers: tuple[tuple[bytes, bytes], ...]
    timestamp: int
    properties: Properties
    original: bytes
    origin: str


class KeptDurable(Struct, frozen=True, gc=False, array_like=True):
    """``keep_ms``: how long it outlives its connection, -1 for ever. ``left_at``: wall time in ms, -1: its connection was there.

    ``parting`` is what the room says of its parting word, empty for none; it is due ``delay_ms`` after ``left_at``.
    """

    serial: int
    keep_ms: int
    left_at: int = THERE
    parting: bytes = b""
    delay_ms: int = 0


class KeptSubscription(Struct, frozen=True, gc=False, array_like=True):
    """A `Subscription` without its receiver and text."""

    pattern: tuple[str | int, ...]
    assurance: int
    mark: int
    skips_own: bool
    as_published: bool
    share: str


class KeptParcel(Struct, frozen=True, gc=False, array_like=True):
    """A `Parcel`. ``order`` grows with each step of the durable's deliveries; ``share`` is the text of the group's subscription."""

    body: int
    order: int
    assurance: int = 0
    marks: tuple[int, ...] = ()
    as_published: bool = False
    share: str = ""
    stored: bool = False


_encode: Final = msgspec.msgpack.Encoder().encode
decode_retained: Final = msgspec.msgpack.Decoder(tuple[int, KeptRecord]).decode
decode_record: Final = msgspec.msgpack.Decoder(KeptRecord).decode
decode_durable: Final = msgspec.msgpack.Decoder(KeptDurable).decode
decode_subscription: Final = msgspec.msgpack.Decoder(KeptSubscription).decode
decode_parcel: Final = msgspec.msgpack.Decoder(KeptParcel).decode


class Body:
    """A record that is kept for deliveries, and how many refer to it."""

    __slots__ = ("count", "number", "record")

    def __init__(self, record: Record, number: int) -> None:
        self.record = record
        self.number = number
        self.count = 0


class Keepsakes:
    """Of one space. Writes into its `Changes`; what reads them at the start is in `recall`."""

    __slots__ = ("_bodies", "_idle", "_next_body", "_next_serial", "changes")

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        self._bodies: dict[int, Body] = {}  # by identity of the record, which lives as long as its body does
        self._idle: list[Body] = []
        self._next_body = 1
        self._next_serial = 1
        changes.before_write = self._sweep

    # retained records

    def retain(self, path: str, kept: Kept) -> None:
        self.changes.put(RETAINED + path.encode(), _encode((kept.assurance, kept_record(kept.record))))

    def release(self, path: str) -> None:
        self.changes.delete(RETAINED + path.encode())

    # durables

    def serial(self) -> int:
        """A number that no other durable has."""
        self._next_serial += 1
        return self._next_serial - 1

    def durable(self, name: str, kept: KeptDurable) -> None:
        self.changes.put(DURABLE + name.encode(), _encode(kept))

    def forget_durable(self, name: str) -> None:
        self.changes.delete(DURABLE + name.encode())

    def subscription(self, serial: int, one: Subscription) -> None:
        kept = KeptSubscription(
            kept_pattern(one.pattern),
            one.assurance,
            one.mark,
            one.skips_own,
            one.as_published,
            one.share,
        )
        self.changes.put(SUBSCRIPTION + ONE.pack(serial) + one.pattern_text.encode(), _encode(kept))

    def forget_subscription(self, serial: int, text: str) -> None:
        self.changes.delete(SUBSCRIPTION + ONE.pack(serial) + text.encode())

    def waits(self, serial: int, order: int, parcel: Parcel) -> None:
        self.changes.put(WAITING + TWO.pack(serial, order), self._parcel(parcel, order))

    def waits_no_more(self, serial: int, order: int, parcel: Parcel) -> None:
        self.changes.delete(WAITING + TWO.pack(serial, order))
        self._let_go(parcel.record)

    def sent(self, serial: int, number: int, order: int, parcel: Parcel) -> None:
        self.changes.put(UNSETTLED + TWO.pack(serial, number), self._parcel(parcel, order))

    def released(self, serial: int, number: int, order: int, parcel: Parcel | object) -> None:
        self.changes.put(UNSETTLED + TWO.pack(serial, number), _encode(KeptParcel(0, order)))
        if isinstance(parcel, Parcel):
            self._let_go(parcel.record)

    def settled(self, serial: int, number: int, parcel: Parcel | object) -> None:
        self.changes.delete(UNSETTLED + TWO.pack(serial, number))
        if isinstance(parcel, Parcel):
            self._let_go(parcel.record)

    def took(self, serial: int, number: int) -> None:
        self.changes.put(RECEIVED + TWO.pack(serial, number), b"")

    def let_go(self, serial: int, number: int) -> None:
        self.changes.delete(RECEIVED + TWO.pack(serial, number))

    # at the start

    def adopt(self, number: int, record: Record) -> None:
        """A body that is kept already. Nobody refers to it yet."""
        self._bodies[id(record)] = Body(record, number)
        self._next_body = max(self._next_body, number + 1)

    def refer(self, record: Record) -> None:
        """One more delivery of an adopted body."""
        self._bodies[id(record)].count += 1

    def begin_behind(self, serial: int) -> None:
        """This serial is in use."""
        self._next_serial = max(self._next_serial, serial + 1)

    # inside

    def _parcel(self, parcel: Parcel, order: int) -> bytes:
        record, target = parcel.record, parcel.target
        body = self._bodies.get(id(record))
        if body is None:
            body = self._bodies[id(record)] = Body(record, self._next_body)
            self._next_body += 1
            self.changes.put(BODY + ONE.pack(body.number), _encode(kept_record(record)))
        body.count += 1
        share = target.group.pattern_text if target.group is not None else ""
        return _encode(
            KeptParcel(
                body.number,
                order,
                parcel.assurance,
                target.marks,
                target.as_published,
                share,
                parcel.stored,
            )
        )

    def _let_go(self, record: Record) -> None:
        body = self._bodies[id(record)]
        body.count -= 1
        if not body.count:
            self._idle.append(body)

    def _sweep(self) -> None:
        """Forget bodies to which nobody refers at the end of the turn: what waited and is sent now was let go for a moment only."""
        idle, self._idle = self._idle, []
        for body in idle:
            if not body.count and self._bodies.pop(id(body.record), None) is not None:
                self.changes.delete(BODY + ONE.pack(body.number))

    def sweep_all(self) -> None:
        """After the start: forget bodies to which nobody refers."""
        for body in [body for body in self._bodies.values() if not body.count]:
            del self._bodies[id(body.record)]
            self.changes.delete(BODY + ONE.pack(body.number))


WILDS: Final = {Wild.ONE: 1, Wild.REST: 2}
LEVELS: Final[dict[str | int, Wild]] = {number: wild for wild, number in WILDS.items()}


def kept_pattern(pattern: Pattern) -> tuple[str | int, ...]:
    """Wildcards become numbers, so that no level can be taken for one."""
    return tuple(WILDS[level] if isinstance(level, Wild) else level for level in pattern)


def pattern_of(levels: tuple[str | int, ...]) -> Pattern:
    """The inverse of `kept_pattern`."""
    return tuple(level if isinstance(level, str) else LEVELS[level] for level in levels)


def kept_record(record: Record) -> KeptRecord:
    address = record.address
    headers = tuple((name.encode(errors=SURROGATES), value) for name, value in record.headers)
    return KeptRecord(
        address.room,
        address.kind,
        address.parts,
        record.value,
        record.key,
        headers,
        record.timestamp,
        record.properties,
        record.original,
        record.origin,
    )


def record_of(kept: KeptRecord) -> Record:
    """The inverse of `kept_record`."""
    return Record(
        Address(kept.room, kept.kind, kept.parts),
        kept.value,
        kept.key,
        tuple((name.decode(errors=SURROGATES), value) for name, value in kept.headers),
        kept.timestamp,
        kept.properties,
        kept.original,
        kept.origin,
    )
