"""A site: one port with one ASGI app on it, on the hub's own loop.

It listens at once, and costs nothing until somebody comes: the app, and the HTTP server that carries it (`net.http`), are imported in a thread when the
first connection is there, which waits so long. No lifespan, no signals, no tick: what a server does from time to time is not done here.
Knows no protocol above HTTP, and what the app says is the app's business.
"""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from hubbub.net.acceptor import Acceptor
from hubbub.net.asgi import MOST_CONNECTIONS, App
from hubbub.net.edge import OnDefect, attend

if TYPE_CHECKING:
    from hubbub.net.http import Server


class Site:
    """``load`` imports and makes the app; it is called once, in a thread, and must touch nothing of a running hub.

    ``now`` tells the wall time in ms.

    ``listen``, then ``stop`` (accept no more), ``drained``, ``abort``, as with a `Listener`.
    """

    __slots__ = ("_acceptor", "_load", "_loading", "_now", "_on_defect", "_server", "_waiting")

    def __init__(self, load: Callable[[], App], now: Callable[[], int], on_defect: OnDefect) -> None:
        self._acceptor = Acceptor(self._protocol)
        self._load = load
        self._now = now
        self._on_defect = on_defect
        self._server: list[Server] = []
        """The one there is; none before somebody came."""
        self._loading: set[asyncio.Task[None]] = set()
        self._waiting: set[Doorman] = set()

    async def listen(self, host: str, port: int) -> None:
        """Listen on every address of ``host`` with one port number (0: any free one). Raises `CannotListen`."""
        await self._acceptor.listen(host, port)

    @property
    def host(self) -> str:
        """As it was asked for."""
        return self._acceptor.host

    @property
    def port(self) -> int:
        """The one on all addresses of the host."""
        return self._acceptor.port

    def stop(self) -> None:
        """Accept no more; say so on connections that are idle. What is being answered goes on."""
        self._acceptor.stop()
        for doorman in list(self._waiting):
            doorman.turn_away()
        for server in self._server:
            server.stop()

    async def drained(self) -> None:
        """Return when no connection is open any more, nothing is being answered, and, after `stop`, nobody can come."""
        if self._acceptor.is_stopped:
            await self._acceptor.stopped()
            for server in self._server:
                server.stop()  # for who was on the way
        if self._loading:
            await asyncio.wait(self._loading)
        for server in self._server:
            await server.drained()

    def abort(self) -> None:
        """End all connections at once, and what is being answered."""
        for doorman in list(self._waiting):
            doorman.turn_away()
        for server in self._server:
            server.abort()

    # for the doormen

    def wait(self, doorman: "Doorman") -> None:
        """Somebody has come before the app was there."""
        if self._acceptor.is_stopped or len(self._waiting) >= MOST_CONNECTIONS:
            doorman.turn_away()
            return
        self._waiting.add(doorman)
        if not self._loading:
            task = asyncio.get_running_loop().create_task(attend(self._on_defect, self._open()))
            self._loading.add(task)
            task.add_done_callback(self._loading.discard)

    def leave(self, doorman: "Doorman") -> None:
        """It has gone again. Idempotent."""
        self._waiting.discard(doorman)

    # inside

    def _protocol(self) -> asyncio.Protocol:
        if self._server:
            return self._server[0].protocol()
        return Doorman(self)

    async def _open(self) -> None:
        """Import, and let in those who waited; where that fails they are turned away, and the next to come tries again."""
        try:
            server = await asyncio.to_thread(self._made)
            self._server.append(server)
            for doorman in list(self._waiting):
                doorman.let_in(server.protocol())
        finally:
            for doorman in list(self._waiting):
                doorman.turn_away()

    def _made(self) -> "Server":
        from hubbub.net.http import Server

        return Server(self._load(), self._now, self._on_defect)


class Doorman(asyncio.Protocol):
    """Sits on a connection until the app is there. Little is read from it so long, and nothing is lost."""

    __slots__ = ("_came", "_site", "_transport")

    def __init__(self, site: Site) -> None:
        self._site = site
        self._transport = asyncio.Transport()
        self._came: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._site.wait(self)

    def data_received(self, data: bytes) -> None:
        self._came.append(data)
        self._transport.pause_reading()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._site.leave(self)

    def let_in(self, protocol: asyncio.Protocol) -> None:
        """Hand the connection over, with what has come of it."""
        self._site.leave(self)
        transport = self._transport
        if transport.is_closing():
            return
        transport.set_protocol(protocol)
        protocol.connection_made(transport)
        if self._came:
            transport.resume_reading()
        for data in self._came:
            if not transport.is_closing():
                protocol.data_received(data)

    def turn_away(self) -> None:
        """Nobody will answer."""
        self._site.leave(self)
        self._transport.abort()
