"""The clock of a running loop: the only place that asks the system for the time."""

import asyncio
import time

from hubbub.model.clock import Clock
from hubbub.model.counters import Histogram
from hubbub.net.edge import OnDefect, attempt


def wall_ms() -> int:
    """Wall time in ms, for what runs without a hub and so without its clock."""
    return int(time.time() * 1000)


class LoopTimer:
    """Keeps the loop's one timer for a `Clock`. ``lateness`` says how long after its time it fired, in seconds: what kept the loop busy."""

    __slots__ = ("_handle", "_is_closed", "_loop", "_on_defect", "clock", "lateness")

    def __init__(self, loop: asyncio.AbstractEventLoop, on_defect: OnDefect) -> None:
        self._loop = loop
        self._on_defect = on_defect
        self._handle: asyncio.TimerHandle | None = None
        self._is_closed = False
        self.lateness = Histogram()
        self.clock = Clock(
            steady=time.monotonic,
            wall=time.time,
            arm=self._arm,
            soon=lambda action: loop.call_soon(attempt, on_defect, action),
        )

    def _arm(self, when: float) -> None:
        if self._handle is not None:
            self._handle.cancel()
        if self._is_closed:
            return
        delay = max(0.0, when - time.monotonic())
        self._handle = self._loop.call_later(delay, self._fire, when)

    def _fire(self, when: float) -> None:
        self.lateness.observe(max(0.0, time.monotonic() - when))
        attempt(self._on_defect, self.clock.run_due)

    def close(self) -> None:
        """Let no timer fire any more, not even one that somebody sets while the last connections go."""
        self._is_closed = True
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
