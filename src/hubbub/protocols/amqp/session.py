"""The conversation: what may come when, on the connection and on each channel, and content put together. Sans-IO.

Calls are the wire's method structs; ``channel`` says on which channel the last one came. Publishes come whole, as `Publish`. What
breaks the protocol comes as a `Violation` and not as an error, because the client must hear why, and may say goodbye.

    connection   PREAMBLE - STARTING - TUNING - OPENING - RUNNING - CLOSING (only close and close-ok count) - DEAF
    channel      not there - open - closing (all but close and close-ok is dropped) - not there
"""

from collections.abc import Iterator
from enum import Enum
from struct import Struct as Layout
from typing import Final, TypeAlias

from msgspec import Struct

from hubbub.octets.buffer import Buffer
from hubbub.protocols.amqp.wire import content, preamble
from hubbub.protocols.amqp.wire.broken import Broken
from hubbub.protocols.amqp.wire.frames import (
    FRAME_END,
    HEADER,
    HEARTBEAT,
    METHOD,
    OVERHEAD,
    Frame,
    method_frame,
    next_frame,
)
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.generated.methods import Method
from hubbub.protocols.amqp.wire.methods import CARRIES_CONTENT, decode_method
from hubbub.protocols.amqp.wire.publish import ACK, PUBLISH, Publishes, whole_content
from hubbub.protocols.amqp.wire.replies import Reply

SHORT_WAYS: Final = frozenset({PUBLISH, ACK})
ACK_SIZE: Final = 21
ACK_LENGTH: Final = b"\x00\x00\x00\x0d"
FIRST_FRAME_MAX: Final = 8192
"""Frames before tune-ok must not be larger."""
_FRONT: Final = Layout(">BHII")
_ACK_REST: Final = Layout(">QBB")
_CLOSE_OK: Final = method_frame(0, wire.ConnectionCloseOk())


class State(Enum):
    """Where the connection stands."""

    PREAMBLE = "preamble"
    STARTING = "starting"
    TUNING = "tuning"
    OPENING = "opening"
    RUNNING = "running"
    CLOSING = "closing"
    DEAF = "deaf"


EXPECTED: Final[dict[State, frozenset[type[Struct]]]] = {
    State.STARTING: frozenset({wire.ConnectionStartOk, wire.ConnectionSecureOk}),
    State.TUNING: frozenset({wire.ConnectionTuneOk}),
    State.OPENING: frozenset({wire.ConnectionOpen}),
    State.RUNNING: frozenset({wire.ConnectionUpdateSecret}),
    State.CLOSING: frozenset(),
}
"""What may come on channel 0, besides close and close-ok."""


class Publish(Struct, frozen=True, gc=False):
    """One basic.publish after another, whole, that differ in nothing but their bodies. ``header`` is the raw content header."""

    channel: int
    method: wire.BasicPublish
    header: bytes
    bodies: list[bytes]


class Acks(Struct, frozen=True, gc=False):
    """One basic.ack after another: delivery tag and ``multiple`` of each."""

    channel: int
    answers: list[tuple[int, int]]


class Head(Struct, frozen=True, gc=False):
    """The last publish up to its body: what begins with the same octets is the same publish with another body."""

    octets: bytes
    channel: int
    method: wire.BasicPublish
    header: bytes
    size: int
    """Octets of the body."""


class Refusal(Struct, frozen=True, gc=False):
    """The first octets were not ours; ``answer`` is what to send before closing."""

    answer: bytes
    found: bytes


class Greeting(Struct, frozen=True, gc=False):
    """The first octets were right: the conversation begins."""


class Violation(Struct, frozen=True, gc=False):
    """The peer broke the protocol; the connection must be closed with this."""

    reply: Reply
    text: str
    index: int = 0
    """Class and method that failed, 16 bits each; 0: none."""


class Oversized(Struct, frozen=True, gc=False):
    """A content header announced more than is taken; the channel must be closed with 406."""

    text: str


Call: TypeAlias = Method | Publish | Acks | Refusal | Greeting | Violation | Oversized


class Answer(Struct, frozen=True, gc=False):
    """A reply on a channel that is named, for answers that come later."""

    channel: int
    method: Method


class ChannelOrder:
    """What a channel's frames must look like next."""

    __slots__ = ("_parts", "header", "is_closing", "is_plain", "method", "missing")

    def __init__(self) -> None:
        self.is_plain = True
        """Open, and between methods: the short ways may be taken."""
        self.is_closing = False
        self.method = NO_PUBLISH
        self.header = b""
        self.missing = 0
        self._parts: list[bytes] = []

    def begin(self, method: wire.BasicPublish) -> None:
        """Content is to follow."""
        self.is_plain = False
        self.method = method
        self.header = b""
        self._parts = []

    def add(self, part: bytes) -> None:
        """A body frame."""
        self._parts.append(part)
        self.missing -= len(part)

    def finish(self, channel: int) -> Publish:
        """All is here."""
        parts, self._parts = self._parts, []
        self.is_plain = not self.is_closing
        publish = Publish(channel, self.method, self.header, [b"".join(parts)])
        self.method = NO_PUBLISH
        return publish


NO_PUBLISH: Final = wire.BasicPublish("")
NO_HEAD: Final = Head(b"", 0, NO_PUBLISH, b"", 0)
LONGEST_HEAD: Final = 4096


class Session:
    """Of one connection. The room changes ``state``, ``frame_max`` and ``channel_max`` as it negotiates."""

    __slots__ = (
        "_head",
        "_orders",
        "_publishes",
        "channel",
        "channel_max",
        "frame_max",
        "ghosts",
        "max_body",
        "state",
        "used",
        "wanted",
    )

    def __init__(self, max_body: int) -> None:
        self.state = State.PREAMBLE
        self.frame_max = FIRST_FRAME_MAX
        self.channel_max = 0
        self.max_body = max_body
        self.channel = 0
        self.used = 0
        self.wanted = 0
        self.ghosts: set[int] = set()
        """Numbers of channels that were closed: what a client had sent before it knew is ignored."""
        self._orders: dict[int, ChannelOrder] = {}
        self._publishes = Publishes()
        self._head = NO_HEAD

    # the channels

    def open_channel(self, number: int) -> None:
        """From now on methods on it are let through."""
        self._orders[number] = ChannelOrder()
        self.ghosts.discard(number)

    def closing_channel(self, number: int) -> None:
        """channel.close was sent: drop everything on it until the close-ok."""
        order = self._orders[number]
        order.is_closing = True
        order.is_plain = False

    def forget_channel(self, number: int) -> None:
        """It is closed on both sides; the number may be opened again at once."""
        del self._orders[number]
        self.ghosts.add(number)

    def has_channel(self, number: int) -> bool:
        return number in self._orders

    @property
    def channels(self) -> int:
        """How many are open or closing."""
        return len(self._orders)

    # what the conversation calls

    def encode(self, call: Call, reply: Method | Answer) -> list[Buffer]:  # noqa: ARG002 - the contract's shape
        """The frame of a reply, on the channel of the last call unless it says otherwise."""
        if isinstance(reply, Answer):
            return [method_frame(reply.channel, reply.method)]
        return [method_frame(self.channel, reply)]

    def receive(self, data: memoryview) -> Iterator[Call]:
        """Yield each whole call. Never raises: what is wrong is a call, too."""
        self.used = self.wanted = 0
        try:
            # slices of bytes are what everything keeps, and cheaper than slices of a view
            yield from self._calls(bytes(data))
        except Broken as broken:
            self.used = len(data)
            self.channel = 0
            lasting = self.state
            yield Violation(broken.reply, str(broken))
            if lasting is not State.CLOSING or broken.reply is Reply.FRAME_ERROR:
                self.state = State.DEAF  # where the next frame begins cannot be known any more

    def _calls(self, data: bytes) -> Iterator[Call]:
        at = 0
        size = len(data)
        if self.state is State.PREAMBLE:
            found = preamble.recognise(data)
            if found is preamble.Preamble.PARTIAL:
                return
            if found is not preamble.Preamble.ACCEPTED:
                self.used = size
                yield Refusal(preamble.answer(found), data[:8])
                return
            at = self.used = 8
            yield Greeting()
        unpack = _FRONT.unpack_from
        while at + 11 <= size and self.state is not State.DEAF:
            kind, channel, length, index = unpack(data, at)
            if kind == METHOD and index in SHORT_WAYS and self.state is State.RUNNING:
                order = self._orders.get(channel)
                if order is not None and order.is_plain:
                    call = self._acks(data, at) if index == ACK else self._publish(data, at, channel, length)
                    if call is not None:
                        at = self.used
                        self.channel = channel
                        yield call
                        continue
            frame = next_frame(data, at, self.frame_max)
            if frame is None:
                break
            at = self.used = frame.stop + 1
            yield from self._long_way(data, frame)
        # what is too short for that look ahead, and how long the unfinished frame will be
        while self.state is not State.DEAF:
            frame = next_frame(data, at, self.frame_max)
            if frame is None:
                if at + 7 <= size:
                    self.wanted = OVERHEAD + int.from_bytes(data[at + 3 : at + 7])
                return
            at = self.used = frame.stop + 1
            yield from self._long_way(data, frame)
        self.used = size
        if data.endswith(_CLOSE_OK):
            self.channel = 0
            yield wire.ConnectionCloseOk()

    # inside

    def _acks(self, data: bytes, at: int) -> Acks | None:
        """All acks in a row. None: the first is not all here, or not right."""
        front = data[at : at + 11]
        if front[3:7] != ACK_LENGTH:
            return None
        channel = int.from_bytes(front[1:3])
        last = len(data) - ACK_SIZE
        answers: list[tuple[int, int]] = []
        unpack = _ACK_REST.unpack_from
        while at <= last and data.startswith(front, at):
            tag, multiple, end = unpack(data, at + 11)
            if end != FRAME_END:
                break
            answers.append((tag, multiple & 1))
            at += ACK_SIZE
        if not answers:
            return None
        self.used = at
        return Acks(channel, answers)

    def _publish(self, data: bytes, at: int, channel: int, length: int) -> Publish | None:
        """All publishes in a row that differ in their bodies alone. None: the first must go the long way."""
        head = self._head
        if head.channel != channel or not data.startswith(head.octets, at):
            stop = at + 7 + length
            if stop >= len(data) or data[stop] != FRAME_END or length > self.frame_max:
                return None
            whole = whole_content(data, stop + 1, channel, self.frame_max)
            if whole is None or len(whole[1]) > self.max_body:
                return None
            method = self._publishes.find(data, at + 7, stop)
            header, body, self.used = whole
            octets = data[at : self.used - len(body) - 1]
            if not body or len(octets) > LONGEST_HEAD:
                return Publish(channel, method, header, [body])
            head = self._head = Head(octets, channel, method, header, len(body))
        octets = head.octets
        front = len(octets)
        stride = front + head.size + 1
        last = len(data) - stride
        bodies: list[bytes] = []
        while at <= last and data.startswith(octets, at):
            end = at + stride
            if data[end - 1] != FRAME_END:
                break
            bodies.append(data[at + front : end - 1])
            at = end
        if not bodies:
            return None
        self.used = at
        return Publish(channel, head.method, head.header, bodies)

    def _long_way(self, data: bytes, frame: Frame) -> Iterator[Call]:
        kind, number = frame.kind, frame.channel
        self.channel = number
        if kind == HEARTBEAT:
            if number:
                raise Broken("a heartbeat on a channel", reply=Reply.UNEXPECTED_FRAME)
            return
        if number == 0:
            yield from self._on_connection(data, frame)
            return
        if self.state is State.CLOSING:
            return
        if self.state is not State.RUNNING:
            raise Broken(
                f"a frame on channel {number} before the connection is open", reply=Reply.CHANNEL_ERROR
            )
        order = self._orders.get(number)
        if order is None:
            yield from self._on_no_channel(data, frame)
        elif order.is_closing:
            if kind == METHOD:
                method = decode_method(data, frame.start, frame.stop)
                if isinstance(method, wire.ChannelClose | wire.ChannelCloseOk):
                    yield method
        elif kind == METHOD:
            yield from self._on_method(data, frame, order)
        elif kind == HEADER:
            yield from self._on_header(data, frame, order)
        else:
            yield from self._on_body(data, frame, order)

    def _on_connection(self, data: bytes, frame: Frame) -> Iterator[Call]:
        if frame.kind != METHOD:
            raise Broken("content on channel 0", reply=Reply.UNEXPECTED_FRAME)
        method = decode_method(data, frame.start, frame.stop)
        if type(method) in ALWAYS or type(method) in EXPECTED[self.state]:
            yield method
        elif self.state is not State.CLOSING:
            problem = f"unexpected method in connection state {self.state.value}"
            yield Violation(Reply.CHANNEL_ERROR, problem, method.INDEX)

    def _on_no_channel(self, data: bytes, frame: Frame) -> Iterator[Call]:
        number = frame.channel
        if frame.kind == METHOD:
            method = decode_method(data, frame.start, frame.stop)
            if isinstance(method, wire.ChannelOpen):
                if number > self.channel_max or len(self._orders) >= self.channel_max:
                    text = f"number of channels opened ({number}) has reached the negotiated channel_max ({self.channel_max})"
                    yield Violation(Reply.NOT_ALLOWED, text, method.INDEX)
                else:
                    yield method
                return
            if number in self.ghosts and isinstance(method, LATE):
                return
            index = method.INDEX
        else:
            if number in self.ghosts:
                return
            index = 0
        yield Violation(Reply.CHANNEL_ERROR, "expected 'channel.open'", index)

    def _on_method(self, data: bytes, frame: Frame, order: ChannelOrder) -> Iterator[Call]:
        if order.method is not NO_PUBLISH:
            text = NO_BODY if order.header else NO_HEADER
            yield Violation(Reply.UNEXPECTED_FRAME, text, order.method.INDEX)
            return
        index = int.from_bytes(data[frame.start : frame.start + 4])
        if index == PUBLISH:
            order.begin(self._publishes.find(data, frame.start, frame.stop))
            return
        if index in CARRIES_CONTENT:
            raise Broken(
                f"method {index >> 16}.{index & 0xFFFF} is the server's to send", reply=Reply.COMMAND_INVALID
            )
        method = decode_method(data, frame.start, frame.stop)
        if isinstance(method, wire.ChannelOpen):
            yield Violation(Reply.CHANNEL_ERROR, "second 'channel.open' seen", method.INDEX)
        elif isinstance(method, wire.ChannelCloseOk):
            return
        else:
            yield method

    def _on_header(self, data: bytes, frame: Frame, order: ChannelOrder) -> Iterator[Call]:
        if order.method is NO_PUBLISH or order.header:
            yield Violation(
                Reply.UNEXPECTED_FRAME,
                NO_BODY if order.header else NO_METHOD,
                order.method.INDEX if order.header else 0,
            )
            return
        header = data[frame.start : frame.stop]
        if header[:2] != CLASS_BASIC and len(header) > 2:
            group = int.from_bytes(header[:2])
            text = f"expected content header for class 60, got one for class {group} instead"
            yield Violation(Reply.UNEXPECTED_FRAME, text, order.method.INDEX)
            return
        size = content.body_size(header)
        order.header = header
        order.missing = size
        if size > self.max_body:
            text = f"message size {size} is larger than configured max size {self.max_body}"
            self.drop_content(frame.channel)
            yield Oversized(text)
        elif not size:
            yield order.finish(frame.channel)

    def _on_body(self, data: bytes, frame: Frame, order: ChannelOrder) -> Iterator[Call]:
        if not order.header:
            is_publish = order.method is not NO_PUBLISH
            text = NO_HEADER if is_publish else NO_METHOD
            yield Violation(Reply.UNEXPECTED_FRAME, text, PUBLISH if is_publish else 0)
            return
        part = data[frame.start : frame.stop]
        if len(part) > order.missing:
            raise Broken(f"a body is {len(part) - order.missing} octets longer than its header said")
        order.add(part)
        if not order.missing:
            yield order.finish(frame.channel)

    def drop_content(self, number: int) -> None:
        """Whatever content is coming on this channel interests nobody."""
        order = self._orders[number]
        order.method = NO_PUBLISH
        order.header = b""
        order.missing = 0


CLASS_BASIC: Final = b"\x00\x3c"
NO_METHOD: Final = "expected method frame, got non method frame instead"
NO_HEADER: Final = "expected content header for class 60, got non content header frame instead"
NO_BODY: Final = "expected content body, got non content body frame instead"
ALWAYS: Final[frozenset[type[Struct]]] = frozenset({wire.ConnectionClose, wire.ConnectionCloseOk})
LATE: Final = (
    wire.BasicAck,
    wire.BasicNack,
    wire.BasicReject,
    wire.ChannelCloseOk,
    wire.ChannelClose,
    wire.BasicCancelOk,
)
"""What a client may have sent before it heard that its channel is closed."""


def name_of(method: Method) -> str:
    """``queue.declare`` for a `QueueDeclare`."""
    text = type(method).__doc__ or ""
    return text.partition(" ")[0]
