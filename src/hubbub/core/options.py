"""What can be set on a topic, in the core's words. Rooms translate their setting names to these (each in its `naming`)."""

from typing import Final

from msgspec import Struct

from hubbub.core.store import LogOptions

WEEK_MS: Final = 7 * 24 * 3600 * 1000
FOREVER: Final = (1 << 63) - 1
COMPACTED_PIECE_BYTES: Final = 64 << 20
"""A piece of a log that compacts is no larger, however large the topic's may be: it must fit in memory to be written anew."""


class TopicOptions(Struct, frozen=True, gc=False):
    """Rules of one topic. Times in ms, sizes in octets; -1 means without limit."""

    retention_ms: int = WEEK_MS
    retention_bytes: int = -1
    retention_records: int = -1
    """How many offsets a partition keeps; where it compacts as well, some of them are gone."""
    segment_bytes: int = 1 << 30
    segment_ms: int = WEEK_MS
    max_batch_bytes: int = 1_048_588
    """The largest batch that may be appended."""
    stamps_on_append: bool = False
    """Whether records carry the hub's time of arrival instead of the producer's."""
    discards: bool = True
    """Whether old records go by age, size and number."""
    compacts: bool = False
    """Whether only the last record of each key is kept in the end."""
    tombstone_ms: int = 24 * 3600 * 1000
    """How long a record that deletes its key stays readable after compaction."""
    least_lag_ms: int = 0
    """How long a record is safe from compaction."""
    most_lag_ms: int = FOREVER
    """How long a record may wait for compaction when little else is new."""
    dirty_ratio: float = 0.5
    """The share of a log that must be new before it is compacted again."""

    def for_log(self) -> LogOptions:
        """The part that an engine enforces."""
        return LogOptions(
            retention_bytes=self.retention_bytes if self.discards else -1,
            retention_ms=self.retention_ms if self.discards else -1,
            retention_records=self.retention_records if self.discards else -1,
            segment_bytes=min(self.segment_bytes, COMPACTED_PIECE_BYTES)
            if self.compacts
            else self.segment_bytes,
            segment_ms=min(self.segment_ms, self.most_lag_ms) if self.compacts else self.segment_ms,
        )
