"""Where a time lies in a partition: to the record, not only to the batch.

The engine finds the batch by its greatest timestamp; the batch is then looked into. Works on what readers may see: after a trim a batch may
begin below the first offset that is kept. A batch that is not at hand is asked for, so answers come by callback: at once, or later.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from hubbub.core.errors import OutOfRange
from hubbub.core.partition import Partition
from hubbub.octets.batch import read_header, records, split
from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed

Place: TypeAlias = tuple[int, int]
"""Offset and timestamp (ms) of a record."""
Told: TypeAlias = Callable[[Place | None], None]

SLICE: Final = 64 * 1024
"""Octets to look through at a time, as far as the one batch that usually has it does not suffice."""


def first_at_or_after(partition: Partition, timestamp: int, told: Told) -> None:
    """Tell the first record that is not older than ``timestamp`` (ms), None if all are older."""
    found = partition.log.offset_for(timestamp)
    if found is None:
        told(None)
    else:
        Search(partition, timestamp, told).go_on(max(found[0], partition.log.start))


class Search:
    """Goes from batch to batch: a header may promise more than its records keep, or the record may be trimmed away."""

    __slots__ = ("_partition", "_timestamp", "_told")

    def __init__(self, partition: Partition, timestamp: int, told: Told) -> None:
        self._partition = partition
        self._timestamp = timestamp
        self._told = told

    def go_on(self, offset: int) -> None:
        """Look from here as far as batches are at hand."""
        log = self._partition.log
        while offset >= 0:
            try:
                views = log.read(offset, SLICE)
            except OutOfRange:
                views = []
            if views is None:
                log.fetch(offset, SLICE, self._arrived)
                break
            offset = self._look(views)

    def _arrived(self, views: list[memoryview]) -> None:
        self.go_on(self._look(views))

    def _look(self, views: list[memoryview]) -> int:
        """Where to look next; -1 when it has been told."""
        offset = -1
        for view in views:
            for batch in split(view):
                header = read_header(batch)
                offset = header.next_offset
                if header.max_timestamp >= self._timestamp:
                    for place in places(batch, self._partition.log.start):
                        if place[1] >= self._timestamp:
                            self._told(place)
                            return -1
        if offset < 0:
            self._told(None)
        return offset


def greatest(partition: Partition, told: Told) -> None:
    """Tell the first record that has the greatest timestamp, None when empty."""
    log = partition.log

    def pick(views: list[memoryview]) -> None:
        found = [place for view in views for batch in split(view) for place in places(batch, log.start)]
        told(max(found, key=lambda place: (place[1], -place[0]), default=None))

    newest = log.newest()
    if newest is None:
        told(None)
        return
    offset = max(newest[0], log.start)
    views = log.read(offset, 1)
    if views is None:
        log.fetch(offset, 1, pick)
    else:
        pick(views)


def places(batch: Buffer, start: int) -> list[Place]:
    """Offset and timestamp of each record from offset ``start`` on.

    Records are kept as their producer made them, unseen; where they cannot be read, the batch counts as one record.
    """
    try:
        return [(entry.offset, entry.timestamp) for entry in records(batch) if entry.offset >= start]
    except Malformed:
        header = read_header(batch)
        return [(max(header.base_offset, start), header.max_timestamp)]
