"""A realm: one name space of exchanges and queues, and the way of a record through it.

Everything that outlives a connection lies here: exchanges with their bindings, queues with their records, records that are held back
for a while. Declaring is done by those who know what may be declared how (rooms, definitions); the realm keeps the graph whole:
what goes takes its bindings along, and exchanges that live only by their bindings.
"""

import logging
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Final, cast
from urllib.parse import quote

from hubbub.core.complaints import Complaints
from hubbub.core.errors import AlreadyExists
from hubbub.core.queues.catalogue import Catalogue
from hubbub.core.queues.entry import Entry
from hubbub.core.queues.held import Held, Way
from hubbub.core.queues.journal import Forgetful, Journal
from hubbub.core.queues.ledger import Ledger
from hubbub.core.queues.options import Death, QueueKind, QueueOptions
from hubbub.core.queues.queue import ANYBODY, Queue
from hubbub.core.queues.stream import StreamQueue, log_options
from hubbub.core.routing.exchange import Binding, Exchange, ExchangeOptions
from hubbub.core.routing.graph import Graph
from hubbub.core.routing.headers import NO_ARGUMENTS, Arguments
from hubbub.core.store import Engine
from hubbub.core.taps import Taps
from hubbub.core.turn import Turn
from hubbub.model.clock import Clock, nothing
from hubbub.model.record import Record

Undertaker = Callable[["Realm", Queue, Entry, Death], None]
Restored = Callable[[list[Entry]], None]
DEFAULT: Final = ""
LOG: Final = logging.getLogger("hubbub.queues")


class Sending:
    """What a realm must know of a record beside itself: how to route it and how it lives in queues."""

    __slots__ = ("headers", "keys", "persistent", "priority", "ttl_ms")

    def __init__(
        self,
        keys: tuple[str, ...],
        headers: Arguments = NO_ARGUMENTS,
        ttl_ms: int = -1,
        priority: int = 0,
        *,
        persistent: bool = False,
    ) -> None:
        self.keys = keys
        self.headers = headers
        self.ttl_ms = ttl_ms
        self.priority = priority
        self.persistent = persistent


class Realm:
    """A `Keeper` of its queues. ``bury`` of a dead entry is done by the undertaker that was given."""

    __slots__ = (
        "_catalogue",
        "_engine",
        "_held",
        "_keeps_held",
        "_undertaker",
        "clock",
        "complaints",
        "deaths",
        "default",
        "graph",
        "journal",
        "name",
        "on_short",
        "queues",
        "taps",
        "turn",
    )

    def __init__(
        self, name: str, engine: Engine, clock: Clock, turn: Turn, taps: Taps, undertaker: Undertaker
    ) -> None:
        self.name = name
        self.taps = taps
        self.on_short: Callable[[], object] = nothing
        """Called when the engine could not keep a record."""
        self._engine = engine
        self._catalogue = Catalogue(engine, turn)
        self.clock = clock
        self.turn = turn
        self.complaints = Complaints(clock.elapsed)
        self.deaths: Counter[tuple[Death, bool]] = Counter()
        """How many entries of queues died of what, and whether they were to be buried somewhere."""
        self.journal: Journal = (
            Ledger(engine, clock, turn, self._log_name) if engine.outlives else Forgetful()
        )
        self._keeps_held: Journal = (
            Ledger(engine, clock, turn, self._held_name) if engine.outlives else Forgetful()
        )
        self._held = Held(clock, self._keeps_held, self._let_go)
        self._undertaker = undertaker
        self.graph: Graph[Queue] = Graph()
        self.queues: dict[str, Queue] = {}
        self.default = Exchange(DEFAULT, ExchangeOptions(durable=True))
        self.default.matcher = ByName(self.queues)
        self.graph.add(self.default)

    # declaring

    def add_exchange(self, name: str, options: ExchangeOptions) -> Exchange:
        """A new exchange. Raises `AlreadyExists`."""
        if name in self.graph.exchanges:
            raise AlreadyExists(f"exchange {name!r} exists in {self.name!r}")
        exchange = Exchange(name, options)
        self.graph.add(exchange)
        self._catalogue.exchange(self.name, exchange)
        return exchange

    def remove_exchange(self, exchange: Exchange) -> list[Exchange]:
        """Forget an exchange with its bindings; returns it and the exchanges that went with it."""
        self._catalogue.forget_exchange(self.name, exchange)
        self._let_all_go(exchange)
        return [exchange, *self._forgotten(self.graph.remove(exchange))]

    def add_queue(self, name: str, options: QueueOptions, owner: object = ANYBODY) -> Queue:
        """A new, empty queue, which the default exchange leads to. Raises `AlreadyExists`."""
        if name in self.queues:
            raise AlreadyExists(f"queue {name!r} exists in {self.name!r}")
        if options.kind is QueueKind.STREAM:
            queue: Queue = StreamQueue(
                name, options, self, self._engine.acquire(self._log_name(name), log_options(options))
            )
        else:
            queue = Queue(name, options, self, owner)
        self.queues[name] = queue
        self.graph.forget_ways()
        self._catalogue.queue(self.name, name, options)
        return queue

    def remove_queue(self, queue: Queue) -> int:
        """Forget a queue with its bindings and records, and tell its consumers; returns how many records were ready."""
        if self.queues.get(queue.name) is queue:
            del self.queues[queue.name]
        self._catalogue.forget_queue(self.name, queue.name, list(queue.inbound.values()))
        self._forgotten(self.graph.detach(queue.inbound.values()))
        self.graph.forget_ways()
        count = queue.end()
        if queue.options.kind is QueueKind.STREAM:
            self._engine.drop(self._log_name(queue.name), self.turn.commit)
        elif queue.options.durable:
            self.journal.drop(queue.name)
        return count

    def _log_name(self, queue: str) -> str:
        return f"queue/{quote(self.name, safe='')}/{quote(queue, safe='')}"

    def _held_name(self, exchange: str) -> str:
        return f"held/{quote(self.name, safe='')}/{quote(exchange, safe='')}"

    def bind(self, binding: Binding) -> bool:
        """Whether it is a new binding."""
        is_new = self.graph.bind(binding)
        if is_new and binding.source.options.durable and is_durable(binding):
            self._catalogue.binding(self.name, binding)
        return is_new

    def unbind(self, binding: Binding) -> list[Exchange]:
        """Forget the binding that says the same; returns the exchanges that went with it."""
        self._catalogue.forget_binding(self.name, binding)
        return self._forgotten(self.graph.unbind(binding))

    def restore(self, waits: Callable[[Restored], Restored]) -> None:
        """Make again what the engine has kept: exchanges, queues with their records, bindings.

        What must be read first comes back later; ``waits`` is given each call that will be made then, and gives the one to make instead.
        """
        for name, options in self._catalogue.exchanges(self.name):
            if name not in self.graph.exchanges:
                self.add_exchange(name, options)
            if isinstance(self._keeps_held, Ledger) and options.delays:
                self._keeps_held.restore(name, waits(partial(self._hold_again, name)))
        for name, kept in self._catalogue.queues(self.name):
            queue = self.queues.get(name) or self.add_queue(name, kept)
            if isinstance(self.journal, Ledger) and kept.kind is not QueueKind.STREAM:
                self.journal.restore(name, waits(partial(come_back, queue)))
        for way in self._catalogue.bindings(self.name):
            source = self.graph.exchanges.get(way.source)
            destination = destination_of(self, way.destination, is_queue=way.to_queue)
            if source is not None and destination is not None:
                arguments = cast("Arguments", way.arguments)
                self.bind(Binding(source, destination, way.key, arguments, way.original))

    def _forgotten(self, gone: list[Exchange]) -> list[Exchange]:
        for exchange in gone:
            self._catalogue.forget_exchange(self.name, exchange)
            self._let_all_go(exchange)
        return gone

    def _let_all_go(self, exchange: Exchange) -> None:
        if exchange.options.delays:
            self._held.drop(exchange.name)

    # records

    def send(self, record: Record, exchange: Exchange, sending: Sending) -> tuple[int, bool]:
        """Route a record; returns how many queues it found, and whether all of them took it."""
        queues = self.graph.route(exchange, sending.keys, sending.headers)
        if self.taps.is_open:
            self.taps.saw((record,))
        else:
            self.taps.unseen += 1
        all_took = True
        for queue in queues:
            if not queue.put(record, sending.ttl_ms, sending.priority, persistent=sending.persistent):
                all_took = False
        return len(queues), all_took

    def hold(self, record: Record, exchange: Exchange, sending: Sending, delay_ms: int) -> bool:
        """`send` after a while, if the exchange is still there then. False: it could not be kept."""
        is_lasting = sending.persistent and exchange.options.durable
        way = Way(sending.keys, dict(sending.headers), sending.ttl_ms, sending.priority, sending.persistent)
        took = self._held.hold(exchange.name, record, way, delay_ms, is_lasting=is_lasting)
        exchange.held = self._held.count(exchange.name)
        if not took:
            self.is_short_of_room()
        return took

    def _let_go(self, name: str, record: Record, way: Way) -> None:
        exchange = self.graph.exchanges[name]
        exchange.held = self._held.count(name)
        sending = Sending(way.keys, way.headers, way.ttl_ms, way.priority, persistent=way.persistent)
        self.send(record, exchange, sending)

    def _hold_again(self, name: str, entries: list[Entry]) -> None:
        exchange = self.graph.exchanges.get(name)
        if exchange is not None:
            self._held.come_back(name, entries)
            exchange.held = self._held.count(name)

    # for the queues

    def bury(self, queue: Queue, entry: Entry, death: Death) -> None:
        """A queue's entry died: where it is asked for, it goes on to another exchange."""
        is_buried = queue.options.bury_to is not None
        self.deaths[death, is_buried] += 1
        if is_buried:
            self._undertaker(self, queue, entry, death)
        else:
            line = logging.INFO, "queue %r of %r drops records: %s"
            self.complaints.about(LOG, (queue.name, death), line, queue.name, self.name, death.value)

    def is_short_of_room(self) -> None:
        """The engine could not keep a record."""
        self.on_short()

    def retire(self, queue: Queue) -> None:
        """A queue's life is over."""
        self.remove_queue(queue)


def destination_of(realm: Realm, name: str, *, is_queue: bool) -> Queue | Exchange | None:
    """The queue or exchange of this name."""
    return realm.queues.get(name) if is_queue else realm.graph.exchanges.get(name)


def is_durable(binding: Binding) -> bool:
    """Whether its far end outlives the process."""
    destination = binding.destination
    return isinstance(destination, Queue | Exchange) and destination.options.durable


def come_back(queue: Queue, entries: list[Entry]) -> None:
    """Entries that were there when the hub ended: as if they had been out, for perhaps they were."""
    if not queue.is_gone:
        queue.out += len(entries)
        queue.out_octets += sum(len(entry.record.value) for entry in entries)
        queue.put_back(entries, failed=False)


class ByName:
    """The default exchange leads to every queue by its name."""

    __slots__ = ("_queues",)

    def __init__(self, queues: dict[str, Queue]) -> None:
        self._queues = queues

    def add(self, binding: Binding) -> None:
        """Nothing can be bound here."""

    def remove(self, binding: Binding) -> None:
        """Nothing was bound here."""

    def match(self, key: str, headers: Arguments) -> tuple[Queue, ...]:  # noqa: ARG002 - a matcher's shape
        queue = self._queues.get(key)
        return () if queue is None else (queue,)


def bury_as_is(realm: Realm, queue: Queue, entry: Entry, death: Death) -> None:  # noqa: ARG001 - an undertaker's shape
    """The plain undertaker: the same record again, to the exchange that the queue names."""
    exchange = realm.graph.exchanges.get(queue.options.bury_to or DEFAULT)
    if exchange is not None:
        key = queue.options.bury_key
        realm.send(entry.record, exchange, Sending((entry.record.address.parts[-1] if key is None else key,)))


class Realms:
    """All realms of a hub by name. ``undertaker`` may be set by the room whose records these are."""

    __slots__ = (
        "_catalogue",
        "_clock",
        "_engine",
        "_restoring",
        "_taps",
        "_turn",
        "_waiters",
        "by_name",
        "on_short",
        "undertaker",
    )

    def __init__(self, engine: Engine, clock: Clock, turn: Turn, taps: Taps) -> None:
        self._engine = engine
        self._taps = taps
        self._clock = clock
        self._turn = turn
        self._catalogue = Catalogue(engine, turn)
        self.undertaker: Undertaker = bury_as_is
        self.on_short: Callable[[], object] = nothing
        """Called when the engine could not keep a record."""
        self.by_name: dict[str, Realm] = {}
        self._restoring = 0
        self._waiters: list[Callable[[], object]] = []

    def open(self, name: str) -> Realm:
        """The realm of this name, made if it is not there."""
        realm = self.by_name.get(name)
        if realm is None:
            realm = self.by_name[name] = Realm(
                name, self._engine, self._clock, self._turn, self._taps, self._bury
            )
            realm.on_short = self._short
            self._catalogue.realm(name)
            realm.restore(self._waits)
        return realm

    def restore(self) -> None:
        """Open all realms that the engine has kept."""
        for name in self._catalogue.realms():
            self.open(name)

    def when_restored(self, done: Callable[[], object]) -> None:
        """Call once all queues have back what they held when the hub ended; at once if they have."""
        if self._restoring:
            self._waiters.append(done)
        else:
            done()

    def _waits(self, restored: Restored) -> Restored:
        self._restoring += 1

        def come_back_and_tell(entries: list[Entry]) -> None:
            restored(entries)
            self._restoring -= 1
            if not self._restoring:
                waiters, self._waiters = self._waiters, []
                for waiter in waiters:
                    waiter()

        return come_back_and_tell

    def _short(self) -> None:
        self.on_short()

    def _bury(self, realm: Realm, queue: Queue, entry: Entry, death: Death) -> None:
        self.undertaker(realm, queue, entry, death)
