"""What all clients of the room share in one hub: realms, users, the ways of direct replies, and the alarm."""

import logging
from collections import Counter
from collections.abc import Mapping
from typing import Final, Protocol

from hubbub.core.queues.queue import Queue
from hubbub.core.queues.realm import Realm
from hubbub.core.routing.exchange import ExchangeKind, ExchangeOptions
from hubbub.model.clock import NEVER, Timer, nothing
from hubbub.net.stream import Stream
from hubbub.protocols.amqp.delivery.channel import Channel, DirectReplies
from hubbub.protocols.amqp.guest.users import Login, Users
from hubbub.protocols.amqp.options import AmqpOptions
from hubbub.protocols.amqp.wire.replies import Reply
from hubbub.protocols.amqp.wire.table import Table
from hubbub.protocols.contract import House

LOOK_EVERY_OCTETS: Final = 4 << 20
"""How much may be published before the memory is looked at again."""
LOOK_SECONDS: Final = 0.1
CLEAR_BELOW: Final = 0.9

PREDECLARED: Final = {
    "amq.direct": ExchangeOptions(ExchangeKind.DIRECT, durable=True),
    "amq.fanout": ExchangeOptions(ExchangeKind.FANOUT, durable=True),
    "amq.topic": ExchangeOptions(ExchangeKind.TOPIC, durable=True),
    "amq.headers": ExchangeOptions(ExchangeKind.HEADERS, durable=True),
    "amq.match": ExchangeOptions(ExchangeKind.HEADERS, durable=True),
    "amq.rabbitmq.trace": ExchangeOptions(ExchangeKind.TOPIC, durable=True, internal=True),
}


class Visitor(Protocol):
    """A connected client, as far as it concerns all."""

    @property
    def channels(self) -> Mapping[int, Channel]: ...

    @property
    def client(self) -> Table:
        """What it said of itself."""
        ...

    @property
    def login(self) -> Login: ...

    @property
    def realm(self) -> Realm: ...

    @property
    def since(self) -> int: ...

    @property
    def stream(self) -> Stream: ...

    def unblock(self) -> None:
        """The alarm is off."""
        ...

    def close_connection(self, reply: Reply, text: str, index: int) -> None:
        """Say why, and close."""
        ...


class Premises:
    """One per hub. Counters are plain numbers, read by who looks."""

    __slots__ = (
        "_looking",
        "_published_octets",
        "acknowledged",
        "alarm",
        "clock",
        "complaints",
        "connections",
        "errors",
        "guests",
        "log",
        "options",
        "outlives",
        "realms",
        "refused",
        "rejected",
        "replies",
        "returned",
        "taps",
        "turn",
        "unroutable",
        "users",
    )

    def __init__(self, house: House, options: AmqpOptions) -> None:
        self.options: Final = options
        self.log: Final = house.log
        self.clock: Final = house.broker.clock
        self.turn: Final = house.broker.turn
        self.taps: Final = house.broker.taps
        self.realms = house.broker.realms
        self.outlives: Final = house.broker.engine.outlives
        """Whether anything is kept when the process ends."""
        self.users = Users(options)
        self.replies: dict[str, DirectReplies] = {}
        """Channels that wait for direct replies, by the private part of their name."""
        self.guests: dict[Visitor, None] = {}
        self.alarm = ""
        """Why publishers are blocked; empty: they are not."""
        self.acknowledged = 0
        self.rejected = 0
        self.returned = 0
        self.refused = 0
        """Messages that a queue had no room for, or could not keep; counted for each such queue."""
        self.unroutable = 0
        """Messages that reached no queue, and of which nobody was told."""
        self.errors: Counter[Reply] = Counter()
        """Channels and connections that were closed, by the code."""
        self.complaints: Final = house.broker.complaints
        self.connections = 0
        self._published_octets = 0
        self._looking = Timer(NEVER, 0, nothing)
        self.realms.on_short = self.is_short
        self.realms.restore()
        for name in options.virtual_hosts:
            self.open_realm(name)

    def open_realm(self, name: str) -> Realm:
        """A virtual host with its predeclared exchanges, made if it is not there."""
        realm = self.realms.open(name)
        for exchange, options in PREDECLARED.items():
            if exchange not in realm.graph.exchanges:
                realm.add_exchange(exchange, options)
        return realm

    # what is told nobody else

    def failed(self, guest: Visitor, reply: Reply, text: str) -> None:
        """A channel or a connection is closed for this."""
        self.errors[reply] += 1
        line = logging.INFO, "%s:%s: %s - %.200s"
        self.complaints.about(self.log, reply, line, *guest.stream.peer, reply.name, text, most=20)

    def gave_up(self, guest: Visitor, why: str) -> None:
        """A connection is closed without a word."""
        line = logging.INFO, "closed %s:%s: %s"
        self.complaints.about(self.log, "gave up", line, *guest.stream.peer, why, most=20)

    def reached_nobody(self, exchange: str, key: str, count: int) -> None:
        """Messages found no queue, and their publisher did not want to hear of it."""
        self.unroutable += count
        line = logging.INFO, "what is sent to exchange %r with key %.100r reaches no queue, and is dropped"
        self.complaints.about(self.log, (exchange, key), line, exchange, key)

    def turned_away(self, queue: Queue, count: int) -> None:
        """A queue did not take messages."""
        self.refused += count
        line = logging.INFO, "queue %r takes no more: it is full, or cannot keep it"
        self.complaints.about(self.log, (queue.name, "refuses"), line, queue.name)

    # the alarm

    def took(self, octets: int) -> None:
        """A publish of this size came; look at the memory from time to time."""
        self._published_octets += octets
        if self._published_octets >= LOOK_EVERY_OCTETS:
            self._published_octets = 0
            self.look()

    def look(self) -> None:
        """Raise or clear the alarm by what all queues hold; come back for as long as it is raised."""
        held = sum(
            queue.octets + queue.out_octets
            for realm in self.realms.by_name.values()
            for queue in realm.queues.values()
        )
        limit = self.options.max_memory_bytes
        if not self.alarm and held > limit:
            self.alarm = "low on memory"
            self.log.warning(
                "publishers are blocked: %d octets lie in queues, %d may (amqp.max_memory_bytes)", held, limit
            )
        elif self.alarm and held < limit * CLEAR_BELOW:
            self.alarm = ""
            self.log.warning("publishers may go on")
            for guest in list(self.guests):
                guest.unblock()
        self._look_again()

    def is_short(self) -> None:
        """The engine refused a record: whoever publishes waits a little."""
        if not self.alarm:
            self.alarm = "low on disk"
            self.log.warning("publishers are blocked: the storage could not keep a message")
        self._look_again()

    def _look_again(self) -> None:
        if self.alarm and self._looking.is_cancelled:
            self._looking = self.clock.call_in(LOOK_SECONDS, self._look_in_time)

    def _look_in_time(self) -> None:
        self._looking = Timer(NEVER, 0, nothing)
        self.look()

    def queues(self) -> int:
        return sum(len(realm.queues) for realm in self.realms.by_name.values())
