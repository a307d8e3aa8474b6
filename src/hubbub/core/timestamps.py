"""Where a time lies in a partition: to the record, not only to the batch.

The engine finds the batch by its greatest timestamp; the batch is then looked into. A batch that is not at hand is asked for, so answers come
by callback: at once, or later.
"""

from collections.abc import Callable
from typing import TypeAlias

from hubbub.core.errors import OutOfRange
from hubbub.core.partition import Partition
from hubbub.octets.batch import Entry, records, split
from hubbub.octets.malformed import Malformed

Place: TypeAlias = tuple[int, int]
"""Offset and timestamp (ms) of a record."""
Told: TypeAlias = Callable[[Place | None], None]


def first_at_or_after(partition: Partition, timestamp: int, told: Told) -> None:
    """Tell the first record that is not older than ``timestamp`` (ms), None if all are older."""

    def pick(entries: list[Entry]) -> Entry | None:
        start = partition.log.start
        return next(
            (entry for entry in entries if entry.timestamp >= timestamp and entry.offset >= start), None
        )

    look_into(partition, partition.log.offset_for(timestamp), pick, told)


def greatest(partition: Partition, told: Told) -> None:
    """Tell the first record that has the greatest timestamp, None when empty."""

    def pick(entries: list[Entry]) -> Entry | None:
        return max(entries, key=lambda entry: (entry.timestamp, -entry.offset), default=None)

    look_into(partition, partition.log.newest(), pick, told)


def look_into(
    partition: Partition, found: Place | None, pick: Callable[[list[Entry]], Entry | None], told: Told
) -> None:
    """Tell what ``pick`` takes from the batch at ``found``."""
    if found is None:
        told(None)
        return

    def read(views: list[memoryview]) -> None:
        batch = next((batch for view in views for batch in split(view)), None)
        try:
            entry = pick(records(batch)) if batch is not None else None
        except Malformed:  # its header was sound, its inside is its producer's business
            told(found)
        else:
            told(None if entry is None else (entry.offset, entry.timestamp))

    try:
        views = partition.log.read(found[0], 1)
    except OutOfRange:  # gone since the index said so
        views = []
    if views is None:
        partition.log.fetch(found[0], 1, read)
    else:
        read(views)
