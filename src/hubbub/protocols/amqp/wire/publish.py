"""The way in for the message that is all here: basic.publish, header and body decoded in one go.

Most publishes of a client differ in nothing but their content, so the method's octets are looked up instead of decoded, in a table
that is bounded. What is not whole in the buffer, or in more than one body frame, goes the way of all frames.
"""

from struct import Struct as Layout
from typing import Final

from hubbub.protocols.amqp.wire.broken import Broken
from hubbub.protocols.amqp.wire.content import BASIC
from hubbub.protocols.amqp.wire.frames import BODY, FRAME_END, HEADER, OVERHEAD, TOLERANCE
from hubbub.protocols.amqp.wire.generated.methods import BasicPublish
from hubbub.protocols.amqp.wire.methods import decode_method

PUBLISH: Final = 0x003C0028
ACK: Final = 0x003C0050

_HEADER_FRONT: Final = Layout(">BHIHHQ")
_BODY_FRONT: Final = Layout(">BHI")
_ACK_FRAME: Final = Layout(">BHIIQBB")
ACK_FRAME_SIZE: Final = _ACK_FRAME.size


class Publishes:
    """Decoded publishes by their octets: one per connection."""

    __slots__ = ("_known",)

    MOST: Final = 256

    def __init__(self) -> None:
        self._known: dict[bytes, BasicPublish] = {}

    def find(self, data: bytes, start: int, stop: int) -> BasicPublish:
        """The publish in the payload ``data[start:stop]``. Raises `Broken`."""
        octets = data[start:stop]
        known = self._known.get(octets)
        if known is None:
            method = decode_method(octets, 0, len(octets))
            if not isinstance(method, BasicPublish):
                raise Broken("not a publish", start)
            if len(self._known) >= self.MOST:
                self._known.clear()
            known = self._known[octets] = method
        return known


def whole_content(data: bytes, at: int, channel: int, frame_max: int) -> tuple[bytes, bytes, int] | None:
    """The content that begins at ``at``, if it is one header and at most one body frame on ``channel``, and all here.

    Returns raw header, body, and where the next frame begins. None sends the caller the long way, which also finds out what
    is wrong, where something is.
    """
    size = len(data)
    if at + 22 > size:
        return None
    kind, on, length, group, _, total = _HEADER_FRONT.unpack_from(data, at)
    start = at + 7
    stop = start + length
    if (
        kind != HEADER
        or on != channel
        or group != BASIC
        or stop >= size
        or data[stop] != FRAME_END
        or length < 14
    ):
        return None
    if frame_max and length + OVERHEAD > frame_max + TOLERANCE:
        return None
    at = stop + 1
    if not total:
        return data[start:stop], b"", at
    end = at + 7 + total
    if end >= size or data[end] != FRAME_END:
        return None
    kind, on, length = _BODY_FRONT.unpack_from(data, at)
    if length != total or kind != BODY or on != channel or (frame_max and length > frame_max):
        return None
    return data[start:stop], data[at + 7 : end], end + 1


def whole_ack(data: bytes, at: int) -> tuple[int, bool]:
    """Delivery tag and ``multiple`` of the basic.ack frame that begins at ``at`` and is known to be whole.

    Raises `Broken` when its length or its end octet is wrong.
    """
    _, _, length, _, tag, multiple, end = _ACK_FRAME.unpack_from(data, at)
    if length != 13 or end != FRAME_END:
        raise Broken("basic.ack: the arguments do not fit the frame", at)
    return tag, multiple & 1 != 0
