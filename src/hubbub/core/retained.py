"""Retained records: the last one of each path that was marked so, for whoever subscribes later.

Found by path or by pattern; bounded by count; gone when their time is over. Told the time by the caller.
"""

from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Final, Protocol

from msgspec import Struct

from hubbub.core.errors import Full
from hubbub.core.matching import PathTree, Pattern
from hubbub.model.record import Record


class Kept(Struct, frozen=True, gc=False):
    """A retained record, and the assurance with which it was published."""

    record: Record
    assurance: int


class Keeper(Protocol):
    """Who writes down what is retained."""

    def retain(self, path: str, kept: Kept) -> None:
        """This is the path's record now."""
        ...

    def release(self, path: str) -> None:
        """The path has none any more."""
        ...


class _Nobody:
    """Nothing is written down."""

    __slots__ = ()

    def retain(self, path: str, kept: Kept) -> None:
        """Not here."""

    def release(self, path: str) -> None:
        """Nor here."""


NO_KEEPER: Final = _Nobody()


class Retained:
    """All retained records of one space of paths."""

    __slots__ = ("_dying", "_keeper", "_kept", "_own", "_tree", "limit", "separator")

    def __init__(self, limit: int, separator: str = "/", keeper: Keeper = NO_KEEPER) -> None:
        self.limit = limit
        self._keeper = keeper
        self.separator = separator
        self._kept: dict[str, Kept] = {}
        self._tree: PathTree[str] = PathTree()
        self._dying: list[tuple[int, str]] = []
        self._own: set[str] = set()
        """What the hub itself has said, which takes nobody's room."""

    def __len__(self) -> int:
        return len(self._kept)

    def all(self) -> list[tuple[str, Kept]]:
        """Every path and what it has, a snapshot; whether its time is over is the caller's to look."""
        return list(self._kept.items())

    @property
    def has_mortal(self) -> bool:
        """Whether `tidy` will have anything to do."""
        return bool(self._dying)

    def put(self, path: str, record: Record, assurance: int) -> None:
        """Keep this as the path's last record. Raises `Full` when the path is new and there are as many as may be."""
        if path not in self._kept and len(self._kept) - len(self._own) >= self.limit:
            raise Full(f"{self.limit} records are retained; {path!r} would be one more")
        kept = Kept(record, assurance)
        self.restore(path, kept)
        self._keeper.retain(path, kept)

    def report(self, path: str, kept: Kept) -> None:
        """What the hub itself says of its present is the path's record: not counted, and not written down."""
        self._own.add(path)
        self.restore(path, kept)

    def restore(self, path: str, kept: Kept) -> None:
        """What was written down is the path's record."""
        if path not in self._kept:
            self._tree.put(path.split(self.separator), path)
        self._kept[path] = kept
        end = kept.record.properties.expires_at
        if end is not None:
            heappush(self._dying, (end, path))

    def remove(self, path: str) -> bool:
        """Forget the path's record; whether there was one."""
        if self._kept.pop(path, None) is None:
            return False
        self._tree.remove(path.split(self.separator))
        self._own.discard(path)
        self._keeper.release(path)
        return True

    def find(self, path: str, now: int) -> Kept | None:
        """The path's record, if its time is not over at ``now`` (ms)."""
        kept = self._kept.get(path)
        if kept is None or is_over(kept.record, now):
            return None
        return kept

    def match(self, pattern: Pattern) -> Iterator[Kept]:
        """The records of all paths that match, found while one asks; whether their time is over is the caller's to look."""
        for path in self._tree.match(pattern):
            kept = self._kept.get(path)
            if kept is not None:
                yield kept

    def clear(self, pattern: Pattern) -> int:
        """Forget all whose paths match; how many that were."""
        paths = list(self._tree.match(pattern))
        for path in paths:
            self.remove(path)
        return len(paths)

    def take_apart(self) -> list[Kept]:
        """All that is kept, which nobody finds here any more; see `letting_go`."""
        kept = list(self._kept.values())
        self._kept.clear()
        return kept

    def tidy(self, now: int, most: int = 1000) -> None:
        """Forget what is over at ``now`` (ms), at most so many at once."""
        dying = self._dying
        while dying and dying[0][0] <= now and most:
            most -= 1
            _, path = heappop(dying)
            kept = self._kept.get(path)
            if kept is not None and is_over(kept.record, now):
                self.remove(path)


def is_over(record: Record, now: int) -> bool:
    """Whether nobody may receive it any more at ``now`` (ms)."""
    end = record.properties.expires_at
    return end is not None and end <= now
