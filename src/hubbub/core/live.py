"""Live: what is published now and who hears it. One `Space` of paths for each room that has such a thing.

A space joins subscriptions, retained records and durables, and owns the two timers of a durable whose connection is gone:
its end, and its parting word (what is published for somebody who went without a farewell), which is due at the earlier of
its delay and that end.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeAlias

from msgspec import Struct

from hubbub.core.changes import Changes, Waiter
from hubbub.core.commit import OK
from hubbub.core.durable import NOBODY, Bounds, Durable, Tally
from hubbub.core.keepsakes import FOR_EVER, THERE, Keepsakes
from hubbub.core.lasting import Lasting
from hubbub.core.recollection import Recollection
from hubbub.core.retained import NO_KEEPER, Keeper, Kept, Retained
from hubbub.core.store import Engine, LogOptions
from hubbub.core.subscriptions import Receiver, Subscription, Subscriptions
from hubbub.core.taps import Taps
from hubbub.core.turn import Turn
from hubbub.model.clock import Action, Clock, Timer, nothing
from hubbub.model.record import Record

TIDY_SECONDS: Final = 1.0
NO_TIMER: Final = Timer(0.0, 0, nothing)
LOG: Final = "live/"
LOG_OPTIONS: Final = LogOptions(segment_bytes=16 << 20)
Maker: TypeAlias = Callable[[str, Bounds, Tally], Durable]


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

    __slots__ = (
        "_absent",
        "_clock",
        "_make",
        "_options",
        "_taps",
        "durables",
        "retained",
        "subscriptions",
        "tally",
    )

    def __init__(
        self,
        clock: Clock,
        taps: Taps,
        options: SpaceOptions,
        on_drop: Callable[[str, str], None],
        make: Maker = Durable,
        keeper: Keeper = NO_KEEPER,
    ) -> None:
        self._clock = clock
        self._taps = taps
        self._options = options
        self._make = make
        self._absent: dict[str, _Absence] = {}
        self.subscriptions = Subscriptions()
        self.retained = Retained(options.max_retained, keeper=keeper)
        self.tally = Tally(clock, on_drop)
        self.durables: dict[str, Durable] = {}

    @property
    def lasts(self) -> bool:
        """Whether it outlives the process, so that answers must `wait` until what they speak of is safe."""
        return False

    @property
    def is_failing(self) -> bool:
        """Whether nothing can be promised just now."""
        return False

    def wait(self, waiter: Waiter) -> None:
        """The waiter says at the end of the turn who is to hear when all that the turn changed is safe. Only where it `lasts`."""
        waiter.wait()(OK)

    def close(self) -> None:
        """The hub stops: end what runs in the background."""

    def restore(self, parting: Callable[[str, bytes], Action]) -> None:
        """Be what was written down. ``parting`` makes a parting word of a durable's name and of what `Durable.hold` was given.

        The room calls this once, when it can publish.
        """

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
        return self.publish_all(path, (record,), assurance, sender)

    def publish_all(
        self, path: str, records: Sequence[Record], assurance: int, sender: Receiver | None = None
    ) -> int:
        """Offer records that are not to be retained to all subscribers; how many took them all. A single one may raise `Full`."""
        if self._taps.is_open:
            self._taps.saw(records)
        else:
            self._taps.unseen += len(records)
        return self.subscriptions.publish(path, records, assurance, sender)

    def report(self, path: str, record: Record) -> None:
        """What the hub says of its present: retained and heard like any other, but never written down."""
        self.retained.report(path, Kept(record, 0))
        self.subscriptions.publish(path, (record,), 0, None)

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
        durable = self.durables[name] = self._make(name, self._options.bounds, self.tally)
        return durable, False

    def leave(self, durable: Durable, keep_seconds: float, parting: Action, delay: float = 0.0) -> None:
        """Its connection is gone. End it after ``keep_seconds`` (infinity: never); ``parting`` is due after ``delay`` at most."""
        durable.detach()
        if keep_seconds <= 0:
            self._end(durable)
            parting()
            return
        durable.keeps = True
        durable.left(self._clock.now(), keep_seconds, is_silent=parting is nothing)
        self._miss(durable, keep_seconds, parting, delay)
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
        durable.subscribed(subscription)
        self.subscriptions.put(subscription)
        return before is None

    def unsubscribe(self, durable: Durable, pattern_text: str) -> bool:
        """Remove; whether it was there."""
        subscription = durable.unsubscribed(pattern_text)
        if subscription is None:
            return False
        self.subscriptions.remove(subscription)
        if subscription.share:
            durable.hand_over()
        return True

    # inside

    def _miss(self, durable: Durable, keep_seconds: float, parting: Action, delay: float) -> None:
        """From now on it is absent."""
        absence = _Absence(nothing if parting is nothing else partial(_say, durable, parting))
        self._absent[durable.name] = absence
        if keep_seconds != float("inf"):
            absence.end = self._clock.call_in(keep_seconds, lambda: self._over(durable, absence))
        if delay > 0 and parting is not nothing:
            absence.parting_timer = self._clock.call_in(delay, absence.say)
        else:
            absence.say()

    def _over(self, durable: Durable, absence: _Absence) -> None:
        absence.over()
        self._absent.pop(durable.name, None)
        self._end(durable)
        absence.say()

    def _end(self, durable: Durable) -> None:
        for subscription in durable.subscriptions.values():
            self.subscriptions.remove(subscription)
        durable.hand_over()
        durable.end()
        durable.subscriptions.clear()
        if self.durables.get(durable.name) is durable:
            del self.durables[durable.name]

    def _tidy(self) -> None:
        self.retained.tidy(self._clock.now())
        if self.retained.has_mortal:
            self._clock.call_in(TIDY_SECONDS, self._tidy)


def _say(durable: Durable, parting: Action) -> None:
    durable.said()
    parting()


class LastingSpace(Space):
    """A space that outlives the process: all that one turn changes in it is written as one, or not at all."""

    __slots__ = ("_changes", "_keepsakes")

    def __init__(
        self,
        clock: Clock,
        taps: Taps,
        options: SpaceOptions,
        on_drop: Callable[[str, str], None],
        changes: Changes,
    ) -> None:
        self._changes = changes
        self._keepsakes = Keepsakes(changes)
        super().__init__(clock, taps, options, on_drop, self._lasting, self._keepsakes)

    @property
    def lasts(self) -> bool:
        return True

    @property
    def is_failing(self) -> bool:
        return self._changes.is_failing

    def wait(self, waiter: Waiter) -> None:
        self._changes.wait(waiter)

    def close(self) -> None:
        self._changes.close()

    def restore(self, parting: Callable[[str, bytes], Action]) -> None:
        found, self._changes.found = self._changes.found, {}
        memory = Recollection(found, self._keepsakes)
        for path, kept in memory.retained():
            self.retained.restore(path, kept)
        if self.retained.has_mortal:
            self._clock.call_in(TIDY_SECONDS, self._tidy)
        durables = [self._lasting(name, self._options.bounds, self.tally) for name in memory.names()]
        for durable in durables:
            self.durables[durable.name] = durable
            memory.begin(durable)
            for subscription in memory.subscriptions(durable):
                durable.subscriptions[subscription.pattern_text] = subscription
                self.subscriptions.put(subscription)
        for durable in durables:
            memory.deliveries(durable, self.subscriptions)
        self._keepsakes.sweep_all()
        for durable in durables:
            self._miss_again(durable, parting)

    # inside

    def _lasting(self, name: str, bounds: Bounds, tally: Tally) -> Lasting:
        return Lasting(name, bounds, tally, self._keepsakes)

    def _miss_again(self, durable: Lasting, parting: Callable[[str, bytes], Action]) -> None:
        """Its time went on; the connection that was there when the hub ended is gone since now."""
        kept = durable.kept
        now = self._clock.now()
        keep = float("inf") if kept.keep_ms == FOR_EVER else kept.keep_ms / 1000
        if kept.left_at == THERE:
            durable.left(now, keep, is_silent=not kept.parting)
        away = max(0, now - durable.kept.left_at) / 1000
        word = parting(durable.name, kept.parting) if kept.parting else nothing
        if away >= keep:
            self._end(durable)
            word()
        else:
            self._miss(durable, keep - away, word, kept.delay_ms / 1000 - away)


class Live:
    """All spaces of a hub, by room."""

    __slots__ = ("_changes", "_clock", "_engine", "_taps", "_turn", "spaces")

    def __init__(self, clock: Clock, engine: Engine, turn: Turn, taps: Taps) -> None:
        self._clock = clock
        self._taps = taps
        self._engine = engine
        self._turn = turn
        self._changes: dict[str, Changes] = {}
        self.spaces: dict[str, Space] = {}

    def recall(self, done: Action) -> None:
        """Read what earlier runs have left, before any room opens; ``done`` is called once, at once where there is nothing."""
        rooms = [log.removeprefix(LOG) for log in self._engine.logs() if log.startswith(LOG)]
        self._recall_next(rooms if self._engine.outlives else [], done)

    def space(self, room: str, options: SpaceOptions, on_drop: Callable[[str, str], None]) -> Space:
        """Make a room's space. The room calls it once, when it opens; others look into ``spaces``."""
        if self._engine.outlives:
            changes = self._changes.pop(room, None) or self._open(room)
            space: Space = LastingSpace(self._clock, self._taps, options, on_drop, changes)
        else:
            space = Space(self._clock, self._taps, options, on_drop)
        self.spaces[room] = space
        return space

    # inside

    def _open(self, room: str) -> Changes:
        return Changes(self._engine.acquire(LOG + room, LOG_OPTIONS), self._clock, self._turn)

    def _recall_next(self, rooms: list[str], done: Action) -> None:
        if not rooms:
            done()
            return
        changes = self._changes[rooms[0]] = self._open(rooms[0])
        changes.recall(partial(self._recall_next, rooms[1:], done))
