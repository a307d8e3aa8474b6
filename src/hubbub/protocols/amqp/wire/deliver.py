"""The way out for messages: basic.deliver with all that does not change written once.

Deliveries of one consumer from one exchange under one key share everything but the tag, the redelivered bit and the content, so
the frame's octets before and after those two are kept, per consumer, in a bounded table.
"""

from struct import Struct as Layout
from typing import Final

from hubbub.protocols.amqp.wire.frames import BODY, END, HEAD, HEADER, METHOD, OVERHEAD, content_frames
from hubbub.protocols.amqp.wire.strings import put_shortstr

_DELIVER: Final = b"\x00\x3c\x00\x3c"
_TAG: Final = Layout(">QB")


NO_HEADER: Final = b""


class Deliveries:
    """Writes the deliveries of one consumer on one channel."""

    __slots__ = (
        "_after",
        "_before",
        "_channel",
        "_frame_max",
        "_header",
        "_known",
        "_source",
        "_tag",
        "_with_header",
    )

    MOST: Final = 64

    def __init__(self, channel: int, consumer_tag: str, frame_max: int) -> None:
        self._channel = channel
        self._tag = put_shortstr(consumer_tag)
        self._frame_max = frame_max
        self._known: dict[tuple[str, ...], tuple[bytes, bytes]] = {}
        self._source: tuple[str, ...] = ()
        self._header = NO_HEADER
        self._before = b""
        self._after = b""
        self._with_header = b""

    def write(
        self, tag: int, redelivered: bool, source: tuple[str, ...], header: bytes, body: bytes
    ) -> bytes:
        """Method, header and body frames of one delivery. ``source`` is (exchange, routing key), ``header`` raw.

        Messages that were published alike share one header object; for them all but tag, redelivered and body is at hand.
        """
        if header is not self._header or source is not self._source:
            self._turn_to(source, header, len(body))
        if self._with_header:
            return b"".join((self._before, _TAG.pack(tag, redelivered), self._with_header, body, END))
        content = content_frames(self._channel, header, body, self._frame_max)
        return b"".join((self._before, _TAG.pack(tag, redelivered), self._after, *content))

    def _turn_to(self, source: tuple[str, ...], header: bytes, size: int) -> None:
        known = self._known.get(source)
        if known is None:
            known = self._prepare(source)
        self._source = source
        self._header = header
        self._before, self._after = known
        if size and (size + OVERHEAD <= self._frame_max or not self._frame_max):
            fronts = HEAD.pack(HEADER, self._channel, len(header)), HEAD.pack(BODY, self._channel, size)
            self._with_header = b"".join((self._after, fronts[0], header, END, fronts[1]))
        else:
            self._with_header = b""

    def _prepare(self, source: tuple[str, ...]) -> tuple[bytes, bytes]:
        exchange, key = map(put_shortstr, source)
        length = 4 + len(self._tag) + 9 + len(exchange) + len(key)
        before = HEAD.pack(METHOD, self._channel, length) + _DELIVER + self._tag
        after = exchange + key + END
        if len(self._known) >= self.MOST:
            self._known.clear()
        self._known[source] = before, after
        return before, after
