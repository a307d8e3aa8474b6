"""A consumer: somebody who is handed records as fast as its windows allow."""

from collections.abc import Callable
from typing import Final

from hubbub.core.queues.entry import Entry

UNBOUNDED: Final = 1 << 30


class Window:
    """How many entries may be out at once; 0: any number. Consumers may share one."""

    __slots__ = ("limit", "used")

    def __init__(self, limit: int = 0) -> None:
        self.limit = limit
        self.used = 0

    @property
    def is_full(self) -> bool:
        return 0 < self.limit <= self.used


class Consumer:
    """One subscription to one queue. ``accept(consumer, entries)`` takes entries in order; it must not call back into the queue.

    With ``settles`` each entry is out until it is settled, returned or rejected; else it is gone when it is handed over.
    """

    __slots__ = (
        "accept",
        "is_blocked",
        "is_exclusive",
        "is_waiting",
        "on_cancel",
        "own",
        "priority",
        "settles",
        "shared",
        "tag",
    )

    def __init__(
        self,
        tag: str,
        accept: "Callable[[Consumer, list[Entry]], None]",
        on_cancel: "Callable[[Consumer], None]",
        windows: tuple[Window, Window],
    ) -> None:
        self.tag = tag
        self.accept = accept
        self.on_cancel = on_cancel
        """The queue is gone and the consumer with it."""
        self.own, self.shared = windows
        self.priority = 0
        self.settles = True
        self.is_exclusive = False
        self.is_blocked = False
        """Its receiver cannot take more just now."""
        self.is_waiting = False
        """It stands in its queue's rotation. The queue's to change."""

    @property
    def can_take(self) -> bool:
        """Whether it can take one more."""
        return self.room > 0

    @property
    def room(self) -> int:
        """How many entries it can take."""
        if self.is_blocked:
            return 0
        if not self.settles:
            return UNBOUNDED
        own, shared = self.own, self.shared
        room = own.limit - own.used if own.limit else UNBOUNDED
        return min(room, shared.limit - shared.used) if shared.limit else room
