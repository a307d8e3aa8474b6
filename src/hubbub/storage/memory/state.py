"""State in memory: written as soon as it is said, gone with the process."""

from collections.abc import Iterator

from hubbub.core.commit import Commit
from hubbub.storage.chunks import Pool
from hubbub.storage.ordered import Ordered


class MemoryState:
    """`core.store.State`; what it holds counts towards the engine's limit, two octets per letter of a key."""

    __slots__ = ("_entries", "_pool")

    def __init__(self, pool: Pool) -> None:
        self._entries = Ordered()
        self._pool = pool

    def get(self, key: str) -> bytes | None:
        return self._entries.get(key)

    def scan(self, prefix: str) -> Iterator[tuple[str, bytes]]:
        return self._entries.scan(prefix)

    def put(self, key: str, value: bytes, commit: Commit) -> None:  # noqa: ARG002 - safe at once
        before = self._entries.get(key)
        self._pool.claim(len(value) - len(before) if before is not None else len(value) + 2 * len(key))
        self._entries.put(key, value)

    def delete(self, key: str, commit: Commit) -> None:  # noqa: ARG002 - safe at once
        before = self._entries.delete(key)
        if before is not None:
            self._pool.claim(-len(before) - 2 * len(key))
