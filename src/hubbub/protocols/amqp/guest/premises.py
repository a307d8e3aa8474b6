"""What all clients of the room share in one hub: realms, users, the ways of direct replies, and the alarm."""

from collections.abc import Mapping
from typing import Final, Protocol

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
        "connections",
        "guests",
        "log",
        "options",
        "outlives",
        "published",
        "realms",
        "replies",
        "returned",
        "taps",
        "turn",
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
        self.published = 0
        self.acknowledged = 0
        self.returned = 0
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
        elif self.alarm and held < limit * CLEAR_BELOW:
            self.alarm = ""
            for guest in list(self.guests):
                guest.unblock()
        self._look_again()

    def is_short(self) -> None:
        """The engine refused a record: whoever publishes waits a little."""
        self.alarm = self.alarm or "low on disk"
        self._look_again()

    def _look_again(self) -> None:
        if self.alarm and self._looking.is_cancelled:
            self._looking = self.clock.call_in(LOOK_SECONDS, self._look_in_time)

    def _look_in_time(self) -> None:
        self._looking = Timer(NEVER, 0, nothing)
        self.look()

    def queues(self) -> int:
        return sum(len(realm.queues) for realm in self.realms.by_name.values())
