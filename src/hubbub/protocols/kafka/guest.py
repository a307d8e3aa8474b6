"""A client in this room: its session, and the parts of the core that its requests are about."""

import logging
from collections import Counter
from typing import Final

from msgspec import Struct

from hubbub.core.access import ANONYMOUS, Operation, Principal
from hubbub.core.broker import Broker
from hubbub.core.complaints import Complaints
from hubbub.net.stream import Stream
from hubbub.octets.malformed import Malformed
from hubbub.protocols.contract import House
from hubbub.protocols.kafka.delivery import FetchSession
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.options import KafkaOptions
from hubbub.protocols.kafka.session import Session
from hubbub.protocols.kafka.wire.errors import errors_in
from hubbub.protocols.kafka.wire.keys import ApiKey

PART_OF_THE_DANCE: Final = {Code.MEMBER_ID_REQUIRED, Code.REBALANCE_IN_PROGRESS}
"""Answers that every healthy client gets now and then."""


class Register:
    """All clients of the room, and what is counted of them. ``requests`` is by API key, ``errors`` by API key and code."""

    __slots__ = ("_complaints", "_log", "errors", "guests", "requests")

    def __init__(self, log: logging.Logger, complaints: Complaints) -> None:
        self._log: Final = log
        self._complaints: Final = complaints
        self.guests: Final[dict[str, Guest]] = {}
        self.requests: Final = [0] * (max(ApiKey) + 1)
        self.errors: Final[Counter[tuple[int, int]]] = Counter()

    def answered(self, guest: "Guest", key: int, reply: Struct | None) -> None:
        """Count the errors in a reply."""
        if reply is None:
            return
        for code, text in errors_in(reply):
            self.refused(guest, key, code, text)

    def refused(self, guest: "Guest", key: int, code: int, text: str) -> None:
        """A client was told "no"."""
        self.errors[key, code] += 1
        level = logging.DEBUG if code in PART_OF_THE_DANCE else logging.INFO
        said = f": {text}" if text else ""
        name = Code(code).name
        self._complaints.about(
            self._log,
            (key, code),
            (level, "%s:%s was answered %s to %s%s"),
            *guest.stream.peer,
            name,
            ApiKey(key).name,
            said,
        )


class Guest:
    """One connection. Handlers get it as their first argument."""

    __slots__ = (
        "_house",
        "_session",
        "broker",
        "fetch_session",
        "key",
        "options",
        "principal",
        "register",
        "since",
        "stream",
    )

    def __init__(
        self,
        house: House,
        options: KafkaOptions,
        session: Session,
        stream: Stream,
        register: Register,
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
        self.register: Final = register
        register.guests[self.key] = self

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
        if self.register.guests.get(self.key) is self:
            del self.register.guests[self.key]
