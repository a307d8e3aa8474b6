"""HTTP for a `net.site`: uvicorn's protocol on our own listeners, without uvicorn's server.

That server has a main loop that ticks, signal handlers and a lifespan, and wants to be the only one in its process. Of uvicorn only this is used: the class
that turns octets into ASGI events. Imported when the first request comes, not before; see `net.site`.
"""

import asyncio
import logging
from collections.abc import Callable
from email.utils import formatdate
from typing import Final, cast

from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from hubbub.net.asgi import MOST_CONNECTIONS, App, Message, Receive, Send
from hubbub.net.edge import OnDefect, attempt, attend

LOG: Final = logging.getLogger("hubbub.http")


class Connection(H11Protocol):
    """One connection. ``on_gone`` is called when it is over."""

    def __init__(
        self, config: Config, state: ServerState, on_gone: Callable[[], None], on_defect: OnDefect
    ) -> None:
        super().__init__(config, state, {})
        self.logger = LOG  # not uvicorn's, which nobody here has set up
        self.access_log = False
        self._on_gone: Final = on_gone
        self._on_defect: Final = on_defect

    def data_received(self, data: bytes) -> None:
        if attempt(self._on_defect, self._take, data) is None:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._on_gone()

    def _unsupported_upgrade_warning(self) -> None:
        """Java's client asks for HTTP/2 with each request; the answer in HTTP/1.1 is all that it needs (RFC 9110, 7.8)."""

    def _take(self, data: bytes) -> bool:
        super().data_received(data)
        return True


class Server:
    """Makes the protocols of a site's connections, and ends them."""

    __slots__ = ("_app", "_config", "_is_over", "_moved", "_now", "_on_defect", "_state")

    def __init__(self, app: App, now: Callable[[], int], on_defect: OnDefect) -> None:
        self._app = app
        self._now = now
        self._on_defect = on_defect
        self._is_over = False
        self._moved = asyncio.Event()
        self._state = ServerState()
        self._config = Config(
            self._answered,
            http=H11Protocol,
            ws="none",
            lifespan="off",
            log_config=None,
            interface="asgi3",
            proxy_headers=False,
            server_header=False,
            limit_concurrency=MOST_CONNECTIONS,
        )
        self._config.load()

    def protocol(self) -> asyncio.Protocol:
        """For one connection."""
        return Connection(self._config, self._state, self._moved.set, self._on_defect)

    def stop(self) -> None:
        """Close what is idle; what is being answered is the last on its connection."""
        for connection in list(self._state.connections):
            connection.shutdown()

    async def drained(self) -> None:
        """Return when no connection is open any more, and nothing is being answered."""
        while self._state.connections:
            self._moved.clear()
            await self._moved.wait()
        tasks = set(self._state.tasks)
        if tasks:
            await asyncio.wait(tasks)

    def abort(self) -> None:
        """End all at once."""
        self._is_over = True
        for connection in list(self._state.connections):
            connection.transport.abort()
        for task in list(self._state.tasks):
            task.cancel()

    # inside

    async def _answered(self, scope: Message, receive: Receive, send: Send) -> None:
        """The app, with what a server owes its peers and its hub: the date, and a defect that comes to nobody else's notice."""

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = cast("list[tuple[bytes, bytes]]", message["headers"])
                date = formatdate(self._now() / 1000, usegmt=True)
                message["headers"] = [*headers, (b"date", date.encode())]
            await send(message)

        try:
            await attend(self._on_defect, self._app(scope, receive, dated))
        except asyncio.CancelledError:
            if not self._is_over:
                raise
