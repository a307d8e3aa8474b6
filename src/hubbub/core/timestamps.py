"""Where a time lies in a partition: to the record, not only to the batch.

The engine finds the batch by its greatest timestamp; the batch is then looked into. Works on what readers may see: after a trim a batch may
begin below the first offset that is kept.
"""

from hubbub.core.partition import Partition
from hubbub.octets.batch import read_header, records, split
from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed


def first_at_or_after(partition: Partition, timestamp: int) -> tuple[int, int] | None:
    """Offset and timestamp (ms) of the first record that is not older than ``timestamp``; None if all are older."""
    found = partition.log.offset_for(timestamp)
    if found is None:
        return None
    offset = max(found[0], partition.log.start)
    while views := partition.log.read(offset, 1):
        for view in views:
            for batch in split(view):
                header = read_header(batch)
                # a header may promise more than its records keep, or the record may be trimmed away: then a later batch has it
                if header.max_timestamp >= timestamp:
                    for at, written in places(batch, partition.log.start):
                        if written >= timestamp:
                            return at, written
                offset = header.next_offset
    return None


def greatest(partition: Partition) -> tuple[int, int] | None:
    """Offset and timestamp (ms) of the first record that has the greatest timestamp; None when empty."""
    found = partition.log.newest()
    if found is None:
        return None
    start = partition.log.start
    for view in partition.log.read(max(found[0], start), 1) or []:
        for batch in split(view):
            return max(places(batch, start), key=lambda place: (place[1], -place[0]), default=None)
    return None


def places(batch: Buffer, start: int) -> list[tuple[int, int]]:
    """Offset and timestamp of each record from offset ``start`` on.

    Records are kept as their producer made them, unseen; where they cannot be read, the batch counts as one record.
    """
    try:
        return [(entry.offset, entry.timestamp) for entry in records(batch) if entry.offset >= start]
    except Malformed:
        header = read_header(batch)
        return [(max(header.base_offset, start), header.max_timestamp)]
