"""A Commit: all that one turn of the loop wrote, and who waits to hear that it is safe.

Publishing fixes order and offset at once and joins the turn's Commit. The engine ends it, once, when its promise is met:
in the same tick (memory) or when the disk or the quorum has answered. Commits of one hub end in the order they were sealed.
"""

from collections.abc import Callable
from contextlib import ExitStack
from enum import Enum
from typing import Final


class Outcome(Enum):
    """How a Commit ended. Anything but OK: what was joined may or may not survive; the client must be told "no"."""

    OK = "ok"
    FENCED = "fenced"
    UNAVAILABLE = "unavailable"


OK: Final = Outcome.OK


class Commit:
    """Owned by the `Turn` that made it until sealed, then by the engine until it ends.

    ``join`` may be called before or after the end: after it, the waiter hears the outcome at once.
    """

    __slots__ = ("_waiters", "outcome")

    def __init__(self) -> None:
        self._waiters: list[Callable[[Outcome], None]] = []
        self.outcome: Outcome | None = None

    def join(self, waiter: Callable[[Outcome], None]) -> None:
        """Call ``waiter`` once, with the outcome. Waiters are called in the order in which they joined."""
        if self.outcome is not None:
            waiter(self.outcome)
        else:
            self._waiters.append(waiter)

    def end(self, outcome: Outcome) -> None:
        """The engine's word. A second call is the engine's mistake and raises RuntimeError.

        A waiter's defect goes up, but not before all others have heard: it may cost nobody else an answer.
        """
        if self.outcome is not None:
            raise RuntimeError(f"a commit that ended {self.outcome.value} cannot end again")
        self.outcome = outcome
        waiters = iter(self._waiters)
        self._waiters = []
        try:
            for waiter in waiters:
                waiter(outcome)
        finally:
            unheard = list(waiters)
            if unheard:
                with ExitStack() as stack:  # calls all, whichever fails, the last pushed first
                    for waiter in reversed(unheard):
                        stack.callback(waiter, outcome)


NO_COMMIT: Final = Commit()
"""Stands where no commit is. Never sealed; nobody joins it."""
