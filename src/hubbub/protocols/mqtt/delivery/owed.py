"""What a client is owed: packets that must not leave before what they speak of is safe.

Gathered per connection and turn, so that a turn's Commit is joined once, however many messages it acknowledges.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from hubbub.core.commit import Outcome
from hubbub.core.live import Space


class Owed:
    """Of one connection. A `core.changes.Waiter`; ``pay`` gets the packets of one turn and what became of that turn."""

    __slots__ = ("_packets", "_pay", "_space")

    def __init__(self, space: Space, pay: Callable[[list[bytes], Outcome], None]) -> None:
        self._space: Final = space
        self._pay: Final = pay
        self._packets: list[bytes] = []

    def add(self, packets: list[bytes]) -> None:
        """These too, in order."""
        if not self._packets:
            self._space.wait(self)
        self._packets += packets

    def wait(self) -> Callable[[Outcome], None]:
        """See `core.changes.Waiter`."""
        packets, self._packets = self._packets, []
        return partial(self._pay, packets)
