"""An entry: one record in one queue. The record is shared with other queues; what befalls it here is the entry's."""

from typing import Final

from msgspec import Struct

from hubbub.model.record import Record

LIVES_ON: Final = float("inf")
"""``expires`` of an entry that never does."""


class Entry(Struct, gc=False):
    """Mutable, and a struct all the same: there are millions, and it is smaller and made faster than a slotted class."""

    record: Record
    position: int
    """Its place in the queue's order, kept when it is put back."""
    expires: float = LIVES_ON
    """The clock's `elapsed` at which it dies, or `LIVES_ON`."""
    priority: int = 0
    is_kept: bool = False
    """Whether the journal knows it."""
    returns: int = 0
    """How often it was handed out and came back."""
    failures: int = 0
    """How many of those were its receiver's failure; this is what a limit counts."""

    def __lt__(self, other: "Entry") -> bool:
        return self.position < other.position
