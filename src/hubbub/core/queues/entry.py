"""An entry: one record in one queue. The record is shared with other queues; what befalls it here is the entry's."""

from typing import Final

from hubbub.model.record import Record

LIVES_ON: Final = 0.0
"""``expires`` of an entry that never does."""


class Entry:
    """``position`` is its place in the queue's order, kept when it is put back."""

    __slots__ = ("expires", "failures", "is_kept", "position", "priority", "record", "returns")

    def __init__(self, record: Record, position: int, expires: float, priority: int, is_kept: bool) -> None:
        self.record = record
        self.position = position
        self.expires = expires
        """The clock's `elapsed` at which it dies, or `LIVES_ON`."""
        self.priority = priority
        self.is_kept = is_kept
        """Whether the journal knows it."""
        self.returns = 0
        """How often it was handed out and came back."""
        self.failures = 0
        """How many of those were its receiver's failure; this is what a limit counts."""

    def __lt__(self, other: "Entry") -> bool:
        return self.position < other.position
