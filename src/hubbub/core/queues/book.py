"""What a ledger knows of one queue's log, and how the log is written anew when most of it is dead.

A log is trimmed up to the oldest record that is still there. Where that one stays (nobody acknowledges it, nobody wants the head of a line of
priorities), all that went behind it would stay as well: so when more than half of the log is dead, its parts are written
anew, oldest first, with what is still there. Marks of what went go too: all that they speak of has gone from the parts before, or goes
from the same part with them.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from hubbub.core.commit import Commit
from hubbub.core.pacing import Work, see_safe
from hubbub.core.sifting import thin_out
from hubbub.core.store import LogOptions, Owned
from hubbub.octets.batch import BatchHeader, Entry, retain

GONE: Final = b"gone"
PART_OCTETS: Final = 8 << 20
WORTH_IT: Final = 2 * PART_OCTETS
"""Octets that must be dead for a log to be written anew."""
OPTIONS: Final = LogOptions(segment_bytes=PART_OCTETS)


class Book:
    """One queue's log: which of its offsets are still there, by the entry's position, and how many octets each takes, about.

    ``gone`` waits to be marked in the log. While the log is written anew, ``leaving`` are those whose mark is perhaps not safe yet.
    """

    __slots__ = (
        "cleared_octets",
        "gone",
        "is_clearing",
        "leaving",
        "log",
        "octets",
        "offsets",
        "order",
        "there",
    )

    def __init__(self, log: Owned) -> None:
        self.log = log
        self.offsets: dict[int, int] = {}
        self.there: dict[int, int] = {}
        self.order: deque[int] = deque()
        self.octets = 0
        self.gone: list[int] = []
        self.is_clearing = False
        self.leaving: set[int] = set()
        self.cleared_octets = 0

    def came(self, position: int, offset: int, octets: int) -> None:
        self.offsets[position] = offset
        self.there[offset] = octets
        self.order.append(offset)
        self.octets += octets

    def went(self, position: int) -> bool:
        """Whether it was there."""
        offset = self._forget(position)
        if offset >= 0:
            self.gone.append(offset)
            if self.is_clearing:
                self.leaving.add(offset)
        return offset >= 0

    def lost(self, positions: Iterable[int]) -> None:
        """These were never written, and the log ends before them again: their offsets will be others'."""
        for position in positions:
            self._forget(position)
        self.take_back([])

    def take_back(self, gone: list[int]) -> None:
        """The mark of these was never written, either; those whose records were lost as well need none."""
        self.gone = [offset for offset in (*gone, *self.gone) if offset < self.log.end]

    def oldest(self) -> int:
        """The first offset that must be kept."""
        while self.order and self.order[0] not in self.there:
            self.order.popleft()
        return self.order[0] if self.order else self.log.end

    @property
    def is_wasteful(self) -> bool:
        """Whether more than half of the log is dead, and enough of that is new."""
        size = self.log.size
        return size - self.octets > max(self.octets, WORTH_IT) and size - self.cleared_octets > WORTH_IT

    def clear(self, marked: Commit, commit: Callable[[], Commit]) -> Work[int]:
        """Write the log anew; the octets that the parts have then. ``marked`` is the commit of the last mark of what went; ``commit`` gives those to write with."""
        self.is_clearing = True
        yield from see_safe(marked, "what went")
        return (yield from thin_out(self.log, self.log.durable, self._rest, commit, PART_OCTETS // 2))

    def end_clearing(self, octets: int | None) -> None:
        """It was written anew and its parts have so many octets; None where that was not possible, and must wait for more to come."""
        self.is_clearing = False
        self.leaving.clear()
        self.cleared_octets = self.log.size if octets is None else octets

    def _forget(self, position: int) -> int:
        offset = self.offsets.pop(position, -1)
        self.octets -= self.there.pop(offset, 0)
        return offset

    def _rest(self, batch: memoryview, header: BatchHeader) -> bytes | None:  # noqa: ARG002 - a `Rest`'s shape
        return retain(batch, lambda entry: entry.offset in self.there or entry.offset in self.leaving)


def is_mark(entry: Entry) -> bool:
    """Whether this says what went; records of queues always have headers."""
    return entry.key == GONE and not entry.headers
