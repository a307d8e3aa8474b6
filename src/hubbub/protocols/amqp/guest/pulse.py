"""The one timer of a connection: how long it may take, first, and then heartbeats, ours and its own."""

from collections.abc import Callable
from typing import Final

from hubbub.core.turn import Turn
from hubbub.model.clock import NEVER, Clock, Timer, nothing
from hubbub.net.stream import Stream
from hubbub.protocols.amqp.wire.frames import HEARTBEAT_FRAME

SILENT_TICKS: Final = 4
"""Half intervals without an octet after which a client is given up."""


class Pulse:
    """``on_silence`` is called when the client is taken for dead. ``is_deaf``: we do not read from the client just now, so its silence means nothing."""

    __slots__ = (
        "_clock",
        "_half",
        "_heard",
        "_on_silence",
        "_sent",
        "_silent",
        "_stream",
        "_timer",
        "_turn",
        "is_deaf",
    )

    def __init__(self, stream: Stream, clock: Clock, turn: Turn, on_silence: Callable[[], object]) -> None:
        self._stream = stream
        self._on_silence = on_silence
        self._clock = clock
        self._turn = turn
        self._timer = Timer(NEVER, 0, nothing)
        self._half = 0.0
        self._heard = 0
        self._sent = 0
        self._silent = 0
        self.is_deaf = False

    def within(self, seconds: float, action: Callable[[], object]) -> None:
        """Unless something else comes first, do this; it takes the place of what was planned before."""
        self._timer.cancel()
        self._timer = self._clock.call_in(seconds, action)

    def beat(self, interval: int) -> None:
        """From now on send a heartbeat in silence, and listen for signs of life; never, for an interval of 0."""
        self._timer.cancel()
        if interval:
            self._half = interval / 2
            self._heard = self._stream.octets_in
            self.within(self._half, self._tick)

    def stop(self) -> None:
        """Plan nothing more."""
        self._timer.cancel()

    def _tick(self) -> None:
        stream = self._stream
        if stream.octets_in != self._heard or self.is_deaf:
            self._silent = 0
            self._heard = stream.octets_in
        else:
            self._silent += 1
            if self._silent >= SILENT_TICKS:
                self._on_silence()
                return
        if stream.octets_out == self._sent:
            stream.out.append(HEARTBEAT_FRAME)
            self._turn.flush(stream)
            self._sent += len(HEARTBEAT_FRAME)  # our own heartbeat must not pass for a sign of life next time
        else:
            self._sent = stream.octets_out
        self.within(self._half, self._tick)
