"""Whole frames come out in order, what is unfinished stays, and a bad size comes to light after the good
frames before it.
"""

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.octets.malformed import Malformed
from hubbub.protocols.kafka.wire.frames import Frames


def framed(bodies: Iterable[bytes]) -> bytes:
    return b"".join(len(body).to_bytes(4, "big") + body for body in bodies)


@settings(max_examples=100, derandomize=True)
@given(bodies=st.lists(st.binary(min_size=4, max_size=300), max_size=8), step=st.integers(1, 200))
def test_a_stream_in_pieces_gives_all_its_frames(bodies: list[bytes], step: int) -> None:
    stream, tail, found = framed(bodies), b"", []
    for place in range(0, len(stream), step):
        tail += stream[place : place + step]
        frames = Frames(tail, len(tail))
        found += [tail[start:end] for start, end in frames]
        tail = tail[frames.used :]
    assert (found, tail) == (bodies, b"")


def test_the_rest_of_the_buffer_is_not_looked_at() -> None:
    stream = framed([b"first"])
    frames = Frames(stream + b"\xff" * 10, len(stream))
    assert list(frames) == [(4, 9)]
    assert (frames.used, frames.wanted) == (9, 4)


def test_an_unfinished_frame_says_how_long_it_will_be() -> None:
    stream = framed([b"first", b"second"])
    frames = Frames(stream, len(stream) - 1)
    assert list(frames) == [(4, 9)]
    assert (frames.used, frames.wanted) == (9, 10)


@pytest.mark.parametrize("size", [-(1 << 31), -1, 0, 3, 1001, (1 << 31) - 1])
def test_a_size_that_cannot_be_comes_to_light_after_the_frames_before_it(size: int) -> None:
    stream = framed([b"first"]) + size.to_bytes(4, "big", signed=True)
    frames = Frames(stream, len(stream), limit=1000)
    found = iter(frames)
    assert next(found) == (4, 9)
    with pytest.raises(Malformed, match=f"a frame of {size} octets, where 4 to 1000 are possible"):
        next(found)
    assert frames.used == 9


def test_a_frame_may_be_as_long_as_the_limit() -> None:
    stream = framed([bytes(1000)])
    assert list(Frames(stream, len(stream), limit=1000)) == [(4, 1004)]
