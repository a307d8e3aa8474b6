"""A partition: one log of a topic, with the rules for what may be appended and whom to tell.

Batches are record batch v2, whole and opaque; only the header is looked at. What a reader may see ends at `high_watermark`. What it
knows of producers is noted down from time to time, so that a restart has little to read again (`core.checkpoint`).
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from hubbub.core.checkpoint import Checkpoint
from hubbub.core.commit import NO_COMMIT, Commit, Outcome
from hubbub.core.errors import OutOfRange, TooLarge, Unavailable
from hubbub.core.options import TopicOptions
from hubbub.core.producers import Producers
from hubbub.core.store import Owned
from hubbub.core.taps import Place, Taps
from hubbub.model.address import Address
from hubbub.model.clock import Clock
from hubbub.octets.batch import BatchHeader, stamp_append_time
from hubbub.octets.buffer import Buffer

NO_PRODUCER: Final = -1


class Around(Struct, frozen=True):
    """What all partitions of a hub share."""

    clock: Clock
    taps: Taps


class Appended:
    """Where a batch went: its first offset, and the hub's time in ms if the topic stamps it (-1 otherwise)."""

    __slots__ = ("base_offset", "stamped_at")

    def __init__(self, base_offset: int, stamped_at: int) -> None:
        self.base_offset = base_offset
        self.stamped_at = stamped_at


class Partition:
    """Owned by its `Topic`. ``watchers`` are called once, and forgotten, when `high_watermark` has moved or the log is gone."""

    __slots__ = (
        "_checkpoint",
        "_clock",
        "_first",
        "_joined",
        "_kept_from",
        "_taps",
        "address",
        "index",
        "is_deleted",
        "log",
        "octets_in",
        "octets_out",
        "options",
        "producers",
        "records_out",
        "watchers",
    )

    def __init__(
        self,
        address: Address,
        index: int,
        log: Owned,
        options: TopicOptions,
        around: Around,
        checkpoint: Checkpoint,
    ) -> None:
        self.address = address
        self.index = index
        self.log = log
        self.options = options
        self.producers = Producers()
        self.watchers: dict[Callable[[], None], None] = {}
        self.octets_in = 0
        self.octets_out = 0
        self.records_out = 0
        """Counted by whoever reads; offsets that compaction has emptied are counted, too."""
        self.is_deleted = False
        self._clock = around.clock
        self._taps = around.taps
        self._checkpoint = checkpoint
        self._first = log.durable
        self._kept_from = log.start
        self._joined = NO_COMMIT

    @property
    def epoch(self) -> int:
        """How often this log has changed hands, from 0."""
        return max(0, self.log.epoch)

    @property
    def high_watermark(self) -> int:
        """The first offset that a reader may not see yet."""
        return self.log.durable

    @property
    def records_in(self) -> int:
        """How many have come since the hub was started, and are as safe as the engine promises."""
        return self.log.durable - self._first

    @property
    def records_gone(self) -> int:
        """How many are not there any more of those that were when the hub was started, or have come since."""
        return self.log.start - self._kept_from

    def append(self, batch: Buffer, header: BatchHeader, commit: Commit) -> Appended:
        """Append one whole batch whose header has been checked (`octets.batch.check_batch`).

        Raises `TooLarge`, `Fenced` (a newer epoch of the same producer), `OutOfSequence` and what `Owned.append` raises.
        A batch that the same producer sent before is not stored again: the answer is that of the first time, or `Unavailable` as long as it
        is not known whether the first time was any good.
        """
        options = self.options
        if len(batch) > options.max_batch_bytes:
            raise TooLarge(
                f"a batch of {len(batch)} octets, over this topic's limit of {options.max_batch_bytes}"
            )
        if header.producer_id != NO_PRODUCER:
            verdict = self.producers.examine(header)
            if verdict is not None:
                if verdict.base_offset >= self.log.durable:
                    raise Unavailable("this batch came before and is being written still")
                return Appended(verdict.base_offset, verdict.stamped_at)
        stamped_at = -1
        max_timestamp = header.max_timestamp
        if options.stamps_on_append:
            stamped_at = max_timestamp = self._clock.now()
            batch = stamp_append_time(batch, stamped_at)
        base = self.log.append(batch, header.count, max_timestamp, commit)
        if header.producer_id != NO_PRODUCER:
            self.producers.remember(header, base, stamped_at)
        taps = self._taps
        if taps.is_open:
            taps.saw_batch(self.address, Place(self.index, base), header.count, batch)
        else:
            taps.unseen += header.count
        self.octets_in += len(batch)
        if self.octets_in >= self._checkpoint.due_at:
            self.checkpoint(commit)
        if commit is not self._joined:
            # even without watchers: one may come before an engine that needs time has ended the commit
            self._joined = commit
            commit.join(self._notify)
        return Appended(base, stamped_at)

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call once when there may be more to read. `unwatch` takes it back."""
        self.watchers[watcher] = None

    def unwatch(self, watcher: Callable[[], None]) -> None:
        """Idempotent."""
        self.watchers.pop(watcher, None)

    def trim(self, before: int, commit: Commit) -> int:
        """Forget the records below ``before`` (-1: all that readers may see); return the new first offset. Raises `OutOfRange`."""
        high = self.high_watermark
        target = high if before == -1 else before
        if not 0 <= target <= high:
            raise OutOfRange(f"offset {before} is not within 0 and the high watermark, {high}")
        if target > self.log.start:
            self.log.trim(target, commit)
        return self.log.start

    def recall(self) -> int:
        """Know again what was noted down of producers; the offset from which the log must be read to know the rest."""
        return max(self._checkpoint.recall(self.producers, self.log.end), self.log.start)

    def checkpoint(self, commit: Commit) -> None:
        """Note down what is known of producers, where that serves a restart and there is anything new."""
        self._checkpoint.note(self.producers, self.log.durable, self.octets_in, commit)

    def retire(self, commit: Commit) -> None:
        """The topic is gone: whoever waits here is told."""
        self.is_deleted = True
        self._checkpoint.forget(commit)
        self._notify(Outcome.OK)

    def _notify(self, outcome: Outcome) -> None:
        if outcome is not Outcome.OK:
            self.producers.take_back(self.log.end)
        watchers, self.watchers = self.watchers, {}
        for watcher in watchers:
            watcher()
