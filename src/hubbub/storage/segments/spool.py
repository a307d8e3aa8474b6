"""Where a log's batches are: the segments on the disk, and the chunks of its tail in memory, which the segments hold once more.

Every octet goes through a chunk on its way to the file: `append` fills it, `pack` hands what is new to the writer, `advance` hears that it
is safe, `roll_back` that it is lost. Offsets at ``durable`` and above lie in chunks alone and are shown to nobody.
What a reader asks of a log stands in `log`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Final

from hubbub.core.commit import Commit
from hubbub.core.errors import Fenced, Unavailable
from hubbub.core.store import LogOptions
from hubbub.octets.buffer import Buffer
from hubbub.storage.chunks import EMPTY, SMALLEST_CHUNK, Chunk
from hubbub.storage.segments.database import Row
from hubbub.storage.segments.files import Files
from hubbub.storage.segments.layout import segment_path
from hubbub.storage.segments.names import Names
from hubbub.storage.segments.outbox import Outbox
from hubbub.storage.segments.parcel import Write
from hubbub.storage.segments.reader import Request
from hubbub.storage.segments.segment import Head, Segment, pack_head
from hubbub.storage.segments.tail import Cache, FiledChunk

BASE: Final = attrgetter("base")
_DROPPED: Final = -1
_WORTH_A_FILE: Final = 4 << 20
"""Octets of dead batches for which a new segment is begun: a queue that runs empty with each message must not make a file for each."""


class House:
    """What all logs of an engine share. ``now`` is in milliseconds since 1970; ``ask`` reads cold data; ``forget`` closes files that go."""

    __slots__ = ("ask", "cache", "files", "forget", "names", "now", "outbox")

    def __init__(
        self,
        outbox: Outbox,
        cache: Cache,
        files: Files,
        names: Names,
        now: Callable[[], int],
        ask: Callable[[Request], None],
        forget: Callable[[list[Segment]], None],
    ) -> None:
        self.outbox = outbox
        self.cache = cache
        self.files = files
        self.names = names
        self.now = now
        self.ask = ask
        self.forget = forget


class Spool:
    """Segments and chunks are in the order of their offsets; neither is ever empty but for the newest segment and those written anew."""

    __slots__ = (
        "_chunks",
        "_house",
        "_is_dirty",
        "_needs_segment",
        "_options",
        "_packed",
        "_segments",
        "_tail",
        "directory",
        "durable",
        "end",
        "epoch",
        "name",
        "number",
        "reached",
        "start",
    )

    def __init__(self, name: str, number: int, directory: str, house: House) -> None:
        self.name = name
        self.number = number
        self.directory = directory
        self.epoch = -1
        self.start = 0
        self.end = 0
        self.durable = 0
        self._house = house
        self._options = LogOptions()
        self._segments: list[Segment] = []
        self._chunks: list[FiledChunk] = []
        self._tail: Chunk = EMPTY
        self._packed = 0  # number of chunks, from the oldest on, that the writer has all of
        self._is_dirty = False
        self._needs_segment = True
        self.reached = 0

    def load(self, segments: list[Segment], start: int, end: int, epoch: int) -> None:
        """Take what recovery found."""
        self._segments = segments
        self.start = start
        self.end = self.durable = max(end, start)
        self.epoch = epoch
        self._needs_segment = not segments or end < self.end

    @property
    def size(self) -> int:
        """Octets of batches in all segments; those below ``start`` in the first one are still counted."""
        return sum(segment.size for segment in self._segments)

    @property
    def segments(self) -> list[Segment]:
        """For those who look at a directory, not at a log."""
        return self._segments

    def row(self) -> Row:
        """What the database is to know of this log."""
        return Row(self.number, self.name, self.start, self.epoch)

    def append(self, batch: Buffer, count: int, max_timestamp: int, commit: Commit) -> int:  # noqa: ARG002 - the turn's, as all are
        if self._house.outbox.is_failing:
            raise Unavailable(f"{self.name} cannot be written just now")
        size = len(batch)
        chunk = self._tail
        if size > chunk.room - chunk.used:
            chunk = self._roll(size)
        base = self.end
        chunk.put(batch, size, base, self.epoch)
        if max_timestamp > chunk.newest:
            chunk.newest = max_timestamp
        self.end = base + count
        if not self._is_dirty:
            self._is_dirty = True
            self._house.outbox.dirty.append(self)
        return base

    def drop(self) -> None:
        """Forget everything; the next append raises `Fenced`."""
        self.epoch = _DROPPED
        self.start = self.durable = self.end
        self._release(len(self._chunks))
        self._segments = []

    def pack(self) -> list[Write]:
        """All that was appended since the last time, as the writer wants it."""
        self._is_dirty = False
        writes: list[Write] = []
        chunks = self._chunks
        for number in range(self._packed, len(chunks)):
            chunk = chunks[number]
            begin, stop = chunk.packed, chunk.used
            if begin == stop:
                continue
            segment = chunk.segment
            segment.newest = max(segment.newest, chunk.newest)
            following = chunks[number + 1].base if number + 1 < len(chunks) else self.end
            if not writes or writes[-1].segment is not segment:
                writes.append(self._begin_write(segment, chunk.at + begin))
            write = writes[-1]
            write.views.append(chunk.view(begin, stop))
            write.marks += chunk.marks(stop)
            write.stop = segment.end = chunk.at + stop
            write.next_offset = following
            write.newest = segment.newest
            write.closes = segment is not self._segments[-1]
            chunk.packed = stop
        self._packed = max(0, len(chunks) - 1)
        return writes

    def advance(self, offset: int) -> None:
        """All below ``offset`` is safe."""
        if offset > self.durable:
            self.durable = offset

    def replace(self, olds: Sequence[Segment], fresh: Segment) -> None:
        """The file of ``fresh`` is in the place of all these now; what is in memory of them is let go."""
        self._house.forget(list(olds))
        if olds[0] not in self._segments:
            return
        first = self._segments.index(olds[0])
        self._segments[first : first + len(olds)] = [fresh]
        last = max((number for number, chunk in enumerate(self._chunks) if chunk.segment in olds), default=-1)
        self._release(last + 1)

    def roll_back(self) -> None:
        """What is not safe is lost: take its offsets back and begin a new segment for what comes."""
        end = self.end = self.durable
        self._is_dirty = False
        while self._chunks and self._chunks[-1].base >= end:
            self._house.cache.give(self._chunks.pop())
        if self._chunks:
            chunk = self._chunks[-1]
            chunk.cut(end)
            chunk.packed = min(chunk.packed, chunk.used)
        while (
            self._segments
            and self._segments[-1].base >= end
            and self._segments[-1].safe_end == self._segments[-1].head_size
        ):
            self._segments.pop()
        if self._segments:
            self._segments[-1].cut(end, self._segments[-1].safe_end)
        self._packed = len(self._chunks)
        self._tail = EMPTY
        self._needs_segment = True
        self.start = min(self.start, end)

    def forget(self, before: int) -> None:
        """Let ``start`` be ``before``; what lies wholly below it goes, but for the newest segment."""
        self.start = before
        if before == self.end and self._segments and self._segments[-1].size >= _WORTH_A_FILE:
            self._needs_segment = (
                True  # all of it is dead: the next batch begins a new file, and this one can go
            )
            self._tail = EMPTY
        keep = max(0, bisect_right(self._segments, before, key=BASE) - 1)
        while (
            keep and (fate := self._segments[keep].rewriting) and self._segments[keep - 1].rewriting is fate
        ):
            keep -= 1  # they are about to be one file, and it is needed
        removed = self._segments[:keep]
        del self._segments[:keep]
        passed = max(0, bisect_right(self._chunks, min(before, self.durable), key=BASE) - 1)
        self._release(min(passed, self._packed))
        self._house.outbox.note_start(self.row(), removed)
        if removed:
            self._house.forget(removed)

    def evict(self, chunk: FiledChunk) -> bool:
        following = self._chunks[1].base if len(self._chunks) > 1 else self.end
        if self._chunks[0] is not chunk or following > self.durable:
            return False
        self._release(1)
        return True

    def evict_all(self) -> None:
        if self.durable == self.end and not self._is_dirty:
            self._release(len(self._chunks))

    def _begin_write(self, segment: Segment, begin: int) -> Write:
        write = Write(segment, begin, self.end)
        if begin == segment.head_size and not segment.size:
            write.head = pack_head(segment.head)
        return write

    def _roll(self, size: int) -> Chunk:
        """Begin a chunk, and a segment where the old one is full, old or wholly trimmed."""
        if self.epoch == _DROPPED:
            raise Fenced(f"{self.name} was deleted")
        at = self._end_of_file()
        limit = self._options.segment_bytes
        if self._needs_segment or at >= limit:
            segment = Segment(
                segment_path(self.directory, self.end),
                Head(self.end, self.end, self.epoch, self._house.now(), self.name),
            )
            at = segment.head_size
        else:
            segment = self._segments[-1]
        cache = self._house.cache
        room = cache.pool.room_for(size, self._tail, max(SMALLEST_CHUNK, limit - at))
        chunk = FiledChunk(cache.lend(room), segment, at)
        if self._chunks:
            cache.close(self, self._chunks[-1])
        self._chunks.append(chunk)
        self._tail = chunk
        if not self._segments or segment is not self._segments[-1]:
            self._segments.append(segment)
            self._needs_segment = False
        return chunk

    def _end_of_file(self) -> int:
        """Where the next batch goes in the newest segment's file."""
        if self._chunks and self._segments and self._chunks[-1].segment is self._segments[-1]:
            return self._chunks[-1].at + self._chunks[-1].used
        return self._segments[-1].end if self._segments else 0

    def _visible(self, chunk: FiledChunk) -> int:
        """Position up to which a reader may see."""
        if self.durable == self.end:
            return chunk.used
        index = bisect_left(chunk.offsets, self.durable)
        return chunk.positions[index] if index < len(chunk.positions) else chunk.used

    def _release(self, number: int) -> None:
        released = self._chunks[:number]
        del self._chunks[:number]
        self._packed = max(0, self._packed - number)
        for chunk in released:
            self._house.cache.give(chunk)
        if not self._chunks:
            self._tail = EMPTY
