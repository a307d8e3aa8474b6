"""A stopped data directory, looked at: what is in it, whether it is sound, and its records for use elsewhere. Changes nothing.

Behind ``hubbub data describe``, ``verify`` and ``export``. All raise `layout.DirectoryInUse` while a hub has the directory open,
`layout.UnknownFormat`, FileNotFoundError where there is none, and OSError. They read large files, and block.
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct

from hubbub.octets.batch import Entry, records
from hubbub.octets.malformed import Malformed
from hubbub.storage.segments.database import Row, open_to_look
from hubbub.storage.segments.files import Files, pread
from hubbub.storage.segments.layout import Layout, Lock, check_format, index_path
from hubbub.storage.segments.recovery import inside
from hubbub.storage.segments.segment import ENTRY, Segment, Walk, place_at, read_head, read_marks

_HEAD_BYTES = 70_000


class LogDescription(Struct, frozen=True, gc=False):
    """One log. ``start`` and ``end`` are offsets, ``octets`` the size of its batches on the disk, ``newest`` the greatest timestamp in
    milliseconds since 1970, -1 when there is none; ``complaints`` say what is wrong with it.
    """

    name: str
    directory: str
    epoch: int
    start: int
    end: int
    segments: int
    batches: int
    octets: int
    newest: int
    complaints: list[str]


class Description(Struct, frozen=True, gc=False):
    """The whole directory. ``state``: how many keys each purpose has. ``quarantine``: names of the files there."""

    directory: str
    logs: list[LogDescription]
    state: dict[str, int]
    quarantine: list[str]
    complaints: list[str]

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong, anywhere. A torn tail counts: the next start will cut it."""
        return not self.complaints and not any(log.complaints for log in self.logs)


def describe(data_dir: str) -> Description:
    """What is in the directory, from headers alone."""
    return _look(data_dir, checked=False)


def verify(data_dir: str) -> Description:
    """Like `describe`, with every checksum, every index entry and the database checked."""
    return _look(data_dir, checked=True)


def entries(data_dir: str, log: str) -> Iterator[Entry]:
    """All sound records of a log from its start on, in order. KeyError where there is no such log."""
    with _stopped(data_dir) as layout:
        row = next((row for row in _rows(layout) if row.name == log), None)
        if row is None:
            raise KeyError(log)
        for path in _segments(layout, row):
            yield from _entries_of(path, row.start)


@contextmanager
def _stopped(data_dir: str) -> Iterator[Layout]:
    layout = Layout(os.path.abspath(data_dir))
    if not os.path.isdir(layout.logs):
        raise FileNotFoundError(f"{layout.root} is no data directory of Hubbub")
    check_format(layout)
    lock = Lock(layout)
    try:
        yield layout
    finally:
        lock.release()


def _look(data_dir: str, *, checked: bool) -> Description:
    with _stopped(data_dir) as layout:
        complaints: list[str] = []
        state: Counter[str] = Counter()
        database = open_to_look(layout.database)
        try:
            state.update(purpose for purpose, _, _ in database.entries())
            if checked:
                complaints += database.complaints()
        finally:
            database.close()
        rows = _rows(layout)
        known = {os.path.basename(layout.log(row.directory)) for row in rows}
        complaints += [
            f"logs/{name} belongs to no log" for name in sorted(os.listdir(layout.logs)) if name not in known
        ]
        logs = [_look_at(layout, row, checked=checked) for row in rows]
        return Description(layout.root, logs, dict(state), sorted(os.listdir(layout.quarantine)), complaints)


def _rows(layout: Layout) -> list[Row]:
    database = open_to_look(layout.database)
    try:
        return database.rows()
    finally:
        database.close()


def _segments(layout: Layout, row: Row) -> list[str]:
    directory = layout.log(row.directory)
    if not os.path.isdir(directory):
        return []
    waiting = [
        os.path.join(directory, name) for name in sorted(os.listdir(directory)) if name.endswith(".log")
    ]
    found: list[str] = []
    while waiting:
        found.append(waiting.pop(0))
        waiting = waiting[len(inside(found[-1], waiting)) :]
    return found


def _look_at(layout: Layout, row: Row, *, checked: bool) -> LogDescription:
    paths = _segments(layout, row)
    complaints: list[str] = []
    end, batches, octets, newest = row.start, 0, 0, -1
    for path in paths:
        found = _Scan(path, end if octets else -1, checked=checked)
        complaints += found.complaints
        end = max(end, found.end)
        batches += found.batches
        octets += found.octets
        newest = max(newest, found.newest)
    name = os.path.basename(layout.log(row.directory))
    return LogDescription(
        row.name, name, row.epoch, row.start, end, len(paths), batches, octets, newest, complaints
    )


class _Scan:
    """One segment file from its first batch to its last."""

    __slots__ = ("batches", "complaints", "end", "newest", "octets")

    def __init__(self, path: str, expected: int, *, checked: bool) -> None:
        self.batches = self.octets = 0
        self.end = self.newest = -1
        self.complaints: list[str] = []
        files = Files()
        descriptor = files.open_to_read(path)
        try:
            size = files.size(descriptor)
            try:
                head = read_head(pread(descriptor, _HEAD_BYTES, 0))
            except Malformed as error:
                self.complaints.append(f"{path}: {error.reason}")
                return
            if expected >= 0 and head.follows < expected:
                self.complaints.append(
                    f"{path} begins at offset {head.base}, but the one before reaches {expected}"
                )
            self.end = head.base
            walk = Walk(descriptor, head.size, size, checked=checked)
            for place in walk:
                if place.offset < self.end:
                    self.complaints.append(
                        f"{path}: offset {place.offset} at octet {place.position} after {self.end - 1}"
                    )
                self.batches += 1
                self.end = place.last_offset + 1
                self.newest = max(self.newest, place.max_timestamp)
            self.octets = walk.position - head.size
            if walk.position < size:
                self.complaints.append(
                    f"{path}: {size - walk.position} octets from octet {walk.position} on are no sound batch"
                )
            if checked:
                self._check_index(path, descriptor, walk.position)
        finally:
            files.close(descriptor)

    def _check_index(self, path: str, descriptor: int, size: int) -> None:
        try:
            with open(index_path(path), "rb") as file:
                marks = read_marks(file.read())
        except FileNotFoundError:
            return  # it will be made again
        for mark in marks:
            if mark.kind == ENTRY and mark.position < size:
                place = place_at(pread(descriptor, 61, mark.position), 0, mark.position)
                if place is None or place.offset != mark.offset:
                    self.complaints.append(
                        f"{index_path(path)}: no batch with offset {mark.offset} at octet {mark.position}"
                    )


def _entries_of(path: str, start: int) -> Iterator[Entry]:
    files = Files()
    descriptor = files.open_to_read(path)
    try:
        head = read_head(pread(descriptor, _HEAD_BYTES, 0))
        walk = Walk(descriptor, Segment(path, head).end, files.size(descriptor), checked=True)
        for place in walk:
            if place.last_offset >= start:
                yield from (entry for entry in records(walk.octets_of(place)) if entry.offset >= start)
    finally:
        files.close(descriptor)
