"""A start's last step: partitions read again what their checkpoints did not cover, so that they know their producers.

Only headers are looked at. What lies in the engine's files is asked for piece by piece, so the loop goes on meanwhile.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Final

from hubbub.core.errors import OutOfRange
from hubbub.core.partition import Partition
from hubbub.octets.batch import read_header, split

READ_OCTETS: Final = 4 << 20


class CatchUp:
    """Lets partitions know their producers again, one after the other, then calls ``done``, once; at once if nothing need be read.

    ``octets`` counts what was read. To be used before anybody appends.
    """

    __slots__ = ("_done", "_is_reading", "_waiting", "octets")

    def __init__(self, partitions: Iterable[Partition], done: Callable[[], None]) -> None:
        self._waiting = deque((partition, partition.recall()) for partition in partitions)
        self._done = done
        self._is_reading = False
        self.octets = 0

    def go_on(self) -> None:
        """Call this once, to begin."""
        while self._waiting and not self._is_reading:
            partition, offset = self._waiting.popleft()
            if offset >= partition.log.end:
                continue
            try:
                views = partition.log.read(offset, READ_OCTETS)
            except OutOfRange:
                continue
            if views is None:
                self._is_reading = True
                self._fetch(partition, offset)
            else:
                self._take(partition, offset, views)
        if not self._waiting and not self._is_reading:
            self._done()

    def _fetch(self, partition: Partition, offset: int) -> None:
        def arrived(views: list[memoryview]) -> None:
            self._is_reading = False
            self._take(partition, offset, views)
            self.go_on()

        partition.log.fetch(offset, READ_OCTETS, arrived)

    def _take(self, partition: Partition, offset: int, views: list[memoryview]) -> None:
        following = offset
        for view in views:
            self.octets += len(view)
            for batch in split(view):
                header = read_header(batch)
                following = header.next_offset
                if header.base_offset >= offset:
                    partition.producers.replay(header)
        if following > offset:
            self._waiting.appendleft((partition, following))
