"""Streams: whatever way octets are cut, a reader sees them whole, once and in order; and memory follows what came, not what was announced."""

import asyncio

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hubbub.net.stream import HIGH_WATER, LARGE, Stream
from tests.unit.net.wire import CountingArena, Wire

ARENA = 256
PREFIX = 4


class Frames:
    """A toy protocol: four octets of length, then so many. Handles at most ``at_once`` frames, then pauses like a busy room."""

    def __init__(self, stream: Stream, at_once: int = 1_000_000, *, tells_wanted: bool = True) -> None:
        self.stream = stream
        self.at_once = at_once
        self.tells_wanted = tells_wanted
        self.wanted = 0
        self.frames: list[bytes] = []
        self.looks = 0
        self.writable_told: list[bool] = []
        self.times_lost = 0

    def received(self, data: memoryview) -> int:
        self.looks += 1
        self.wanted = 0
        used = 0
        for _ in range(self.at_once):
            if len(data) - used < PREFIX:
                return used
            size = PREFIX + int.from_bytes(data[used : used + PREFIX])
            if len(data) - used < size:
                self.wanted = size if self.tells_wanted else 0
                return used
            self.frames.append(bytes(data[used + PREFIX : used + size]))
            used += size
        self.stream.pause()
        return used

    def writable(self, *, is_writable: bool) -> None:
        self.writable_told.append(is_writable)

    def lost(self) -> None:
        self.times_lost += 1


def frame(payload: bytes) -> bytes:
    return len(payload).to_bytes(PREFIX) + payload


def payload(size: int, seed: int) -> bytes:
    return bytes((seed + position * 7) % 251 for position in range(size))


class Line:
    """A wire with the toy protocol on it."""

    def __init__(self, at_once: int = 1_000_000, *, tells_wanted: bool = True) -> None:
        self.arena = CountingArena(ARENA)
        readers: list[Frames] = []

        def make(stream: Stream) -> Frames:
            readers.append(Frames(stream, at_once, tells_wanted=tells_wanted))
            return readers[0]

        self.wire = Wire(make, self.arena)
        self.stream = self.wire.stream
        self.reader = readers[0]


SIZES = st.one_of(
    st.integers(0, 40),
    st.sampled_from([ARENA // 2 - PREFIX, ARENA // 2 - PREFIX + 1, ARENA - PREFIX, ARENA, 4 * ARENA]),
    st.integers(0, 12 * ARENA),
)


@given(
    sizes=st.lists(SIZES, max_size=8),
    cuts=st.lists(st.integers(1, 5 * ARENA), max_size=40),
    at_once=st.sampled_from([1, 2, 3, 1_000_000]),
    tells_wanted=st.booleans(),
)
@example(sizes=[10, ARENA, 10], cuts=[1] * 400, at_once=1_000_000, tells_wanted=True)
@example(sizes=[2 * ARENA, 2 * ARENA, 1], cuts=[], at_once=1, tells_wanted=True)
@settings(max_examples=300)
def test_frames_arrive_whole_once_and_in_order_however_they_are_cut(
    sizes: list[int], cuts: list[int], at_once: int, tells_wanted: bool
) -> None:
    line = Line(at_once, tells_wanted=tells_wanted)
    sent = [payload(size, seed) for seed, size in enumerate(sizes)]
    octets = b"".join(map(frame, sent))
    position = 0
    for size in [*cuts, len(octets) + 1]:
        piece, position = octets[position : position + size], position + size
        line.wire.feed(piece, resumes=True)
    for _ in sent:
        line.stream.resume()
    assert line.reader.frames == sent
    assert line.stream.octets_in == len(octets)
    assert line.wire.defects == []
    assert not line.stream._own, "an idle connection owns no buffer"
    assert line.stream._tail == b""


@given(st.integers(1, 6 * ARENA), st.booleans())
def test_octets_may_come_one_by_one(size: int, tells_wanted: bool) -> None:
    line = Line(tells_wanted=tells_wanted)
    octets = frame(payload(size, 1)) + frame(b"next")
    for position in range(len(octets)):
        line.wire.feed(octets[position : position + 1])
    assert line.reader.frames == [payload(size, 1), b"next"]


def test_all_frames_of_one_read_are_shown_at_once() -> None:
    line = Line()
    line.wire.feed(frame(b"a") + frame(b"b") + frame(b"c"))
    assert line.reader.frames == [b"a", b"b", b"c"]
    assert line.reader.looks == 1


def test_the_tail_of_one_read_comes_first_in_the_next() -> None:
    line = Line()
    line.wire.feed(frame(b"whole") + frame(b"cut")[:5])
    assert line.reader.frames == [b"whole"]
    line.wire.feed(frame(b"cut")[5:])
    assert line.reader.frames == [b"whole", b"cut"]


def test_a_connection_without_a_tail_keeps_nothing() -> None:
    line = Line()
    line.wire.feed(frame(b"whole"))
    assert line.stream._tail == b""
    assert line.arena.lent == []


def test_streams_share_the_arena_without_seeing_each_other() -> None:
    arena = CountingArena(ARENA)
    readers: list[Frames] = []

    def make(stream: Stream) -> Frames:
        readers.append(Frames(stream))
        return readers[-1]

    one, other = Wire(make, arena), Wire(make, arena)
    first, second = frame(payload(90, 1)), frame(payload(90, 2))
    for position in range(0, len(first), 7):
        one.feed(first[position : position + 7])
        other.feed(second[position : position + 7])
    assert [reader.frames for reader in readers] == [[payload(90, 1)], [payload(90, 2)]]


# large frames


def test_a_large_frame_is_shown_once_it_is_whole_not_with_every_read() -> None:
    line = Line()
    octets = frame(payload(40 * ARENA, 3))
    for position in range(0, len(octets), 100):
        line.wire.feed(octets[position : position + 100])
    assert line.reader.frames == [payload(40 * ARENA, 3)]
    assert line.reader.looks < 5


def test_a_large_frames_buffer_goes_back_and_serves_the_next() -> None:
    line = Line()
    octets = frame(payload(10 * ARENA, 3))
    line.wire.feed(octets)
    assert line.arena.returned == 1
    assert not line.stream._own
    spare = id(line.arena._spares[0])
    line.wire.feed(octets[: 5 * ARENA])
    assert id(line.stream._own) == spare
    line.wire.feed(octets[5 * ARENA :])
    assert len(line.reader.frames) == 2


@pytest.mark.parametrize("come", [PREFIX, 10, ARENA // 8, ARENA // 2, ARENA, 10 * ARENA])
def test_a_frame_that_is_announced_but_never_sent_allocates_little(come: int) -> None:
    line = Line()
    line.wire.feed(((1 << 30).to_bytes(PREFIX) + bytes(come))[:come])
    assert max(line.arena.lent, default=0) <= 4 * come
    if come <= ARENA // 8:
        assert line.arena.lent == []


def test_a_lost_connection_gives_its_buffer_back_and_keeps_no_tail() -> None:
    for octets in ((1 << 20).to_bytes(PREFIX) + bytes(ARENA), frame(b"cut")[:5]):
        line = Line()
        line.wire.feed(octets)
        line.stream.connection_lost(None)
        assert line.arena.returned == (1 if line.arena.lent else 0)
        assert not line.stream._own
        assert line.stream._tail == b""


# pausing


def test_what_was_left_at_a_pause_is_shown_again_on_resume_and_reading_goes_on_when_it_is_done() -> None:
    line = Line(at_once=1)
    line.wire.feed(frame(b"a") + frame(b"b") + frame(b"c"))
    assert line.reader.frames == [b"a"]
    assert not line.wire.transport.is_reading_on
    line.stream.resume()
    assert line.reader.frames == [b"a", b"b"]
    assert not line.wire.transport.is_reading_on
    line.stream.resume()
    line.reader.at_once = 10
    line.stream.resume()
    assert line.reader.frames == [b"a", b"b", b"c"]
    assert line.wire.transport.is_reading_on


def test_pause_and_resume_are_idempotent() -> None:
    line = Line()
    line.stream.resume()
    line.stream.pause()
    line.stream.pause()
    assert not line.wire.transport.is_reading_on
    line.stream.resume()
    line.stream.resume()
    assert line.wire.transport.is_reading_on
    assert line.reader.looks == 0


@given(st.integers(0, 8 * ARENA), st.integers(0, 8 * ARENA), st.integers(1, 3 * ARENA))
def test_who_is_held_is_listened_to_once_and_nothing_of_it_is_lost(first: int, second: int, cut: int) -> None:
    line = Line()
    octets = frame(payload(first, 1)) + frame(payload(second, 2)) + frame(b"end")
    line.wire.feed(octets[:cut])
    line.stream.hold()
    looks = line.reader.looks
    assert line.wire.transport.is_reading_on
    if octets[cut:]:
        rest = octets[cut:]
        came = min(len(rest), len(line.stream.get_buffer(-1)))
        line.wire.feed(rest[:came])
        assert not line.wire.transport.is_reading_on
        assert line.reader.looks == looks
        line.wire.feed(rest[came:], resumes=True)
    line.stream.resume()
    assert line.wire.transport.is_reading_on
    assert line.reader.frames == [payload(first, 1), payload(second, 2), b"end"]


# sending


def test_all_that_was_gathered_leaves_in_one_write() -> None:
    line = Line()
    line.stream.send(b"a", memoryview(b"b"))
    line.stream.send(bytearray(b"c"))
    assert line.wire.transport.writes == []
    line.stream.flush()
    line.stream.flush()
    assert line.wire.transport.writes == [b"abc"]
    assert line.stream.octets_out == 3


def test_large_parts_leave_without_being_joined() -> None:
    line = Line()
    line.stream.send(b"head", bytes(LARGE))
    line.stream.flush()
    assert line.wire.transport.writes == [b"head", bytes(LARGE)]
    assert line.stream.octets_out == LARGE + 4


def test_one_part_leaves_as_it_is() -> None:
    line = Line()
    line.stream.send(b"alone")
    line.stream.flush()
    assert line.wire.transport.writes == [b"alone"]
    assert line.stream.octets_out == 5


def test_closing_sends_what_was_gathered_first_and_nothing_after() -> None:
    line = Line()
    line.stream.send(b"last")
    line.stream.close()
    assert line.wire.sent == b"last"
    assert line.wire.transport.is_closed
    line.stream.send(b"too late")
    line.stream.flush()
    line.stream.close()
    assert line.wire.sent == b"last"


def test_nothing_is_shown_after_closing() -> None:
    line = Line()
    line.stream.close()
    line.wire.feed(frame(b"late"))
    line.stream.resume()
    assert line.reader.frames == []


def test_the_reader_hears_of_a_full_and_of_an_emptied_socket() -> None:
    line = Line()
    assert line.wire.transport.high == HIGH_WATER
    line.stream.pause_writing()
    assert not line.stream.is_writable
    line.stream.resume_writing()
    assert line.stream.is_writable
    assert line.reader.writable_told == [False, True]
    line.wire.transport.unsent = 17
    assert line.stream.unsent == 17


def test_who_is_gone_is_not_told_that_there_is_room_again() -> None:
    line = Line()
    line.stream.pause_writing()
    line.stream.connection_lost(None)
    line.stream.resume_writing()
    assert line.reader.writable_told == [False]
    assert not line.stream.is_writable


# beginning and end


def test_a_stream_knows_both_its_ends() -> None:
    line = Line()
    assert line.stream.peer == ("192.0.2.7", 50_000)
    assert line.stream.local == ("192.0.2.1", 9092)


def test_loss_is_told_once_to_the_reader_and_to_the_listener() -> None:
    line = Line()
    line.stream.send(b"gone")
    line.stream.connection_lost(ConnectionResetError())
    assert line.reader.times_lost == 1
    assert line.wire.lost == [line.stream]
    assert line.stream.out == []
    assert line.stream.closing


def test_a_peer_that_has_said_all_is_answered_before_the_end() -> None:
    async def conversation() -> Line:
        line = Line()
        assert line.stream.eof_received(), "the socket stays open for what is still to be said"
        line.stream.send(b"the answer of this pass")
        assert not line.wire.transport.is_closed
        done = asyncio.Event()
        asyncio.get_running_loop().call_soon(done.set)
        await done.wait()
        return line

    line = asyncio.run(conversation())
    assert line.wire.sent == b"the answer of this pass"
    assert line.wire.transport.is_closed


class Faulty(Frames):
    """A reader with a defect in every call."""

    def received(self, data: memoryview) -> int:
        raise ZeroDivisionError("received")

    def writable(self, *, is_writable: bool) -> None:
        raise ZeroDivisionError("writable")

    def lost(self) -> None:
        raise ZeroDivisionError("lost")


def test_a_readers_defect_costs_its_connection_alone() -> None:
    arena = CountingArena(ARENA)
    readers: list[Frames] = []

    def make(stream: Stream) -> Frames:
        readers.append(Frames(stream))
        return readers[-1]

    faulty, good = Wire(Faulty, arena), Wire(make, arena)
    faulty.feed(b"x")
    assert faulty.transport.is_aborted
    faulty.stream.pause_writing()
    faulty.stream.connection_lost(None)
    assert [str(defect) for defect in faulty.defects] == ["received", "writable", "lost"]
    assert faulty.lost == [faulty.stream]
    good.feed(frame(b"a"))
    assert readers[0].frames == [b"a"]


def test_a_reader_that_cannot_be_made_is_a_defect_and_the_end_of_its_connection() -> None:
    def make(stream: Stream) -> Frames:
        raise ZeroDivisionError("made")

    wire = Wire(make)
    assert wire.transport.is_aborted
    wire.stream.connection_lost(None)
    assert [str(defect) for defect in wire.defects] == ["made"]
    assert wire.lost == [wire.stream]
