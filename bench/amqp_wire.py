"""As much of AMQP 0-9-1 as the benchmark needs, built once and sent again and again; written apart from the broker's own codec."""

import socket
import struct

HEADER = b"AMQP\x00\x00\x09\x01"
DELIVERED = struct.Struct(">BHIII")
ACK = struct.Struct(">BHIIQBB")


def short(text: str) -> bytes:
    return bytes((len(text),)) + text.encode()


def frame(kind: int, channel: int, payload: bytes) -> bytes:
    return struct.pack(">BHI", kind, channel, len(payload)) + payload + b"\xce"


def method(channel: int, group: int, number: int, arguments: bytes = b"") -> bytes:
    return frame(1, channel, struct.pack(">HH", group, number) + arguments)


def publish(channel: int, exchange: str, key: str, body: bytes, *, persistent: bool = False) -> bytes:
    """One whole message."""
    properties = struct.pack(">HB", 1 << 12, 2 if persistent else 1)
    header = struct.pack(">HHQ", 60, 0, len(body)) + properties
    return (
        method(channel, 60, 40, b"\0\0" + short(exchange) + short(key) + b"\0")
        + frame(2, channel, header)
        + (frame(3, channel, body) if body else b"")
    )


def deliver_size(tag: str, exchange: str, key: str, body: int) -> int:
    """Octets of one delivery of `publish`: always the same."""
    return 8 + 4 + 1 + len(tag) + 9 + 1 + len(exchange) + 1 + len(key) + 8 + 15 + 8 + body


def ack(channel: int, tag: int, multiple: int = 0) -> bytes:
    return ACK.pack(1, channel, 13, 0x003C0050, tag, multiple, 0xCE)


class Client:
    """A connection with channel 1 open; answers are awaited one by one."""

    def __init__(self, address: tuple[str, int], channels: int = 1) -> None:
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pending = b""
        self.socket.sendall(HEADER)
        self.expect(10, 10)
        login = b"\0guest\0guest"
        start_ok = b"\0\0\0\0" + short("PLAIN") + struct.pack(">I", len(login)) + login + short("en_US")
        self.socket.sendall(method(0, 10, 11, start_ok))
        self.expect(10, 30)
        self.socket.sendall(
            method(0, 10, 31, struct.pack(">HIH", 2047, 131072, 0)) + method(0, 10, 40, short("/") + b"\0\0")
        )
        self.expect(10, 41)
        for channel in range(1, channels + 1):
            self.call(method(channel, 20, 10, b"\0"), 20, 11)

    def call(self, request: bytes, group: int, number: int) -> bytes:
        self.socket.sendall(request)
        return self.expect(group, number)

    def expect(self, group: int, number: int) -> bytes:
        while True:
            if len(self.pending) >= 7:
                size = struct.unpack_from(">I", self.pending, 3)[0] + 8
                if len(self.pending) >= size:
                    whole, self.pending = self.pending[:size], self.pending[size:]
                    found = struct.unpack_from(">HH", whole, 7)
                    if found != (group, number):
                        raise SystemExit(f"expected {group}.{number}, got {whole!r}")
                    return whole
            more = self.socket.recv(65536)
            if not more:
                raise SystemExit(f"closed while waiting for {group}.{number}")
            self.pending += more

    def declare_queue(self, name: str, *, durable: bool = False) -> None:
        self.call(
            method(1, 50, 10, b"\0\0" + short(name) + bytes((2 if durable else 0,)) + b"\0\0\0\0"), 50, 11
        )

    def declare_exchange(self, name: str, kind: str) -> None:
        self.call(method(1, 40, 10, b"\0\0" + short(name) + short(kind) + b"\0\0\0\0\0"), 40, 11)

    def bind(self, queue: str, exchange: str, key: str) -> None:
        self.call(
            method(1, 50, 20, b"\0\0" + short(queue) + short(exchange) + short(key) + b"\0\0\0\0\0"), 50, 21
        )

    def delete_queue(self, name: str) -> None:
        self.call(method(1, 50, 40, b"\0\0" + short(name) + b"\0"), 50, 41)

    def delete_exchange(self, name: str) -> None:
        self.call(method(1, 40, 20, b"\0\0" + short(name) + b"\0"), 40, 21)

    def qos(self, count: int) -> None:
        self.call(method(1, 60, 10, struct.pack(">IHB", 0, count, 0)), 60, 11)

    def confirms(self) -> None:
        self.call(method(1, 85, 10, b"\0"), 85, 11)

    def consume(self, queue: str, tag: str, *, no_ack: bool) -> None:
        self.call(
            method(
                1, 60, 20, b"\0\0" + short(queue) + short(tag) + bytes((2 if no_ack else 0,)) + b"\0\0\0\0"
            ),
            60,
            21,
        )

    def close(self) -> None:
        self.socket.close()
