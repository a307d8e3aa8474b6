"""Answers that do not end: server-sent events, from a source that is open as long as somebody listens.

A source that has nothing costs nothing; a line of comment every now and then tells both sides that the other is there. A listener that does not keep
up waits in its own source, which is bounded and says what was lost.
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Final, Generic, Protocol, TypeVar

from msgspec import Struct

from hubbub.console.breath import breathe
from hubbub.model.clock import Clock
from hubbub.net.asgi import Receive, Send

BEAT_SECONDS: Final = 15.0
MOST_FEEDS: Final = 64
MEDIA_TYPE: Final = "text/event-stream"
LINE_END: Final = re.compile(rb"\r\n|\r|\n")


class Event(Struct, frozen=True):
    """One event. ``data`` is JSON."""

    name: str
    data: bytes
    id: str = ""


class Source(Protocol):
    """Where events come from."""

    def open(self, wake: Callable[[], object]) -> None:
        """Begin; call ``wake`` whenever there is something to take."""
        ...

    def take(self) -> Sequence[Event]:
        """The next few, in order; none: there is nothing more just now."""
        ...

    def close(self) -> None:
        """Nobody listens any more. Idempotent."""
        ...


E = TypeVar("E")


class Feed(Struct, Generic[E], frozen=True):
    """What a view returns that answers without an end. ``E``: what its events hold as JSON."""

    source: Source


class Feeds:
    """The feeds that are open, so that they can be ended: when the hub stops, and when all that it holds goes."""

    __slots__ = ("_open",)

    def __init__(self) -> None:
        self._open: set[Flow] = set()

    @property
    def is_full(self) -> bool:
        """Whether there are as many as may be."""
        return len(self._open) >= MOST_FEEDS

    async def serve(self, source: Source, clock: Clock, receive: Receive, send: Send) -> None:
        """Until the listener goes, or `end`."""
        flow = Flow(source, clock)
        self._open.add(flow)
        try:
            await flow.run(receive, send)
        finally:
            self._open.discard(flow)

    def end(self) -> None:
        """End all."""
        for flow in list(self._open):
            flow.end()


class Flow:
    """One feed while it is listened to."""

    __slots__ = ("_clock", "_is_gone", "_is_over", "_source", "_woken")

    def __init__(self, source: Source, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._woken = asyncio.Event()
        self._is_over = False
        self._is_gone = False

    def end(self) -> None:
        """Send what there is, and no more."""
        self._is_over = True
        self._woken.set()

    async def run(self, receive: Receive, send: Send) -> None:
        """See `Feeds.serve`."""
        self._source.open(self._woken.set)
        listening = asyncio.create_task(self._watch(receive))
        try:
            await send(
                {
                    "type": "http.response.start",
                    "status": 200,
                    "headers": [(b"content-type", MEDIA_TYPE.encode()), (b"x-accel-buffering", b"no")],
                }
            )
            await self._pour(send)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._source.close()
            listening.cancel()

    async def _pour(self, send: Send) -> None:
        while not self._is_gone:
            await breathe(self._clock)
            self._woken.clear()
            events = self._source.take()
            if events:
                text = b"".join(map(written, events))
            elif self._is_over:
                return
            elif await self._rest():
                continue
            else:
                text = b": still here\n\n"
            await send({"type": "http.response.body", "body": text, "more_body": True})

    async def _rest(self) -> bool:
        """Wait until woken (True), or until it is time to say that one is still there."""
        timer = self._clock.call_in(BEAT_SECONDS, self._woken.set)
        await self._woken.wait()
        is_late = timer.is_cancelled  # a timer that has fired is over
        timer.cancel()
        return not is_late

    async def _watch(self, receive: Receive) -> None:
        """The listener has nothing to say but goodbye."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self._is_gone = True
        self.end()


def written(event: Event) -> bytes:
    """An event as the stream has it. JSON may have line ends between its parts; none is inside of a text."""
    lines = [b"event: " + event.name.encode()]
    if event.id:
        lines.append(b"id: " + event.id.encode())
    lines += [b"data: " + line for line in LINE_END.split(event.data)]
    return b"\n".join(lines) + b"\n\n"
