"""Metrics of commits: how long it takes until what was written is as safe as the engine promises. Measured where that takes any time."""

from collections.abc import Callable, Iterator

from hubbub.core.commit import OK, Commit, Outcome
from hubbub.model.clock import Clock
from hubbub.model.counters import Histogram, Sampling
from hubbub.observe.sheet import Sheet
from hubbub.observe.view import View


class Commits:
    """A ``seal`` around the engine's."""

    __slots__ = ("_clock", "_sampling", "_seal", "times")

    def __init__(self, seal: Callable[[Commit], None], clock: Clock) -> None:
        self._seal = seal
        self._clock = clock
        self._sampling = Sampling()
        self.times = Histogram()

    def seal(self, commit: Commit) -> None:
        """The engine's, and now and then the time that it takes. One that ends at once has written nothing, and would make all look fast."""
        self._seal(commit)
        sampling = self._sampling
        if commit.outcome is not None:
            return
        if sampling.skip:
            sampling.skip -= 1
        else:
            began = self._clock.elapsed()
            sampling.took(began)
            commit.join(lambda outcome: self._ended(began, outcome))

    def _ended(self, began: float, outcome: Outcome) -> None:
        if outcome is OK:
            self.times.observe(self._clock.elapsed() - began)


def commits(sheet: Sheet, view: View) -> Iterator[None]:
    """A `Source`."""
    words = (
        "Until what was written in a turn is safe; measured for a sample when many come, and on disk alone."
    )
    sheet.histogram("hubbub_commit_seconds", words).put(view.commits)
    yield
