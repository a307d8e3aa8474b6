"""A Turn: what happens between two waits of the loop, seen as one batch.

Whatever comes in during one pass of the loop, by however many connections, appends to the turn's one Commit; whoever has
something to send is flushed once, at the end. So one system call carries many answers, and one sync of a disk many records.

    engine.append(..., turn.commit)      order is fixed
    turn.commit.join(answer)             called when it is safe
    turn.flush(stream)                   stream.flush() is called once, after the answers
"""

from collections.abc import Callable
from typing import Protocol

from hubbub.core.commit import NO_COMMIT, Commit
from hubbub.model.clock import Action


class Flushable(Protocol):
    """Something that gathers what is to be sent."""

    def flush(self) -> None:
        """Send all that was gathered, in one go if possible."""
        ...


class Turn:
    """One per hub. ``soon`` schedules a call on the loop's next pass; ``seal`` is the engine's."""

    __slots__ = ("_commit", "_flushes", "_is_scheduled", "_later", "_seal", "_soon", "_watchers")

    def __init__(self, soon: Callable[[Action], object], seal: Callable[[Commit], None]) -> None:
        self._soon = soon
        self._seal = seal
        self._commit = NO_COMMIT
        self._flushes: dict[Flushable, None] = {}
        self._later: dict[Action, None] = {}
        self._is_scheduled = False
        self._watchers: dict[Action, None] = {}

    @property
    def commit(self) -> Commit:
        """The Commit of this turn; asking for it makes it, so ask only to write or to wait for what was written."""
        if self._commit is NO_COMMIT:
            self._commit = Commit()
            if not self._is_scheduled:
                self._schedule()
        return self._commit

    def flush(self, receiver: Flushable) -> None:
        """Flush this receiver at the end of the turn, once however often it is asked."""
        self._flushes[receiver] = None
        if not self._is_scheduled:
            self._schedule()

    def later(self, action: Action) -> None:
        """Run this at the end of the turn, once however often it is asked, before the flushes."""
        self._later[action] = None
        if not self._is_scheduled:
            self._schedule()

    def watch(self, watcher: Action) -> None:
        """Call this at the end of each turn, when all is done, until `unwatch`. It must not begin anything."""
        self._watchers[watcher] = None

    def unwatch(self, watcher: Action) -> None:
        """Idempotent."""
        self._watchers.pop(watcher, None)

    def end(self) -> None:
        """Close the turn: seal what was written, run what was put off, flush. Work that these make belongs to this turn too.

        A defect goes up and ends the pass; what is left undone then is done in the next.
        """
        try:
            self._work_off()
            if self._watchers:
                for watcher in list(self._watchers):
                    watcher()
        finally:
            self._is_scheduled = False
            if self._later or self._flushes or self._commit is not NO_COMMIT:
                self._schedule()

    def _work_off(self) -> None:
        while True:
            if self._commit is not NO_COMMIT:
                commit, self._commit = self._commit, NO_COMMIT
                self._seal(commit)
            elif self._later:
                actions = iter(self._later)
                self._later = {}
                try:
                    for action in actions:
                        action()
                finally:
                    self._later.update(dict.fromkeys(actions))
            elif self._flushes:
                receivers = iter(self._flushes)
                self._flushes = {}
                try:
                    for receiver in receivers:
                        receiver.flush()
                finally:
                    self._flushes.update(dict.fromkeys(receivers))
            else:
                break

    def _schedule(self) -> None:
        self._is_scheduled = True
        self._soon(self.end)
