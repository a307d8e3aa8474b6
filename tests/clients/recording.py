"""A relay between a client and a hub that keeps what the client asked: real requests, to be spoiled by tests."""

import socket
import struct
import threading
from typing import Final

LENGTH: Final = struct.Struct(">i")


class Recorder:
    """Listens on ``port``; ``start(to)`` relays to a hub's port. ``requests`` are whole frames without their length, of all connections."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: Final[int] = self._server.getsockname()[1]
        self.requests: list[bytes] = []
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def start(self, to: int) -> None:
        """Relay every connection to this port of this machine."""
        self._thread(self._accept, to)

    def stop(self) -> None:
        """End all connections and threads."""
        for each in [self._server, *self._open]:
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for thread in self._threads:
            thread.join()
        for each in [self._server, *self._open]:
            each.close()

    # inside

    def _thread(self, work: object, *args: object) -> None:
        thread = threading.Thread(target=work, args=args)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self, to: int) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            hub = socket.create_connection(("127.0.0.1", to))
            self._open += [client, hub]
            self._thread(self._relay, client, hub, True)
            self._thread(self._relay, hub, client, False)

    def _relay(self, source: socket.socket, target: socket.socket, keeps: bool) -> None:
        kept = bytearray()
        try:
            while data := source.recv(65536):
                target.sendall(data)
                if keeps:
                    kept += data
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        while len(kept) >= LENGTH.size:
            (size,) = LENGTH.unpack_from(kept)
            self.requests.append(bytes(kept[LENGTH.size : LENGTH.size + size]))
            del kept[: LENGTH.size + size]
