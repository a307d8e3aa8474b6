"""A consistent hash: each destination owns points on a ring, as many as its weight says, and a key goes to the next point.

Adding or removing a destination moves only the keys that it gains or loses. The hash (BLAKE2b) is stable over restarts and machines.
"""

from bisect import bisect_left, insort
from hashlib import blake2b
from typing import Final, Generic, TypeVar

T = TypeVar("T")

POINTS: Final = 40
"""Points on the ring for each unit of weight."""
HEAVIEST: Final = 1000
"""Larger weights count as this: the ring must stay small."""


def place(text: str) -> int:
    """Where on the ring of 64 bits a text lies."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest())


class Ring(Generic[T]):
    """Destinations under their names with weights."""

    __slots__ = ("_owners", "_places")

    def __init__(self) -> None:
        self._places: list[int] = []
        self._owners: dict[int, T] = {}

    def add(self, name: str, weight: int, destination: T) -> None:
        for number in range(min(weight, HEAVIEST) * POINTS):
            point = place(f"{name}\0{number}")
            if point not in self._owners:
                insort(self._places, point)
                self._owners[point] = destination

    def remove(self, name: str, weight: int, destination: T) -> None:
        for number in range(min(weight, HEAVIEST) * POINTS):
            point = place(f"{name}\0{number}")
            if self._owners.get(point) == destination:
                del self._owners[point]
                del self._places[bisect_left(self._places, point)]

    def owner(self, key: str) -> T | None:
        """Who gets this key; None when the ring is empty."""
        if not self._places:
            return None
        index = bisect_left(self._places, place(key))
        return self._owners[self._places[index % len(self._places)]]
