"""The one connection loop, shared by all rooms: read what has come, decode all, act, write once.

It knows `contract` and `net`. It refuses to know any protocol: what is special about one stands in its session and handlers.
"""

import logging
from collections import deque
from collections.abc import Mapping
from functools import partial
from typing import Final

from hubbub.net.stream import Stream
from hubbub.octets.malformed import Malformed
from hubbub.protocols.contract import Call, Desk, Guest, Handler, House, Later, Reply, Room

AHEAD: Final = 1 << 20
"""Octets of answers that are gathered before they are written, and so before it shows whether the peer takes them."""


MALFORMED: Final = "malformed"


class Conversation:
    """One connection, from its first octet to its last. A `net.stream.Reader`.

    Replies leave in the order of the calls. A `Later` at the head holds back the replies behind it, not the handling of more
    calls, up to the room's limit; then reading pauses and so does the peer. It pauses too when the peer does not take its
    answers: one read may bring thousands of calls, each of which asks for megabytes, so this is looked at between them.
    """

    __slots__ = (
        "_guest",
        "_handlers",
        "_house",
        "_is_halted",
        "_is_parting",
        "_limit",
        "_open",
        "_pending",
        "_room",
        "_sampling",
        "_session",
        "_stream",
        "_turn",
        "wanted",
    )

    def __init__(
        self, room: Room, desk: Desk, house: House, stream: Stream, open_ones: "set[Conversation]"
    ) -> None:
        self._open = open_ones
        self._stream = stream
        self._house = house
        self._turn = house.broker.turn
        self._room = room
        self._sampling = house.traffic.sampling
        self._limit = room.pending_limit
        self._handlers = desk.handlers
        self._guest = desk.welcome(stream)
        self._session = self._guest.session
        self._pending = NOTHING_PENDING
        self._is_halted = False
        self._is_parting = False
        self.wanted = 0
        open_ones.add(self)
        house.log.debug("%s:%s connected", *stream.peer)

    def received(self, data: memoryview) -> int:
        """Handle all whole frames; what is left is shown again with more behind it."""
        stream = self._stream
        session = self._session
        handlers: Mapping[type, Handler] | Timed = self._handlers
        guest = self._guest
        gathered = 0
        sampling = self._sampling
        if sampling.skip:
            sampling.skip -= 1
        else:
            handlers = Timed(self._room, self._handlers, self._house)
        try:
            for call in session.receive(data):
                reply = handlers[call.__class__](guest, call)
                if reply is not None:
                    if reply.__class__ is Later or self._pending:
                        self._queue(call, reply)
                    else:
                        parts = session.encode(call, reply)
                        stream.out.extend(parts)
                        gathered += sum(map(len, parts))
                        if gathered > AHEAD:
                            gathered = 0
                            stream.flush()
                if self._is_halted or stream.closing:
                    break
        except Malformed as why:
            self._house.traffic.malformed += 1
            self._house.broker.complaints.about(
                self._house.log, MALFORMED, (logging.INFO, "closed %s:%s: %s"), *stream.peer, why, most=20
            )
            self._part(why)
            return len(data)
        if stream.out:
            self._turn.flush(stream)
        self.wanted = 0 if self._is_halted else session.wanted  # of frames not looked at nothing is known
        return session.used

    def writable(self, *, is_writable: bool) -> None:
        """A peer that does not read its answers may not ask for more."""
        if is_writable:
            self._guest.writable(is_writable=True)
            self._send_completed()
            if self._stream.is_writable:
                self._go_on()
        else:
            self._halt()
            self._guest.writable(is_writable=False)

    def lost(self) -> None:
        """Cancel what is still unanswered and let the room let go."""
        self._open.discard(self)
        stream = self._stream
        self._house.log.debug(
            "%s:%s gone; %d octets came, %d went", *stream.peer, stream.octets_in, stream.octets_out
        )
        pending, self._pending = self._pending, NOTHING_PENDING
        for _, later in pending:
            later.cancel()
        self._guest.gone()

    def dismiss(self) -> None:
        """The hub stops: say so in the protocol's word and close, at the end of this turn."""
        self._part(None)

    # inside

    def _queue(self, call: Call, reply: object) -> None:
        if isinstance(reply, Later):
            later = reply
        else:
            later = Later()
            later.complete(reply)
        if self._pending is NOTHING_PENDING:
            self._pending = deque()
        self._pending.append((call, later))
        later.then(self._send_completed)
        if len(self._pending) >= self._limit:
            self._halt()
        elif self._pending and later.holds:
            self._is_halted = True
            self._stream.hold()  # it may take long: a peer that gives up meanwhile should be noticed

    def _send_completed(self) -> None:
        """The head, and all behind it that are known too, as far as the peer takes them; the rest when it does."""
        pending = self._pending
        stream = self._stream
        if stream.closing:
            return
        gathered = 0
        while pending and pending[0][1].is_complete and stream.is_writable:
            call, later = pending.popleft()
            if later.reply is not None:
                parts = self._session.encode(call, later.reply)
                stream.out.extend(parts)
                gathered += sum(map(len, parts))
                if gathered > AHEAD:
                    gathered = 0
                    stream.flush()
        if stream.out:
            self._turn.flush(stream)
        if self._is_halted and stream.is_writable and len(pending) <= self._limit // 2:
            self._go_on()

    def _halt(self) -> None:
        self._is_halted = True
        self._stream.pause()

    def _go_on(self) -> None:
        if (
            not self._stream.closing
            and not self._is_parting
            and not any(later.holds for _, later in self._pending)
            and len(self._pending) < self._limit
        ):
            self._is_halted = False
            # not from inside a handler: the frames that were left are shown from the loop
            self._house.broker.clock.soon(self._resume)

    def _resume(self) -> None:
        if not self._is_halted:  # again, meanwhile
            self._stream.resume()

    def _part(self, why: Malformed | None) -> None:
        if not self._is_parting:
            self._is_parting = True
            self._halt()
            self._turn.later(partial(self._close, why))

    def _close(self, why: Malformed | None) -> None:
        if not self._stream.closing:
            self._guest.farewell(why)
            self._stream.close()


class Timed:
    """A room's handlers for one wake-up, in which it is measured how long answers take."""

    __slots__ = ("_clock", "_handlers", "_name", "_traffic")

    def __init__(self, room: Room, handlers: Mapping[type, Handler], house: House) -> None:
        self._handlers = handlers
        self._name = room.call_name
        self._clock = house.broker.clock
        self._traffic = house.traffic
        self._traffic.sampling.took(self._clock.elapsed())

    def __getitem__(self, kind: type) -> Handler:
        return partial(self._timed, self._handlers[kind])

    def _timed(self, handler: Handler, guest: Guest, call: Call) -> Reply | Later | None:
        began = self._clock.elapsed()
        name = self._name(call)
        reply = handler(guest, call)
        if isinstance(reply, Later):
            reply.tell(lambda _: self._traffic.took(name, self._clock.elapsed() - began))
        else:
            self._traffic.took(name, self._clock.elapsed() - began)
        return reply


# What most conversations have, one for all: an empty deque for each would cost 760 octets. Never appended to.
NOTHING_PENDING: Final[deque[tuple[Call, Later]]] = deque(maxlen=0)
