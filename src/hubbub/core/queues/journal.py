"""What a queue tells whoever keeps it: each entry that must outlive the process, and each that need not any more."""

from typing import Protocol

from hubbub.core.queues.entry import Entry


class Journal(Protocol):
    """Of one realm. Calls are made in the order of the events, and what they write joins the turn's Commit."""

    def came(self, queue: str, entry: Entry) -> bool:
        """An entry joined the queue of this name; whether it is kept. Only then is `went` called for it."""
        ...

    def went(self, queue: str, entry: Entry) -> None:
        """A kept entry was settled, died or was dropped."""
        ...


class Forgetful:
    """For an engine that does not outlive the process: nothing is kept."""

    __slots__ = ()

    def came(self, queue: str, entry: Entry) -> bool:  # noqa: ARG002 - it keeps nothing
        return False

    def went(self, queue: str, entry: Entry) -> None:
        """Nothing was kept."""
