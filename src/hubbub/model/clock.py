"""Time, injected: the only timers of the hub, and the only "now".

A `Clock` keeps all timers in one heap and asks its driver (the loop in `net.clock`, a test's own hand) for one wake-up at a
time, so an idle hub sleeps. Two scales: `now` is the wall clock in whole milliseconds since 1970 (what records carry);
`elapsed` is a steady count of seconds (what timers use). `advance` moves both, and with them every expiry in the hub.
"""

from collections.abc import Callable
from heapq import heapify, heappop, heappush
from math import ulp
from typing import Final, TypeAlias

Action: TypeAlias = Callable[[], object]


class Timer:
    """A call that is due once. ``cancel`` is idempotent and cheap; a cancelled timer leaves the heap later."""

    __slots__ = ("action", "sequence", "when")

    def __init__(self, when: float, sequence: int, action: Action) -> None:
        self.when = when
        self.sequence = sequence
        self.action = action

    def cancel(self) -> None:
        """Never call the action; let go of what it refers to."""
        self.action = nothing

    @property
    def is_cancelled(self) -> bool:
        """Whether it will do nothing: it was cancelled, or it has fired."""
        return self.action is nothing

    def __lt__(self, other: "Timer") -> bool:
        return (self.when, self.sequence) < (other.when, other.sequence)


def nothing() -> None:
    """What a cancelled timer does."""


NEVER: Final = float("inf")
"""The time of what does not happen."""

_RUNNING: Final = float("-inf")
"""Armed for no time at all: while timers run, none that they set is earlier, and the driver is told once, at the end."""

_FEWEST_TO_SWEEP: Final = 256


class Clock:
    """Owned by one hub, used on its loop only.

    ``steady`` returns seconds that never go back, ``wall`` seconds since 1970. ``arm`` is told the steady time at which `run_due` is
    wanted, whenever the earliest timer changes. ``soon`` runs an action on the loop's next pass.
    """

    __slots__ = (
        "_arm",
        "_armed_for",
        "_heap",
        "_sequence",
        "_shift",
        "_steady",
        "_sweep_at",
        "_wall",
        "soon",
    )

    def __init__(
        self,
        steady: Callable[[], float],
        wall: Callable[[], float],
        arm: Callable[[float], None],
        soon: Callable[[Action], object],
    ) -> None:
        self._steady = steady
        self._wall = wall
        self._arm = arm
        self.soon = soon
        self._shift = 0.0
        self._heap: list[Timer] = []
        self._sequence = 0
        self._armed_for = NEVER
        self._sweep_at = _FEWEST_TO_SWEEP

    def now(self) -> int:
        """Wall time in milliseconds since 1970-01-01T00:00:00Z."""
        return int((self._wall() + self._shift) * 1000)

    def elapsed(self) -> float:
        """Steady seconds since some fixed moment."""
        return self._steady() + self._shift

    def call_at(self, when: float, action: Action) -> Timer:
        """Call ``action`` once, when `elapsed` has reached ``when``; in the order of ``when``, then of the calls to this."""
        if len(self._heap) >= self._sweep_at:
            self._sweep()
        self._sequence += 1
        timer = Timer(when, self._sequence, action)
        heappush(self._heap, timer)
        if when < self._armed_for:
            self._rearm()
        return timer

    def call_in(self, seconds: float, action: Action) -> Timer:
        """`call_at`, counted from now."""
        return self.call_at(self.elapsed() + seconds, action)

    def advance(self, seconds: float) -> None:
        """Move time forward by hand and run all that has become due, in order. Each timer finds the time that it was set for."""
        if seconds < 0:
            raise ValueError("time does not go back")
        target = self.elapsed() + seconds
        self._armed_for = (
            _RUNNING  # the driver's time stands elsewhere now, so it is told even of the same timer
        )
        try:
            while self._heap and self._heap[0].when <= target:
                due = self._heap[0].when
                self._reach(due)
                self._run_through(due)
            self._reach(target)
        finally:
            self._rearm()

    def run_due(self) -> None:
        """The driver's call: run what is due and arm for the next. A timer's defect goes up; the others keep their time."""
        self._armed_for = _RUNNING
        try:
            self._run_through(self.elapsed())
        finally:
            self._rearm()

    def _reach(self, when: float) -> None:
        self._shift += max(0.0, when - self.elapsed())
        while self.elapsed() < when:  # the sum was rounded down, and a timer must not find that it is early
            self._shift += ulp(when)

    def _run_through(self, limit: float) -> None:
        heap = self._heap
        while heap and heap[0].when <= limit:
            timer = heappop(heap)
            action = timer.action
            timer.cancel()  # who keeps the timer keeps nothing else
            action()

    def _rearm(self) -> None:
        heap = self._heap
        while heap and heap[0].is_cancelled:
            heappop(heap)
        when = heap[0].when if heap else NEVER
        if when != self._armed_for:
            self._armed_for = when
            if when != NEVER:
                self._arm(when - self._shift)

    def _sweep(self) -> None:
        """Let go of cancelled timers before their time: ten thousand short waits a second, each with a long bound, must not add up."""
        self._heap[:] = [timer for timer in self._heap if not timer.is_cancelled]
        heapify(self._heap)
        self._sweep_at = max(_FEWEST_TO_SWEEP, 2 * len(self._heap))
