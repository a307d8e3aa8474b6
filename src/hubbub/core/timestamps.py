"""Where a time lies in a partition: to the record, not only to the batch.

The engine finds the batch by its greatest timestamp; the batch is then looked into. Works on what readers may see.
"""

from hubbub.core.partition import Partition
from hubbub.octets.batch import records, split


def first_at_or_after(partition: Partition, timestamp: int) -> tuple[int, int] | None:
    """Offset and timestamp (ms) of the first record that is not older than ``timestamp``; None if all are older."""
    found = partition.log.offset_for(timestamp)
    if found is None:
        return None
    for view in partition.log.read(found[0], 1) or []:
        for batch in split(view):
            for entry in records(batch):
                if entry.timestamp >= timestamp and entry.offset >= partition.log.start:
                    return entry.offset, entry.timestamp
    return None


def greatest(partition: Partition) -> tuple[int, int] | None:
    """Offset and timestamp (ms) of the first record that has the greatest timestamp; None when empty."""
    found = partition.log.newest()
    if found is None:
        return None
    for view in partition.log.read(found[0], 1) or []:
        for batch in split(view):
            best = max(records(batch), key=lambda entry: (entry.timestamp, -entry.offset))
            return best.offset, best.timestamp
    return None
