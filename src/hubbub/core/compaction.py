"""Compaction in the background: which partition is sifted when, within a share of the loop's time. The rules are in `core.sifting`.

At most one round is under way. It works in slices of a few milliseconds and then rests for so long that it has had no more than its share; what
it must read from files is read by the engine meanwhile. What rounds have done is kept in the engine's state ``compaction``.
"""

from collections import deque
from contextlib import suppress
from typing import Final

import msgspec

from hubbub.core.errors import Refusal
from hubbub.core.partition import Partition
from hubbub.core.sifting import Past, Round, sift
from hubbub.core.store import Engine
from hubbub.core.topics import Topic, Topics, log_name
from hubbub.core.turn import Turn
from hubbub.model.clock import Clock

SLICE_SECONDS: Final = 0.004
SHARE: Final = 0.2


class Compaction:
    """One per hub. ``tidy`` is called from time to time; ``rounds`` counts those that found something to do."""

    __slots__ = (
        "_answers",
        "_clock",
        "_is_running",
        "_key",
        "_past",
        "_queue",
        "_rounds",
        "_state",
        "_topics",
        "_turn",
        "rounds",
    )

    def __init__(self, topics: Topics, engine: Engine, clock: Clock, turn: Turn) -> None:
        self._topics = topics
        self._clock = clock
        self._turn = turn
        self._state = engine.state("compaction")
        self._queue: deque[tuple[str, Partition]] = deque()
        self._rounds: list[Round] = []  # the one under way
        self._key = ""
        self._past = Past()
        self._answers: deque[list[memoryview]] = deque()
        self._is_running = False
        self.rounds = 0
        topics.on_deleted(self._forget)

    @property
    def is_under_way(self) -> bool:
        """Whether a round has begun and not ended."""
        return bool(self._rounds)

    def tidy(self) -> None:
        """Begin to go through all topics that compact, unless that is under way."""
        if self._rounds:
            return
        for topic in self._topics:
            if topic.options.compacts:
                self._queue += ((log_name(topic.id, each.index), each) for each in topic.partitions)
        self._begin()
        self._go_on()

    def close(self) -> None:
        """Leave the rest for another time."""
        self._queue.clear()
        self._rounds.clear()

    # inside

    def _begin(self) -> None:
        """The next round, if there is a partition left."""
        self._rounds.clear()
        self._answers.clear()
        if self._queue:
            self._key, partition = self._queue.popleft()
            kept = self._state.get(self._key)
            self._past = msgspec.msgpack.decode(kept, type=Past) if kept is not None else Past()
            self._rounds.append(sift(partition, self._past, self._clock.now(), lambda: self._turn.commit))

    def _resume(self, views: list[memoryview]) -> None:
        """What the round has waited for is here."""
        self._answers.append(views)
        if not self._is_running:
            self._go_on()

    def _go_on(self) -> None:
        """One slice."""
        began = self._clock.elapsed()
        self._is_running = True
        try:
            while self._rounds and self._step():
                spent = self._clock.elapsed() - began
                if spent >= SLICE_SECONDS:
                    self._clock.call_in(spent * (1 / SHARE - 1), self._go_on)
                    break
        finally:
            self._is_running = False

    def _step(self) -> bool:
        """Let the round go to where it waits next; whether there is anything to go on with at once."""
        (under_way,) = self._rounds
        try:
            wait = under_way.send(self._answers.popleft()) if self._answers else next(under_way)
            wait(self._resume)
        except StopIteration as over:
            self._finish(over.value)
            self._begin()
            return True
        except Refusal:  # something has changed meanwhile, or cannot be written now: the next time
            self._begin()
            return True
        return bool(self._answers)

    def _finish(self, now: Past) -> None:
        if now is not self._past:
            self.rounds += 1
            with suppress(Refusal):  # then the next round does the same again
                self._state.put(self._key, msgspec.msgpack.encode(now), self._turn.commit)

    def _forget(self, topic: Topic) -> None:
        for partition in topic.partitions:
            key = log_name(topic.id, partition.index)
            if self._state.get(key) is not None:
                self._state.delete(key, self._turn.commit)
