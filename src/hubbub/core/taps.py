"""Taps: who looks at what is published, whatever it comes by, and the `Sighting`s they get.

A tap is opened before the act and loses nothing: what it was to see and had no room for is counted in ``missed``, so that an expectation can
fail instead of guessing. The journal is one more onlooker, a sampled one. What is published is reported where it is stored, in three places:
partitions (`saw_batch`), live fan-out and queues (`saw`); each asks `Taps.is_open` first, so that nothing is paid while nobody looks.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

from msgspec import Struct

from hubbub.core.turn import Turn
from hubbub.model.address import Address
from hubbub.model.clock import Clock
from hubbub.model.record import NO_PROPERTIES, Properties, Record
from hubbub.octets.batch import Entry, slices
from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed

KNOWN_ADDRESSES: Final = 16_384
ABSENT: Final = Properties(is_absent=True)
Translation = Callable[[Record], Record]
Wants = Callable[[Address], bool]


class Place(Struct, frozen=True, gc=False):
    """Where in a stream a sighting lies; ``offset`` is that of its first record."""

    partition: int
    offset: int


NOWHERE: Final = Place(-1, -1)


class Sighting(Struct, frozen=True):
    """What one act brought to one address: records, in order. ``number`` grows over all addresses of the hub, ``at`` is wall time in ms."""

    number: int
    at: int
    address: Address
    count: int
    octets: int
    """Of values, as far as that is known without decoding: a batch counts whole."""
    place: Place
    contents: Sequence[Record] | bytes
    translate: Translation | None = None

    def records(self) -> list[Record]:
        """The records in the neutral names; empty where a batch cannot be decoded (it is opaque, or larger than what is decompressed at most)."""
        return next(self.slices(None), [])

    def slices(self, size: int | None) -> Iterator[list[Record]]:
        """As `records`, ``size`` at a time: a large batch need not be looked at in one go, nor all of it."""
        contents, translate = self.contents, self.translate
        if isinstance(contents, bytes):
            found = decoded(self.address, contents, size)
        else:
            found = batched(contents, size)
        if translate is None:
            yield from found
        else:
            for some in found:
                yield [translate(record) for record in some]


class Onlooker(Protocol):
    """Who is shown sightings."""

    @property
    def is_open(self) -> bool:
        """Whether there is any point in showing it more just now; a change is told to `Taps.look_again`."""
        ...

    def pass_by(self, count: int) -> None:
        """So many records came while it was not open."""
        ...

    def wants(self, address: Address) -> bool:
        """Whether it wants to see what comes to this address; asked once, and remembered."""
        ...

    def see(self, sighting: Sighting) -> None:
        """Take it. Called in the middle of publishing: must not publish, and must not raise."""
        ...


class Tap:
    """A lossless view. ``on_more`` is called at the end of a turn in which something came; `take` it then, or whenever it suits.

    ``most`` bounds what waits to be taken, in records; what came on top of that is counted in ``missed``, and the tap is no longer lossless.
    """

    __slots__ = ("_on_more", "_taps", "_waiting", "_wants", "is_closed", "missed", "most", "waiting_records")

    def __init__(self, taps: "Taps", wants: Wants, most: int, on_more: Callable[[], object]) -> None:
        self._taps = taps
        self._wants = wants
        self._on_more = on_more
        self._waiting: deque[Sighting] = deque()
        self.most = most
        self.waiting_records = 0
        self.missed = 0
        self.is_closed = False

    @property
    def is_open(self) -> bool:
        return True

    def pass_by(self, count: int) -> None:
        """It sees all."""

    def wants(self, address: Address) -> bool:
        return self._wants(address)

    def see(self, sighting: Sighting) -> None:
        if self.waiting_records + sighting.count > self.most:
            self.missed += sighting.count
        else:
            self._waiting.append(sighting)
            self.waiting_records += sighting.count
        self._taps.turn.later(self._on_more)

    def take(self) -> list[Sighting]:
        """All that came since the last time, in order."""
        taken = list(self._waiting)
        self._waiting.clear()
        self.waiting_records = 0
        return taken

    def close(self) -> None:
        """See no more; what waits may still be taken. Idempotent."""
        if not self.is_closed:
            self.is_closed = True
            self._taps.remove(self)


class Taps:
    """All onlookers of a hub. ``translations`` tell, by room, how a record gets its neutral names where it has not got them yet."""

    __slots__ = ("_clock", "_known", "_number", "_onlookers", "is_open", "translations", "turn", "unseen")

    def __init__(self, clock: Clock, turn: Turn) -> None:
        self._clock = clock
        self.turn = turn
        self._onlookers: tuple[Onlooker, ...] = ()
        self._known: dict[Address, tuple[Onlooker, ...]] = {}
        self._number = 0
        self.translations: dict[str, Translation] = {}
        self.is_open = False
        """Whether anybody looks just now. Publishers ask this first."""
        self.unseen = 0
        """Records that came while nobody looked; counted by publishers."""

    @property
    def number(self) -> int:
        """That of the last sighting. It stands still while nobody looks."""
        return self._number

    def open(self, wants: Wants, on_more: Callable[[], object], most: int = 1_000_000) -> Tap:
        """A new tap on all addresses of which ``wants`` says yes; it sees what comes from now on."""
        tap = Tap(self, wants, most, on_more)
        self.add(tap)
        return tap

    def add(self, onlooker: Onlooker) -> None:
        """Show this one, too, what comes from now on."""
        self._onlookers = (*self._onlookers, onlooker)
        self._changed()

    def remove(self, onlooker: Onlooker) -> None:
        """Idempotent."""
        self._onlookers = tuple(one for one in self._onlookers if one is not onlooker)
        self._changed()

    def saw(self, these: Sequence[Record], place: Place = NOWHERE) -> None:
        """Records of one address were published, in this order. They are immutable and may be kept."""
        address = these[0].address
        onlookers = self._known.get(address)
        if onlookers is None:
            onlookers = self._learn(address)
        if any(onlooker.is_open for onlooker in onlookers):
            octets = sum(len(record.value) for record in these)
            self._show(onlookers, address, len(these), octets, place, tuple(these))
        else:
            for onlooker in onlookers:
                onlooker.pass_by(len(these))

    def saw_batch(self, address: Address, place: Place, count: int, batch: Buffer) -> None:
        """A whole batch was appended to a stream. It is copied, for it may lie in a buffer that is used again."""
        onlookers = self._known.get(address)
        if onlookers is None:
            onlookers = self._learn(address)
        if any(onlooker.is_open for onlooker in onlookers):
            self._show(onlookers, address, count, len(batch), place, bytes(batch))
        else:
            for onlooker in onlookers:
                onlooker.pass_by(count)

    def look_again(self) -> None:
        """An onlooker has opened or closed."""
        unseen, self.unseen = self.unseen, 0
        if unseen:
            for onlooker in self._onlookers:
                onlooker.pass_by(unseen)
        self.is_open = any(onlooker.is_open for onlooker in self._onlookers)

    # inside

    def _show(
        self,
        onlookers: Sequence[Onlooker],
        address: Address,
        count: int,
        octets: int,
        place: Place,
        contents: Sequence[Record] | bytes,
    ) -> None:
        self._number += 1
        translate = self.translations.get(address.room)
        sighting = Sighting(
            self._number, self._clock.now(), address, count, octets, place, contents, translate
        )
        for onlooker in onlookers:
            if onlooker.is_open:
                onlooker.see(sighting)
            else:
                onlooker.pass_by(count)

    def _learn(self, address: Address) -> tuple[Onlooker, ...]:
        if len(self._known) >= KNOWN_ADDRESSES:
            self._known.clear()
        found = tuple(onlooker for onlooker in self._onlookers if onlooker.wants(address))
        self._known[address] = found
        return found

    def _changed(self) -> None:
        self._known.clear()
        self.look_again()


def decoded(address: Address, batch: bytes, size: int | None = None) -> Iterator[list[Record]]:
    """The records of a batch in the neutral form, so many at a time, as far as they can be read."""
    try:
        for entries in slices(batch, size):
            yield [record_of(address, entry) for entry in entries]
    except Malformed:
        return


def batched(records: Sequence[Record], size: int | None) -> Iterator[list[Record]]:
    """So many at a time."""
    for first in range(0, len(records), size or len(records) or 1):
        yield list(records[first : first + size] if size else records)


def record_of(address: Address, entry: Entry) -> Record:
    """One record of a batch in the neutral form; an absent value is empty and marked so."""
    return Record(
        address,
        b"" if entry.value is None else entry.value,
        entry.key,
        tuple((name, b"" if value is None else value) for name, value in entry.headers),
        entry.timestamp,
        ABSENT if entry.value is None else NO_PROPERTIES,
    )
