"""Frames that somebody tampered with: every decoder gives a message or says `Malformed`, and takes no
memory for what is not there.
"""

import tracemalloc
from contextlib import suppress
from random import Random
from typing import Any

import pytest

from hubbub.octets.malformed import Malformed
from hubbub.protocols.kafka.wire.codec import decode, encode
from hubbub.protocols.kafka.wire.frames import Frames
from hubbub.protocols.kafka.wire.headers import read_client_id
from tests.unit.protocols.kafka.wire.samples import APIS, both, sample, versions

HOSTILE = tuple(
    bytes.fromhex(octets)
    for octets in (
        "ffffffff0f",
        "7fffffff",
        "80000000",
        "7fff",
        "8000",
        "ffff",
        "ffffff7f",
        "00",
        "01",
        "ff",
        "8080",
    )
)
"""What lengths, counts and tags are overwritten with."""

ROUNDS = 40


def tampered(octets: bytes, random: Random) -> bytes:
    """The octets with a few changed, some taken out, or a number in them replaced by a hostile one."""
    made = bytearray(octets)
    for _ in range(random.randint(1, 3)):
        place = random.randrange(len(made) + 1)
        match random.randrange(4):
            case 0 if made:
                made[place % len(made)] = random.randrange(256)
            case 1:
                hostile = random.choice(HOSTILE)
                made[place : place + len(hostile)] = hostile
            case 2:
                del made[place : place + random.randint(1, 8)]
            case _:
                made[place:place] = random.randbytes(random.randint(1, 8))
    return bytes(made)


def try_all(message: Any, version: int, random: Random) -> int:
    """Decodes many broken forms of one message; gives how many were refused."""
    refused = 0
    octets = b"".join(encode(message, version, sample(message, version, random)))
    for round_ in range(ROUNDS):
        broken = tampered(octets, random) if round_ % 4 else random.randbytes(random.randrange(60))
        try:
            value, used = decode(message, version, memoryview(broken), 0, len(broken))
        except Malformed:
            refused += 1
        else:
            assert used <= len(broken)
            assert isinstance(value, message.struct)
    return refused


@pytest.mark.parametrize("name", APIS)
def test_broken_messages_are_refused_or_read(name: str) -> None:
    random = Random(name)
    refused = sum(
        try_all(message, version, random) for message in both(name) for version in versions(message)
    )
    assert refused > 0


def test_broken_headers_are_refused_or_read() -> None:
    random = Random(1)
    for _ in range(3000):
        broken = tampered(bytes.fromhex("0003616263020102beef6300"), random)
        stop = random.randrange(len(broken) + 1)
        with suppress(Malformed):
            _, position = read_client_id(memoryview(broken), 0, stop, is_flexible=random.random() < 0.5)
            assert position <= stop


def test_noise_is_cut_into_frames_within_it() -> None:
    random = Random(2)
    for _ in range(2000):
        noise = bytes(2) + random.randbytes(random.randrange(200))
        frames = Frames(noise, len(noise))
        with suppress(Malformed):
            assert all(4 <= start <= end <= len(noise) for start, end in frames)
        assert frames.used <= len(noise)


@pytest.mark.parametrize("name", ["produce", "fetch", "metadata", "create_topics", "offset_commit"])
def test_a_lie_about_lengths_takes_no_memory(name: str) -> None:
    """Every place of a frame is overwritten with a large number; nothing large may be allocated for it."""
    request, _ = both(name)
    for version in versions(request):
        octets = b"".join(encode(request, version, sample(request, version, Random(3))))
        lies = [
            octets[:place] + lie + octets[place + len(lie) :]
            for place in range(len(octets))
            for lie in HOSTILE[:2]
        ]
        decode(request, version, octets, 0, len(octets))
        tracemalloc.start()
        for lie in lies:
            with suppress(Malformed):
                decode(request, version, lie, 0, len(lie))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 200_000
