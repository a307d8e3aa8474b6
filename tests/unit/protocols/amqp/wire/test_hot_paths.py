"""The short ways in and out: the same result as the long ways, or a word that the long way must be taken."""

import pamqp.commands
import pamqp.frame
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.protocols.amqp.wire import preamble
from hubbub.protocols.amqp.wire.broken import Broken
from hubbub.protocols.amqp.wire.content import Properties, encode_header
from hubbub.protocols.amqp.wire.deliver import Deliveries
from hubbub.protocols.amqp.wire.frames import ack_frame, content_frames, method_frame
from hubbub.protocols.amqp.wire.generated.methods import BasicAck, BasicDeliver, BasicPublish
from hubbub.protocols.amqp.wire.preamble import Preamble
from hubbub.protocols.amqp.wire.publish import Publishes, whole_ack, whole_content
from hubbub.protocols.amqp.wire.strings import cut, put_shortstr


def content_of(size: int, frame_max: int = 0, channel: int = 1) -> tuple[bytes, bytes, bytes]:
    header = encode_header(size, Properties(content_type="text/plain", delivery_mode=2))
    body = bytes(range(256)) * (size // 256 + 1)
    body = body[:size]
    return header, body, b"".join(content_frames(channel, header, body, frame_max))


@given(st.integers(1, 65535), st.integers(1, (1 << 64) - 1), st.booleans())
def test_an_ack_in_one_step_is_an_ack(channel: int, tag: int, multiple: bool) -> None:
    assert ack_frame(channel, tag, multiple=multiple) == method_frame(channel, BasicAck(tag, multiple))


@pytest.mark.parametrize("size", [0, 1, 2, 100, 5000])
def test_content_that_is_all_here_is_taken_at_once(size: int) -> None:
    header, body, raw = content_of(size)
    assert whole_content(b"ab" + raw + b"tail", 2, 1, 131072) == (header, body, 2 + len(raw))


@pytest.mark.parametrize("size", [0, 1, 100])
def test_content_that_is_not_all_here_goes_the_long_way(size: int) -> None:
    _, _, raw = content_of(size)
    for have in range(len(raw)):
        assert whole_content(raw[:have], 0, 1, 131072) is None


def test_content_of_another_channel_or_in_two_frames_goes_the_long_way() -> None:
    assert whole_content(content_of(10, channel=2)[2], 0, 1, 131072) is None
    assert whole_content(content_of(100, frame_max=58)[2], 0, 1, 131072) is None
    assert whole_content(content_of(100)[2], 0, 1, 50) is None


@given(st.binary(max_size=60), st.integers(0, 60))
def test_damaged_content_never_raises(damage: bytes, at: int) -> None:
    _, _, raw = content_of(10)
    damaged = raw[:at] + damage + raw[at + len(damage) :]
    whole_content(damaged, 0, 1, 131072)


def test_equal_publishes_are_decoded_once() -> None:
    known = Publishes()
    raw = method_frame(1, BasicPublish("e", "k", True))
    first = known.find(raw, 7, len(raw) - 1)
    assert first == BasicPublish("e", "k", True)
    assert known.find(b"x" + raw, 8, len(raw)) is first


def test_the_table_of_publishes_is_bounded() -> None:
    known = Publishes()
    for number in range(Publishes.MOST * 3):
        raw = method_frame(1, BasicPublish("e", f"key.{number}"))
        assert known.find(raw, 7, len(raw) - 1).routing_key == f"key.{number}"
    assert len(known._known) <= Publishes.MOST


def test_an_ack_is_read_in_one_go() -> None:
    raw = method_frame(1, BasicAck(1 << 40, True))
    assert whole_ack(b"zz" + raw, 2) == (1 << 40, True)
    with pytest.raises(Broken):
        whole_ack(raw[:-1] + b"\x00", 0)


@given(
    tag=st.integers(1, 1 << 60),
    redelivered=st.booleans(),
    size=st.integers(0, 300),
    frame_max=st.sampled_from([0, 64, 131072]),
    key=st.text("abc.", max_size=20),
)
def test_a_delivery_is_method_header_and_body(
    tag: int, redelivered: bool, size: int, frame_max: int, key: str
) -> None:
    header, body, _ = content_of(size)
    writer = Deliveries(7, "consumer", frame_max)
    method = method_frame(7, BasicDeliver("consumer", tag, redelivered, "ex", key))
    expected = method + b"".join(content_frames(7, header, body, frame_max))
    for _ in range(2):
        assert writer.write(tag, redelivered, ("ex", key), header, body) == expected
    theirs = pamqp.frame.unmarshal(expected)[2]
    assert isinstance(theirs, pamqp.commands.Basic.Deliver)
    assert theirs.delivery_tag == tag


def test_the_table_of_deliveries_is_bounded() -> None:
    writer = Deliveries(1, "c", 4096)
    header, body, _ = content_of(3)
    for number in range(Deliveries.MOST * 3):
        writer.write(number + 1, False, ("e", str(number)), header, body)
    assert len(writer._known) <= Deliveries.MOST


@pytest.mark.parametrize(
    ("octets", "expected"),
    [
        (b"", Preamble.PARTIAL),
        (b"AM", Preamble.PARTIAL),
        (b"AMQP\x00\x00\x09", Preamble.PARTIAL),
        (b"AMQP\x00\x00\x09\x01more", Preamble.ACCEPTED),
        (b"AMQP\x01\x01\x00\x09", Preamble.ACCEPTED),
        (b"AMQP\x00\x01\x00\x00", Preamble.OTHER_VERSION),
        (b"GET / HTTP/1.1", Preamble.GARBAGE),
        (b"\x16", Preamble.GARBAGE),
    ],
)
def test_the_first_octets_are_recognised(octets: bytes, expected: Preamble) -> None:
    assert preamble.recognise(octets) is expected


def test_an_error_text_is_cut_on_a_character() -> None:
    assert cut("a" * 254 + "é") == "a" * 254
    assert cut("short") == "short"
    with pytest.raises(ValueError, match="256 bytes"):
        put_shortstr("x" * 256)
