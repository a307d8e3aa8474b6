"""Varints: what is written is read back, small stays small, and hostile octets are `Malformed`."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.octets.malformed import Malformed
from hubbub.octets.varint import read_signed, read_unsigned, signed, unsigned


@given(st.integers(0, 2**32 - 1), st.binary(max_size=3))
def test_unsigned_numbers_come_back_and_say_where_they_end(value: int, tail: bytes) -> None:
    octets = unsigned(value)
    assert read_unsigned(b"x" + octets + tail, 1) == (value, 1 + len(octets))
    assert len(octets) <= 5


@given(st.integers(-(2**63), 2**63 - 1))
def test_signed_numbers_of_64_bits_come_back(value: int) -> None:
    octets = signed(value)
    assert read_signed(octets, 0, bits=64) == (value, len(octets))
    assert len(octets) <= 10


@pytest.mark.parametrize(
    ("value", "octets"),
    [(0, "00"), (-1, "01"), (1, "02"), (63, "7e"), (-64, "7f"), (64, "8001"), (-65, "8101"), (300, "d804")],
)
def test_zigzag_as_the_specification_has_it(value: int, octets: str) -> None:
    assert signed(value).hex() == octets


@pytest.mark.parametrize("octets", ["", "80", "ffff", "8080808080", "ffffffff7f", "808080808001", "ff" * 200])
def test_what_ends_early_or_is_too_long_or_too_large_is_malformed(octets: str) -> None:
    with pytest.raises(Malformed):
        read_unsigned(bytes.fromhex(octets), 0)


def test_an_overlong_zero_is_read() -> None:
    assert read_unsigned(b"\x80\x00", 0) == (0, 2)


def test_a_negative_number_is_no_unsigned_one() -> None:
    with pytest.raises(ValueError, match="-1"):
        unsigned(-1)
