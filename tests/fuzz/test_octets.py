"""Random octets never make a codec raise anything but `Malformed`, nor take more memory than it was allowed."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.octets.batch import Entry, build, check_batch, is_sound, read_header, records, retain, split
from hubbub.octets.buffer import Buffer
from hubbub.octets.legacy import from_batches, is_message_set, to_batch
from hubbub.octets.malformed import Malformed
from hubbub.octets.varint import read_signed, read_unsigned

LIMIT = 50_000

DECODERS: dict[str, Callable[[Buffer], object]] = {
    "header": read_header,
    "check": check_batch,
    "sound": is_sound,
    "split": lambda data: list(split(data)),
    "records": lambda data: records(data, LIMIT),
    "retain": lambda data: retain(data, lambda entry: entry.offset % 2 == 0, LIMIT),
    "old": lambda data: to_batch(data, LIMIT),
    "is old": is_message_set,
    "to old": lambda data: from_batches([data], 1, LIMIT),
    "varint": lambda data: read_unsigned(data, 0),
    "varlong": lambda data: read_signed(data, 0, bits=64),
}

WHOLE = [
    build([Entry(n, b"key", b"value" * n, (("h", b"x"),)) for n in range(5)], compression=kind)
    for kind in range(5)
]


@pytest.mark.parametrize("decoder", DECODERS)
@given(data=st.binary(max_size=200))
@settings(max_examples=200)
def test_noise(decoder: str, data: bytes) -> None:
    with suppress(Malformed):
        DECODERS[decoder](memoryview(data))


@pytest.mark.parametrize("decoder", DECODERS)
@given(
    whole=st.sampled_from(WHOLE),
    edits=st.lists(st.tuples(st.integers(0, 1 << 16), st.integers(0, 255)), min_size=1, max_size=4),
    cut=st.integers(0, 12),
)
@settings(max_examples=200)
def test_batches_that_were_tampered_with(
    decoder: str, whole: bytes, edits: list[tuple[int, int]], cut: int
) -> None:
    data = bytearray(whole[: len(whole) - cut])
    for at, octet in edits:
        data[at % len(data)] = octet
    with suppress(Malformed):
        DECODERS[decoder](memoryview(data))
