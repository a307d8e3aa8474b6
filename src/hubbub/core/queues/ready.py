"""What waits in a queue, in order: the entries that came, and those that were put back where they had been.

Fresh entries only ever join at the end, so a deque holds them; those that come back go to a heap by position, and the head is the
smaller of the two heads. All operations take constant or logarithmic time.
"""

from collections import deque
from heapq import heappop, heappush, merge, nsmallest
from itertools import islice
from typing import Protocol

from hubbub.core.queues.entry import Entry


class Ready(Protocol):
    """An ordered store of entries; ``octets`` is the size of their values."""

    octets: int

    def __len__(self) -> int: ...

    def add(self, entry: Entry) -> None:
        """At the end."""
        ...

    def extend(self, entries: list[Entry]) -> None:
        """Many at the end."""
        ...

    def put_back(self, entry: Entry) -> None:
        """Where it was."""
        ...

    def head(self) -> Entry:
        """The next to go. IndexError when empty."""
        ...

    def pop(self) -> Entry:
        """Take the head. IndexError when empty."""
        ...

    def first(self, most: int) -> list[Entry]:
        """The next so many to go, in order; all of them stay."""
        ...


class Line:
    """One line: first come, first out."""

    __slots__ = ("_fresh", "_returned", "octets")

    def __init__(self) -> None:
        self._fresh: deque[Entry] = deque()
        self._returned: list[Entry] = []
        self.octets = 0

    def __len__(self) -> int:
        return len(self._fresh) + len(self._returned)

    def add(self, entry: Entry) -> None:
        self._fresh.append(entry)
        self.octets += len(entry.record.value)

    def extend(self, entries: list[Entry]) -> None:
        self._fresh.extend(entries)
        self.octets += sum([len(entry.record.value) for entry in entries])

    def put_back(self, entry: Entry) -> None:
        heappush(self._returned, entry)
        self.octets += len(entry.record.value)

    def head(self) -> Entry:
        returned = self._returned
        if returned and (not self._fresh or returned[0].position < self._fresh[0].position):
            return returned[0]
        return self._fresh[0]

    def pop(self) -> Entry:
        returned = self._returned
        if returned and (not self._fresh or returned[0].position < self._fresh[0].position):
            entry = heappop(returned)
        else:
            entry = self._fresh.popleft()
        self.octets -= len(entry.record.value)
        return entry

    def first(self, most: int) -> list[Entry]:
        return list(islice(merge(nsmallest(most, self._returned), self._fresh), most))


class Lines:
    """One line for each priority; the head is the head of the highest line that has one."""

    __slots__ = ("_count", "_lines", "_used", "octets")

    def __init__(self) -> None:
        self._lines: dict[int, Line] = {}
        self._used: list[
            int
        ] = []  # a heap of negated priorities, the highest first; each line that exists is in it once
        self._count = 0
        self.octets = 0

    def __len__(self) -> int:
        return self._count

    def add(self, entry: Entry) -> None:
        self._line(entry.priority).add(entry)
        self._grow(entry)

    def extend(self, entries: list[Entry]) -> None:
        for entry in entries:
            self.add(entry)

    def put_back(self, entry: Entry) -> None:
        self._line(entry.priority).put_back(entry)
        self._grow(entry)

    def head(self) -> Entry:
        return self._highest().head()

    def pop(self) -> Entry:
        line = self._highest()
        entry = line.pop()
        if not line:
            del self._lines[-heappop(self._used)]
        self._count -= 1
        self.octets -= len(entry.record.value)
        return entry

    def first(self, most: int) -> list[Entry]:
        found: list[Entry] = []
        for negated in sorted(self._used):
            if len(found) < most:
                found += self._lines[-negated].first(most - len(found))
        return found

    def _line(self, priority: int) -> Line:
        line = self._lines.get(priority)
        if line is None:
            line = self._lines[priority] = Line()
            heappush(self._used, -priority)
        return line

    def _highest(self) -> Line:
        return self._lines[-self._used[0]]

    def _grow(self, entry: Entry) -> None:
        self._count += 1
        self.octets += len(entry.record.value)
