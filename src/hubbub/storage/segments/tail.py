"""The newest batches of a log, in memory: what still waits to be written, and what readers at the tail are served from.

A `FiledChunk` is a chunk that knows which part of which segment file it is. Chunks are filled by the log, written from by the writer's
thread (as views, while the log goes on filling behind them), and given back when the cache needs room and they are safe.
"""

from bisect import bisect_left
from collections.abc import Callable
from typing import Protocol

from hubbub.core.errors import Full
from hubbub.storage.chunks import Chunk, Pool
from hubbub.storage.segments.segment import Mark, Segment


class FiledChunk(Chunk):
    """Octet 0 of this chunk is octet ``at`` of the file of ``segment``. ``packed``: how much was handed to the writer."""

    __slots__ = ("at", "packed", "segment")

    def __init__(self, buffer: bytearray, segment: Segment, at: int) -> None:
        super().__init__(buffer)
        self.segment = segment
        self.at = at
        self.packed = 0

    def marks(self, stop: int) -> list[Mark]:
        """Entries that the segment's index is due between what was packed and ``stop``; they are noted there."""
        segment = self.segment
        marks: list[Mark] = []
        while (due := segment.due() - self.at) < stop:
            index = bisect_left(self.positions, max(due, self.packed))
            if index == len(self.positions):
                break
            mark = Mark(self.offsets[index], self.at + self.positions[index], segment.newest)
            segment.note(mark)
            marks.append(mark)
        return marks


class Holder(Protocol):
    """A log, as the cache sees it."""

    def evict(self, chunk: FiledChunk) -> bool:
        """Let go of this chunk, the oldest of the log, if it is safe; False if it is not."""
        ...

    def evict_all(self) -> None:
        """Let go of all chunks that are safe, the one being filled included."""
        ...


class Cache:
    """Lends memory to all logs of the engine, and takes back the oldest that is safe when there is no more."""

    __slots__ = ("_all", "_closed", "pool")

    def __init__(self, pool: Pool, holders: Callable[[], list[Holder]]) -> None:
        self.pool = pool
        self._all = holders
        self._closed: dict[FiledChunk, Holder] = {}  # the oldest first

    def lend(self, room: int) -> bytearray:
        """Memory for a chunk. Raises `Full` when all of it waits to be written."""
        pool = self.pool
        while pool.in_use + room > pool.max_bytes:
            if not self._evict_one():
                for holder in self._all():
                    holder.evict_all()
                break
        try:
            return pool.lend(room)
        except Full:
            raise Full(
                f"{pool.in_use} octets wait to be written: the disk is slower than those who publish"
            ) from None

    def close(self, holder: Holder, chunk: FiledChunk) -> None:
        """This chunk is not filled any more."""
        self._closed[chunk] = holder

    def give(self, chunk: FiledChunk) -> None:
        """A log has let go of this chunk."""
        self._closed.pop(chunk, None)
        self.pool.give(chunk)

    def _evict_one(self) -> bool:
        chunk = next(iter(self._closed), None)
        return chunk is not None and self._closed[chunk].evict(chunk)
