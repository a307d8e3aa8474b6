"""Plain sockets that speak MQTT, for tests that do what no client library would."""

import contextlib
import socket
import time
from collections.abc import Iterator
from typing import Any

from hubbub.protocols.mqtt.wire.decode import FROM_SERVER, Decoder, Names
from hubbub.protocols.mqtt.wire.encode import encode
from hubbub.protocols.mqtt.wire.packets import (
    Connack,
    Connect,
    Packet,
    Publish,
    Request,
    Suback,
    Subscribe,
    singles,
)

DEADLINE = 30
OPENED: list[socket.socket] = []


def close_opened() -> None:
    """Close what tests left open."""
    while OPENED:
        OPENED.pop().close()


class Line:
    """A plain socket that speaks MQTT 3.1.1."""

    def __init__(self, hub: Any) -> None:
        self.socket = socket.create_connection(("127.0.0.1", hub.port("mqtt")), timeout=DEADLINE)
        OPENED.append(self.socket)
        self._kept = b""
        self._decoder = Decoder(Names(), readers=FROM_SERVER, level=4)

    def says(self, *packets: Packet | bytes) -> "Line":
        self.socket.sendall(
            b"".join(each if isinstance(each, bytes) else encode(each, 4) for each in packets)
        )
        return self

    def hears(self, count: int) -> list[Packet]:
        found: list[Packet] = []
        while len(found) < count:
            decoded = self._decoder.decode(self._kept)
            found += singles(decoded.packets)
            self._kept = self._kept[decoded.used :]
            if len(found) < count:
                data = self.socket.recv(1 << 20)
                assert data, "closed"
                self._kept += data
        return found

    def is_closed(self) -> bool:
        with contextlib.suppress(ConnectionError):
            while self.socket.recv(1 << 16):
                pass
        return True


@contextlib.contextmanager
def honest(hub: Any, name: str = "honest") -> Iterator[Line]:
    """A client that goes on: whatever happens in between, its messages come back."""
    line = Line(hub).says(Connect(name), Subscribe(1, (Request(name),)))
    assert line.hears(2) == [Connack(False, 0), Suback(1, (0,))]
    yield line
    for _ in range(3):
        assert line.says(Publish(name, b"still here")).hears(1) == [Publish(name, b"still here")]
    line.socket.close()


def until(condition: Any) -> None:
    """The hub's own threads need a moment; a failed wait is a failed test."""
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
