"""WebSocket under a stream: a reader of octets sees those that were framed, whole and in order, and never learns of the frames."""

from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.client import ClientProtocol
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.protocol import State
from websockets.uri import parse_uri

from hubbub.net.arena import Arena
from hubbub.net.stream import Stream
from hubbub.net.websocket import WebSocket
from tests.unit.net.test_stream import ARENA, Frames, frame, payload
from tests.unit.net.wire import Wire

SPOKEN = ("two", "one")


class Browser:
    """A client that speaks WebSocket, the stream it reached, and the toy protocol behind it."""

    def __init__(self, *subprotocols: str, at_once: int = 1_000_000) -> None:
        self.readers: list[Frames] = []
        self.at_once = at_once
        arena = Arena(ARENA)
        self.wire = Wire(
            lambda stream: WebSocket(stream, arena, SPOKEN, self._reader, self.wire_defect), arena
        )
        self.protocol = ClientProtocol(
            parse_uri("ws://hub/any/path"), subprotocols=list(subprotocols) or None
        )
        self.protocol.send_request(self.protocol.connect())
        self.exchange()

    def wire_defect(self, defect: Exception) -> None:
        self.wire.defects.append(defect)

    def _reader(self, stream: Stream) -> Frames:
        self.readers.append(Frames(stream, self.at_once))
        return self.readers[-1]

    @property
    def reader(self) -> Frames:
        (reader,) = self.readers
        return reader

    def exchange(self, cut: int = 1 << 20) -> list[Frame]:
        """Both sides hear what the other has said, the hub in pieces of ``cut`` octets; the frames the client heard."""
        octets = b"".join(self.protocol.data_to_send())
        for position in range(0, len(octets), cut):
            self.wire.feed(octets[position : position + cut], resumes=True)
            if self.readers:
                self.resume()
        self.protocol.receive_data(self.wire.sent)
        self.wire.transport.writes.clear()
        return [event for event in self.protocol.events_received() if isinstance(event, Frame)]

    def resume(self) -> None:
        for _ in range(50):
            self.reader.stream.resume()


def test_the_handshake_opens_the_reader_with_the_addresses_of_the_socket() -> None:
    browser = Browser()
    assert browser.protocol.state is State.OPEN
    assert browser.protocol.subprotocol is None
    assert browser.reader.stream.peer == browser.wire.stream.peer
    assert browser.reader.stream.local == browser.wire.stream.local


def test_the_best_subprotocol_that_both_speak_is_chosen() -> None:
    assert Browser("zero", "one", "two").protocol.subprotocol == "two"
    assert Browser("one").protocol.subprotocol == "one"
    assert Browser("zero").protocol.subprotocol is None


@given(
    sizes=st.lists(st.integers(0, 3 * ARENA), max_size=6),
    message=st.integers(1, 4 * ARENA),
    cut=st.integers(1, 5 * ARENA),
    at_once=st.sampled_from([1, 2, 1_000_000]),
)
@settings(deadline=None)
def test_octets_arrive_whole_once_and_in_order_however_they_are_framed_and_cut(
    sizes: list[int], message: int, cut: int, at_once: int
) -> None:
    browser = Browser(at_once=at_once)
    sent = [payload(size, seed) for seed, size in enumerate(sizes)]
    octets = b"".join(map(frame, sent))
    for position in range(0, len(octets), message):
        browser.protocol.send_binary(octets[position : position + message])
    browser.exchange(cut)
    assert browser.reader.frames == sent
    assert browser.wire.defects == []


def test_answers_are_binary_frames() -> None:
    browser = Browser()
    browser.reader.stream.send(b"an ", b"answer")
    browser.reader.stream.flush()
    assert [(event.opcode, bytes(event.data)) for event in browser.exchange()] == [
        (Opcode.BINARY, b"an answer")
    ]


def test_a_ping_is_answered() -> None:
    browser = Browser()
    browser.protocol.send_ping(b"still there?")
    (pong,) = browser.exchange()
    assert (pong.opcode, bytes(pong.data)) == (Opcode.PONG, b"still there?")


def test_text_is_refused() -> None:
    browser = Browser()
    browser.protocol.send_text(b"words")
    (close,) = browser.exchange()
    assert (close.opcode, Close.parse(close.data).code) == (Opcode.CLOSE, CloseCode.UNSUPPORTED_DATA)
    assert browser.wire.transport.is_closed
    assert browser.reader.frames == []


def test_who_closes_is_answered_and_the_socket_is_closed() -> None:
    browser = Browser()
    browser.protocol.send_close(CloseCode.NORMAL_CLOSURE)
    (close,) = browser.exchange()
    assert (close.opcode, Close.parse(close.data).code) == (Opcode.CLOSE, CloseCode.NORMAL_CLOSURE)
    assert browser.wire.transport.is_closed


def test_a_reader_that_closes_says_so_in_the_frames_words() -> None:
    browser = Browser()
    browser.reader.stream.send(b"bye")
    browser.reader.stream.close()
    heard = browser.exchange()
    assert [event.opcode for event in heard] == [Opcode.BINARY, Opcode.CLOSE]
    assert browser.wire.transport.is_closed


def test_a_lost_socket_is_a_lost_connection() -> None:
    browser = Browser()
    browser.wire.stream.connection_lost(None)
    assert browser.reader.times_lost == 1


def test_a_full_socket_is_told_through() -> None:
    browser = Browser()
    browser.wire.stream.pause_writing()
    browser.wire.stream.resume_writing()
    assert browser.reader.writable_told == [False, True]


def test_what_is_no_handshake_never_reaches_a_reader() -> None:
    readers: list[Frames] = []

    def make(stream: Stream) -> Frames:
        readers.append(Frames(stream))
        return readers[-1]

    arena = Arena(ARENA)
    defects: list[Exception] = []
    wire = Wire(lambda stream: WebSocket(stream, arena, SPOKEN, make, defects.append), arena)
    wire.feed(b"GET /not/a/websocket HTTP/1.1\r\nHost: hub\r\n\r\n")
    assert b"426" in wire.sent
    assert wire.transport.is_closed
    assert readers == []
    assert defects == []
