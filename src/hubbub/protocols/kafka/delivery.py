"""Long polls and fetch sessions: when records go out, and which partitions a fetch is about.

A fetch that finds too little waits at its partitions; each wake-up looks again, once a turn however many partitions moved, until there
is enough or the client's time is up (KIP-74, KIP-227). Records leave as views of the log's own memory.
"""

from collections.abc import Callable, Sequence
from functools import partial
from secrets import randbelow
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from hubbub.core.errors import OutOfRange
from hubbub.core.partition import Partition
from hubbub.core.turn import Turn
from hubbub.model.clock import Clock, Timer
from hubbub.octets.batch import read_header, split
from hubbub.protocols.kafka.failures import Code

NO_SESSION: Final = 0
FINAL_EPOCH: Final = -1
FIRST_EPOCH: Final = 0


class Wanted(Struct, frozen=True, gc=False):
    """One partition of a fetch. ``topic`` is the name, or the 16 octets of the id where the client speaks in ids."""

    topic: str | bytes
    index: int
    offset: int
    max_bytes: int
    leader_epoch: int


class Got(Struct, frozen=True, gc=False):
    """What a partition had for a fetch."""

    wanted: Wanted
    code: Code
    high_watermark: int = -1
    start: int = -1
    views: Sequence[memoryview] = ()
    octets: int = 0
    cold: int = 0
    """Octets to ask the log for: the records are there but not at hand (see `thaw`)."""
    records: int = 0
    """How many records that are, as far as offsets tell."""
    source: Partition | None = None
    """Where they come from; None: there are none."""

    def count(self) -> None:
        """They go out."""
        if self.source is not None:
            self.source.records_out += self.records
            self.source.octets_out += self.octets


class FetchSession:
    """The partitions a client fetches again and again, so that it need not name them each time. One per connection."""

    __slots__ = ("epoch", "id", "sent", "wanted")

    def __init__(self) -> None:
        self.id = NO_SESSION
        self.epoch = FIRST_EPOCH
        self.wanted: dict[tuple[str | bytes, int], Wanted] = {}
        self.sent: dict[tuple[str | bytes, int], tuple[int, int]] = {}
        """High watermark and start as last told to the client."""

    def open(self, wanted: Sequence[Wanted]) -> None:
        """Begin anew with these partitions, under a new id."""
        self.id = randbelow(2**31 - 1) + 1
        self.epoch = 1
        self.wanted = {(each.topic, each.index): each for each in wanted}
        self.sent = {}

    def close(self) -> None:
        """The client wants no session."""
        self.id = NO_SESSION
        self.wanted = {}
        self.sent = {}

    def update(self, wanted: Sequence[Wanted], forgotten: Sequence[tuple[str | bytes, int]]) -> None:
        """The next incremental fetch: what changed, and what is no longer wanted."""
        for each in wanted:
            self.wanted[(each.topic, each.index)] = each
        for key in forgotten:
            self.wanted.pop(key, None)
            self.sent.pop(key, None)
        self.epoch = self.epoch + 1 if self.epoch < 2**31 - 1 else 1

    def changed(self, results: Sequence[Got]) -> list[Got]:
        """Those the client must hear of: records, errors, or marks that moved. They go to the end of the order, so that all take turns."""
        news: list[Got] = []
        for got in results:
            key = (got.wanted.topic, got.wanted.index)
            marks = (got.high_watermark, got.start)
            if got.octets or got.code or self.sent.get(key) != marks:
                news.append(got)
                self.sent[key] = marks
                if got.octets and key in self.wanted:
                    self.wanted[key] = self.wanted.pop(key)
        return news


class FetchLimits(Struct, frozen=True, gc=False):
    """What the client asked: octets at least and at most, and how long it will wait, in ms."""

    min_bytes: int
    max_bytes: int
    max_wait_ms: int


def read_all(
    wanted: Sequence[Wanted], find: Callable[[Wanted], Partition | Code], max_bytes: int
) -> tuple[list[Got], int, bool]:
    """What each partition has now; the octets at hand in all; whether to answer at once: with an error, or with cold records.

    The first batch of the first partition that has one is returned even beyond all limits, so that no reader gets stuck (KIP-74).
    """
    results: list[Got] = []
    total = 0
    is_urgent = False
    for each in wanted:
        found = find(each)
        if not isinstance(found, Partition):
            results.append(Got(each, found))
            is_urgent = True
            continue
        log = found.log
        high = found.high_watermark
        limit = min(each.max_bytes, max_bytes - total)
        if each.offset == high or (limit <= 0 and total):
            results.append(Got(each, Code.NONE, high, log.start))
            continue
        try:
            views = log.read(each.offset, max(limit, 1))
        except OutOfRange:
            results.append(Got(each, Code.OFFSET_OUT_OF_RANGE, high, log.start))
            is_urgent = True
            continue
        if views is None:
            results.append(Got(each, Code.NONE, high, log.start, cold=max(limit, 1)))
            total += max(limit, 1)
            is_urgent = True
            continue
        octets = sum(map(len, views))
        if octets > limit and total:
            views, octets = [], 0
        total += octets
        if octets:
            records = log.reached - each.offset
            results.append(Got(each, Code.NONE, high, log.start, views, octets, 0, records, found))
        else:
            results.append(Got(each, Code.NONE, high, log.start))
    return results, total, is_urgent


def thaw(
    results: list[Got], find: Callable[[Wanted], Partition | Code], done: Callable[[list[Got]], None]
) -> None:
    """Ask for the records that are not at hand, and call ``done`` with all of them: at once where there are none such."""
    cold = [place for place, got in enumerate(results) if got.cold]
    if not cold:
        done(results)
        return
    missing = set(cold)

    def arrived(place: int, source: Partition | None, views: Sequence[memoryview]) -> None:
        got = results[place]
        octets = sum(map(len, views))
        records = end_of(views) - got.wanted.offset if octets else 0
        results[place] = replace(got, views=views, octets=octets, cold=0, records=records, source=source)
        missing.discard(place)
        if not missing:
            done(results)

    for place in cold:
        got = results[place]
        found = find(got.wanted)
        if isinstance(found, Partition):
            found.log.fetch(got.wanted.offset, got.cold, partial(arrived, place, found))
        else:
            arrived(place, None, ())


def end_of(views: Sequence[memoryview]) -> int:
    """The offset behind the last of these batches."""
    *_, last = split(views[-1])
    return read_header(last).next_offset


class Poll:
    """A fetch that waits. ``answer`` is called once with what there is."""

    __slots__ = ("_answer", "_find", "_is_done", "_limits", "_timer", "_turn", "_wanted", "_watched")

    def __init__(
        self,
        wanted: Sequence[Wanted],
        find: Callable[[Wanted], Partition | Code],
        limits: FetchLimits,
        answer: Callable[[list[Got]], None],
        clock: Clock,
        turn: Turn,
    ) -> None:
        self._wanted = wanted
        self._find = find
        self._limits = limits
        self._answer = answer
        self._turn = turn
        self._is_done = False
        self._watched: list[Partition] = []
        self._timer: Timer = clock.call_in(limits.max_wait_ms / 1000, self._give_up)
        self._watch()

    def cancel(self) -> None:
        """Nobody wants the answer any more."""
        self._is_done = True
        self._timer.cancel()
        self._unwatch()

    def _watch(self) -> None:
        for each in self._wanted:
            found = self._find(each)
            if isinstance(found, Partition):
                found.watch(self._woken)
                self._watched.append(found)

    def _unwatch(self) -> None:
        for partition in self._watched:
            partition.unwatch(self._woken)
        self._watched.clear()

    def _woken(self) -> None:
        self._turn.later(self._look)

    def _look(self) -> None:
        if self._is_done:
            return
        results, total, is_urgent = read_all(self._wanted, self._find, self._limits.max_bytes)
        if total >= self._limits.min_bytes or is_urgent:
            self._finish(results)
        else:
            self._unwatch()
            self._watch()

    def _give_up(self) -> None:
        results, _, _ = read_all(self._wanted, self._find, self._limits.max_bytes)
        self._finish(results)

    def _finish(self, results: list[Got]) -> None:
        self.cancel()
        thaw(results, self._find, self._answer)
