"""Whose turn it is: consumers of equal priority in turn, a higher priority first while it can take.

Who cannot take when its turn comes leaves the rotation and must be let in again (`let_in`), so that a thousand full consumers cost
nothing.
"""

from collections import deque

from hubbub.core.queues.consumer import Consumer


class Rotation:
    """The consumers of one queue that may be able to take."""

    __slots__ = ("_levels",)

    def __init__(self) -> None:
        self._levels: list[tuple[int, deque[Consumer]]] = []

    def let_in(self, consumer: Consumer) -> None:
        """It can take again, or for the first time; it stands last among its equals."""
        if consumer.is_waiting:
            return
        consumer.is_waiting = True
        for priority, waiting in self._levels:
            if priority == consumer.priority:
                waiting.append(consumer)
                return
        self._levels.append((consumer.priority, deque((consumer,))))
        self._levels.sort(key=lambda level: -level[0])

    def leave(self, consumer: Consumer) -> None:
        """It takes no more."""
        if not consumer.is_waiting:
            return
        consumer.is_waiting = False
        for index, (priority, waiting) in enumerate(self._levels):
            if priority == consumer.priority:
                waiting.remove(consumer)
                if not waiting:
                    del self._levels[index]
                return

    def alone(self) -> Consumer | None:
        """The one consumer that may be able to take; None when there are none or several."""
        levels = self._levels
        if len(levels) == 1 and len(levels[0][1]) == 1:
            return levels[0][1][0]
        return None

    def next(self) -> Consumer | None:
        """Whose turn it is; it then stands last. None when nobody can take."""
        for _, waiting in self._levels:
            while waiting:
                consumer = waiting[0]
                if consumer.can_take:
                    if len(waiting) > 1:
                        waiting.rotate(-1)
                    return consumer
                waiting.popleft()
                consumer.is_waiting = False
        return None
