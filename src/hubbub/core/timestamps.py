"""Where a time lies in a partition: to the record, not only to the batch.

The engine finds the batch by its greatest timestamp; the batch is then looked into. Works on what readers may see: after a trim a batch may
begin below the first offset that is kept. A batch that is not at hand is asked for, so answers come by callback: at once, or later.
"""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from hubbub.core.errors import OutOfRange
from hubbub.core.partition import Partition
from hubbub.octets.batch import read_header, records, split
from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed

Place: TypeAlias = tuple[int, int]
"""Offset and timestamp (ms) of a record."""
Told: TypeAlias = Callable[[Place | None], None]


def first_at_or_after(partition: Partition, timestamp: int, told: Told) -> None:
    """Tell the first record that is not older than ``timestamp`` (ms), None if all are older."""
    found = partition.log.offset_for(timestamp)
    if found is None:
        told(None)
    else:
        read(partition, max(found[0], partition.log.start), partial(search, partition, timestamp, told))


def search(partition: Partition, timestamp: int, told: Told, batches: list[memoryview]) -> None:
    """Look through these batches and, where none of them has it, through those behind them."""
    offset = -1
    for batch in batches:
        header = read_header(batch)
        offset = header.next_offset
        # a header may promise more than its records keep, or the record may be trimmed away: then a later batch has it
        if header.max_timestamp >= timestamp:
            for place in places(batch, partition.log.start):
                if place[1] >= timestamp:
                    told(place)
                    return
    if offset < 0:
        told(None)
    else:
        read(partition, offset, partial(search, partition, timestamp, told))


def greatest(partition: Partition, told: Told) -> None:
    """Tell the first record that has the greatest timestamp, None when empty."""

    def pick(batches: list[memoryview]) -> None:
        found = places(batches[0], partition.log.start) if batches else []
        told(max(found, key=lambda place: (place[1], -place[0]), default=None))

    found = partition.log.newest()
    if found is None:
        told(None)
    else:
        read(partition, max(found[0], partition.log.start), pick)


def read(partition: Partition, offset: int, done: Callable[[list[memoryview]], None]) -> None:
    """Call ``done`` with the batch that holds ``offset``, and those that came along; with none where that is gone."""

    def arrived(views: list[memoryview]) -> None:
        done([batch for view in views for batch in split(view)])

    try:
        views = partition.log.read(offset, 1)
    except OutOfRange:
        views = []
    if views is None:
        partition.log.fetch(offset, 1, arrived)
    else:
        arrived(views)


def places(batch: Buffer, start: int) -> list[Place]:
    """Offset and timestamp of each record from offset ``start`` on.

    Records are kept as their producer made them, unseen; where they cannot be read, the batch counts as one record.
    """
    try:
        return [(entry.offset, entry.timestamp) for entry in records(batch) if entry.offset >= start]
    except Malformed:
        header = read_header(batch)
        return [(max(header.base_offset, start), header.max_timestamp)]
