"""A queue: records wait in order until a consumer takes them, and come back if it fails to settle them.

Plain functions on one loop. An entry is at any time ready (in order, by priority), out (handed over, not settled) or gone. The queue
pushes: a record that finds a consumer able to take goes out at once, otherwise `_dispatch` hands on at the end of a turn, in bounded
slices. What grows with the queue (purging, expiring, deleting) is done in slices, too. Dead entries and the queue's own end
are told to the `Keeper`; what a dead record becomes is not the queue's business.
"""

from collections.abc import Callable, Iterable
from typing import Final, Protocol

from hubbub.core.errors import Fenced, Full, Unavailable
from hubbub.core.queues.consumer import Consumer
from hubbub.core.queues.entry import LIVES_ON, Entry
from hubbub.core.queues.journal import Journal
from hubbub.core.queues.options import Death, Overflow, QueueKind, QueueOptions
from hubbub.core.queues.ready import Line, Lines, Ready
from hubbub.core.queues.rotation import Rotation
from hubbub.core.routing.exchange import Binding
from hubbub.core.turn import Turn
from hubbub.model.clock import NEVER, Clock, Timer, nothing
from hubbub.model.record import Record

SLICE: Final = 1000
"""Entries handed on, expired or dropped before others get their turn."""
SLICE_OCTETS: Final = 1 << 20


class Keeper(Protocol):
    """Who holds the queue, and hears what it cannot settle alone."""

    @property
    def clock(self) -> Clock: ...

    @property
    def turn(self) -> Turn: ...

    @property
    def journal(self) -> Journal: ...

    def bury(self, queue: "Queue", entry: Entry, death: Death) -> None:
        """An entry died; the queue has let go of it."""
        ...

    def is_short_of_room(self) -> None:
        """The engine could not keep something: a limit of its own, or its disk."""
        ...

    def retire(self, queue: "Queue") -> None:
        """The queue's life is over: its last consumer left, or nobody used it."""
        ...


class Queue:
    """See the module. ``owner`` is who may use it exclusively, or `ANYBODY`."""

    __slots__ = (
        "_active",
        "_expiry",
        "_idle",
        "_idle_since",
        "_keeper",
        "_next",
        "_ready",
        "_rotation",
        "_sees_expiry",
        "consumers",
        "handed",
        "inbound",
        "is_gone",
        "name",
        "options",
        "out",
        "out_octets",
        "owner",
        "taken",
    )

    def __init__(self, name: str, options: QueueOptions, keeper: Keeper, owner: object) -> None:
        self.name = name
        self.options = options
        self.owner = owner
        self.inbound: dict[tuple[int, int, str, bytes], Binding] = {}
        self.consumers: dict[Consumer, None] = {}
        self.is_gone = False
        self.out = 0
        self.out_octets = 0
        self.taken = 0
        self.handed = 0
        self._keeper = keeper
        self._ready: Ready = self._empty()
        self._rotation = Rotation()
        self._active: Consumer | None = None
        self._next = 0
        self._sees_expiry = options.ttl_ms >= 0
        self._expiry = NO_TIMER
        self._idle = NO_TIMER
        self._idle_since = 0.0
        self.touch()

    # what anybody may ask

    def __len__(self) -> int:
        """Entries that are ready."""
        return len(self._ready)

    def __bool__(self) -> bool:
        return True  # an empty queue is still a queue

    @property
    def is_simple(self) -> bool:
        """Whether records may come by `put_all`."""
        options = self.options
        return (
            options.ttl_ms < 0
            and options.max_records < 0
            and options.max_octets < 0
            and options.overflow is Overflow.DROP_HEAD
        )

    @property
    def octets(self) -> int:
        """Size of the values of the entries that are ready."""
        return self._ready.octets

    @property
    def ready(self) -> Ready:
        """The entries that are ready, to be looked at and left as they are. Some may have expired and not gone yet."""
        return self._ready

    @property
    def is_exclusively_consumed(self) -> bool:
        return any(consumer.is_exclusive for consumer in self.consumers)

    @property
    def active(self) -> Consumer | None:
        """With a single active consumer: who that is."""
        return self._active

    def touch(self) -> None:
        """Somebody used the queue: its idle time begins anew."""
        if self.options.idle_ms >= 0:
            clock = self._keeper.clock
            self._idle_since = clock.elapsed()
            if self._idle.is_cancelled:
                self._idle = clock.call_in(self.options.idle_ms / 1000, self._look_whether_idle)

    # records

    def put(self, record: Record, ttl_ms: int = -1, priority: int = 0, *, persistent: bool = False) -> bool:
        """Take a record, to be handed on at once if somebody can take it. False: the queue is full and refuses."""
        options = self.options
        ready = self._ready
        waiting = len(ready)
        if options.overflow is not Overflow.DROP_HEAD and self._is_full(waiting, len(record.value)):
            if options.overflow is Overflow.REFUSE_AND_BURY:
                self._keeper.bury(self, Entry(record, self._next), Death.OVERFLOW)
            return False
        expires = LIVES_ON
        if ttl_ms >= 0 or options.ttl_ms >= 0:
            expires = self._expires(ttl_ms)
        if priority > options.top_priority:
            priority = options.top_priority
        position = self._next
        self._next = position + 1
        self.taken += 1
        entry = Entry(record, position, expires, priority)
        consumer = None if waiting else self._rotation.next()
        is_lasting = options.durable and (persistent or options.kind is QueueKind.QUORUM)
        goes_at_once = consumer is not None and not consumer.settles
        if is_lasting and not goes_at_once and not self._is_written([entry]):
            return False
        if consumer is not None:
            self._hand(consumer, [entry])
            return True
        ready.add(entry)
        if options.max_records >= 0 or options.max_octets >= 0:
            self._make_room()
        if self._sees_expiry:
            self._expire()
        return True

    def put_all(self, records: list[Record], *, persistent: bool = False) -> bool:
        """`put` for a queue that `is_simple`: many records of no priority and no end. False: none could be kept."""
        position = self._next
        self._next = position + len(records)
        self.taken += len(records)
        entries = [Entry(record, at) for at, record in enumerate(records, position)]
        options = self.options
        has_ready = len(self._ready) > 0
        if options.durable and (persistent or options.kind is QueueKind.QUORUM):
            alone = None if has_ready else self._rotation.alone()
            if alone is not None and not alone.settles and not alone.is_blocked:
                self._hand(alone, entries)  # gone as soon as it is handed over: it need not be kept
                return True
            if not self._is_written(entries):
                return False
        if has_ready:
            self._ready.extend(entries)
            return True
        handed = self._hand_on(entries)
        if handed < len(entries):
            self._ready.extend(entries[handed:] if handed else entries)
        return True

    def take(self) -> Entry | None:
        """The head, for somebody who asks for one; it is out until settled. None when nothing is ready."""
        self.touch()
        if self._sees_expiry:
            self._drop_expired(NEVER)
        if not len(self._ready):
            return None
        entry = self._ready.pop()
        self.out += 1
        self.out_octets += len(entry.record.value)
        self.handed += 1
        if self._sees_expiry:
            self._arm_expiry()
        return entry

    def settle(self, entry: Entry) -> None:
        """An entry that was out is done."""
        self._is_in(entry)
        if entry.is_kept:
            self._keeper.journal.went(self.name, entry)

    def put_back(self, entries: Iterable[Entry], *, failed: bool) -> None:
        """Entries that were out are ready again, in their old places. ``failed``: that counts towards the limit of returns."""
        limit = self.options.return_limit
        for entry in entries:
            self._is_in(entry)
            entry.returns += 1
            entry.failures += failed
            self._sees_expiry = self._sees_expiry or entry.expires != LIVES_ON
            if self.is_gone:
                continue
            if 0 <= limit < entry.failures:
                self._die(entry, Death.RETURNED_TOO_OFTEN)
            else:
                self._ready.put_back(entry)
        if not self.is_gone:
            if self._sees_expiry:
                self._expire()
            self._dispatch_soon()

    def reject(self, entry: Entry) -> None:
        """An entry that was out is dead."""
        self._is_in(entry)
        if not self.is_gone:
            self._die(entry, Death.REJECTED)

    def purge(self) -> int:
        """Forget all that is ready; returns how many that was."""
        ready, self._ready = self._ready, self._empty()
        self._expiry.cancel()
        count = len(ready)
        self._crumble(ready)
        return count

    def end(self) -> int:
        """The queue is deleted: its consumers are told, its entries forgotten. Returns how many were ready."""
        self.is_gone = True
        self._idle.cancel()
        consumers = list(self.consumers)
        self.consumers.clear()
        self._active = None
        for consumer in consumers:
            self._rotation.leave(consumer)
            consumer.on_cancel(consumer)
        return self.purge()

    # consumers

    def attach(self, consumer: Consumer) -> None:
        """Hand records to this consumer from the end of this turn on."""
        self.consumers[consumer] = None
        self._idle.cancel()
        if self.options.single_active:
            if self._active is None:
                self._active = consumer
            if self._active is not consumer:
                return
        self._rotation.let_in(consumer)
        self._dispatch_soon()

    def detach(self, consumer: Consumer) -> None:
        """Hand it no more; what it has out stays out."""
        if consumer not in self.consumers:
            return
        del self.consumers[consumer]
        self._rotation.leave(consumer)
        if self._active is consumer:
            self._active = max(self.consumers, key=lambda it: it.priority, default=None)
            if self._active is not None:
                self.wake(self._active)
        if not self.consumers:
            if self.options.auto_delete:
                self._keeper.retire(self)
            else:
                self.touch()

    def wake(self, consumer: Consumer) -> None:
        """A consumer may be able to take again: a window opened, its receiver caught up."""
        if consumer.is_waiting or not consumer.can_take or consumer not in self.consumers:
            return
        if self.options.single_active and self._active is not consumer:
            return
        self._rotation.let_in(consumer)
        if len(self._ready):
            self._dispatch_soon()

    def _dispatch(self) -> None:
        """Hand on as much as consumers can take, in a bounded slice."""
        ready = self._ready
        rotation = self._rotation
        left = SLICE
        octets = SLICE_OCTETS
        if self._sees_expiry:
            self._drop_expired(SLICE)
        now = self._keeper.clock.elapsed() if self._sees_expiry else 0.0
        while len(ready):
            if left == 0 or octets <= 0:
                self._go_on_later(self._dispatch)
                return
            if self._sees_expiry and ready.head().expires <= now:
                self._die(ready.pop(), Death.EXPIRED)
                continue
            consumer = rotation.next()
            if consumer is None:
                break
            room = min(consumer.room, left) if rotation.alone() is consumer else 1
            entries = [ready.pop()]
            size = len(entries[0].record.value)
            while len(entries) < room and size < octets and len(ready) and ready.head().expires == LIVES_ON:
                entry = ready.pop()
                size += len(entry.record.value)
                entries.append(entry)
            left -= len(entries)
            octets -= size
            self._hand(consumer, entries)
        if self._sees_expiry:
            self._arm_expiry()

    # inside

    def _is_written(self, entries: list[Entry]) -> bool:
        """Whether the journal took them; where it has no room, publishers must wait."""
        try:
            self._keeper.journal.came(self.name, entries)
        except (Full, Unavailable, Fenced):
            self._keeper.is_short_of_room()
            return False
        return True

    def _hand_on(self, entries: list[Entry]) -> int:
        """Hand entries straight to whoever can take them; returns how many."""
        rotation = self._rotation
        alone = rotation.alone()
        if alone is not None:
            room = min(alone.room, len(entries))
            if room > 0:
                self._hand(alone, entries if room == len(entries) else entries[:room])
            if room < len(entries):
                rotation.next()  # it is full, and leaves: whoever waits for it must find it outside, to be let in again
            return max(room, 0)
        handed = 0
        for entry in entries:
            consumer = rotation.next()
            if consumer is None:
                break
            self._hand(consumer, [entry])
            handed += 1
        return handed

    def _hand(self, consumer: Consumer, entries: list[Entry]) -> None:
        count = len(entries)
        self.handed += count
        if consumer.settles:
            self.out += count
            self.out_octets += sum([len(entry.record.value) for entry in entries])
            consumer.own.used += count
            consumer.shared.used += count
        elif self.options.durable:
            for entry in entries:
                if entry.is_kept:
                    self._keeper.journal.went(self.name, entry)
        consumer.accept(consumer, entries)

    def _is_in(self, entry: Entry) -> None:
        self.out -= 1
        self.out_octets -= len(entry.record.value)

    def _die(self, entry: Entry, death: Death) -> None:
        self._keeper.bury(self, entry, death)
        if entry.is_kept:
            self._keeper.journal.went(self.name, entry)

    def _empty(self) -> Ready:
        return Lines() if self.options.top_priority else Line()

    def _dispatch_soon(self) -> None:
        if len(self._ready):
            self._keeper.turn.later(self._dispatch)

    def _go_on_later(self, action: Callable[[], None]) -> None:
        """In the loop's next pass, so that others come in between."""
        self._keeper.clock.soon(action)

    def _is_full(self, waiting: int, more: int) -> bool:
        options = self.options
        over = 0 <= options.max_records <= waiting or 0 <= options.max_octets < self._ready.octets + more
        return over and (waiting > 0 or self._rotation.next() is None)

    def _make_room(self) -> None:
        ready = self._ready
        options = self.options
        while (0 <= options.max_records < len(ready)) or (0 <= options.max_octets < ready.octets):
            self._die(ready.pop(), Death.OVERFLOW)

    def _crumble(self, ready: Ready) -> None:
        """Free a store slice by slice: letting go of a million entries at once would stop the loop."""
        journal = self._keeper.journal
        for _ in range(min(len(ready), 10 * SLICE)):
            entry = ready.pop()
            if entry.is_kept:
                journal.went(self.name, entry)
        if len(ready):
            self._go_on_later(lambda: self._crumble(ready))

    # time

    def _expires(self, ttl_ms: int) -> float:
        own = self.options.ttl_ms
        if ttl_ms < 0 or 0 <= own < ttl_ms:
            ttl_ms = own
        self._sees_expiry = True
        return self._keeper.clock.elapsed() + ttl_ms / 1000

    def _expire(self) -> None:
        """Bury what has expired at the head; come back for more, or when the next head expires."""
        if self.is_gone:
            return
        if self._drop_expired(SLICE):
            self._go_on_later(self._expire)
        else:
            self._arm_expiry()

    def _drop_expired(self, most: float) -> bool:
        """Whether more than ``most`` were expired at the head."""
        ready = self._ready
        now = self._keeper.clock.elapsed()
        while len(ready):
            head = ready.head()
            if head.expires > now:
                return False
            if most == 0:
                return True
            most -= 1
            self._die(ready.pop(), Death.EXPIRED)
        return False

    def _arm_expiry(self) -> None:
        """See to it that the clock calls when the head expires: classic queues expire at the head only."""
        when = self._ready.head().expires if len(self._ready) else LIVES_ON
        if when == LIVES_ON:
            return
        if not self._expiry.is_cancelled:
            if self._expiry.when <= when:
                return
            self._expiry.cancel()
        self._expiry = self._keeper.clock.call_at(when, self._expiry_is_due)

    def _expiry_is_due(self) -> None:
        self._expiry = NO_TIMER
        self._expire()

    def _look_whether_idle(self) -> None:
        self._idle = NO_TIMER
        if self.is_gone or self.consumers:
            return
        clock = self._keeper.clock
        due = self._idle_since + self.options.idle_ms / 1000
        if due <= clock.elapsed():
            self._keeper.retire(self)
        else:
            self._idle = clock.call_at(due, self._look_whether_idle)


ANYBODY: Final = object()
"""Owner of queues that are not exclusive."""
NO_TIMER: Final = Timer(NEVER, 0, nothing)
