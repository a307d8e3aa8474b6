"""A queue that forgets nothing when it hands on: every consumer reads the same log at its own pace, from where it likes.

What bounds it is the log's own limits of age and size. Settling means only that a consumer may be handed more.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from hubbub.core.commit import Outcome
from hubbub.core.errors import Fenced, Full, OutOfRange, Unavailable
from hubbub.core.queues.consumer import Consumer
from hubbub.core.queues.entry import Entry
from hubbub.core.queues.options import QueueOptions
from hubbub.core.queues.queue import ANYBODY, SLICE, Keeper, Queue
from hubbub.core.queues.shelf import shelved, unshelved
from hubbub.core.store import LogOptions, Owned
from hubbub.model.record import Record

READ_OCTETS: Final = 256 * 1024


def everything(record: Record) -> bool:  # noqa: ARG001 - a filter's shape
    return True


class Cursor:
    """Where a consumer is: the next offset to read, and what was read ahead."""

    __slots__ = ("ahead", "is_fetching", "offset", "wants")

    def __init__(self, offset: int, wants: Callable[[Record], bool]) -> None:
        self.offset = offset
        self.wants = wants
        self.ahead: deque[Entry] = deque()
        self.is_fetching = False

    def keep(self, views: Iterable[memoryview]) -> None:
        """Take batches that were read; records below the cursor and records nobody wants are passed over."""
        for view in views:
            for offset, record in unshelved(view):
                if offset >= self.offset:
                    self.offset = offset + 1
                    if self.wants(record):
                        self.ahead.append(Entry(record, offset))


class StreamQueue(Queue):
    """See the module. A record's position is its offset in the log."""

    __slots__ = ("_cursors", "_is_awaiting", "_last", "log")

    def __init__(self, name: str, options: QueueOptions, keeper: Keeper, log: Owned) -> None:
        self.log = log
        self._cursors: dict[Consumer, Cursor] = {}
        self._is_awaiting = False
        self._last = log.end
        super().__init__(name, options, keeper, ANYBODY)

    def __len__(self) -> int:
        return self.log.end - self.log.start

    @property
    def octets(self) -> int:
        """Size of the log."""
        return self.log.size

    @property
    def is_simple(self) -> bool:
        return True

    def put(self, record: Record, ttl_ms: int = -1, priority: int = 0, *, persistent: bool = False) -> bool:  # noqa: ARG002 - nothing expires or overtakes here
        """Append. False: it could not be kept."""
        return self.put_all([record])

    def put_all(self, records: list[Record], *, persistent: bool = False) -> bool:  # noqa: ARG002 - all of it is
        """Append as one batch; consumers see it when it is as safe as the engine promises. False: it could not be kept."""
        commit = self._keeper.turn.commit
        newest = max(record.timestamp for record in records)
        try:
            self._last = self.log.append(shelved(records), len(records), newest, commit)
        except (Full, Unavailable, Fenced):
            self._keeper.is_short_of_room()
            return False
        self.taken += len(records)
        if self._cursors and not self._is_awaiting:
            self._is_awaiting = True
            commit.join(self._is_safe)
        return True

    def seek(self, consumer: Consumer, offset: int, wants: Callable[[Record], bool] = everything) -> None:
        """Where a consumer shall begin, before it is attached. Offsets outside the log are moved to its ends."""
        self._cursors[consumer] = Cursor(min(max(offset, self.log.start), self.log.end), wants)

    @property
    def first(self) -> int:
        """The first offset that is kept."""
        return self.log.start

    @property
    def last(self) -> int:
        """Where the last batch begins."""
        return max(self._last, self.log.start)

    @property
    def next_offset(self) -> int:
        """The offset of the next record to come."""
        return self.log.end

    def since(self, timestamp: int) -> int:
        """The first offset of a batch with a record of this time (ms) or later."""
        found = self.log.offset_for(timestamp)
        return self.log.end if found is None else found[0]

    def attach(self, consumer: Consumer) -> None:
        if consumer not in self._cursors:
            self.seek(consumer, self.log.end)
        self.consumers[consumer] = None  # there is no rotation: everybody gets everything
        self._dispatch_soon()

    def detach(self, consumer: Consumer) -> None:
        self._cursors.pop(consumer, None)
        super().detach(consumer)

    def wake(self, consumer: Consumer) -> None:
        if consumer in self._cursors:
            self._dispatch_soon()

    def settle(self, entry: Entry) -> None:
        """It was read; it stays."""
        self._is_in(entry)

    def put_back(self, entries: Iterable[Entry], *, failed: bool) -> None:  # noqa: ARG002 - nothing comes back to a log
        for entry in entries:
            self._is_in(entry)

    def reject(self, entry: Entry) -> None:
        self._is_in(entry)

    def end(self) -> int:
        count = len(self)
        self._cursors.clear()
        super().end()
        return count

    # inside

    def _is_safe(self, outcome: Outcome) -> None:  # noqa: ARG002 - what is not safe is not read
        self._is_awaiting = False
        self._dispatch_soon()

    def _dispatch_soon(self) -> None:
        if self._cursors:
            self._keeper.turn.later(self._dispatch)

    def _dispatch(self) -> None:
        """Hand every consumer what it can take, in a bounded slice each."""
        for consumer, cursor in list(self._cursors.items()):
            room = min(consumer.room, SLICE)
            if room <= 0 or consumer not in self.consumers:
                continue
            if not cursor.ahead:
                self._read(consumer, cursor)
            entries = [cursor.ahead.popleft() for _ in range(min(room, len(cursor.ahead)))]
            if entries:
                self._hand(consumer, entries)
                self._go_on_later(self._dispatch)

    def _read(self, consumer: Consumer, cursor: Cursor) -> None:
        """Read on until there is something that the consumer wants, or nothing."""
        while not cursor.ahead and not cursor.is_fetching and cursor.offset < self.log.durable:
            try:
                views = self.log.read(cursor.offset, READ_OCTETS)
            except OutOfRange:
                cursor.offset = self.log.start  # what it wanted has been trimmed meanwhile
                continue
            if views is None:
                cursor.is_fetching = True
                self.log.fetch(
                    cursor.offset, READ_OCTETS, lambda found: self._fetched(consumer, cursor, found)
                )
            elif views:
                cursor.keep(views)
            else:
                return

    def _fetched(self, consumer: Consumer, cursor: Cursor, views: list[memoryview]) -> None:
        cursor.is_fetching = False
        if self._cursors.get(consumer) is cursor:
            cursor.keep(views)
            self._dispatch_soon()


def log_options(options: QueueOptions) -> LogOptions:
    """The bounds of a stream's log."""
    segment = options.segment_octets if options.segment_octets > 0 else LogOptions().segment_bytes
    return LogOptions(
        retention_bytes=options.max_octets, retention_ms=options.max_age_ms, segment_bytes=segment
    )
