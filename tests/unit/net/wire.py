"""The loop's side of a stream, played by hand: a transport that keeps what it is told, and octets that arrive as the test cuts them."""

import asyncio
from collections.abc import Callable
from typing import Any

from hubbub.net.arena import Arena
from hubbub.net.stream import Reader, Stream


class Transport(asyncio.Transport):
    """What asyncio gives a protocol, without a socket. ``unsent`` is what its buffer is said to hold, ``on_write`` hears of each write."""

    def __init__(self, **extra: Any) -> None:
        super().__init__(extra)
        self.writes: list[bytes] = []
        self.is_reading_on = True
        self.is_closed = False
        self.is_aborted = False
        self.unsent = 0
        self.on_write: Callable[[], None] = lambda: None

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        self.high = high

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.writes.append(bytes(data))
        self.on_write()

    def writelines(self, list_of_data: Any) -> None:
        self.writes.extend(bytes(data) for data in list_of_data)
        self.on_write()

    def pause_reading(self) -> None:
        self.is_reading_on = False

    def resume_reading(self) -> None:
        self.is_reading_on = True

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_aborted = True


class CountingArena(Arena):
    """Keeps count of what it lent."""

    def __init__(self, octets: int) -> None:
        super().__init__(octets)
        self.lent: list[int] = []
        self.returned = 0

    def borrow(self, octets: int) -> bytearray:
        self.lent.append(octets)
        return super().borrow(octets)

    def give_back(self, buffer: bytearray) -> None:
        self.returned += 1
        super().give_back(buffer)


class Wire:
    """A stream, its transport, and whatever reads it."""

    def __init__(self, make_reader: Callable[[Stream], Reader], arena: Arena | None = None) -> None:
        self.defects: list[Exception] = []
        self.lost: list[Stream] = []
        self.transport = Transport(peername=("192.0.2.7", 50_000), sockname=("192.0.2.1", 9092, 0, 0))
        self.stream = Stream(arena or Arena(), make_reader, self.lost.append, self.defects.append)
        self.stream.connection_made(self.transport)

    def feed(self, octets: bytes, *, resumes: bool = False) -> None:
        """Deliver as a loop would: as much as the offered buffer takes, and only while the stream reads.

        With ``resumes`` a reader that pauses is made to go on, until it reads all.
        """
        position = 0
        while position < len(octets):
            while resumes and not self.transport.is_reading_on:
                self.stream.resume()
            assert self.transport.is_reading_on, "more was to come, and nobody resumed reading"
            offered = self.stream.get_buffer(-1)
            assert len(offered), "a loop takes an empty buffer for the end of the connection"
            part = octets[position : position + len(offered)]
            offered[: len(part)] = part
            position += len(part)
            self.stream.buffer_updated(len(part))

    @property
    def sent(self) -> bytes:
        return b"".join(self.transport.writes)
