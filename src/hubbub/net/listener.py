"""A listener: one port on one or more addresses, and the streams it accepted."""

import asyncio
import errno
import socket
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from hubbub.net.arena import Arena
from hubbub.net.edge import OnDefect, attempt
from hubbub.net.stream import NOBODY, Reader, Stream

BACKLOG: Final = 4096
PORT_TRIES: Final = 20
Place: TypeAlias = tuple[socket.AddressFamily, str | int]
LOOPBACK: Final[Sequence[Place]] = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))
"""What ``localhost`` means, whatever the machine's resolver says: clients try either address, some IPv6 first."""


class CannotListen(OSError):  # noqa: N818 - it says what happened
    """A port could not be bound; the text says which and why, for people."""


class Listener:
    """Accepts streams and keeps count of them.

    ``make_reader`` is called for each accepted stream. Over ``max_connections`` a connection is closed at once, and
    ``on_refused`` hears of it.
    """

    __slots__ = (
        "_arena",
        "_empty",
        "_is_holding",
        "_make_reader",
        "_on_defect",
        "_on_refused",
        "_servers",
        "_waiting",
        "host",
        "most",
        "octets_in",
        "octets_out",
        "port",
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
        self._arena = arena
        self._make_reader = make_reader
        self.most = max_connections
        self._on_refused = on_refused
        self._on_defect = on_defect
        self._servers: list[asyncio.Server] = []
        self.streams: set[Stream] = set()
        self.taken = 0
        self.refused = 0
        self.octets_in = 0
        """Of streams that are closed; those that are open have their own."""
        self.octets_out = 0
        self._is_holding = False
        self._waiting: list[Stream] = []
        self._empty = asyncio.Event()
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
            self._servers.append(await loop.create_server(self._stream, sock=bound, backlog=BACKLOG))

    def _stream(self) -> Stream:
        self.taken += 1
        return Stream(self._arena, self._admit, self._forget, self._on_defect)

    def _admit(self, stream: Stream) -> Reader:
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
        """Return when no stream is open any more."""
        while self.streams:
            self._empty.clear()
            await self._empty.wait()

    @property
    def is_listening(self) -> bool:
        """Whether anybody can come."""
        return any(server.is_serving() for server in self._servers)

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
        for server in self._servers:
            server.close()
        waiting, self._waiting = self._waiting, []
        for stream in waiting:
            stream.abort()

    def abort(self) -> None:
        """End all streams at once."""
        for stream in list(self.streams):
            stream.abort()


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
