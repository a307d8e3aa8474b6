"""The journal: a bounded timeline of what went through, over all addresses, for whoever looks later.

It is an onlooker that is sampled. In each second it sees as many sightings as its budget allows; then it closes its eyes, so that a busy hub pays one
addition for each batch, and opens them when the second is over. Nothing is timed while nothing comes. What it did not see is counted.
For what must not miss anything there are taps.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from itertools import islice
from operator import attrgetter
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hubbub.core.taps import Sighting, Taps
from hubbub.model.address import Address, AddressPattern
from hubbub.model.clock import Action, Clock

OVERHEAD: Final = 400
"""Octets that a sighting costs beside its contents, about."""
LARGEST_SHARE: Final = 16
"""Contents that are larger than this part of all that may be kept are left out."""
SCANNED: Final = 1000
"""Sightings whose records are looked at for one query."""
NUMBER: Final = attrgetter("number")


class JournalBounds(Struct, frozen=True):
    """How much is kept, and how much is looked at."""

    sightings: int = 10_000
    octets: int = 8 << 20
    per_second: int = 200
    """Sightings; 0: none, and all is left out."""


class Query(Struct, frozen=True):
    """What somebody wants to see: all of these must be true."""

    pattern: AddressPattern | None = None
    after: int = 0
    """Sightings with a greater number."""
    since: int = 0
    """Wall time in ms, the moment itself included."""
    until: int = 1 << 62
    text: str = ""
    """A record has this in its key, as UTF-8."""
    limit: int = 100


class Page(Struct, frozen=True):
    """The oldest of what was asked for. ``after`` is where to go on: `Query.after`; ``is_last`` whether that would find nothing more now."""

    sightings: list[Sighting]
    after: int
    is_last: bool
    left_out: int
    """Records that have come since the hub was started, and that the journal has not seen."""
    forgotten: int
    """Sightings that it has seen and does not keep any more."""


class Journal:
    """Of one hub. An `Onlooker` from when it is made until `close`."""

    __slots__ = (
        "_bounds",
        "_budget",
        "_clock",
        "_kept",
        "_left_out",
        "_second_ends",
        "_taps",
        "_watchers",
        "forgotten",
        "octets",
    )

    def __init__(self, taps: Taps, clock: Clock, bounds: JournalBounds) -> None:
        self._taps = taps
        self._clock = clock
        self._bounds = bounds
        self._kept: deque[Sighting] = deque()
        self._budget = bounds.per_second
        self._second_ends = 0
        self._left_out = 0
        self._watchers: list[Action] = []
        self.octets = 0
        self.forgotten = 0
        taps.add(self)

    def __len__(self) -> int:
        return len(self._kept)

    # as an onlooker

    @property
    def is_open(self) -> bool:
        return self._budget > 0

    def wants(self, address: Address) -> bool:  # noqa: ARG002 - all of them
        return True

    def pass_by(self, count: int) -> None:
        self._left_out += count

    def see(self, sighting: Sighting) -> None:
        bounds = self._bounds
        if (
            sighting.at >= self._second_ends or sighting.at < self._second_ends - 1000
        ):  # a wall clock may be set back
            self._second_ends = sighting.at + 1000
            self._budget = bounds.per_second
        self._budget -= 1
        if sighting.octets > bounds.octets // LARGEST_SHARE:
            sighting = replace(sighting, contents=())
        self._kept.append(sighting)
        self.octets += cost(sighting)
        while len(self._kept) > bounds.sightings or self.octets > bounds.octets:
            self.octets -= cost(self._kept.popleft())
            self.forgotten += 1
        for watcher in self._watchers:
            self._taps.turn.later(watcher)
        if self._budget == 0:
            self._taps.look_again()
            self._clock.call_in((self._second_ends - sighting.at) / 1000, self._open_eyes)

    # for who looks

    @property
    def left_out(self) -> int:
        """Records that came and were not seen."""
        return self._left_out + self._taps.unseen

    def query(self, query: Query) -> Page:
        """The oldest sightings that fit, in order. Where records are looked at it takes bounded time, and a page may be short though there is more."""
        kept = self._kept
        found: list[Sighting] = []
        first = bisect_right(kept, query.after, key=NUMBER)
        reached = query.after
        is_last = True
        scanned = 0
        for sighting in islice(kept, first, None):
            if len(found) == query.limit or scanned == SCANNED:
                is_last = False
                break
            reached = sighting.number
            if not query.since <= sighting.at <= query.until:
                continue
            if query.pattern is not None and not query.pattern.matches(sighting.address):
                continue
            if query.text:
                scanned += 1
                if not has_key(sighting, query.text):
                    continue
            found.append(sighting)
        return Page(found, reached, is_last, self.left_out, self.forgotten)

    def watch(self, on_more: Action) -> Callable[[], None]:
        """Call at the end of each turn in which something was seen; returns how to end that. `query` says what it was."""
        self._watchers.append(on_more)

        def end() -> None:
            if on_more in self._watchers:
                self._watchers.remove(on_more)

        return end

    def close(self) -> None:
        """See no more. What was seen may still be asked for."""
        self._taps.remove(self)

    # inside

    def _open_eyes(self) -> None:
        self._budget = self._bounds.per_second
        self._second_ends = 0
        self._taps.look_again()


def cost(sighting: Sighting) -> int:
    """What it costs to keep, about."""
    contents = sighting.contents
    return OVERHEAD + (
        len(contents) if isinstance(contents, bytes) else sighting.octets + OVERHEAD * len(contents)
    )


def has_key(sighting: Sighting, text: str) -> bool:
    """Whether one of its records has this in its key."""
    wanted = text.encode()
    return any(record.key is not None and wanted in record.key for record in sighting.records())
