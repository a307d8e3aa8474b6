"""A dict of octets whose keys can be walked in order: what engines keep their `State` in while they run.

Lookups and writes cost what a dict costs; order is made when somebody walks. A few changes since the last walk are put in place one by one, many
are sorted in at once: loading a million keys in any order and walking them costs one sort, not a million shifts.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from typing import Final

_FEW: Final = 64


class Ordered:
    """Keys sort by code point."""

    __slots__ = ("_gone", "_keys", "_new", "_values")

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}
        self._keys: list[str] = []  # in order; together with _new and without _gone: the keys of _values
        self._new: set[str] = set()
        self._gone: set[str] = set()

    def __len__(self) -> int:
        return len(self._values)

    def get(self, key: str) -> bytes | None:
        """The value, or None."""
        return self._values.get(key)

    def put(self, key: str, value: bytes) -> bytes | None:
        """Write, and return what was there before."""
        before = self._values.get(key)
        self._values[key] = value
        if before is None:
            if key in self._gone:
                self._gone.discard(key)
            else:
                self._new.add(key)
        return before

    def delete(self, key: str) -> bytes | None:
        """Forget, and return what was there."""
        before = self._values.pop(key, None)
        if before is not None:
            if key in self._new:
                self._new.discard(key)
            else:
                self._gone.add(key)
        return before

    def scan(self, prefix: str) -> Iterator[tuple[str, bytes]]:
        """Keys and values under a prefix, in order, as they were when this was called."""
        self._settle()
        keys = self._keys
        start = bisect_left(keys, prefix)
        stop = len(keys)
        if prefix:
            stop = bisect_left(keys, True, lo=start, key=lambda key: not key.startswith(prefix))
        values = self._values
        return iter([(key, values[key]) for key in keys[start:stop]])

    def _settle(self) -> None:
        new, gone = self._new, self._gone
        if gone:
            if len(gone) > _FEW:
                self._keys = [key for key in self._keys if key not in gone]
            else:
                for key in gone:
                    del self._keys[bisect_left(self._keys, key)]
            self._gone = set()
        if new:
            if len(new) > _FEW:
                self._keys.extend(new)
                self._keys.sort()
            else:
                for key in new:
                    insort(self._keys, key)
            self._new = set()
