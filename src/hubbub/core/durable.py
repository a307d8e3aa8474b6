"""Durables: receivers that may outlive their connection, with what was promised to them and is not settled yet.

A `Durable` offers itself to `Subscriptions`. While a `Carrier` (a connection) is attached it sends through it: at once where
nothing needs settling, else in a window of numbered deliveries, in order, with a bounded queue behind. Without a carrier it
queues. What was sent and not settled is sent again, same number, same order, when the next carrier comes; never before.

    offer -> (window open) unsettled[number] = SENT -> settle                                       at least once
                                             SENT -> received -> RELEASED -> settle                 exactly once
          -> (window shut, or nobody there)  waiting -> pump

Knows no wire.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from itertools import chain
from typing import Final, Protocol

from msgspec import Struct

from hubbub.core.errors import Full
from hubbub.core.retained import is_over
from hubbub.core.subscriptions import Subscription, Target
from hubbub.model.clock import Clock
from hubbub.model.record import Record

LAST_NUMBER: Final = 65_535
OVERHEAD: Final = 200
SLICE: Final = 200


class Policy(Enum):
    """What a full queue does with one more."""

    DROP_NEWEST = "drop_newest"
    DROP_OLDEST = "drop_oldest"
    REFUSE = "refuse"


class Bounds(Struct, frozen=True, gc=False):
    """How much may wait for one durable, in records and in octets."""

    records: int = 10_000
    octets: int = 64 << 20
    policy: Policy = Policy.DROP_NEWEST


class Parcel(Struct, frozen=True):
    """One delivery to one durable. ``stored``: it comes from the retained records."""

    record: Record
    assurance: int
    target: Target
    stored: bool = False

    @property
    def octets(self) -> int:
        """What it costs to keep, about."""
        return len(self.record.value) + OVERHEAD


class Carrier(Protocol):
    """A connection as a durable sees it."""

    can_send: bool
    """Whether the peer keeps up."""

    def send(self, records: Sequence[Record], target: Target, *, stored: bool) -> bool:
        """Send what needs no settling, all of one path; False when any was dropped."""
        ...

    def send_numbered(
        self, first: "Parcel", numbers: Sequence[int], records: Sequence[Record], *, again: bool
    ) -> Sequence[int]:
        """Send records of one path that will be settled under their numbers; ``first`` says all else about them.

        Returns the numbers of those that can never be sent to this peer: they count as settled.
        """
        ...

    def send_release(self, number: int) -> None:
        """Send (again) that an exactly-once delivery is released."""
        ...

    def overrun(self) -> None:
        """The queue is full and the peer does not read: end it."""
        ...


class _Nobody:
    """No connection."""

    __slots__ = ("can_send",)

    def __init__(self) -> None:
        self.can_send = False

    def send(self, records: Sequence[Record], target: Target, *, stored: bool) -> bool:  # noqa: ARG002
        return False

    def send_numbered(
        self,
        first: Parcel,  # noqa: ARG002
        numbers: Sequence[int],  # noqa: ARG002
        records: Sequence[Record],  # noqa: ARG002
        *,
        again: bool,  # noqa: ARG002
    ) -> Sequence[int]:
        return ()

    def send_release(self, number: int) -> None:
        """Nobody hears it."""

    def overrun(self) -> None:
        """Nobody is to blame."""


NOBODY: Final = _Nobody()
# What most durables have of each: one empty queue for all of them, never appended to, because an empty deque costs 600 octets.
NO_PARCELS: Final[deque[Parcel]] = deque(maxlen=0)
NO_NUMBERS: Final[deque[int]] = deque(maxlen=0)
NO_REPLAYS: Final[deque[Iterator[Parcel]]] = deque(maxlen=0)
RELEASED: Final = object()
"""Stands for a delivery whose receiver has it and which only waits to be forgotten."""


class Tally:
    """What all durables of a space share: the clock, and counters. ``on_drop`` hears (durable's name, why) of every record lost."""

    __slots__ = ("clock", "dropped", "expired", "on_drop", "queued", "queued_octets")

    def __init__(self, clock: Clock, on_drop: Callable[[str, str], None]) -> None:
        self.clock = clock
        self.dropped = 0
        self.expired = 0
        self.queued = 0
        self.queued_octets = 0
        self.on_drop = on_drop


class Durable:
    """One receiver. Owned by `Durables`; ``subscriptions`` is by the room's spelling."""

    __slots__ = (
        "_again",
        "_bounds",
        "_number",
        "_octets",
        "_replays",
        "_tally",
        "_waiting",
        "_width",
        "carrier",
        "keeps",
        "name",
        "received",
        "subscriptions",
        "unsettled",
        "window",
    )

    def __init__(self, name: str, bounds: Bounds, tally: Tally) -> None:
        self.name = name
        self.carrier: Carrier = NOBODY
        self.keeps = False
        """Whether it outlives its connection: what is not sent is kept."""
        self.subscriptions: dict[str, Subscription] = {}
        self.unsettled: dict[int, Parcel | object] = {}
        """By number, in the order of sending: a `Parcel` that waits for its settlement, or `RELEASED`."""
        self.received: set[int] = set()
        """Numbers of exactly-once records that came from the peer and are not released yet."""
        self.window = 0
        self._width = 0
        self._number = 0
        self._bounds = bounds
        self._tally = tally
        self._waiting = NO_PARCELS
        self._octets = 0
        self._again = NO_NUMBERS
        self._replays = NO_REPLAYS

    # as a receiver

    def offer(self, records: Sequence[Record], assurance: int, target: Target) -> bool:
        """See `Receiver.offer`."""
        if assurance > target.assurance:
            assurance = target.assurance
        carrier = self.carrier
        if not assurance:
            # for the absent it is dropped, yet somebody did subscribe
            return carrier.send(records, target, stored=False) or (carrier is NOBODY and self.keeps)
        if self.window >= len(records) and not self._waiting and not self._again and carrier.can_send:
            self._send(Parcel(records[0], assurance, target), records)
            return True
        if carrier is NOBODY and not self.keeps:
            return False
        taken = True
        for record in records:
            taken &= self._queue(Parcel(record, assurance, target))
        if self.window > 0 and carrier.can_send:
            self.pump()
        return taken

    def readiness(self, assurance: int) -> int:
        """See `Receiver.readiness`."""
        if self.carrier is NOBODY:
            return 0 if assurance and self.keeps else -1
        if not self.carrier.can_send:
            return 1 if assurance else 0
        return 2 if not assurance or (self.window > 0 and not self._waiting) else 1

    # its life, for those who write it down

    def hold(self, keep_seconds: float, parting: bytes = b"", delay: float = 0.0) -> None:  # noqa: ARG002
        """A connection is there, which it outlives by ``keep_seconds``; ``parting`` is its parting word, in the room's own form."""
        self.keeps = keep_seconds > 0

    def left(self, now: int, keep_seconds: float, *, is_silent: bool) -> None:
        """The connection is gone since ``now`` (ms); ``is_silent``: there is no parting word any more."""

    def said(self) -> None:
        """Its parting word is said."""

    # with a connection

    def attach(self, carrier: Carrier, window: int) -> None:
        """A connection is there, and takes ``window`` unsettled deliveries. `resume` when it may be sent to."""
        self.carrier = carrier
        self._width = window
        self.window = 0

    def resume(self) -> None:
        """Send again, in order, what was sent before and is not settled, then what waits."""
        self.window = self._width
        again: deque[int] = deque()
        for number, parcel in self.unsettled.items():
            if isinstance(parcel, Parcel):
                again.append(number)
            else:
                self.carrier.send_release(number)
        self._again = again or NO_NUMBERS
        self.pump()

    def detach(self) -> None:
        """The connection is gone. Unsettled and waiting deliveries stay."""
        self.carrier = NOBODY
        self.window = 0
        self._again = NO_NUMBERS
        self._replays = NO_REPLAYS

    def end(self) -> None:
        """It is over: forget everything."""
        self.detach()
        self._tally.queued -= len(self._waiting)
        self._tally.queued_octets -= self._octets
        self._waiting = NO_PARCELS
        self._octets = 0
        self.unsettled.clear()
        self.received.clear()

    # what came from the peer, and what it asked for

    def take_in(self, numbers: Sequence[int]) -> None:
        """Exactly-once records came under these numbers: whatever comes under them is the same, until they are let go."""
        self.received.update(numbers)

    def let_go(self, numbers: Sequence[int]) -> None:
        """The peer has released these numbers."""
        self.received.difference_update(numbers)

    def subscribed(self, subscription: Subscription) -> None:
        """Note it; in the place of the one with the same text."""
        self.subscriptions[subscription.pattern_text] = subscription

    def unsubscribed(self, text: str) -> Subscription | None:
        """Forget the subscription with this text, and return it."""
        return self.subscriptions.pop(text, None)

    # settlement

    def settle(self, numbers: Sequence[int]) -> int:
        """These deliveries are done with, however they ended; their places in the window are free.

        Numbers that are not in use are passed over; how many were in use.
        """
        unsettled = self.unsettled
        before = len(unsettled)
        for number in numbers:
            unsettled.pop(number, None)
        settled = before - len(unsettled)
        self.window = min(self._width, self.window + settled)
        if self._waiting or self._again or self._replays:
            self.pump()
        return settled

    def confirm(self, numbers: Sequence[int]) -> bool:
        """The peer has these exactly-once deliveries: from now on only their release is sent again.

        False, and nothing done, when any of them is not in use.
        """
        unsettled = self.unsettled
        for number in numbers:
            if number not in unsettled:
                return False
        for number in numbers:
            unsettled.pop(number, None)
            unsettled[number] = RELEASED
        return True

    # the queue

    @property
    def waiting(self) -> int:
        """How many deliveries wait to be sent for the first time."""
        return len(self._waiting)

    def replay(self, parcels: Iterator[Parcel]) -> None:
        """Deliver stored records as the window and the peer allow; dropped when the connection goes."""
        if self._replays is NO_REPLAYS:
            self._replays = deque()
        self._replays.append(parcels)

    def pump(self) -> None:
        """Send what waits while the window is open and the peer keeps up: first what is sent again, then stored, then live."""
        carrier = self.carrier
        while self._again and self.window > 0 and carrier.can_send:
            number = self._again.popleft()
            parcel = self.unsettled.get(number)
            if isinstance(parcel, Parcel):
                self.window -= 1
                if carrier.send_numbered(parcel, (number,), (parcel.record,), again=True):
                    self.settle((number,))
        if self._replays and not self._again:
            self._pump_replays()
        now = self._tally.clock.now()
        while self._waiting and self.window > 0 and carrier.can_send and not self._again:
            parcel = self._waiting.popleft()
            self._count_out(parcel)
            if is_over(parcel.record, now):
                self._tally.expired += 1
            else:
                self._send(parcel, (parcel.record,))

    def hand_over(self) -> None:
        """Give what waits for a share group and was never sent to other members who are there; keep what nobody takes."""
        shared = [parcel for parcel in self._waiting if parcel.target.group is not None]
        if not shared:
            return
        waiting, self._waiting = self._waiting, deque()
        for parcel in waiting:
            group = parcel.target.group
            if group is not None and group.offer(parcel.record, parcel.assurance, but=self):
                self._count_out(parcel)
            else:
                self._waiting.append(parcel)

    # inside

    def _pump_replays(self) -> None:
        carrier = self.carrier
        now = self._tally.clock.now()
        left = SLICE
        while self._replays and carrier.can_send:
            parcel = next(self._replays[0], None)
            if parcel is None:
                self._replays.popleft()
            elif is_over(parcel.record, now):
                pass
            elif not parcel.assurance:
                carrier.send((parcel.record,), parcel.target, stored=True)
            elif self.window > 0:
                self._send(parcel, (parcel.record,))
            else:
                self._replays[0] = chain((parcel,), self._replays[0])
                return
            left -= 1
            if not left:
                self._tally.clock.soon(self.pump)
                return

    def _send(self, first: Parcel, records: Sequence[Record]) -> None:
        """Number and send as many as the window is known to take."""
        number = self._number
        unsettled = self.unsettled
        numbers: list[int] = []
        parcel = first
        for record in records:
            number = number + 1 if number < LAST_NUMBER else 1
            while number in unsettled:
                number = number + 1 if number < LAST_NUMBER else 1
            if record is not parcel.record:
                parcel = Parcel(record, first.assurance, first.target, first.stored)
            unsettled[number] = parcel
            numbers.append(number)
        self._number = number
        self.window -= len(numbers)
        self._numbered(numbers)
        never = self.carrier.send_numbered(first, numbers, records, again=False)
        if never:
            self.settle(never)

    def _numbered(self, numbers: list[int]) -> None:
        """These were given numbers and are about to be sent: for those who write it down."""

    def _queue(self, parcel: Parcel) -> bool:
        bounds = self._bounds
        while len(self._waiting) >= bounds.records or self._octets + parcel.octets > bounds.octets:
            if self.carrier is not NOBODY and not self.carrier.can_send:
                self.carrier.overrun()
                if not self.keeps:
                    return False
            if bounds.policy is Policy.REFUSE:
                raise Full(f"{len(self._waiting)} records wait for {self.name!r}")
            self._tally.dropped += 1
            self._tally.on_drop(self.name, "its queue is full")
            if bounds.policy is Policy.DROP_NEWEST or not self._waiting:
                return False
            self._count_out(self._waiting.popleft())
        self._put_behind(parcel)
        return True

    def _put_behind(self, parcel: Parcel) -> None:
        if self._waiting is NO_PARCELS:
            self._waiting = deque()
        self._waiting.append(parcel)
        octets = parcel.octets
        self._octets += octets
        self._tally.queued += 1
        self._tally.queued_octets += octets

    def _count_out(self, parcel: Parcel) -> None:
        octets = parcel.octets
        self._octets -= octets
        self._tally.queued -= 1
        self._tally.queued_octets -= octets
