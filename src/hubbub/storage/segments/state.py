"""State that lives in memory and is written behind, by the writer's thread, into SQLite, under the Commit that asked for it."""

from collections.abc import Iterator
from typing import Protocol

from hubbub.core.commit import Commit
from hubbub.storage.ordered import Ordered


class Journal(Protocol):
    """Where changes go."""

    def save(self, purpose: str, key: str, value: bytes | None, commit: Commit) -> None:
        """Write with this commit; None deletes. Raises `Unavailable`."""
        ...


class SegmentsState:
    """`core.store.State`."""

    __slots__ = ("_entries", "_journal", "_purpose")

    def __init__(self, purpose: str, journal: Journal) -> None:
        self._purpose = purpose
        self._journal = journal
        self._entries = Ordered()

    def load(self, key: str, value: bytes) -> None:
        """Take what was found on the disk."""
        self._entries.put(key, value)

    def get(self, key: str) -> bytes | None:
        return self._entries.get(key)

    def scan(self, prefix: str) -> Iterator[tuple[str, bytes]]:
        return self._entries.scan(prefix)

    def put(self, key: str, value: bytes, commit: Commit) -> None:
        self._journal.save(self._purpose, key, value, commit)
        self._entries.put(key, value)

    def delete(self, key: str, commit: Commit) -> None:
        if self._entries.get(key) is not None:
            self._journal.save(self._purpose, key, None, commit)
            self._entries.delete(key)
