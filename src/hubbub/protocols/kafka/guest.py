"""A client in this room: its session, and the parts of the core that its requests are about."""

from typing import Final

from hubbub.core.access import ANONYMOUS, Operation, Principal
from hubbub.core.broker import Broker
from hubbub.net.stream import Stream
from hubbub.octets.malformed import Malformed
from hubbub.protocols.contract import House
from hubbub.protocols.kafka.delivery import FetchSession
from hubbub.protocols.kafka.options import KafkaOptions
from hubbub.protocols.kafka.session import Session


class Guest:
    """One connection. Handlers get it as their first argument."""

    __slots__ = (
        "_guests",
        "_house",
        "_session",
        "broker",
        "fetch_session",
        "key",
        "options",
        "principal",
        "since",
        "stream",
    )

    def __init__(
        self,
        house: House,
        options: KafkaOptions,
        session: Session,
        stream: Stream,
        guests: "dict[str, Guest]",
    ) -> None:
        self._house: Final = house
        self._session: Final = session
        self.broker: Final[Broker] = house.broker
        self.options: Final = options
        self.stream: Final = stream
        self.principal: Principal = ANONYMOUS
        self.fetch_session = FetchSession()
        self.since: Final = house.broker.clock.now()
        self.key: Final = "{}:{}".format(*stream.peer)
        """How it is called among all connections of the room."""
        self._guests: Final = guests
        guests[self.key] = self

    @property
    def session(self) -> Session:
        """The order of this conversation."""
        return self._session

    def address(self) -> tuple[str, int]:
        """Host and port at which this client should look for the broker: what is advertised, else where it has come to."""
        return self._house.advertised(self.stream)

    def introduce(self, name: str, version: str) -> None:
        """The client has said what software it is."""
        self._session.software = (name, version)
        self._house.log.debug("%s:%s is %r %r", *self.stream.peer, name, version)

    def permits(self, operation: Operation, name: str) -> bool:
        """Whether this client may do this with the topic or group of this name."""
        return self.broker.access.permits(self.principal, operation, name)

    def farewell(self, why: Malformed | None) -> None:
        """Kafka has no last word: the connection is closed and clients look for the broker again."""

    def writable(self, *, is_writable: bool) -> None:
        """Nothing is delivered unasked."""

    def gone(self) -> None:
        """Waiting fetches and joins are cancelled with their replies; nothing else is held."""
        if self._guests.get(self.key) is self:
            del self._guests[self.key]
