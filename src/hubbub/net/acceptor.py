"""An acceptor: one port on one or more addresses, and a protocol for whoever comes."""

import asyncio
import errno
import socket
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

BACKLOG: Final = 4096
PORT_TRIES: Final = 20
PASSES: Final = 5
"""Of asyncio's own loop, from the call that accepts a connection to the one that hands it to its protocol, and one to spare."""
Place: TypeAlias = tuple[socket.AddressFamily, str | int]
LOOPBACK: Final[Sequence[Place]] = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
"""What ``localhost`` means, whatever the machine's resolver says: clients try either address, some IPv6 first."""


class CannotListen(OSError):  # noqa: N818 - it says what happened
    """A port could not be bound; the text says which and why, for people."""


class Acceptor:
    """Accepts connections once it was told to `listen`, until it is told to `stop`, and makes a protocol for each.

    Who was accepted before it stopped may meet its protocol behind that: whether ``is_stopped`` is for the protocol to ask.
    """

    __slots__ = ("_closed", "_make_protocol", "_servers", "host", "is_stopped", "port")

    def __init__(self, make_protocol: Callable[[], asyncio.BaseProtocol]) -> None:
        self._closed = asyncio.Event()
        self._make_protocol = make_protocol
        self._servers: list[asyncio.Server] = []
        self.is_stopped = False
        self.host = ""
        self.port = 0

    async def listen(self, host: str, port: int) -> None:
        """Listen on every address of ``host`` with one port number (0: any free one).

        Raises `CannotListen` when the port is taken or the host is not ours.
        """
        loop = asyncio.get_running_loop()
        self.host = host
        sockets = bind(host, port)
        self.port = sockets[0].getsockname()[1]
        for bound in sockets:
            self._servers.append(await loop.create_server(self._make_protocol, sock=bound, backlog=BACKLOG))

    @property
    def is_listening(self) -> bool:
        """Whether anybody can come."""
        return not self.is_stopped and any(server.is_serving() for server in self._servers)

    def stop(self) -> None:
        """Accept no more. Idempotent.

        asyncio's own loop forgets a connection that it is handing over when its server closes, and leaves it open
        (python/cpython#109564). There, the servers close when nobody can be on the way any more.
        """
        if self.is_stopped:
            return
        self.is_stopped = True
        loop = asyncio.get_running_loop()
        if isinstance(loop, asyncio.SelectorEventLoop):
            for server in self._servers:
                for bound in server.sockets:
                    loop.remove_reader(bound)
            self._close_later(loop, PASSES)
        else:
            self._close()

    async def stopped(self) -> None:
        """Return when nobody is on the way any more, after `stop`."""
        await self._closed.wait()

    def _close_later(self, loop: asyncio.AbstractEventLoop, passes: int) -> None:
        if passes:
            loop.call_soon(self._close_later, loop, passes - 1)
        else:
            self._close()

    def _close(self) -> None:
        servers, self._servers = self._servers, []
        for server in servers:
            server.close()
        self._closed.set()


def bind(host: str, port: int) -> list[socket.socket]:
    """Bound sockets, one for each address of ``host``, all with the same port number. Raises `CannotListen`."""
    addresses = LOOPBACK if host == "localhost" else resolve(host, port)
    for number in range(PORT_TRIES):
        try:
            return bind_all(addresses, port)
        except CannotListen:
            if port != 0 or number == PORT_TRIES - 1:
                raise
    raise CannotListen(f"no free port on {host}")


def resolve(host: str, port: int) -> Sequence[Place]:
    """The addresses of ``host``, IPv4 first. Raises `CannotListen` when it has none."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise CannotListen(f"host {host!r} has no address here: {error.strerror}") from None
    return sorted(
        {(family, address[0]) for family, _, _, _, address in found}, key=lambda a: a[0] != socket.AF_INET
    )


def bind_all(addresses: Sequence[Place], port: int) -> list[socket.socket]:
    """One try at `bind`. IPv6 that the machine does not have is left out as long as one address remains."""
    sockets: list[socket.socket] = []
    try:
        for family, address in addresses:
            try:
                bound = socket.socket(family, socket.SOCK_STREAM)
            except OSError:
                continue
            sockets.append(bound)
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            try:
                bound.bind((address, port))
                bound.listen(BACKLOG)  # two sockets may bind one port, but only one may listen
            except OSError as error:
                if (
                    family == socket.AF_INET6
                    and len(sockets) > 1
                    and error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
                ):
                    sockets.pop().close()
                    continue
                raise CannotListen(
                    error.errno, f"port {port} on {address}: {error.strerror or error}"
                ) from None
            bound.setblocking(False)
            port = bound.getsockname()[1]
    except CannotListen:
        for bound in sockets:
            bound.close()
        raise
    if not sockets:
        raise CannotListen("the machine has none of the host's addresses")
    return sockets
