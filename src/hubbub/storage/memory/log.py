"""A log in memory: a row of chunks, each with an index of its batches.

A log without records has no chunk, and the first chunk is small. Every batch is indexed (12 octets), so a read at any
offset finds the batch that holds it by two bisections and answers with one view per chunk.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import pairwise
from operator import attrgetter
from typing import Final

from hubbub.core.commit import Commit
from hubbub.core.errors import Fenced, NotFound, OutOfRange
from hubbub.core.store import LogOptions
from hubbub.octets.buffer import Buffer
from hubbub.storage.chunks import EMPTY, Chunk, Pool, offset_at

_BASE: Final = attrgetter("base")
_NEWEST: Final = attrgetter("newest")
_FEWEST_CHUNKS: Final = 8
"""A log at its own limit has at least so many chunks: dropping the oldest must not mean dropping most."""
_DROPPED: Final = -1


class MemoryLog:
    """`core.store.Owned`, safe at once. ``dropped`` counts the offsets that the log's own limit has taken from readers.

    The live octets are those of ``_chunks`` (none of them empty) but the first ``_dead`` of the first one.
    """

    __slots__ = (
        "_chunks",
        "_dead",
        "_has_gaps",
        "_max_bytes",
        "_options",
        "_pool",
        "_room",
        "_tail",
        "dropped",
        "end",
        "epoch",
        "name",
        "reached",
        "size",
        "start",
    )

    def __init__(self, name: str, options: LogOptions, pool: Pool, max_bytes: int) -> None:
        self.name = name
        self.epoch = 0
        self.start = 0
        self.end = 0
        self.size = 0
        self.dropped = 0
        self._options = options
        self._pool = pool
        self._max_bytes = max_bytes
        self._chunks: list[Chunk] = []
        self._tail = EMPTY
        self._dead = 0
        self._room = 0
        self._has_gaps = False
        self.reached = 0

    @property
    def durable(self) -> int:
        return self.end

    def append(self, batch: Buffer, count: int, max_timestamp: int, commit: Commit) -> int:  # noqa: ARG002 - safe at once
        size = len(batch)
        chunk = self._tail
        if size > chunk.room - chunk.used:
            chunk = self._roll(size)
        base = self.end
        chunk.put(batch, size, base, self.epoch)
        if max_timestamp > chunk.newest:
            chunk.newest = max_timestamp
        self.end = base + count
        self.size += size
        return base

    def read(self, offset: int, max_bytes: int) -> list[memoryview]:
        if offset >= self.end or offset < self.start:
            if offset == self.end:
                return []
            raise OutOfRange(f"offset {offset} of {self.name}, which keeps {self.start} to {self.end}")
        chunk = self._tail
        number = len(self._chunks) - 1
        if offset < chunk.base:
            number = bisect_right(self._chunks, offset, key=_BASE) - 1
            chunk = self._chunks[number]
        index = chunk.index_of(offset)
        if self._has_gaps:
            number, index = self._past_gap(number, index, offset)
            chunk = self._chunks[number]
        view = chunk.read(index, chunk.used, max_bytes, at_least_one=True)
        views = [view]
        position = chunk.positions[index] + len(view)
        while position == chunk.used and chunk is not self._tail:
            max_bytes -= len(view)
            number += 1
            chunk = self._chunks[number]
            view = chunk.read(0, chunk.used, max_bytes, at_least_one=False)
            position = len(view)
            if not view:
                break
            views.append(view)
        self.reached = self.end if position == chunk.used else offset_at(chunk, position)
        return views

    def fetch(self, offset: int, max_bytes: int, done: Callable[[list[memoryview]], None]) -> None:
        try:
            views = self.read(offset, max_bytes)
        except OutOfRange:
            views = []
        done(views)

    def offset_for(self, timestamp: int) -> tuple[int, int] | None:
        if self.start == self.end:
            return None
        first = self._first_live()
        for chunk in self._chunks:
            if chunk.newest >= timestamp:
                for index in range(first, len(chunk.offsets)):
                    found = chunk.timestamp_of(index)
                    if found >= timestamp:
                        return chunk.offsets[index], found
            first = 0
        return None

    def newest(self) -> tuple[int, int] | None:
        if self.start == self.end:
            return None
        found = self._newest_in(self._chunks[0], self._first_live())
        if len(self._chunks) > 1:
            later = max(self._chunks[1:], key=_NEWEST)
            if later.newest > found[1]:
                found = self._newest_in(later, 0)
        return found

    def trim(self, before: int, commit: Commit) -> None:  # noqa: ARG002 - safe at once
        before = min(before, self.end)
        if before > self.start:
            self._forget(before)

    def configure(self, options: LogOptions) -> None:
        self._options = options

    def pieces(self) -> list[tuple[int, int]]:
        chunks = self._chunks
        return [(chunk.base, following.base) for chunk, following in pairwise(chunks)]

    def rewrite(self, first: int, batches: Sequence[Buffer], commit: Commit, *, until: int = -1) -> None:  # noqa: ARG002 - safe at once
        number = next((number for number, chunk in enumerate(self._chunks[:-1]) if chunk.base == first), -1)
        if number < 0:
            raise NotFound(f"{self.name} has no piece that begins at offset {first}")
        stop = number + 1
        while until >= 0 and self._chunks[stop].base != until:
            stop += 1
            if stop == len(self._chunks):
                raise NotFound(f"{self.name} has no piece that ends at offset {until}")
        self._has_gaps = True
        fresh: list[Chunk] = []
        if batches:
            fresh.append(Chunk(self._pool.lend(sum(map(len, batches)))))
            for batch in batches:
                fresh[0].keep(batch)
            self._room += fresh[0].room
            self.size += fresh[0].used
        olds = self._chunks[number:stop]
        self._chunks[number:stop] = fresh
        self.size -= sum(old.used for old in olds)
        if not number:
            self.size += self._dead
            self._dead = 0
        for old in olds:
            self._room -= old.room
            self._pool.give(old)
        if not number:
            self._forget(self.start)

    def on_lost(self, callback: Callable[[], None]) -> None:
        """Nobody else can own what lies in this process."""

    def tidy(self, now: int) -> None:
        """Enforce retention, batch by batch; let go of all memory when nothing is left."""
        options = self._options
        if options.retention_ms >= 0:
            self._forget_older_than(now - options.retention_ms)
        if 0 <= options.retention_bytes < self.size:
            self._forget_down_to(options.retention_bytes)
        if 0 <= options.retention_records < self.end - self.start:
            self._forget(self.end - options.retention_records)
        if self.start == self.end:
            self._release(len(self._chunks))

    def drop(self) -> None:
        """Forget everything; the next append raises `Fenced`."""
        self.epoch = _DROPPED
        self.start = self.end
        self._release(len(self._chunks))

    def _roll(self, size: int) -> Chunk:
        """Begin a chunk with room for ``size`` octets; the log's bounds are kept here, where its memory grows."""
        if self.epoch == _DROPPED:
            raise Fenced(f"{self.name} was deleted")
        if self.start == self.end:
            self._release(len(self._chunks))
        most = min(self._max_bytes // _FEWEST_CHUNKS, self._options.segment_bytes)
        room = self._pool.room_for(size, self._tail, most)
        while self._chunks and self._room + room > self._max_bytes:
            start = self.start
            self._forget_first_chunk()
            self.dropped += self.start - start
        retention = self._options.retention_bytes
        while (
            retention >= 0
            and len(self._chunks) > 1
            and self.size - self._chunks[0].used + self._dead >= retention
        ):
            self._forget_first_chunk()
        if self._pool.in_use + room > self._pool.max_bytes:
            room = size  # the last octets of the budget are for records, not for room to grow
        chunk = Chunk(self._pool.lend(room))
        self._room += chunk.room
        self._chunks.append(chunk)
        self._tail = chunk
        return chunk

    def _past_gap(self, number: int, index: int, offset: int) -> tuple[int, int]:
        """Chunk and batch that hold ``offset``, or the next ones, starting from the last batch that begins at or before it."""
        if number < 0:
            return 0, 0
        chunk = self._chunks[number]
        if chunk.last_offset_of(index) >= offset:
            return number, index
        if index + 1 < len(chunk.offsets):
            return number, index + 1
        return number + 1, 0

    def _first_live(self) -> int:
        """Number of the first batch in the first chunk that is not below ``start``."""
        return bisect_right(self._chunks[0].positions, self._dead) - 1

    @staticmethod
    def _newest_in(chunk: Chunk, first: int) -> tuple[int, int]:
        timestamp, index = max(
            (chunk.timestamp_of(index), -index) for index in range(first, len(chunk.offsets))
        )
        return chunk.offsets[-index], timestamp

    def _forget_first_chunk(self) -> None:
        self._forget(self._chunks[1].base if len(self._chunks) > 1 else self.end)
        if self.start == self.end:
            self._release(len(self._chunks))

    def _forget_older_than(self, timestamp: int) -> None:
        chunks = self._chunks
        while len(chunks) > 1 and chunks[0].newest < timestamp:
            self._forget(chunks[1].base)
        if self.start == self.end:
            return
        head = chunks[0]
        for index in range(self._first_live(), len(head.offsets)):
            if head.timestamp_of(index) >= timestamp:
                self._forget(max(self.start, head.offsets[index]))
                return
        self._forget(chunks[1].base if len(chunks) > 1 else self.end)

    def _forget_down_to(self, size: int) -> None:
        """Forget the oldest batches as long as at least ``size`` octets stay."""
        while len(self._chunks) > 1 and self.size - self._chunks[0].used + self._dead >= size:
            self._forget(self._chunks[1].base)
        head = self._chunks[0]
        index = bisect_right(head.positions, self._dead + self.size - size) - 1
        self._forget(max(self.start, head.offsets[index]) if size else self.end)

    def _forget(self, before: int) -> None:
        """Let ``start`` be ``before`` and give back the chunks that lie wholly below it, but for the one being filled."""
        self.start = before
        chunks = self._chunks
        passed = bisect_right(chunks, before, key=_BASE) - 1
        if passed > 0:
            self._release(passed)
        head = chunks[0]
        dead = head.used if before == self.end else head.positions[max(0, head.index_of(before))]
        self.size -= dead - self._dead
        self._dead = dead

    def _release(self, number: int) -> None:
        if not number:
            return
        released = self._chunks[:number]
        del self._chunks[:number]
        for chunk in released:
            self.size -= chunk.used - self._dead
            self._dead = 0
            self._room -= chunk.room
            self._pool.give(chunk)
        if not self._chunks:
            self._tail = EMPTY
