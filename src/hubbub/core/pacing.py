"""Long work in small steps, beside what the loop is there for.

Work is a generator: it yields what it must wait for, and `PAUSE` wherever others may go first. A `Pace` lets it go on in slices of a few
milliseconds, and then rest for so long that it has had no more than its share of the loop's time; what it reads from files is read
by the engine meanwhile.
"""

from collections import deque
from collections.abc import Callable, Generator
from typing import Final, Generic, TypeAlias, TypeVar

from hubbub.core.commit import OK, Commit
from hubbub.core.errors import Refusal, Unavailable
from hubbub.core.store import Owned
from hubbub.model.clock import Clock

SLICE_SECONDS: Final = 0.004
SHARE: Final = 0.2
READ_OCTETS: Final = 1 << 20

T = TypeVar("T")
Resume: TypeAlias = Callable[[list[memoryview]], None]
Wait: TypeAlias = Callable[[Resume], None]
"""Calls back once, at once or later."""
Work: TypeAlias = Generator[Wait, list[memoryview], T]


def pause(resume: Resume) -> None:
    """Nothing to wait for; a good moment to let others go first."""
    resume([])


PAUSE: Final[Wait] = pause


def look(log: Owned, offset: int) -> Wait:
    """Wait for the batches from ``offset`` on."""

    def wait(resume: Resume) -> None:
        views = log.read(offset, READ_OCTETS)
        if views is None:
            log.fetch(offset, READ_OCTETS, resume)
        else:
            resume(views)

    return wait


def see_safe(commit: Commit, what: str) -> Generator[Wait, list[memoryview], None]:
    """Wait for the commit. Raises `Unavailable` if it does not end well."""
    yield lambda resume: commit.join(lambda _: resume([]))
    if commit.outcome is not OK:
        raise Unavailable(f"{what} could not be written")


class Pace(Generic[T]):
    """One piece of work at a time. ``done`` hears how it ended: None where it was refused something, and gave up."""

    __slots__ = ("_answers", "_clock", "_done", "_is_running", "_work")

    def __init__(self, clock: Clock, done: Callable[[T | None], None]) -> None:
        self._clock = clock
        self._done = done
        self._work: list[Work[T]] = []  # what is under way
        self._answers: deque[list[memoryview]] = deque()
        self._is_running = False

    @property
    def is_busy(self) -> bool:
        """Whether something is under way."""
        return bool(self._work)

    def run(self, work: Work[T]) -> None:
        """Begin this; nothing else may be under way. ``done`` may begin the next."""
        self._work.append(work)
        self._answers.clear()
        if not self._is_running:
            self._go_on()

    def stop(self) -> None:
        """Leave the rest; ``done`` is not called."""
        self._work.clear()

    def _resume(self, views: list[memoryview]) -> None:
        """What the work has waited for is here."""
        self._answers.append(views)
        if not self._is_running:
            self._go_on()

    def _go_on(self) -> None:
        """One slice."""
        began = self._clock.elapsed()
        self._is_running = True
        try:
            while self._work and self._step():
                spent = self._clock.elapsed() - began
                if spent >= SLICE_SECONDS:
                    self._clock.call_in(spent * (1 / SHARE - 1), self._go_on)
                    break
        finally:
            self._is_running = False

    def _step(self) -> bool:
        """Let the work go to where it waits next; whether there is anything to go on with at once."""
        (work,) = self._work
        try:
            wait = work.send(self._answers.popleft()) if self._answers else next(work)
            wait(self._resume)
        except StopIteration as over:
            self._end(over.value)
            return True
        except Refusal:  # something has changed meanwhile, or cannot be written now: another time
            self._end(None)
            return True
        return bool(self._answers)

    def _end(self, value: T | None) -> None:
        self._work.clear()
        self._done(value)
