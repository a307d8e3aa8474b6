"""WebSocket under a stream: frames in, octets out, and back, so that a reader of octets need not know.

    outer Stream  ->  WebSocket (the outer's reader)  ->  inner Stream (whose transport is the WebSocket)  ->  its reader

The library does the handshake, the framing, pings and closing (RFC 6455); this file moves octets and lets neither side outrun the
other. Binary frames only; how octets are cut into frames means nothing. Any path is served.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from websockets.frames import CloseCode, Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from hubbub.net.arena import Arena
from hubbub.net.edge import OnDefect
from hubbub.net.stream import Reader, Stream
from hubbub.octets.buffer import Buffer

LARGEST_FRAME: Final = 32 * 1024 * 1024


class WebSocket:
    """The reader of the outer stream; it owns the inner one.

    ``subprotocols`` are those that are spoken, best first; a client that asks for none of them gets none and is served all
    the same.
    """

    __slots__ = ("_inner", "_is_open", "_is_paused", "_outer", "_protocol", "_queued", "wanted")

    def __init__(
        self,
        outer: Stream,
        arena: Arena,
        subprotocols: Sequence[str],
        make_reader: Callable[[Stream], Reader],
        on_defect: OnDefect,
    ) -> None:
        self.wanted = 0
        self._outer = outer
        self._protocol = ServerProtocol(
            subprotocols=[Subprotocol(name) for name in subprotocols],
            select_subprotocol=choose,
            max_size=LARGEST_FRAME,
        )
        self._queued: deque[bytes] = deque()
        self._is_paused = False
        self._is_open = False
        self._inner = Stream(arena, make_reader, ignore, on_defect)

    # as the outer stream's reader

    def received(self, data: memoryview) -> int:
        """Hand everything to the library, and what it found to the inner stream."""
        protocol = self._protocol
        protocol.receive_data(bytes(data))
        for event in protocol.events_received():
            if isinstance(event, Request):
                response = protocol.accept(event)
                protocol.send_response(response)
                if protocol.state is State.OPEN:
                    self._is_open = True
                    self._inner.connection_made(Frames(self, self._outer))
            elif isinstance(event, Frame):
                self._take(event)
        self._flush()
        if protocol.close_expected():
            self._outer.close()
        return len(data)

    def writable(self, *, is_writable: bool) -> None:
        """The peer's socket is full, or has room again."""
        if self._is_open:
            if is_writable:
                self._inner.resume_writing()
            else:
                self._inner.pause_writing()

    def lost(self) -> None:
        """The socket is gone."""
        if self._is_open:
            self._is_open = False
            self._inner.connection_lost(None)

    # for the inner stream

    def send(self, data: Buffer) -> None:
        """One binary frame."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_binary(data)
            self._flush()

    def finish(self, code: CloseCode, reason: str = "") -> None:
        """Say the closing word and close the socket."""
        if self._protocol.state is State.OPEN:
            self._protocol.send_close(code, reason)
            self._flush()
        self._outer.close()

    def pause(self) -> None:
        """Let the peer wait."""
        self._is_paused = True
        self._outer.pause()

    def resume(self) -> None:
        """Go on, first with the frames that have come already."""
        self._is_paused = False
        while self._queued and not self._is_paused:
            self._feed(self._queued.popleft())
        if not self._is_paused:
            self._outer.resume()

    # inside

    def _take(self, frame: Frame) -> None:
        if frame.opcode is Opcode.TEXT:
            self.finish(CloseCode.UNSUPPORTED_DATA, "binary frames only")
        elif frame.opcode in (Opcode.BINARY, Opcode.CONT):
            if self._is_paused or self._queued:
                self._queued.append(bytes(frame.data))
            else:
                self._feed(bytes(frame.data))

    def _feed(self, data: bytes) -> None:
        inner = self._inner
        while data and not inner.closing:
            if self._is_paused:
                self._queued.appendleft(data)
                return
            view = inner.get_buffer(-1)
            size = min(len(view), len(data))
            view[:size] = data[:size]
            data = data[size:]
            inner.buffer_updated(size)

    def _flush(self) -> None:
        self._outer.out.extend(part for part in self._protocol.data_to_send() if part)
        self._outer.flush()


class Frames(asyncio.Transport):
    """The transport of the inner stream: whatever is written in one go leaves in one binary frame."""

    def __init__(self, socket: WebSocket, outer: Stream) -> None:
        super().__init__({"peername": outer.peer, "sockname": outer.local})
        self._socket = socket
        self._outer = outer

    def write(self, data: Buffer) -> None:
        self._socket.send(data)

    def writelines(self, list_of_data: Iterable[Buffer]) -> None:
        self._socket.send(b"".join(list_of_data))

    def close(self) -> None:
        self._socket.finish(CloseCode.NORMAL_CLOSURE)

    def abort(self) -> None:
        self._outer.abort()

    def is_closing(self) -> bool:
        return self._outer.closing

    def pause_reading(self) -> None:
        self._socket.pause()

    def resume_reading(self) -> None:
        self._socket.resume()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        """The outer stream has set them."""

    def get_write_buffer_size(self) -> int:
        return self._outer.unsent


def choose(protocol: ServerProtocol, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """The best one that both sides speak; none when there is none (clients forget to ask)."""
    spoken = protocol.available_subprotocols or ()
    return next((name for name in spoken if name in offered), None)


def ignore(_stream: Stream) -> None:
    """The outer stream's listener keeps count, not the inner's."""
