"""A tap for programs in other processes: all that is published from now on, by whatever protocol, in order, or a word that something was missed."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from hubbub.console.feeds import Event, Feed
from hubbub.console.office import Office
from hubbub.console.patterns import pattern_of
from hubbub.console.route import Asked
from hubbub.console.showing import Form, FormAsked, Look, OctetsAsked, RecordShown, record_shown
from hubbub.core.taps import Sighting, Tap, Taps
from hubbub.model.address import AddressPattern
from hubbub.model.record import Record

MOST_OCTETS: Final = 64 << 20
"""That may wait for one listener."""
AT_ONCE: Final = 200
"""Records that are looked at before others get their turn. An act that brought more comes in several events."""


class Tapped(Asked, frozen=True):
    """What is to be seen."""

    address: Annotated[
        str,
        Meta(
            description="Only addresses of this pattern, such as `mqtt:sensors/#`, `kafka:orders.*`, `*:#`."
        ),
    ] = ""
    key: Annotated[str, Meta(description="Only records with this key.")] = ""
    contains: Annotated[str, Meta(description="Only records whose value holds this text.")] = ""
    form: FormAsked = Form.AUTO
    octets: OctetsAsked = 64 * 1024
    room_for: Annotated[
        int,
        Meta(
            ge=1,
            le=1_000_000,
            description="How many records may wait for this listener before some are missed.",
        ),
    ] = 100_000


class Seen(Struct, frozen=True):
    """What came, or a part of it. ``number`` grows over all addresses of the hub; the last event of an act has it as its id."""

    number: int
    at: int
    address: str
    records: list[RecordShown]


def tap(office: Office, asked: Tapped) -> Feed[Seen]:
    """All that is published from now on, as events: `open` once, with the number of the last act before, then `seen`, `unreadable` for a batch that cannot be decoded, and `missed` where a listener was too slow."""
    return Feed(Tapping(office.hub.broker.taps, asked, pattern_of(asked.address)))


class Tapping:
    """A `feeds.Source`. What waits for the listener waits here, bounded by records and by octets."""

    __slots__ = (
        "_asked",
        "_look",
        "_missed",
        "_octets",
        "_open",
        "_opened",
        "_pattern",
        "_records",
        "_shown",
        "_slices",
        "_taps",
        "_waiting",
    )

    def __init__(self, taps: Taps, asked: Tapped, pattern: AddressPattern) -> None:
        self._taps = taps
        self._asked = asked
        self._pattern = pattern
        self._look = Look(asked.form, asked.octets)
        self._open: list[Tap] = []
        self._opened: deque[Event] = deque()
        self._waiting: deque[Sighting] = deque()
        self._slices: Iterator[list[Record]] | None = None
        """What is left of the first that waits, once it was begun."""
        self._shown = 0
        """How many records of it are done with."""
        self._records = 0
        self._octets = 0
        self._missed = 0

    def open(self, wake: Callable[[], object]) -> None:
        def more() -> None:
            self._gather()
            wake()

        self._open.append(self._taps.open(self._pattern.matches, more))
        self._opened.append(Event("open", msgspec.json.encode({"after": self._taps.number})))

    def take(self) -> Sequence[Event]:
        events = list(self._opened)
        self._opened.clear()
        left = AT_ONCE
        while self._waiting and left > 0:
            sighting = self._waiting[0]
            if self._slices is None:
                self._slices, self._shown = sighting.slices(AT_ONCE), 0
            some = next(self._slices, None)
            if some is None:
                if self._shown < sighting.count:
                    events.append(self._unreadable(sighting))
                self._done(self._waiting.popleft())
                left -= 1  # even one that cannot be decoded costs time
            else:
                events += self._events(sighting, some)
                self._shown += len(some)
                left -= len(some)
        if self._missed and not self._waiting:
            events.append(Event("missed", msgspec.json.encode({"missed": self._missed})))
            self._missed = 0
        return events

    def close(self) -> None:
        for tap in self._open:
            tap.close()
        self._open.clear()

    # inside

    def _gather(self) -> None:
        for tap in self._open:
            for sighting in tap.take():
                records, octets = self._records + sighting.count, self._octets + sighting.octets
                if self._missed or records > self._asked.room_for or octets > MOST_OCTETS:
                    self._missed += sighting.count
                else:
                    self._records, self._octets = records, octets
                    self._waiting.append(sighting)

    def _done(self, sighting: Sighting) -> None:
        self._slices = None
        self._records -= sighting.count
        self._octets -= sighting.octets

    def _events(self, sighting: Sighting, some: list[Record]) -> list[Event]:
        place = sighting.place
        records = [
            record_shown(
                record, self._look, place.partition, place.offset + number if place.offset >= 0 else -1
            )
            for number, record in enumerate(some, self._shown)
            if self._wants(record)
        ]
        if not records:
            return []
        seen = Seen(sighting.number, sighting.at, str(sighting.address), records)
        is_last = self._shown + len(some) >= sighting.count
        return [Event("seen", msgspec.json.encode(seen), str(sighting.number) if is_last else "")]

    def _unreadable(self, sighting: Sighting) -> Event:
        facts = {
            "address": str(sighting.address),
            "number": sighting.number,
            "at": sighting.at,
            "records": sighting.count - self._shown,
        }
        return Event("unreadable", msgspec.json.encode(facts), str(sighting.number))

    def _wants(self, record: Record) -> bool:
        asked = self._asked
        return (not asked.key or record.key == asked.key.encode()) and (
            not asked.contains or asked.contains.encode() in record.value
        )
