"""A stream: one accepted connection as octets in order, with back-pressure in both directions.

In: what has come is shown to the reader as one view; the reader says how much it used, and the rest is shown again, first, the
next time. The view is only lent: it is gone when `received` returns. Out: `send` gathers, `flush` writes all in one go.
Knows no protocol; frames are the reader's business, but for the size of an unfinished one (``wanted``).
"""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol, cast

from hubbub.net.arena import Arena
from hubbub.net.edge import OnDefect, attempt
from hubbub.octets.buffer import Buffer

HIGH_WATER: Final = 1 << 20
LARGE: Final = 16 * 1024
GROWTH: Final = 4
"""An own buffer is at most so many times as large as what has come of its frame: a peer that announces much and sends little
makes us allocate little."""


class Reader(Protocol):
    """What sits on a stream and makes sense of it."""

    wanted: int
    """Octets the unfinished frame at the end of what was shown needs in all; 0 when not known."""

    def received(self, data: memoryview) -> int:
        """Use whole frames from the front of ``data``; return how many octets were used."""
        ...

    def writable(self, *, is_writable: bool) -> None:
        """The peer reads too slowly (False) or has caught up (True)."""
        ...

    def lost(self) -> None:
        """The connection is gone; nothing that is sent from now on arrives. Called once."""
        ...


class Nobody:
    """Sits on a connection that has no reader: not yet, or because it was turned away."""

    __slots__ = ("wanted",)

    def __init__(self) -> None:
        self.wanted = 0

    def received(self, data: memoryview) -> int:
        """Use all, do nothing."""
        return len(data)

    def writable(self, *, is_writable: bool) -> None:
        """Nothing waits."""

    def lost(self) -> None:
        """Nothing was held."""


NOBODY: Final = Nobody()


class Stream(asyncio.BufferedProtocol):
    """Made by a `Listener` for each connection. ``out`` may be appended to directly by those who flush."""

    __slots__ = (
        "_arena",
        "_have",
        "_is_paused",
        "_make_reader",
        "_on_defect",
        "_on_lost",
        "_own",
        "_reader",
        "_tail",
        "_transport",
        "closing",
        "is_writable",
        "local",
        "octets_in",
        "octets_out",
        "out",
        "peer",
    )

    _transport: asyncio.Transport

    def __init__(
        self,
        arena: Arena,
        make_reader: "Callable[[Stream], Reader]",
        on_lost: "Callable[[Stream], None]",
        on_defect: OnDefect,
    ) -> None:
        self._arena = arena
        self._make_reader = make_reader
        self._on_lost = on_lost
        self._on_defect = on_defect
        self._reader: Reader = NOBODY
        self._tail = b""
        self._own = EMPTY
        self._have = 0
        self._is_paused = False
        self.out: list[Buffer] = []
        self.closing = False
        self.is_writable = True
        self.octets_in = 0
        self.octets_out = 0
        self.peer: tuple[str, int] = ("", 0)
        self.local: tuple[str, int] = ("", 0)

    # what the loop calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._transport.set_write_buffer_limits(HIGH_WATER)
        self.peer = (transport.get_extra_info("peername") or ("", 0))[:2]
        self.local = (transport.get_extra_info("sockname") or ("", 0))[:2]
        reader = attempt(self._on_defect, self._make_reader, self)
        if reader is None:
            self.abort()
        else:
            self._reader = reader

    def get_buffer(self, sizehint: int) -> memoryview:  # noqa: ARG002 - the arena knows better
        if self._own:
            return memoryview(self._own)[self._have :]
        tail = len(self._tail)
        if tail:
            self._arena.view[:tail] = self._tail
            return self._arena.view[tail:]
        return self._arena.view

    def buffer_updated(self, nbytes: int) -> None:
        self.octets_in += nbytes
        if self._is_paused:
            self._put_aside(nbytes)
        elif self._own:
            self._fill_own(nbytes)
        elif not self.closing:
            length = len(self._tail) + nbytes
            data = self._arena.view[:length]
            used = attempt(self._on_defect, self._reader.received, data)
            if used is None:
                self.abort()
            elif used != length or length != nbytes:  # mostly whole frames come, and nothing is left
                self._keep_rest(data, used)

    def eof_received(self) -> bool:
        # who has said all may still listen: first the answers of this pass, then the end
        asyncio.get_running_loop().call_soon(self.close)
        return True

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - why it broke makes no difference to anybody here
        self.closing = True
        self.is_writable = False
        self.out.clear()
        self._drop_own()
        self._tail = b""
        attempt(self._on_defect, self._reader.lost)
        self._on_lost(self)

    def pause_writing(self) -> None:
        self.is_writable = False
        attempt(self._on_defect, self._reader.writable, is_writable=False)

    def resume_writing(self) -> None:
        if not self.closing:
            self.is_writable = True
            attempt(self._on_defect, self._reader.writable, is_writable=True)

    # what the reader calls

    def send(self, *parts: Buffer) -> None:
        """Gather for the next `flush`. The parts must not change until they are written."""
        self.out.extend(parts)

    def flush(self) -> None:
        """Hand all that was gathered to the socket, in one write where that is cheapest."""
        out = self.out
        if not out:
            return
        self.out = []
        if self.closing:
            return
        if len(out) == 1:
            self._transport.write(out[0])
            self.octets_out += len(out[0])
            return
        octets = sum(map(len, out))
        self.octets_out += octets
        if (
            octets < LARGE or octets < len(out) * 2048
        ):  # many small parts: one copy is cheaper than many vectors
            self._transport.write(b"".join(out))
        else:
            self._transport.writelines(out)

    def pause(self) -> None:
        """Read no more until `resume`: the peer is made to wait. Idempotent."""
        if not self.closing:
            self._is_paused = True
            self._transport.pause_reading()

    def hold(self) -> None:
        """Show nothing more until `resume`, but keep listening, so that `lost` comes at once if the peer goes while it waits.

        What a peer sends meanwhile is kept, once; from then on this is a `pause`.
        """
        if not self.closing:
            self._is_paused = True

    def resume(self) -> None:
        """Read on; first show again what was left unused."""
        if not self._is_paused or self.closing:
            return
        self._is_paused = False
        if self._own:
            self._show(memoryview(self._own)[: self._have])
        elif self._tail:
            tail = len(self._tail)
            self._arena.view[:tail] = self._tail
            self._show(self._arena.view[:tail])
        if not self._is_paused and not self.closing:
            self._transport.resume_reading()

    def seat(self, reader: Reader) -> None:
        """Let this reader sit here from now on; what was kept meanwhile is shown to it at `resume`."""
        self._reader = reader

    def close(self) -> None:
        """Write what was gathered, then end the connection. Idempotent; nothing is shown to the reader any more."""
        if not self.closing:
            self.flush()
            self.closing = True
            self._transport.close()

    def abort(self) -> None:
        """End the connection at once; what was not sent is lost."""
        self.closing = True
        self._transport.abort()

    @property
    def unsent(self) -> int:
        """Octets handed to the socket that it has not taken yet."""
        return self._transport.get_write_buffer_size()

    # inside

    def _show(self, data: memoryview) -> None:
        if self.closing:
            return
        used = attempt(self._on_defect, self._reader.received, data)
        if used is None:
            self.abort()
        else:
            self._keep_rest(data, used)

    def _fill_own(self, nbytes: int) -> None:
        """More of a large frame: shown when it may be whole."""
        self._have += nbytes
        if self._have >= self._reader.wanted:
            self._show(memoryview(self._own)[: self._have])
        elif self._have == len(self._own):
            self._grow(self._reader.wanted)

    def _put_aside(self, nbytes: int) -> None:
        """Something came while nothing may be shown: keep it for `resume`, and read no more."""
        self._transport.pause_reading()
        if not self._own:
            self._keep_rest(self._arena.view[: len(self._tail) + nbytes], 0)
            return
        self._have += nbytes
        if self._have == len(self._own):
            self._grow(2 * self._have)

    def _keep_rest(self, data: memoryview, used: int) -> None:
        if self.closing:
            return
        left = len(data) - used
        if left == 0:
            self._tail = b""
            self._drop_own()
        elif self._own:
            self._keep_in_own(data, used, left)
        elif self._is_large(left):
            self._tail = b""
            self._move_to_own(data[used:])
        elif used or len(self._tail) != len(data):
            self._tail = bytes(data[used:])

    def _keep_in_own(self, data: memoryview, used: int, left: int) -> None:
        """The frame in our own buffer is done but more has come behind it."""
        if used == 0:
            if self._have == len(self._own):
                self._grow(max(self._reader.wanted, 2 * self._have))
            return
        rest = bytes(data[used:])
        self._drop_own()
        if self._is_large(left):
            self._move_to_own(memoryview(rest))
        else:
            self._tail = rest

    def _is_large(self, left: int) -> bool:
        """Whether what is left belongs into a buffer of its own: the arena would be short of room, or soon will be."""
        half = self._arena.octets // 2
        return left > half or (self._reader.wanted > half and left > half // 4)

    def _move_to_own(self, data: memoryview) -> None:
        left = len(data)
        wanted = self._reader.wanted
        self._own = self._arena.borrow(min(wanted, GROWTH * left) if wanted > left else 2 * left)
        self._have = left
        self._own[:left] = data

    def _grow(self, wanted: int) -> None:
        larger = self._arena.borrow(min(wanted, GROWTH * self._have))
        larger[: self._have] = memoryview(self._own)[: self._have]
        self._own = larger

    def _drop_own(self) -> None:
        if self._own:
            own, self._own = self._own, EMPTY
            self._have = 0
            self._arena.give_back(own)


EMPTY: Final = bytearray()
