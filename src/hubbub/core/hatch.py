"""Hatch: a room as the rest of the house sees it. Features publish, declare and look through it, and know no protocol.

Each room has one (``Desk.hatch``), and the hub hands them all to its features by the room's name. What is kept in the core is looked at in the core
(`Broker`); a hatch is for what only the room can say: what an address means there, and how a record becomes one of its messages.
All calls are made on the hub's loop.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Protocol, TypeAlias

from msgspec import Struct

from hubbub.core.errors import Full, Refusal, Unavailable
from hubbub.core.groups import Introduction
from hubbub.model.address import Address
from hubbub.model.record import Record


class Posting(Struct, frozen=True):
    """One record to be published from inside, and how."""

    record: Record
    assurance: int = 1
    """As in `core.subscriptions.Assurance`, for rooms that have such a thing."""
    partition: int = -1
    """Of a stream; -1: by the key, or any."""
    realm: str = "/"
    """The name space of exchanges and queues, for rooms that have more than one."""


class Cause(Enum):
    """What a refusal is about."""

    RULES = "rules"
    ROOM = "room"
    """There is no room for it."""
    ENGINE = "engine"
    """It cannot be kept just now."""


class Posted(Struct, frozen=True, gc=False):
    """What became of a posting. Without ``refused`` it is as safe as the engine promises."""

    refused: str = ""
    """Why it was not taken."""
    partition: int = -1
    offset: int = -1
    """Its place in a stream; -1 where there is no such thing."""
    reached: int = 0
    """How many subscribers or queues took it, where that is known."""
    cause: Cause = Cause.RULES
    """Of a refusal."""


def not_taken(why: Refusal) -> Posted:
    """What became of a posting that was refused."""
    return Posted(str(why), cause=cause_of(why))


def not_kept(why: str) -> Posted:
    """What became of a posting that was taken and could not be made safe."""
    return Posted(why, cause=Cause.ENGINE)


def cause_of(why: Refusal) -> Cause:
    """What it is about."""
    if isinstance(why, Full):
        return Cause.ROOM
    return Cause.ENGINE if isinstance(why, Unavailable) else Cause.RULES


Done: TypeAlias = Callable[[list[Posted]], None]


class Declaration(Struct, frozen=True, tag_field="type"):
    """Something that shall be there. Making what is there already, and is the same, is no error."""


class StreamWanted(Declaration, frozen=True, tag="topic"):
    """A topic."""

    name: str
    partitions: int = 0
    """0: as many as the room gives one that does not say."""
    settings: Mapping[str, object] = {}
    """In the room's own names."""


class ExchangeWanted(Declaration, frozen=True, tag="exchange"):
    """An exchange. ``kind`` and arguments are in the room's own words."""

    name: str
    kind: str = "direct"
    durable: bool = True
    auto_delete: bool = False
    internal: bool = False
    arguments: Mapping[str, object] = {}
    realm: str = "/"


class QueueWanted(Declaration, frozen=True, tag="queue"):
    """A queue."""

    name: str
    durable: bool = True
    auto_delete: bool = False
    arguments: Mapping[str, object] = {}
    realm: str = "/"


class BindingWanted(Declaration, frozen=True, tag="binding"):
    """A way from an exchange to a queue, or to another exchange."""

    source: str
    destination: str
    key: str = ""
    to_exchange: bool = False
    arguments: Mapping[str, object] = {}
    realm: str = "/"


class Client(Struct, frozen=True):
    """A connection, for people. ``details`` are the room's own words about it."""

    id: str
    """Unique in the room; what `Hatch.kick` takes."""
    peer: str
    user: str
    protocol: str
    """Version of the protocol or software, as the client says."""
    since: int
    """Wall time in ms."""
    octets_in: int
    octets_out: int
    details: Mapping[str, str | int | bool]


class Scheme(Protocol):
    """How members of a group tell each other what they want and get, in the room's octets: for members that the hub itself plays."""

    @property
    def kind(self) -> str:
        """Of `core.groups.Joining`."""
        ...

    def protocols(self, topics: Sequence[str]) -> tuple[tuple[str, bytes], ...]:
        """What a member that wants these topics says when it joins."""
        ...

    def shares(self, members: Sequence[Introduction], counts: Mapping[str, int]) -> Mapping[str, bytes]:
        """What a leader assigns, by member. ``counts`` are partitions by topic, those that are there."""
        ...

    def places(self, assignment: bytes) -> list[tuple[str, int]]:
        """The topics and partitions of an assignment."""
        ...


class Hatch(Protocol):
    """One room. Each call is complete when it returns, but for `post`, which answers by callback."""

    @property
    def name(self) -> str:
        """The room's, as it stands before the colon of an address."""
        ...

    def address(self, path: str) -> Address:
        """The place that a text (what stands behind the colon, percent-encoded) means here. Raises `Invalid`."""
        ...

    def post(self, postings: Sequence[Posting], done: Done) -> None:
        """Publish, in this order, as a client would; limits and permissions of the room hold.

        ``done`` is called once, perhaps before this returns, with one answer for each posting, when all are as safe as the engine promises
        or refused. One that is refused leaves the others alone. Streams that are not there are made where clients may make them so, too.
        """
        ...

    def declare(self, wanted: Declaration) -> bool:
        """Make it; whether it is new. Raises `Invalid` for what this room does not have, and what the core raises."""
        ...

    @property
    def scheme(self) -> Scheme | None:
        """How groups of this room share topics; None where it has none."""
        ...

    def clients(self) -> list[Client]:
        """Who is connected."""
        ...

    def kick(self, client: str, why: str) -> bool:
        """Close this client's connection with the protocol's word; whether there was one."""
        ...
