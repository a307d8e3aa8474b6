"""What is counted, as plain numbers on slotted objects, read by whoever looks.

Counters only grow. What happens for every message is counted once for each batch or run; what would cost too much even so (reading the time) is
done for some of them only: a `Sampling` says for which.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

OTHER: Final = "__other__"
"""The label of everything for which there is no label of its own."""
SECONDS: Final = (
    0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0,
)  # fmt: skip
"""Upper bounds for times between a handler's and a long poll's."""


class Histogram:
    """How often values fell between bounds. ``counts`` has one more place than ``bounds``, for what is above all of them."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: Sequence[float] = SECONDS) -> None:
        self.bounds: Final = bounds
        self.counts: Final = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def observe(self, value: float) -> None:
        """One more value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value


class Sampling:
    """For which events the costly things are done: for all of them while few come, for a bounded number per second when many do.

    if sampling.skip:
        sampling.skip -= 1
    else:
        sampling.took(clock.elapsed())
        ...
    """

    __slots__ = ("_last", "_per_second", "_stride", "skip")

    def __init__(self, per_second: int = 500) -> None:
        self._per_second = per_second
        self._stride = 0
        self._last = float("-inf")
        self.skip = 0
        """How many events to pass over before the next one is taken."""

    def took(self, now: float) -> None:
        """An event is taken at ``now`` (steady seconds): decide how many to pass over."""
        wanted = (now - self._last) * self._per_second
        if wanted < 1:
            self._stride = min(2 * self._stride + 1, LONGEST_STRIDE)
        elif wanted > 4:
            self._stride >>= 1
        self._last = now
        self.skip = self._stride


LONGEST_STRIDE: Final = 1023


class Count:
    """A number that somebody counts up."""

    __slots__ = ("value",)

    def __init__(self) -> None:
        self.value = 0


class Counts:
    """Counts by name. The first ``limit`` names have one of their own, for good; all others share one."""

    __slots__ = ("_limit", "by_name", "other")

    def __init__(self, limit: int) -> None:
        self._limit: Final = limit
        self.by_name: dict[str, Count] = {}
        self.other: Final = Count()

    def of(self, name: str) -> Count:
        """The one to count up for this name."""
        count = self.by_name.get(name)
        if count is None:
            if len(self.by_name) >= self._limit:
                return self.other
            count = self.by_name[name] = Count()
        return count

    def total(self) -> int:
        """Of all names."""
        return sum([count.value for count in self.by_name.values()]) + self.other.value


class Traffic:
    """What is counted of all conversations of a room. ``times`` says, by the name of the call, how long answers took (a sample of them)."""

    __slots__ = ("malformed", "sampling", "times")

    def __init__(self) -> None:
        self.malformed = 0
        """Conversations that ended because the peer broke the protocol."""
        self.sampling: Final = Sampling()
        self.times: Final[dict[str, Histogram]] = {}

    def took(self, call: str, seconds: float) -> None:
        """So long until the answer was known."""
        found = self.times.get(call)
        if found is None:
            found = self.times[call] = Histogram()
        found.observe(seconds)


class Labelled(Struct, frozen=True):
    """Readings of one name that differ in their labels: the labels' names, and a value for each set of their values."""

    labels: tuple[str, ...]
    values: Mapping[tuple[str, ...], "int | Histogram"]


Reading: TypeAlias = int | Histogram | Labelled
"""What a part of the hub says of itself under one name."""
