"""A sheet of metrics: families and their rows, as the sources fill them in for one scrape. Knows no text format."""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import TypeAlias

from hubbub.model.counters import Histogram
from hubbub.observe.view import View

Value: TypeAlias = int | float | Histogram
Row: TypeAlias = tuple[tuple[str, ...], Value]
"""The labels' values, and the number."""


class Kind(Enum):
    """What the numbers of a family are."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Family:
    """All rows of one name. ``labels`` are names; ``is_bounded`` where peers choose how many rows there are."""

    __slots__ = ("help", "is_bounded", "kind", "labels", "name", "rows")

    def __init__(
        self, kind: Kind, name: str, words: str, labels: tuple[str, ...], *, is_bounded: bool
    ) -> None:
        self.kind = kind
        self.name = name
        self.help = words
        self.labels = labels
        self.is_bounded = is_bounded
        self.rows: list[Row] = []

    def put(self, value: Value, *labels: str) -> None:
        """One more row."""
        self.rows.append((labels, value))


class Sheet:
    """What one scrape has found so far, in order."""

    __slots__ = ("families",)

    def __init__(self) -> None:
        self.families: list[Family] = []

    def counter(
        self, name: str, words: str, labels: tuple[str, ...] = (), *, is_bounded: bool = False
    ) -> Family:
        """A new family of numbers that only grow. Its name ends in ``_total``."""
        return self._family(Family(Kind.COUNTER, name, words, labels, is_bounded=is_bounded))

    def gauge(
        self, name: str, words: str, labels: tuple[str, ...] = (), *, is_bounded: bool = False
    ) -> Family:
        """A new family of levels."""
        return self._family(Family(Kind.GAUGE, name, words, labels, is_bounded=is_bounded))

    def histogram(self, name: str, words: str, labels: tuple[str, ...] = ()) -> Family:
        """A new family of `Histogram`s."""
        return self._family(Family(Kind.HISTOGRAM, name, words, labels, is_bounded=False))

    def level(self, name: str, words: str, value: float) -> None:
        """A family of one level and no labels."""
        self.gauge(name, words).put(value)

    def total(self, name: str, words: str, value: float) -> None:
        """A family of one counter and no labels."""
        self.counter(name, words).put(value)

    def _family(self, family: Family) -> Family:
        self.families.append(family)
        return family


Source: TypeAlias = Callable[[Sheet, View], Iterator[None]]
"""A part of the hub that has something to say: adds its families. Yields after each bounded piece of work, for others to come in between."""
