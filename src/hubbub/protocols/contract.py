"""The plan of every room, as types. Read this first, then `serve`.

A room is one protocol. `ROOM` in its `room.py` is its front door; `ROOM.open(house)` makes a `Desk`, the room in one hub; the desk
welcomes each connection with a `Guest`. What comes in travels:

    stream -> serve.Conversation -> guest.session.receive   octets to calls, in order       (session + wire)
                                 -> desk.handlers[type]     what the call means             (handlers/<verb>)
                                 -> core                    topics, queues, subscriptions
    reply  <- guest.session.encode                          the answer, in order

A handler is a plain function ``handler(guest, call)``. It returns its reply, `None` when nothing is to be said, or a `Later` when the
answer depends on something that has not happened yet. Replies go out in the order of the calls; what is not a reply to a
call (a delivery, a confirm) is appended to ``stream.out`` by `delivery`, followed by ``house.turn.flush(stream)``.

This is the one file where `Any` is allowed: each room has calls, replies and guests of its own type.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeAlias

from msgspec import Struct, field

from hubbub.core.broker import Broker
from hubbub.core.hatch import Hatch
from hubbub.model.counters import Reading, Traffic
from hubbub.net.stream import Stream
from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed

Call: TypeAlias = Any
Reply: TypeAlias = Any


class Later:
    """A reply that is not known yet. Replies behind it wait; reading goes on.

    With ``holds`` no later call of the same connection is handled before this one is answered. When the connection goes first,
    ``on_cancel`` is called so that what waits can let go, and ``complete`` does nothing any more.
    """

    __slots__ = ("_done", "_heard", "holds", "is_complete", "on_cancel", "reply")

    def __init__(self, *, holds: bool = False, on_cancel: Callable[[], None] | None = None) -> None:
        self.holds = holds
        self.on_cancel = on_cancel
        self.is_complete = False
        self.reply: Reply = None
        self._done: Callable[[], None] | None = None
        self._heard: tuple[Callable[[Reply], None], ...] = ()

    def complete(self, reply: Reply) -> None:
        """Give the answer (None: there is none). Only the first call counts."""
        if self.is_complete:
            return
        self.is_complete = True
        self.reply = reply
        for heard in self._heard:
            heard(reply)
        if self._done is not None:
            self._done()

    def tell(self, heard: Callable[[Reply], None]) -> None:
        """Let somebody who counts hear the answer, at once if it is known already; never called for one that is cancelled."""
        if self.is_complete:
            heard(self.reply)
        else:
            self._heard = (*self._heard, heard)

    def then(self, done: Callable[[], None]) -> None:
        """The conversation's: hear of completion, at once if it has happened already."""
        if self.is_complete:
            done()
        else:
            self._done = done

    def cancel(self) -> None:
        """The connection is gone: the answer interests nobody."""
        if not self.is_complete:
            self.is_complete = True
            self._done = None
            if self.on_cancel is not None:
                self.on_cancel()


Handler: TypeAlias = Callable[[Any, Call], "Reply | Later | None"]


class Session(Protocol):
    """Octets to calls and replies to octets: the order of the protocol and what was negotiated. Sans-IO; dies with the socket."""

    @property
    def used(self) -> int:
        """Octets of the data given to `receive` that the calls yielded so far took."""
        ...

    wanted: int
    """Octets that the unfinished frame behind the last call needs in all, where its length is known; else 0."""

    def receive(self, data: memoryview) -> Iterator[Call]:
        """Yield each whole call in ``data``. The view and all slices of it are only valid until the next is asked for.

        Raises `Malformed` (or the room's subclass of it) where the conversation cannot go on.
        """
        ...

    def encode(self, call: Call, reply: Reply) -> list[Buffer]:
        """The octets of the reply to this call."""
        ...


class Guest(Protocol):
    """One connection in its room: the session, and what of the core it uses. Handlers get it as their first argument."""

    @property
    def session(self) -> Session: ...

    def farewell(self, why: Malformed | None) -> None:
        """Say the protocol's last word, if it has one: ``why`` the peer broke the protocol, None for a hub that stops or failed.

        Called at the end of the turn, when what was asked before is answered as far as the answers are known. Appends to
        ``stream.out``; the conversation flushes and closes.
        """
        ...

    def writable(self, *, is_writable: bool) -> None:
        """The peer's socket is full, or has room again: stop or go on delivering."""
        ...

    def gone(self) -> None:
        """The socket is gone: let go of all that dies with it. Called exactly once."""
        ...


class Desk(Protocol):
    """A room, open in one hub."""

    @property
    def handlers(self) -> Mapping[type, Handler]: ...

    @property
    def hatch(self) -> Hatch:
        """How the rest of the house publishes here, and looks in."""
        ...

    def welcome(self, stream: Stream) -> Guest:
        """A new connection."""
        ...

    def readings(self) -> Mapping[str, Reading]:
        """Counters (their names end in ``_total``) and levels for whoever looks, by name."""
        ...

    def close(self) -> None:
        """The hub stops: end timers and what else runs in the background. Connections are closed by the conversation."""
        ...


class House(Struct, frozen=True):
    """What a hub gives each of its rooms."""

    broker: Broker
    options: Any
    """The room's own options struct."""
    advertised: Callable[[Stream], tuple[str, int]]
    """Host and port at which a client of this stream should find the room again."""
    log: logging.Logger
    traffic: Traffic = field(default_factory=Traffic)
    """Of all conversations in the room."""


def class_name(call: Call) -> str:
    """What most calls are called."""
    return type(call).__name__


class Room(Struct, frozen=True):
    """A protocol's front door."""

    name: str
    open: Callable[[House], Desk]
    pending_limit: int = 64
    """Unanswered calls of one connection before its reading pauses."""
    call_name: Callable[[Call], str] = class_name
    """How a call is called in what is measured of it."""
