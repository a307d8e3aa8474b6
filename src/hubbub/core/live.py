"""Live: what is published now and who hears it. One `Space` of paths for each room that has such a thing.

A space joins subscriptions, retained records and durables, and owns the two timers of a durable whose connection is gone:
its end, and its parting word (what is published for somebody who went without a farewell), which is due at the earlier of
its delay and that end.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from hubbub.core.durable import NOBODY, Bounds, Durable, Tally
from hubbub.core.retained import Retained
from hubbub.core.subscriptions import Receiver, Subscription, Subscriptions
from hubbub.model.clock import Action, Clock, Timer, nothing
from hubbub.model.record import Record

TIDY_SECONDS: Final = 1.0
NO_TIMER: Final = Timer(0.0, 0, nothing)


class SpaceOptions(Struct, frozen=True, gc=False):
    """Bounds of one space."""

    max_retained: int = 1_000_000
    bounds: Bounds = Bounds()


class _Absence:
    """A durable without a connection: its timers, and its parting word if that is not said yet."""

    __slots__ = ("end", "parting", "parting_timer")

    def __init__(self, parting: Action) -> None:
        self.end = NO_TIMER
        self.parting = parting
        self.parting_timer = NO_TIMER

    def say(self) -> None:
        """The parting word, once."""
        parting, self.parting = self.parting, nothing
        parting()

    def over(self) -> None:
        self.end.cancel()
        self.parting_timer.cancel()


class Space:
    """One room's paths."""

    __slots__ = ("_absent", "_clock", "_options", "durables", "retained", "subscriptions", "tally")

    def __init__(self, clock: Clock, options: SpaceOptions, on_drop: Callable[[str, str], None]) -> None:
        self._clock = clock
        self._options = options
        self._absent: dict[str, _Absence] = {}
        self.subscriptions = Subscriptions()
        self.retained = Retained(options.max_retained)
        self.tally = Tally(clock, on_drop)
        self.durables: dict[str, Durable] = {}

    # publishing

    def publish(self, path: str, record: Record, assurance: int, sender: Receiver | None = None) -> int:
        """Keep it if it is to be retained, and offer it to all subscribers; how many took it.

        An empty retained record deletes what the path has. Raises `Full`: nothing was kept; some may have heard it if a
        receiver's policy refused.
        """
        if record.properties.retain:
            if record.value:
                if record.properties.expires_at is not None and not self.retained.has_mortal:
                    self._clock.call_in(TIDY_SECONDS, self._tidy)
                self.retained.put(path, record, assurance)
            else:
                self.retained.remove(path)
        return self.subscriptions.publish(path, (record,), assurance, sender)

    # durables

    def open(self, name: str, *, fresh: bool) -> tuple[Durable, bool]:
        """The durable of this name, and whether it was there before. ``fresh`` ends the one that was.

        One whose connection is still there must have been left first.
        """
        found = self.durables.get(name)
        absence = self._absent.pop(name, None)
        if absence is not None:
            absence.over()
        if found is not None:
            if not fresh:
                return found, True
            self._end(found)
            if absence is not None:
                absence.say()
        durable = self.durables[name] = Durable(name, self._options.bounds, self.tally)
        return durable, False

    def leave(self, durable: Durable, keep_seconds: float, parting: Action, delay: float = 0.0) -> None:
        """Its connection is gone. End it after ``keep_seconds`` (infinity: never); ``parting`` is due after ``delay`` at most."""
        durable.detach()
        absence = _Absence(parting)
        if keep_seconds <= 0:
            self._end(durable)
            absence.say()
            return
        self._absent[durable.name] = absence
        durable.keeps = True
        if keep_seconds != float("inf"):
            absence.end = self._clock.call_in(keep_seconds, lambda: self._over(durable, absence))
        if parting is not nothing:
            if delay > 0:
                absence.parting_timer = self._clock.call_in(delay, absence.say)
            else:
                absence.say()
        durable.hand_over()

    def forget(self, name: str) -> bool:
        """End a durable that has no connection, with its parting word; whether there was one."""
        durable = self.durables.get(name)
        if durable is None or durable.carrier is not NOBODY:
            return False
        absence = self._absent[name]
        absence.over()
        self._over(durable, absence)
        return True

    def subscribe(self, durable: Durable, subscription: Subscription) -> bool:
        """Add or replace; whether it is new."""
        before = durable.subscriptions.get(subscription.pattern_text)
        durable.subscriptions[subscription.pattern_text] = subscription
        self.subscriptions.put(subscription)
        return before is None

    def unsubscribe(self, durable: Durable, pattern_text: str) -> bool:
        """Remove; whether it was there."""
        subscription = durable.subscriptions.pop(pattern_text, None)
        if subscription is None:
            return False
        self.subscriptions.remove(subscription)
        if subscription.share:
            durable.hand_over()
        return True

    # inside

    def _over(self, durable: Durable, absence: _Absence) -> None:
        absence.over()
        self._absent.pop(durable.name, None)
        self._end(durable)
        absence.say()

    def _end(self, durable: Durable) -> None:
        for subscription in durable.subscriptions.values():
            self.subscriptions.remove(subscription)
        durable.subscriptions.clear()
        durable.hand_over()
        durable.end()
        if self.durables.get(durable.name) is durable:
            del self.durables[durable.name]

    def _tidy(self) -> None:
        self.retained.tidy(self._clock.now())
        if self.retained.has_mortal:
            self._clock.call_in(TIDY_SECONDS, self._tidy)


class Live:
    """All spaces of a hub, by room."""

    __slots__ = ("_clock", "spaces")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.spaces: dict[str, Space] = {}

    def space(self, room: str, options: SpaceOptions, on_drop: Callable[[str, str], None]) -> Space:
        """Make a room's space. The room calls it once, when it opens; others look into ``spaces``."""
        space = self.spaces[room] = Space(self._clock, options, on_drop)
        return space
