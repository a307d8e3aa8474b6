"""A log on disk, as its owner sees it.

What lies in a chunk is read from there at once; all else by the reader's thread. Looking for a timestamp takes one short look into a
file, on the loop's thread: it is asked for seldom, and what it looks at is 64 KiB.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import islice, pairwise
from typing import Final

from msgspec import structs

from hubbub.core.commit import Commit
from hubbub.core.errors import NotFound, OutOfRange, Unavailable
from hubbub.core.store import LogOptions
from hubbub.octets.buffer import Buffer
from hubbub.storage.chunks import EMPTY, offset_at
from hubbub.storage.segments.parcel import Replace
from hubbub.storage.segments.reader import Request
from hubbub.storage.segments.segment import Segment, Walk
from hubbub.storage.segments.spool import BASE, Spool

_LOOK_BYTES: Final = 128 * 1024
_SEGMENTS_TRIED: Final = 2
"""An offset behind the last batch of a segment is answered from the next one that has any."""


class SegmentsLog(Spool):
    """`core.store.Owned`."""

    __slots__ = ()

    def read(self, offset: int, max_bytes: int) -> list[memoryview] | None:
        durable = self.durable
        if offset >= durable or offset < self.start:
            if self.start <= offset <= self.end:
                return []
            raise OutOfRange(f"offset {offset} of {self.name}, which keeps {self.start} to {self.end}")
        chunks = self._chunks
        if not chunks or offset < chunks[0].base:
            return None
        number = bisect_right(chunks, offset, key=BASE) - 1
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
            position = 0
            stop = self._visible(chunk)
            if not stop:
                break
            view = chunk.read(0, stop, max_bytes, at_least_one=False)
            if not view:
                break
            views.append(view)
            position = len(view)
        self.reached = self.end if position == chunk.used else offset_at(chunk, position)
        return views

    def fetch(self, offset: int, max_bytes: int, done: Callable[[list[memoryview]], None]) -> None:
        try:
            views = self.read(offset, max_bytes)
        except OutOfRange:
            views = []
        if views is not None:
            done(views)
            return
        first = max(0, bisect_right(self._segments, offset, key=BASE) - 1)
        tried: list[tuple[Segment, int]] = []
        files: set[Segment] = set()
        for segment in islice(self._segments, first, None):
            if segment.safe_end > segment.head_size:
                files.add(segment.rewriting or segment)  # several may be one by the time the reader looks
                if len(files) > _SEGMENTS_TRIED:
                    break
                tried.append((segment, segment.safe_end))
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
            if self._house.outbox.is_failing:
                raise Unavailable(f"{self.name} cannot be written just now")
            self.forget(before)

    def configure(self, options: LogOptions) -> None:
        self._options = options

    def pieces(self) -> list[tuple[int, int]]:
        return [(old.base, new.base) for old, new in pairwise(self._segments) if new.base <= self.durable]

    def rewrite(self, first: int, batches: Sequence[Buffer], commit: Commit, *, until: int = -1) -> None:  # noqa: ARG002 - the turn's, as all are
        if self._house.outbox.is_failing:
            raise Unavailable(f"{self.name} cannot be written just now")
        olds, following = self._pieces_between(first, until)
        head = structs.replace(olds[0].head, until=following)
        replacement = Replace(self, olds, Segment(olds[0].path, head), following)
        for batch in batches:
            replacement.fresh.take(batch)
            replacement.views.append(batch)
        for old in olds:
            old.rewriting = replacement.fresh
        self._house.outbox.replacements.append(replacement)

    def _pieces_between(self, first: int, until: int) -> tuple[list[Segment], int]:
        """The segments of these pieces, and the offset that follows them. Raises `NotFound`."""
        olds: list[Segment] = []
        for old, following in pairwise(self._segments):
            if following.base > self.durable or (not olds and old.base != first):
                continue
            if old.rewriting is not None:
                raise NotFound(f"{self.name} has its piece at offset {old.base} written anew already")
            olds.append(old)
            if until in (-1, following.base):
                return olds, following.base
        raise NotFound(f"{self.name} has no pieces from offset {first} to {until}")

    def on_lost(self, callback: Callable[[], None]) -> None:
        """The lock of the directory cannot be taken from a hub that runs."""

    def tidy(self, now: int) -> None:
        """Enforce retention: by age and size segment by segment, by number to the record."""
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
            if keep == len(segments) and self.start < self.end == self.durable:
                self.forget(self.end)
            elif 0 < keep < len(segments):
                self.forget(max(self.start, segments[keep].base))
        if options.retention_bytes >= 0:
            left = self.size
            for segment, following in zip(list(segments), list(segments)[1:], strict=False):
                left -= segment.size
                if left < options.retention_bytes:
                    break
                self.forget(max(self.start, following.base))
        if 0 <= options.retention_records < self.durable - self.start:
            self.forget(self.durable - options.retention_records)

    def _first_in(self, segment: Segment, timestamp: int) -> tuple[int, int] | None:
        """The first durable batch in the segment, not below ``start``, that reaches a timestamp. A short look into the file."""
        try:
            descriptor, segment = self._house.names.open(segment)
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
        try:
            descriptor, segment = self._house.names.open(segment)
        except OSError:
            return None
        try:
            for place in Walk(
                descriptor, segment.position_before(self.start), segment.safe_end, block_bytes=_LOOK_BYTES
            ):
                if place.last_offset >= self.start and (best is None or place.max_timestamp > best[1]):
                    best = place.offset, place.max_timestamp
        finally:
            self._house.files.close(descriptor)
        return best
