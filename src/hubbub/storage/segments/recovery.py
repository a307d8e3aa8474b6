"""Opening a log that was left behind: cut a torn tail and nothing else, and name all that was found.

A process that is killed leaves at most one unfinished batch at the end of a segment: it is cut. A power cut may leave holes
where nothing had been synced: all from the first hole on is cut. A batch that is broken although sound ones follow it, and no
power cut explains that, has been damaged: its octets go to the quarantine, the log goes on behind the gap. Whatever is
taken out and might be worth something (sound batches behind a hole, damaged octets) is kept in the quarantine and named in the report.

Blocking; runs before the loop serves anybody.
"""

import os
from itertools import pairwise, takewhile
from typing import Final

from msgspec import structs

from hubbub.octets.batch import HEADER_SIZE, is_sound
from hubbub.octets.malformed import Malformed
from hubbub.storage.segments.files import Files, pread
from hubbub.storage.segments.layout import Layout, index_path, segment_path
from hubbub.storage.segments.segment import (
    CLOSED,
    ENTRY,
    Mark,
    Place,
    Segment,
    Walk,
    pack_head,
    pack_mark,
    place_at,
    read_head,
    read_marks,
)

_HEAD_BYTES: Final = 70_000
_COPY_BYTES: Final = 1 << 20


class Report:
    """What recovery found, for one line in the log."""

    __slots__ = ("cut", "logs", "missing", "octets", "quarantined", "read")

    def __init__(self) -> None:
        self.logs = 0
        self.octets = 0
        self.read = 0
        self.cut: list[str] = []
        self.quarantined: list[str] = []
        self.missing: list[str] = []

    def __str__(self) -> str:
        parts = [f"{self.logs} logs with {self.octets} octets"]
        if self.read:
            parts.append(f"{self.read} octets checked")
        parts += [f"cut a torn tail: {found}" for found in self.cut]
        parts += [f"moved to quarantine: {found}" for found in self.quarantined]
        parts += [f"missing: {found}" for found in self.missing]
        return "; ".join(parts)


class Recovery:
    """One opening of a data directory. ``had_power_cut``: the system was started anew since; ``trusts_index``: entries say the truth."""

    __slots__ = ("_files", "_had_power_cut", "_layout", "_trusts_index", "report")

    def __init__(self, layout: Layout, files: Files, *, had_power_cut: bool, trusts_index: bool) -> None:
        self.report = Report()
        self._layout = layout
        self._files = files
        self._had_power_cut = had_power_cut
        self._trusts_index = trusts_index

    def log(self, directory: str) -> tuple[list[Segment], int]:
        """The segments of the log in this directory, in order, and the next offset (0 if there are none). Raises OSError."""
        self.report.logs += 1
        try:
            names = sorted(os.listdir(directory))
        except FileNotFoundError:
            return [], 0
        for name in names:
            if name.endswith(".new"):  # a file that was being written when the process ended
                self._files.remove(os.path.join(directory, name))
        waiting = [os.path.join(directory, name) for name in names if name.endswith(".log")]
        segments: list[Segment] = []
        end = 0
        while waiting:
            path = waiting.pop(0)
            for other in inside(path, waiting):
                waiting.remove(other)
                self._remove(other)
            opened = self._segment(path, _limit(waiting))
            if opened is None:
                continue
            segment, following, rest = opened
            if not segment.size and segment.base < end:
                self._remove(path)  # made by a write that failed, and never heard of again
                continue
            end = following
            segments.append(segment)
            if rest is not None:
                waiting.insert(0, rest)
            elif self._had_power_cut:
                waiting = self._without_hole(end, waiting)
            self.report.octets += segment.size
        return segments, end

    def _without_hole(self, end: int, waiting: list[str]) -> list[str]:
        """The segments that follow, if the next goes on where this one ends; otherwise none: they go to the quarantine."""
        for path in waiting:
            with open(path, "rb") as file:
                try:
                    head = read_head(file.read(_HEAD_BYTES))
                except Malformed:
                    continue
            if head.follows <= end:
                return waiting
            self.report.cut.append(
                f"{head.name!r} from offset {end} on, with {len(waiting)} segments behind a hole"
            )
            for lost in waiting:
                self._set_aside(lost)
            return []
        return waiting

    def _set_aside(self, path: str) -> None:
        log = os.path.basename(os.path.dirname(path))
        self._files.remove(index_path(path))
        self._files.rename(path, os.path.join(self._layout.quarantine, f"{log}-{os.path.basename(path)}"))

    def _segment(self, path: str, limit: int | None) -> tuple[Segment, int, str | None] | None:
        """The segment, the next offset, and the file with what comes behind a gap."""
        descriptor = self._files.open(path)
        try:
            size = self._files.size(descriptor)
            try:
                head = read_head(pread(descriptor, _HEAD_BYTES, 0))
            except Malformed as error:
                self._give_up(path, size, error.reason)
                return None
            segment = Segment(path, head)
            end = self._from_index(descriptor, segment, size)
            if end is not None:
                return segment, end, None
            return self._scan(descriptor, segment, size, limit)
        finally:
            self._files.close(descriptor)

    def _from_index(self, descriptor: int, segment: Segment, size: int) -> int | None:
        """Load the index; the next offset if it says that the segment is closed and whole, None if the file must be read.

        An index that contradicts itself, or whose last entry points to no batch of that offset, is not believed at all.
        """
        if not self._trusts_index:
            return None
        try:
            with open(index_path(segment.path), "rb") as file:
                marks = read_marks(file.read())
        except FileNotFoundError:
            return None
        if any(
            right.position < left.position or right.offset < left.offset for left, right in pairwise(marks)
        ):
            return None
        places = [mark for mark in marks if mark.kind == ENTRY and segment.head_size <= mark.position < size]
        if places and not _is_there(descriptor, places[-1]):
            return None
        for mark in places:
            if mark.position >= segment.due():
                segment.note(mark)
        last = marks[-1] if marks else None
        if last is not None and last.kind == CLOSED and last.position == size:
            segment.end = segment.safe_end = size
            segment.newest = segment.safe_newest = last.newest
            return last.offset
        return None

    def _scan(
        self, descriptor: int, segment: Segment, size: int, limit: int | None
    ) -> tuple[Segment, int, str | None] | None:
        start = segment.positions[-1] if segment.positions else segment.head_size
        end = segment.offsets[-1] if segment.offsets else segment.base
        newest = segment.stamps[-1] if segment.stamps else -1
        walk = Walk(descriptor, start, size, checked=True)
        stop = start
        for place in walk:
            if place.offset < end or (limit is not None and place.offset >= limit):
                break
            if place.position >= segment.due():
                segment.note(Mark(place.offset, place.position, newest))
            newest = max(newest, place.max_timestamp)
            end = place.last_offset + 1
            stop = place.position + place.size
        self.report.read += stop - start
        segment.newest = segment.safe_newest = newest
        segment.end = segment.safe_end = stop
        if stop < size and segment.head.until >= 0 and not self._had_power_cut:
            self._forget_until(descriptor, segment, size)
            return self._segment(segment.path, limit)
        rest = self._cut(descriptor, segment, size, end, limit) if stop < size else None
        if rest is None and (limit is None or segment.head.until <= limit):
            end = max(end, segment.head.until)
        self._files.sync(descriptor)  # the index is about to say that all this is safe
        self._write_index(segment, end)
        return segment, end, rest

    def _cut(self, descriptor: int, segment: Segment, size: int, end: int, limit: int | None) -> str | None:
        """Take out what follows the last good batch; the file with what comes behind a gap, if there is any."""
        stop = segment.end
        where = f"{size - stop} octets of {segment.head.name!r} from offset {end} on"
        found = _next_sound(descriptor, stop, size, end)
        if found is None:
            self.report.cut.append(where)
            self._files.truncate(descriptor, stop)
            return None
        rest: str | None = None
        if self._had_power_cut or (limit is not None and found.offset >= limit):
            self._quarantine(descriptor, segment, stop, size)
            self.report.cut.append(f"{where}, with batches behind a hole")
        else:
            self._quarantine(descriptor, segment, stop, found.position)
            rest = self._split(descriptor, segment, found, size, end)
            gap = (
                f"offsets {end} to {found.offset - 1}"
                if found.offset > end
                else f"{found.position - stop} octets at offset {end}"
            )
            self.report.quarantined.append(f"{gap} of {segment.head.name!r}, damaged")
        self._files.truncate(descriptor, stop)
        return rest

    def _forget_until(self, descriptor: int, segment: Segment, size: int) -> None:
        """It is damaged and will not reach that far: let it be a file like others, so that what is split off it counts."""
        head = pack_head(structs.replace(segment.head, until=-1))
        self._files.remove(index_path(segment.path))
        self._copy(descriptor, segment.head_size, size, segment.path, head)

    def _split(self, descriptor: int, segment: Segment, found: Place, size: int, end: int) -> str:
        """Copy all from the batch ``found`` on into a segment of its own; its path."""
        path = segment_path(os.path.dirname(segment.path), found.offset)
        head = structs.replace(segment.head, base=found.offset, follows=end)
        self._copy(descriptor, found.position, size, path, pack_head(head))
        return path

    def _quarantine(self, descriptor: int, segment: Segment, start: int, stop: int) -> None:
        log = os.path.basename(os.path.dirname(segment.path))
        path = os.path.join(self._layout.quarantine, f"{log}-{segment.base:020d}-{start}.octets")
        self._copy(descriptor, start, stop, path, b"")

    def _copy(self, descriptor: int, start: int, stop: int, path: str, head: bytes) -> None:
        self._files.remove(path + ".new")
        target = self._files.open(path + ".new")
        try:
            self._files.append(target, [head])
            while start < stop:
                octets = pread(descriptor, min(_COPY_BYTES, stop - start), start)
                self._files.append(target, [octets])
                start += len(octets)
            self._files.sync(target)
        finally:
            self._files.close(target)
        self._files.rename(path + ".new", path)

    def _give_up(self, path: str, size: int, reason: str) -> None:
        """A file without a header that says what it is: empty ones are of a process that died making them."""
        if size <= _HEAD_BYTES and not _has_batches(path):
            self._remove(path)
            return
        self._set_aside(path)
        self.report.quarantined.append(f"{path}: {reason}")

    def _remove(self, path: str) -> None:
        self._files.remove(path)
        self._files.remove(index_path(path))

    def _write_index(self, segment: Segment, end: int) -> None:
        path = index_path(segment.path)
        self._files.remove(path + ".new")
        descriptor = self._files.open(path + ".new")
        rows = zip(segment.offsets, segment.positions, segment.stamps, strict=True)
        marks = [pack_mark(Mark(*row)) for row in rows]
        marks.append(pack_mark(Mark(end, segment.end, segment.newest, CLOSED)))
        try:
            self._files.append(descriptor, [b"".join(marks)])
        finally:
            self._files.close(descriptor)
        self._files.rename(path + ".new", path)


def _is_there(descriptor: int, mark: Mark) -> bool:
    """Whether a batch of that offset begins where an index says so."""
    place = place_at(pread(descriptor, HEADER_SIZE, mark.position), 0, mark.position)
    return place is not None and place.offset == mark.offset


def inside(path: str, waiting: list[str]) -> list[str]:
    """Files that should have gone when this one was written: it holds what they held."""
    with open(path, "rb") as file:
        try:
            until = read_head(file.read(_HEAD_BYTES)).until
        except Malformed:
            return []
    return list(takewhile(lambda other: _base_of(other) < until, waiting))


def _base_of(path: str) -> int:
    return int(os.path.basename(path).removesuffix(".log"))


def _limit(waiting: list[str]) -> int | None:
    """Where the next segment that holds anything begins: no batch before it can be of that offset."""
    for path in waiting:
        size = os.path.getsize(path)
        with open(path, "rb") as file:
            try:
                is_filled = size > read_head(file.read(_HEAD_BYTES)).size
            except Malformed:
                is_filled = size > 0 and _has_batches(path)
        if is_filled:
            return _base_of(path)
    return None


def _has_batches(path: str) -> bool:
    with open(path, "rb") as file:
        return _next_sound(file.fileno(), 0, os.fstat(file.fileno()).st_size, 0) is not None


def _next_sound(descriptor: int, start: int, stop: int, offset: int) -> Place | None:
    """The first sound batch after ``start`` whose offset is at least ``offset``."""
    overlap = HEADER_SIZE
    position = start
    while position < stop:
        octets = pread(descriptor, min(_COPY_BYTES + overlap, stop - position), position)
        place = _candidate(octets, position, offset)
        while place is not None:
            whole = (
                pread(descriptor, place.size, place.position) if place.position + place.size <= stop else b""
            )
            if len(whole) == place.size and is_sound(whole):
                return place
            place = _candidate(octets, position, offset, place.position - position + 1)
        position += _COPY_BYTES
    return None


def _candidate(octets: bytes, position: int, offset: int, begin: int = 0) -> Place | None:
    """The first place from ``begin`` on in ``octets`` (which lie at ``position``) that could be a batch; it is one where it is all there."""
    at = octets.find(b"\x02", begin + 16)
    while at >= 0:
        place = place_at(octets, at - 16, position + at - 16)
        if place is not None and offset <= place.offset <= place.last_offset < offset + (1 << 40):
            batch = octets[at - 16 : at - 16 + place.size]
            if len(batch) < place.size or is_sound(batch):
                return place
        at = octets.find(b"\x02", at + 1)
    return None
