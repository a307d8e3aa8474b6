"""What a queue tells whoever keeps it: each entry that must outlive the process, and each that need not any more."""

from typing import Protocol

from hubbub.core.queues.entry import Entry


class Journal(Protocol):
    """Of one realm. Calls are made in the order of the events, and what they write joins the turn's Commit."""

    def came(self, queue: str, entries: list[Entry]) -> None:
        """Entries joined the queue of this name; those that are kept are marked so, and only for them is `went` called."""
        ...

    def went(self, queue: str, entry: Entry) -> None:
        """A kept entry was settled, died or was dropped."""
        ...

    def drop(self, queue: str) -> None:
        """The queue of this name was deleted with all that it held."""
        ...


class Forgetful:
    """For an engine that does not outlive the process: nothing is kept."""

    __slots__ = ()

    def came(self, queue: str, entries: list[Entry]) -> None:
        """Nothing is kept."""

    def went(self, queue: str, entry: Entry) -> None:
        """Nothing was kept."""

    def drop(self, queue: str) -> None:
        """Nothing was kept."""
