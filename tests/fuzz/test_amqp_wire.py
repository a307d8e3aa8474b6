"""Octets from nowhere and damaged octets: a codec returns or raises `Broken`, nothing else, and never reads past its end."""

import contextlib
import tomllib
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.protocols.amqp.wire import content, table
from hubbub.protocols.amqp.wire.broken import Broken
from hubbub.protocols.amqp.wire.frames import METHOD, split
from hubbub.protocols.amqp.wire.methods import decode_method

VECTORS = Path(__file__).parents[1] / "vectors" / "amqp"
SEEDS = [
    bytes.fromhex(case["hex"])
    for file in ("methods", "properties", "tables")
    for case in tomllib.loads((VECTORS / f"{file}.toml").read_text())["case"]
]


def feed(octets: bytes) -> None:
    with contextlib.suppress(Broken):
        frames, used = split(octets, 4096)
        assert 0 <= used <= len(octets)
        for frame in frames:
            if frame.kind == METHOD:
                decode_method(octets, frame.start, frame.stop)
    with contextlib.suppress(Broken):
        _, end = table.decode_table(octets, 0, len(octets))
        assert end <= len(octets)
    with contextlib.suppress(Broken):
        content.body_size(octets)
        content.delivery_mode(octets)
        content.decode_properties(octets)


@settings(max_examples=400)
@given(st.binary(max_size=300))
def test_octets_from_nowhere(octets: bytes) -> None:
    feed(octets)


@settings(max_examples=600)
@given(st.sampled_from(SEEDS), st.integers(0, 400), st.binary(max_size=4), st.integers(0, 8))
def test_damaged_octets(seed: bytes, at: int, damage: bytes, lost: int) -> None:
    at %= len(seed)
    feed(seed[:at] + damage + seed[at + lost :])
