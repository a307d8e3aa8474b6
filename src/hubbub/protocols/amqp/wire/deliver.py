"""The way out for messages: basic.deliver with all that does not change written once.

Deliveries of one consumer from one exchange under one key share everything but the tag, the redelivered bit and the content, so
the frame's octets before and after those two are kept, per consumer, in a bounded table.
"""

from struct import Struct as Layout
from typing import Final

from hubbub.protocols.amqp.wire.frames import END, HEAD, METHOD, OVERHEAD, content_frames
from hubbub.protocols.amqp.wire.strings import put_shortstr

_DELIVER: Final = b"\x00\x3c\x00\x3c"
_TAG: Final = Layout(">QB")
_LENGTH: Final = Layout(">I")


class Deliveries:
    """Writes the deliveries of one consumer on one channel."""

    __slots__ = ("_body", "_channel", "_frame_max", "_known", "_tag")

    MOST: Final = 64

    def __init__(self, channel: int, consumer_tag: str, frame_max: int) -> None:
        self._channel = channel
        self._tag = put_shortstr(consumer_tag)
        self._frame_max = frame_max
        self._known: dict[tuple[str, ...], tuple[bytes, bytes]] = {}
        self._body = END + b"\x03" + channel.to_bytes(2)

    def write(
        self, tag: int, redelivered: bool, source: tuple[str, ...], header: bytes, body: bytes
    ) -> bytes:
        """Method, header and body frames of one delivery. ``source`` is (exchange, routing key), ``header`` raw."""
        known = self._known.get(source)
        if known is None:
            known = self._prepare(source)
        before, after = known
        size = len(body)
        if size and (size + OVERHEAD <= self._frame_max or not self._frame_max):
            return b"".join(
                (
                    before,
                    _TAG.pack(tag, redelivered),
                    after,
                    _LENGTH.pack(len(header)),
                    header,
                    self._body,
                    _LENGTH.pack(size),
                    body,
                    END,
                )
            )
        content = content_frames(self._channel, header, body, self._frame_max)
        return b"".join((before, _TAG.pack(tag, redelivered), after[:-3], *content))

    def _prepare(self, source: tuple[str, ...]) -> tuple[bytes, bytes]:
        exchange, key = map(put_shortstr, source)
        length = 4 + len(self._tag) + 9 + len(exchange) + len(key)
        before = HEAD.pack(METHOD, self._channel, length) + _DELIVER + self._tag
        # The first three octets of the header frame (its type and channel) never change either.
        after = exchange + key + END + b"\x02" + self._channel.to_bytes(2)
        if len(self._known) >= self.MOST:
            self._known.clear()
        self._known[source] = before, after
        return before, after
