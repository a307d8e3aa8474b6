"""Frames (specification 4.2.3): type octet, channel, payload length, payload, and 0xCE.

`split` lends out the frames that are whole in a buffer and leaves a partial tail; the caller keeps that tail. Knows nothing of the
order of frames. A frame larger than was agreed, of an unknown type or without its end octet is `Broken` before its payload has come.
"""

from struct import Struct as Layout
from typing import Final

from msgspec import Struct

from hubbub.protocols.amqp.wire.broken import Broken
from hubbub.protocols.amqp.wire.generated.methods import ENCODERS, BasicAck, Method

METHOD: Final = 1
HEADER: Final = 2
BODY: Final = 3
HEARTBEAT: Final = 8
KINDS: Final = frozenset({METHOD, HEADER, BODY, HEARTBEAT})

FRAME_END: Final = 0xCE
OVERHEAD: Final = 8
"""Octets of a frame that are not payload; they count towards frame_max."""
TOLERANCE: Final = 8
"""How much larger than frame_max a frame may come: clients forget the overhead, and RabbitMQ lets them."""

HEAD: Final = Layout(">BHI")
END: Final = b"\xce"
_ACK: Final = Layout(">BHIIQBB")
HEARTBEAT_FRAME: Final = b"\x08\x00\x00\x00\x00\x00\x00\xce"


class Frame(Struct, frozen=True, gc=False):
    """One whole frame; its payload lies in the buffer at ``[start:stop]``."""

    kind: int
    channel: int
    start: int
    stop: int


def next_frame(data: bytes, at: int, frame_max: int) -> Frame | None:
    """The frame that begins at ``at``; it takes up octets to ``stop + 1``. None: it is not all here yet.

    ``frame_max`` as negotiated; 0 means no limit. Raises `Broken` with 501.
    """
    size = len(data)
    if at + 7 > size:
        if at < size and data[at] not in KINDS:
            raise Broken(f"no frame has the type {data[at]}", at)
        return None
    kind, channel, length = HEAD.unpack_from(data, at)
    if kind not in KINDS:
        raise Broken(f"no frame has the type {kind}", at)
    if frame_max and length + OVERHEAD > frame_max + TOLERANCE:
        raise Broken(f"a frame of {length + OVERHEAD} octets is larger than the {frame_max} agreed", at)
    stop = at + 7 + length
    if stop >= size:
        return None
    if data[stop] != FRAME_END:
        raise Broken(f"a frame ends with 0x{data[stop]:02X} instead of 0xCE", stop)
    return Frame(kind, channel, at + 7, stop)


def split(data: bytes, frame_max: int = 0) -> tuple[list[Frame], int]:
    """All whole frames of ``data`` and how many octets they take; the rest is a partial frame to keep."""
    frames: list[Frame] = []
    at = 0
    while (frame := next_frame(data, at, frame_max)) is not None:
        frames.append(frame)
        at = frame.stop + 1
    return frames, at


def method_frame(channel: int, method: Method) -> bytes:
    """The octets of a method as one frame. (Only tables could outgrow a frame; the server sends none that do.)"""
    payload = ENCODERS[type(method)](method)
    return HEAD.pack(METHOD, channel, len(payload)) + payload + END


def ack_frame(channel: int, tag: int, *, multiple: bool) -> bytes:
    """`method_frame` of basic.ack in one step: there is one for every publish of a client that waits for each."""
    return _ACK.pack(METHOD, channel, 13, BasicAck.INDEX, tag, multiple, FRAME_END)


def content_frames(channel: int, header: bytes, body: bytes, frame_max: int) -> list[bytes]:
    """Header frame and body frames, as pieces for one write. ``header`` is the raw payload of a content header.

    The body is cut into pieces of ``frame_max`` - 8 octets (0: uncut); an empty body has no frame at all (4.2.6).
    """
    size = len(body)
    pieces = [HEAD.pack(HEADER, channel, len(header)), header, END]
    if not size:
        return pieces
    if not frame_max or size + OVERHEAD <= frame_max:
        pieces += (HEAD.pack(BODY, channel, size), body, END)
        return pieces
    room = frame_max - OVERHEAD
    for start in range(0, size, room):
        part = body[start : start + room]
        pieces += (HEAD.pack(BODY, channel, len(part)), part, END)
    return pieces
