"""A log on disk: a row of segments, and the chunks of its tail in memory.

Every octet goes through a chunk on its way to the file, so the segments hold all batches and the chunks the newest of them once more.
What lies in a chunk is read from there; all else by the reader's thread. Offsets at ``durable`` and above are in chunks only
and shown to nobody.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from itertools import islice, pairwise
from operator import attrgetter
from typing import Final, Protocol

from hubbub.core.commit import Commit
from hubbub.core.errors import Fenced, NotFound, OutOfRange, Unavailable
from hubbub.core.store import LogOptions
from hubbub.octets.buffer import Buffer
from hubbub.storage.chunks import EMPTY, SMALLEST_CHUNK, Chunk
from hubbub.storage.segments.files import Files
from hubbub.storage.segments.layout import segment_path
from hubbub.storage.segments.parcel import Replace, Write
from hubbub.storage.segments.reader import Request
from hubbub.storage.segments.segment import Head, Segment, Walk, pack_head
from hubbub.storage.segments.tail import Cache, FiledChunk

_BASE: Final = attrgetter("base")
_DROPPED: Final = -1
_LOOK_BYTES: Final = 128 * 1024
_SEGMENTS_TRIED: Final = 2
"""An offset behind the last batch of a segment is answered from the next one that has any."""


class House(Protocol):
    """The engine, as a log sees it."""

    is_failing: bool
    cache: Cache
    files: Files

    def now(self) -> int: ...
    def mark_dirty(self, log: "SegmentsLog") -> None: ...
    def ask(self, request: Request) -> None: ...
    def replace(self, replacement: Replace) -> None: ...
    def note_start(self, log: "SegmentsLog", removed: list[Segment]) -> None: ...


class SegmentsLog:
    """`core.store.Owned`. Segments and chunks are in the order of their offsets; neither kind is ever empty but for the newest segment."""

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
        "start",
    )

    def __init__(self, name: str, number: int, directory: str, house: House) -> None:
        self.name = name
        self.number = number
        self.directory = directory
        self.epoch = 0
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

    def append(self, batch: Buffer, count: int, max_timestamp: int, commit: Commit) -> int:  # noqa: ARG002 - the turn's, as all are
        if self._house.is_failing:
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
            self._house.mark_dirty(self)
        return base

    def read(self, offset: int, max_bytes: int) -> list[memoryview] | None:
        durable = self.durable
        if offset >= durable or offset < self.start:
            if self.start <= offset <= self.end:
                return []
            raise OutOfRange(f"offset {offset} of {self.name}, which keeps {self.start} to {self.end}")
        chunks = self._chunks
        if not chunks or offset < chunks[0].base:
            return None
        number = bisect_right(chunks, offset, key=_BASE) - 1
        chunk = chunks[number]
        index = chunk.index_of(offset)
        stop = self._visible(chunk)
        view = chunk.read(index, stop, max_bytes, at_least_one=True)
        views = [view]
        position = chunk.positions[index] + len(view)
        while position == chunk.used and number + 1 < len(chunks):
            max_bytes -= len(view)
            number += 1
            chunk = chunks[number]
            stop = self._visible(chunk)
            if not stop:
                break
            view = chunk.read(0, stop, max_bytes, at_least_one=False)
            if not view:
                break
            views.append(view)
            position = len(view)
        return views

    def fetch(self, offset: int, max_bytes: int, done: Callable[[list[memoryview]], None]) -> None:
        try:
            views = self.read(offset, max_bytes)
        except OutOfRange:
            views = []
        if views is not None:
            done(views)
            return
        first = max(0, bisect_right(self._segments, offset, key=_BASE) - 1)
        filled = (segment for segment in self._segments[first:] if segment.safe_end > segment.head_size)
        tried = [(segment, segment.safe_end) for segment in islice(filled, _SEGMENTS_TRIED)]
        self._house.ask(Request(offset, max_bytes, tried, done))

    def offset_for(self, timestamp: int) -> tuple[int, int] | None:
        for segment in self._segments:
            if segment.safe_newest >= timestamp:
                found = self._first_in(segment, timestamp)
                if found is not None:
                    return found
        return None

    def newest(self) -> tuple[int, int] | None:
        if self.start >= self.durable:
            return None
        first, rest = self._segments[0], self._segments[1:]
        newest = max((segment.safe_newest for segment in rest), default=-1)
        if first.safe_newest > newest or not rest:
            found = self._first_in(first, first.safe_newest) or self._newest_in(first)
            if found is not None and found[1] >= newest:
                return found
        return self.offset_for(newest)

    def trim(self, before: int, commit: Commit) -> None:  # noqa: ARG002 - the turn's, as all are
        before = min(before, self.end)
        if before > self.start:
            self._forget(before)

    def configure(self, options: LogOptions) -> None:
        self._options = options

    def pieces(self) -> list[tuple[int, int]]:
        return [(old.base, new.base) for old, new in pairwise(self._segments) if new.base <= self.durable]

    def rewrite(self, first: int, batches: Sequence[Buffer], commit: Commit) -> None:  # noqa: ARG002 - the turn's, as all are
        if self._house.is_failing:
            raise Unavailable(f"{self.name} cannot be written just now")
        found = next(
            (
                pair
                for pair in pairwise(self._segments)
                if pair[0].base == first and pair[1].base <= self.durable
            ),
            None,
        )
        if found is None:
            raise NotFound(f"{self.name} has no piece that begins at offset {first}")
        old, following = found
        replacement = Replace(self, old, Segment(old.path, old.head), following.base)
        for batch in batches:
            replacement.fresh.take(batch)
            replacement.views.append(batch)
        self._house.replace(replacement)

    def on_lost(self, callback: Callable[[], None]) -> None:
        """The lock of the directory cannot be taken from a hub that runs."""

    def tidy(self, now: int) -> None:
        """Enforce retention, segment by segment."""
        options = self._options
        segments = self._segments
        if not segments:
            return
        if now - segments[-1].created >= options.segment_ms and segments[-1].size:
            self._needs_segment = True
            self._tail = EMPTY
        if options.retention_ms >= 0:
            old = now - options.retention_ms
            keep = next(
                (number for number, segment in enumerate(segments) if segment.newest >= old), len(segments)
            )
            if keep == len(segments) and self.durable == self.end:
                self.trim(self.end, NOBODYS)
            elif 0 < keep < len(segments):
                self._forget(max(self.start, segments[keep].base))
        if options.retention_bytes >= 0:
            left = self.size
            for segment, following in zip(list(segments), list(segments)[1:], strict=False):
                left -= segment.size
                if left < options.retention_bytes:
                    break
                self._forget(max(self.start, following.base))

    def drop(self) -> None:
        """Forget everything; the next append raises `Fenced`."""
        self.epoch = _DROPPED
        self.start = self.durable = self.end
        self._release(len(self._chunks))
        self._segments = []

    # What the engine calls between the turns.

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

    def replace(self, old: Segment, fresh: Segment) -> None:
        """The file of ``old`` is that of ``fresh`` now; what is in memory of it is let go."""
        if old not in self._segments:
            return
        self._segments[self._segments.index(old)] = fresh
        last = max((number for number, chunk in enumerate(self._chunks) if chunk.segment is old), default=-1)
        self._release(last + 1)

    def roll_back(self) -> None:
        """What is not safe is lost: take its offsets back and begin a new segment for what comes."""
        end = self.end = self.durable
        self._is_dirty = False
        while self._chunks and self._chunks[-1].base >= end:
            self._give(self._chunks.pop())
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

    def evict(self, chunk: FiledChunk) -> bool:
        if not self._chunks or self._chunks[0] is not chunk:
            return True
        following = self._chunks[1].base if len(self._chunks) > 1 else self.end
        if following > self.durable:
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

    def _forget(self, before: int) -> None:
        """Let ``start`` be ``before``; what lies wholly below it goes, but for the newest segment."""
        self.start = before
        if before == self.end and self._segments and self._segments[-1].size:
            self._needs_segment = (
                True  # all of it is dead: the next batch begins a new file, and this one can go
            )
            if self.durable == self.end and not self._is_dirty:
                self._release(len(self._chunks))
            self._tail = EMPTY
        keep = max(0, bisect_right(self._segments, before, key=_BASE) - 1)
        removed = self._segments[:keep]
        del self._segments[:keep]
        passed = max(0, bisect_right(self._chunks, min(before, self.durable), key=_BASE) - 1)
        self._release(min(passed, self._packed))
        self._house.note_start(self, removed)

    def _release(self, number: int) -> None:
        released = self._chunks[:number]
        del self._chunks[:number]
        self._packed = max(0, self._packed - number)
        for chunk in released:
            self._give(chunk)
        if not self._chunks:
            self._tail = EMPTY

    def _give(self, chunk: FiledChunk) -> None:
        self._house.cache.pool.give(chunk)

    def _first_in(self, segment: Segment, timestamp: int) -> tuple[int, int] | None:
        """The first durable batch in the segment, not below ``start``, that reaches a timestamp. A short look into the file."""
        try:
            descriptor = self._house.files.open_to_read(segment.path)
        except OSError:
            return None
        position = max(segment.position_before_stamp(timestamp), segment.position_before(self.start))
        try:
            for place in Walk(descriptor, position, segment.safe_end, block_bytes=_LOOK_BYTES):
                if place.max_timestamp >= timestamp and place.last_offset >= self.start:
                    return place.offset, place.max_timestamp
        finally:
            self._house.files.close(descriptor)
        return None

    def _newest_in(self, segment: Segment) -> tuple[int, int] | None:
        """Like `newest`, of one segment of which a part is below ``start``."""
        best: tuple[int, int] | None = None
        descriptor = self._house.files.open_to_read(segment.path)
        try:
            for place in Walk(
                descriptor, segment.position_before(self.start), segment.safe_end, block_bytes=_LOOK_BYTES
            ):
                if place.last_offset >= self.start and (best is None or place.max_timestamp > best[1]):
                    best = place.offset, place.max_timestamp
        finally:
            self._house.files.close(descriptor)
        return best


NOBODYS: Final = Commit()
"""For what is written because time passed: nobody waits for it."""
