"""The journal: what went through lately, over all protocols, as a sample where that was much. For what must miss nothing there is `tap`."""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from hubbub.console.breath import breathe
from hubbub.console.feeds import Event, Feed
from hubbub.console.office import Office
from hubbub.console.pages import Cursor, Limit, sealed, unsealed
from hubbub.console.patterns import pattern_of
from hubbub.console.route import Asked
from hubbub.console.showing import Form, FormAsked, Look, OctetsAsked, RecordShown, record_shown
from hubbub.core.journal import Journal, Query
from hubbub.core.taps import Sighting

AT_ONCE: Final = 20
"""Entries that are written before others get their turn."""
NEVER: Final = 1 << 62
FARTHEST: Final = (1 << 62) - 1


class Chosen(Asked, frozen=True):
    """Which entries, and how they are shown."""

    address: Annotated[
        str, Meta(description="Only addresses of this pattern, such as `mqtt:sensors/#`, `*:#`.")
    ] = ""
    key: Annotated[str, Meta(description="Only entries with a record whose key holds this text.")] = ""
    form: FormAsked = Form.AUTO
    octets: OctetsAsked = 4096
    records: Annotated[
        int, Meta(ge=0, le=1000, description="How many records of each entry are shown at most.")
    ] = 10


class Past(Chosen, frozen=True):
    """Entries of the past, the oldest first."""

    since: Annotated[int, Meta(ge=0, le=FARTHEST, description="Wall time in ms.")] = 0
    until: Annotated[int, Meta(ge=0, le=FARTHEST, description="Wall time in ms.")] = FARTHEST
    limit: Limit = 100
    cursor: Cursor = ""


class Entry(Struct, frozen=True):
    """What one act brought to one address. ``count`` is how many records it had, ``records`` the first of them."""

    number: int
    at: int
    address: str
    count: int
    octets: int
    partition: int
    offset: int
    records: list[RecordShown]


class Page(Struct, frozen=True):
    """A page of the journal, which may be short and not the last: only a ``next`` of null says that this is all just now."""

    items: list[Entry]
    next: str | None
    left_out: int
    """Records that came since the hub was started, and were not written down because there was too much."""
    forgotten: int
    """Entries that were written down and are not kept any more."""


async def past(office: Office, asked: Past) -> Page:
    """What went through lately, the oldest first."""
    broker = office.hub.broker
    query = replace(
        query_of(asked),
        after=unsealed(asked.cursor, int) if asked.cursor else 0,
        since=asked.since,
        until=asked.until,
        limit=asked.limit,
    )
    page = broker.journal.query(query)
    items: list[Entry] = []
    for sighting in page.sightings:
        items.append(entry_of(sighting, asked))
        await breathe(broker.clock)
    return Page(items, None if page.is_last else sealed(page.after), page.left_out, page.forgotten)


def live(office: Office, asked: Chosen) -> Feed[Entry]:
    """What goes through from now on, as events: `open` once, then `seen`, and `left_out` with the number of records that were too much."""
    return Feed(Reading(office.hub.broker.journal, asked))


class Reading:
    """A `feeds.Source`."""

    __slots__ = ("_asked", "_end", "_journal", "_left_out", "_opened", "_query")

    def __init__(self, journal: Journal, asked: Chosen) -> None:
        self._journal = journal
        self._asked = asked
        self._query = query_of(asked)
        self._left_out = journal.left_out
        self._opened = deque([Event("open", b"{}")])
        self._end: list[Callable[[], None]] = []

    def open(self, wake: Callable[[], object]) -> None:
        before = self._journal.query(Query(since=NEVER))
        self._query = replace(self._query, after=before.after)
        self._end.append(self._journal.watch(wake))

    def take(self) -> Sequence[Event]:
        events = list(self._opened)
        self._opened.clear()
        page = self._journal.query(self._query)
        self._query = replace(self._query, after=page.after)
        for sighting in page.sightings:
            entry = entry_of(sighting, self._asked)
            events.append(Event("seen", msgspec.json.encode(entry), str(entry.number)))
        if page.left_out > self._left_out:
            events.append(
                Event("left_out", msgspec.json.encode({"left_out": page.left_out - self._left_out}))
            )
            self._left_out = page.left_out
        return events

    def close(self) -> None:
        for end in self._end:
            end()
        self._end.clear()


def query_of(asked: Chosen) -> Query:
    """In the journal's words. Raises `Unanswerable`."""
    return Query(pattern=pattern_of(asked.address) if asked.address else None, text=asked.key, limit=AT_ONCE)


def entry_of(sighting: Sighting, asked: Chosen) -> Entry:
    """As this API says it."""
    place = sighting.place
    look = Look(asked.form, asked.octets)
    records = next(sighting.slices(asked.records), []) if asked.records else []
    shown = [
        record_shown(record, look, place.partition, place.offset + number if place.offset >= 0 else -1)
        for number, record in enumerate(records)
    ]
    return Entry(
        sighting.number,
        sighting.at,
        str(sighting.address),
        sighting.count,
        sighting.octets,
        place.partition,
        place.offset,
        shown,
    )
