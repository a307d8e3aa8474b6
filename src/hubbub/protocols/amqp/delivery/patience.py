"""How long a delivery may stay unanswered before its channel is closed (RabbitMQ's consumer timeout).

No delivery carries its time: that would cost memory for each. From time to time the next tag is noted instead; all tags below a note
are at least as old as it. So a late delivery is found out after a thirtieth more of its time at most: within a minute for the
half hour of the default, as in RabbitMQ.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from hubbub.core.queues.options import QueueKind
from hubbub.core.queues.queue import Queue
from hubbub.model.clock import NEVER, Clock, Timer, nothing

NOTES: Final = 30


class Terms(Struct, frozen=True):
    """What all channels of a connection go by."""

    clock: Clock
    limit_ms: int
    """For queues that say nothing themselves; 0: for ever."""
    quorum_alone: bool
    """Whether classic queues and streams wait for ever."""
    late: Callable[[int, int], object]
    """Told the channel's number, and the limit in ms that was passed."""

    def limit_of(self, queue: Queue) -> int:
        """How long deliveries from this queue may be out, in ms; 0: for ever."""
        options = queue.options
        if self.quorum_alone and options.kind is not QueueKind.QUORUM:
            return 0
        return options.settle_ms if options.settle_ms >= 0 else self.limit_ms


class Patience:
    """With those deliveries of one channel that have the same limit. ``is_out(below)`` says whether one of them with a lower tag is out."""

    __slots__ = ("_clock", "_is_out", "_late", "_limit", "_next_tag", "_notes", "_timer", "is_idle")

    def __init__(
        self,
        clock: Clock,
        limit_ms: int,
        next_tag: Callable[[], int],
        is_out: Callable[[int], bool],
        late: Callable[[], object],
    ) -> None:
        self._clock = clock
        self._limit = limit_ms / 1000
        self._next_tag = next_tag
        self._is_out = is_out
        self._late = late
        self._notes: deque[tuple[float, int]] = deque()
        self._timer = Timer(NEVER, 0, nothing)
        self.is_idle = limit_ms > 0
        """Nobody looks at the clock, and should as soon as something is out: `begin`."""

    def begin(self) -> None:
        """Something is out from now on."""
        self.is_idle = False
        now = self._clock.elapsed()
        self._notes.append((now + self._limit, self._next_tag()))
        self._timer = self._clock.call_at(min(now + self._limit / NOTES, self._notes[0][0]), self._look)

    def stop(self) -> None:
        """Nothing matters any more."""
        self.is_idle = False
        self._timer.cancel()

    def _look(self) -> None:
        now = self._clock.elapsed()
        notes = self._notes
        while notes and notes[0][0] <= now:
            if self._is_out(notes.popleft()[1]):
                self._late()
                return
        if self._is_out(self._next_tag()):
            self.begin()
        else:
            notes.clear()
            self.is_idle = True
