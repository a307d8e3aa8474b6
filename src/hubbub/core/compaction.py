"""Compaction in the background: which partition is sifted when. The rules are in `core.sifting`, its share of the time in `core.pacing`.

At most one round is under way. What rounds have done is kept in the engine's state ``compaction``.
"""

from collections import deque
from contextlib import suppress

import msgspec

from hubbub.core.errors import Refusal
from hubbub.core.pacing import Pace
from hubbub.core.partition import Partition
from hubbub.core.sifting import Past, sift
from hubbub.core.store import Engine
from hubbub.core.topics import Topic, Topics, log_name
from hubbub.core.turn import Turn
from hubbub.model.clock import Clock


class Compaction:
    """One per hub. ``tidy`` is called from time to time; ``rounds`` counts those that found something to do."""

    __slots__ = (
        "_clock",
        "_key",
        "_pace",
        "_past",
        "_queue",
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
        self._pace: Pace[Past] = Pace(clock, self._finish)
        self._key = ""
        self._past = Past()
        self.rounds = 0
        topics.on_deleted(self._forget)

    @property
    def is_under_way(self) -> bool:
        """Whether a round has begun and not ended."""
        return self._pace.is_busy

    def tidy(self) -> None:
        """Begin to go through all topics that compact, unless that is under way."""
        if self._pace.is_busy:
            return
        for topic in self._topics:
            if topic.options.compacts:
                self._queue += ((log_name(topic.id, each.index), each) for each in topic.partitions)
        self._begin()

    def close(self) -> None:
        """Leave the rest for another time."""
        self._queue.clear()
        self._pace.stop()

    # inside

    def _begin(self) -> None:
        """The next round, if there is a partition left."""
        if self._queue:
            self._key, partition = self._queue.popleft()
            kept = self._state.get(self._key)
            self._past = msgspec.msgpack.decode(kept, type=Past) if kept is not None else Past()
            self._pace.run(sift(partition, self._past, self._clock.now(), lambda: self._turn.commit))

    def _finish(self, now: Past | None) -> None:
        """A round is over; None where something had changed meanwhile, or could not be written: the next time."""
        if now is not None and now is not self._past:
            self.rounds += 1
            with suppress(Refusal):  # then the next round does the same again
                self._state.put(self._key, msgspec.msgpack.encode(now), self._turn.commit)
        self._begin()

    def _forget(self, topic: Topic) -> None:
        for partition in topic.partitions:
            key = log_name(topic.id, partition.index)
            if self._state.get(key) is not None:
                self._state.delete(key, self._turn.commit)
