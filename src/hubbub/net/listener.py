"""A listener: one port, and the streams that came to it."""

import asyncio
from collections.abc import Callable

from hubbub.net.acceptor import Acceptor
from hubbub.net.arena import Arena
from hubbub.net.edge import OnDefect, attempt
from hubbub.net.stream import NOBODY, Reader, Stream


class Listener:
    """Accepts streams and keeps count of them.

    ``make_reader`` is called for each accepted stream. Over ``max_connections`` a connection is closed at once, and
    ``on_refused`` hears of it.
    """

    __slots__ = (
        "_acceptor",
        "_arena",
        "_empty",
        "_is_holding",
        "_make_reader",
        "_on_defect",
        "_on_refused",
        "_waiting",
        "most",
        "octets_in",
        "octets_out",
        "refused",
        "streams",
        "taken",
    )

    def __init__(
        self,
        arena: Arena,
        make_reader: Callable[[Stream], Reader],
        max_connections: int,
        on_refused: Callable[[Stream], None],
        on_defect: OnDefect,
    ) -> None:
        self._acceptor = Acceptor(self._stream)
        self._arena = arena
        self._make_reader = make_reader
        self.most = max_connections
        self._on_refused = on_refused
        self._on_defect = on_defect
        self.streams: set[Stream] = set()
        self.taken = 0
        self.refused = 0
        self.octets_in = 0
        """Of streams that are closed; those that are open have their own."""
        self.octets_out = 0
        self._is_holding = False
        self._waiting: list[Stream] = []
        self._empty = asyncio.Event()

    async def listen(self, host: str, port: int) -> None:
        """Listen on every address of ``host`` with one port number (0: any free one).

        Raises `CannotListen` when the port is taken or the host is not ours.
        """
        await self._acceptor.listen(host, port)

    @property
    def host(self) -> str:
        """As it was asked for."""
        return self._acceptor.host

    @property
    def port(self) -> int:
        """The one on all addresses of the host."""
        return self._acceptor.port

    def _stream(self) -> Stream:
        self.taken += 1
        return Stream(self._arena, self._admit, self._forget, self._on_defect)

    def _admit(self, stream: Stream) -> Reader:
        if self._acceptor.is_stopped:
            stream.abort()
            return NOBODY
        if len(self.streams) >= self.most:
            self.refused += 1
            self._on_refused(stream)
            stream.abort()
            return NOBODY
        if self._is_holding:
            stream.hold()
            self._waiting.append(stream)
            return NOBODY
        self.streams.add(stream)
        return self._make_reader(stream)

    def _forget(self, stream: Stream) -> None:
        self.streams.discard(stream)
        self.octets_in += stream.octets_in
        self.octets_out += stream.octets_out
        if not self.streams:
            self._empty.set()

    async def drained(self) -> None:
        """Return when no stream is open any more, and, after `stop`, nobody can come."""
        if self._acceptor.is_stopped:
            await self._acceptor.stopped()
        while self.streams:
            self._empty.clear()
            await self._empty.wait()

    @property
    def is_listening(self) -> bool:
        """Whether anybody can come."""
        return self._acceptor.is_listening

    def hold(self) -> None:
        """Let who comes from now on wait until `go_on`: accepted, and shown to no reader."""
        self._is_holding = True

    def go_on(self) -> None:
        """Those who waited are welcome."""
        self._is_holding = False
        waiting, self._waiting = self._waiting, []
        for stream in waiting:
            if not stream.closing:
                reader = attempt(self._on_defect, self._admit, stream)
                if reader is None:
                    stream.abort()
                else:
                    stream.seat(reader)
                    stream.resume()

    def stop(self) -> None:
        """Accept no more, and turn away who waits; streams that are open stay open."""
        self._acceptor.stop()
        waiting, self._waiting = self._waiting, []
        for stream in waiting:
            stream.abort()

    def abort(self) -> None:
        """End all streams at once."""
        for stream in list(self.streams):
            stream.abort()
