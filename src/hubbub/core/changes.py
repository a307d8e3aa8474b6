"""The last value of each key, kept as a log of changes: for state that must change together with other state, or not at all.

All that one turn changes is one batch of the log, so after a crash a turn has happened or it has not. A record's key is the key; its
value is the new value, or null: the key is gone. Whoever reads the log from its start to its end has the present.

    put, delete      gathered; a key that comes and goes in one turn is never written
    wait             hear, when all of this turn is safe, or that it is not
    (end of turn)    one append, in the turn's Commit

The log does not grow with what has happened, but with what is: what is live and lies at the head is put again at the end, then the head is
trimmed. What a failed Commit took with it is written again, as soon as anything can be written.
"""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final, Protocol

from hubbub.core.commit import OK, Outcome
from hubbub.core.errors import Refusal
from hubbub.core.store import Owned
from hubbub.core.turn import Turn
from hubbub.model.clock import Action, Clock, nothing
from hubbub.octets import batch as batches

READ_OCTETS: Final = 1 << 20
MOVE_OCTETS: Final = 1 << 18
SLACK: Final = 4096
"""Records that are dead in the log, beyond as many as are live, before anything is done about it."""
RETRY_SECONDS: Final = 0.5
NOT_YET: Final = -1

Heard = Callable[[Outcome], None]


class Waiter(Protocol):
    """Somebody who owes an answer that depends on what was changed."""

    def wait(self) -> Heard:
        """The turn ends: who is to hear the outcome. What is owed from now on belongs to the next turn."""
        ...


class Changes:
    """Owned by one space. ``found`` is what `recall` has read, for its owner to take and empty."""

    __slots__ = (
        "_clock",
        "_dead_below",
        "_fresh",
        "_index",
        "_is_closed",
        "_is_due",
        "_is_moving",
        "_log",
        "_look_at",
        "_lost",
        "_turn",
        "_waiters",
        "before_write",
        "found",
        "is_failing",
    )

    def __init__(self, log: Owned, clock: Clock, turn: Turn) -> None:
        self._log = log
        self._clock = clock
        self._turn = turn
        self._fresh: dict[bytes, bytes | None] = {}
        self._lost: dict[bytes, bytes | None] = {}
        self._index: dict[bytes, int] = {}
        self._waiters: dict[Waiter, None] = {}
        self._is_due = False
        self._is_moving = False
        self._is_closed = False
        self._look_at = 0
        self._dead_below = NOT_YET
        self.found: dict[bytes, bytes] = {}
        self.before_write: Action = nothing
        """Called at the end of a turn, before what was gathered is written: the last chance to add to it."""
        self.is_failing = False
        """Whether the last that was heard of the engine is that it could not write."""

    def put(self, key: bytes, value: bytes) -> None:
        """This is the key's value now."""
        self._fresh[key] = value
        if not self._is_due:
            self._schedule()

    def delete(self, key: bytes) -> None:
        """The key is gone. No error when it is not there."""
        self._fresh[key] = None
        if not self._is_due:
            self._schedule()

    def wait(self, waiter: Waiter) -> None:
        """Ask the waiter at the end of the turn who is to hear the outcome; once a turn, however often this is called."""
        self._waiters[waiter] = None
        if not self._is_due:
            self._schedule()

    def close(self) -> None:
        """The hub stops: what is put now is still written; what runs in the background ends."""
        self._is_closed = True

    def recall(self, done: Action) -> None:
        """Read what there is into ``found``; ``done`` is called once, at once if the data is at hand. Before anything is put."""
        self._read(self._log.start, done)

    # inside

    def _schedule(self) -> None:
        self._is_due = True
        self._turn.later(self._write)

    def _write(self) -> None:
        self.before_write()
        self._is_due = False
        waiters, self._waiters = self._waiters, {}
        heard = [waiter.wait() for waiter in waiters]
        index, lost = self._index, self._lost
        changes = {**lost, **self._fresh} if lost else self._fresh
        self._fresh = {}
        now = self._clock.now()
        entries = [
            batches.Entry(now, key, value)
            for key, value in changes.items()
            if value is not None or key in index or key in lost
        ]
        commit = self._turn.commit
        if entries:
            try:
                base = self._log.append(batches.build(entries), len(entries), now, commit)
            except Refusal:
                self._lost = changes
                self._fail()
                for hear in heard:
                    hear(Outcome.UNAVAILABLE)
                return
            self._lost = {}
            for offset, entry in enumerate(entries, base):
                key = entry.key or b""
                if entry.value is None:
                    index.pop(key, None)
                else:
                    index[key] = offset
            self._make_room()
            commit.join(partial(self._ended, changes, self._free()))
        for hear in heard:
            commit.join(hear)

    def _free(self) -> int:
        """The offset below which nothing counts once this turn is safe, when it is time to look for it; else `NOT_YET`."""
        log, index = self._log, self._index
        if log.end < self._look_at or log.end - log.start < 2 * len(index) + SLACK:
            return NOT_YET
        self._look_at = log.end + len(index) // 4 + SLACK // 4
        return min(index.values(), default=log.end)

    def _ended(self, changes: dict[bytes, bytes | None], free: int, outcome: Outcome) -> None:
        if outcome is not OK:
            self._lost.update(changes)
            self._fail()
            return
        self.is_failing = False
        self._dead_below = max(self._dead_below, free)

    def _make_room(self) -> None:
        """What lies at the head of the log: forget it if it is dead, put it again if there is too much dead behind it."""
        log, dead_below = self._log, self._dead_below
        if dead_below == NOT_YET:
            return
        self._dead_below = NOT_YET
        if dead_below > log.start:
            log.trim(dead_below, self._turn.commit)
        if not self._is_moving and log.end - log.start > 2 * len(self._index) + SLACK:
            self._is_moving = True
            self._move(log.start, log.start + len(self._index) // 2 + SLACK)

    def _fail(self) -> None:
        if not self.is_failing:
            self.is_failing = True
            self._retry()

    def _retry(self) -> None:
        """As long as it fails."""
        if self.is_failing and not self._is_closed:
            if self._lost and not self._is_due:
                self._schedule()
            self._clock.call_in(RETRY_SECONDS, self._retry)

    # the head of the log

    def _move(self, offset: int, stop: int) -> None:
        """Put again what is live from ``offset`` to ``stop``, a piece in each pass of the loop."""
        log = self._log
        if self._is_closed:
            return
        if offset >= min(stop, log.durable):
            self._is_moving = False
            self._look_at = 0
            return
        offset = max(offset, log.start)
        views = log.read(offset, MOVE_OCTETS)
        if views is None:
            log.fetch(offset, MOVE_OCTETS, partial(self._moved, offset, stop))
        else:
            self._moved(offset, stop, views)

    def _moved(self, offset: int, stop: int, views: list[memoryview]) -> None:
        following = offset + 1
        for entry in entries_of(views):
            following = entry.offset + 1
            key, value = entry.key or b"", entry.value
            is_live = self._index.get(key) == entry.offset
            if is_live and value is not None and key not in self._fresh and key not in self._lost:
                self.put(key, value)
        self._clock.soon(partial(self._move, following, stop))

    # at the start

    def _read(self, offset: int, done: Action) -> None:
        log = self._log
        while offset < log.durable:
            views = log.read(offset, READ_OCTETS)
            if views is None:
                log.fetch(offset, READ_OCTETS, partial(self._arrived, offset, done))
                return
            offset = self._take(offset, views)
        done()

    def _arrived(self, offset: int, done: Action, views: list[memoryview]) -> None:
        self._read(self._take(offset, views), done)

    def _take(self, offset: int, views: list[memoryview]) -> int:
        """The offset behind what was read; one further than before at least, so that a gap is no end."""
        following = offset + 1
        for entry in entries_of(views):
            following = entry.offset + 1
            key = entry.key or b""
            if entry.value is None:
                self.found.pop(key, None)
                self._index.pop(key, None)
            else:
                self.found[key] = entry.value
                self._index[key] = entry.offset
        return following


def entries_of(views: Iterable[memoryview]) -> Iterable[batches.Entry]:
    """All records in what a log's read returned."""
    for view in views:
        for batch in batches.split(view):
            yield from batches.records(batch)
