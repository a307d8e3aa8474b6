"""The clock of a running loop: the only place that asks the system for the time."""

import asyncio
import time
from collections.abc import Callable

from hubbub.model.clock import Action, Clock


class LoopTimer:
    """Keeps the loop's one timer for a `Clock`."""

    __slots__ = ("_handle", "_loop", "clock")

    def __init__(self, loop: asyncio.AbstractEventLoop, on_defect: Callable[[Exception], None]) -> None:
        def guarded(action: Action) -> None:
            try:
                action()
            except Exception as defect:
                on_defect(defect)

        self._loop = loop
        self._handle: asyncio.TimerHandle | None = None
        self.clock = Clock(
            steady=time.monotonic,
            wall=time.time,
            arm=lambda when: self._arm(when, guarded),
            soon=lambda action: loop.call_soon(guarded, action),
        )

    def _arm(self, when: float, guarded: Callable[[Action], None]) -> None:
        if self._handle is not None:
            self._handle.cancel()
        delay = max(0.0, when - time.monotonic())
        self._handle = self._loop.call_later(delay, guarded, self.clock.run_due)

    def close(self) -> None:
        """Let no timer fire any more."""
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None
