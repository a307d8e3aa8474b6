"""The receive buffer that all connections of one loop share.

The loop asks a stream for a buffer, reads into it and tells the stream, before it turns to the next stream; so one buffer is
enough for all, it stays in the processor's cache, and an idle connection owns none. A frame larger than half of it gets a
buffer of its own, which is kept for the next large frame when it is done.
"""

from typing import Final

ARENA_OCTETS: Final = 512 * 1024
SPARE_OCTETS: Final = 4 * 1024 * 1024
SPARES: Final = 4


class Arena:
    """Owned by one loop's listeners. ``view`` is what to read into."""

    __slots__ = ("_spares", "octets", "view")

    def __init__(self, octets: int = ARENA_OCTETS) -> None:
        self.octets = octets
        self.view = memoryview(bytearray(octets))
        self._spares: list[bytearray] = []

    def borrow(self, octets: int) -> bytearray:
        """A buffer of at least this many octets, for one frame."""
        for i, spare in enumerate(self._spares):
            if len(spare) >= octets:
                return self._spares.pop(i)
        return bytearray(octets)

    def give_back(self, buffer: bytearray) -> None:
        """The frame is done; nobody may still hold a view of the buffer."""
        if len(buffer) <= SPARE_OCTETS and len(self._spares) < SPARES:
            self._spares.append(buffer)
