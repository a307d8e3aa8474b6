"""Compressions: there and back, in every framing that clients send, and never beyond the limit."""

import gzip
import zlib
from contextlib import suppress

import cramjam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.octets.compression import GZIP, LZ4, NONE, SNAPPY, ZSTD, compress, decompress
from hubbub.octets.malformed import Malformed

KINDS = (GZIP, SNAPPY, LZ4, ZSTD)


@given(st.sampled_from((NONE, *KINDS)), st.binary(max_size=2000), st.integers(1, 100))
def test_what_is_compressed_comes_back(kind: int, seed: bytes, times: int) -> None:
    data = seed * times
    assert bytes(decompress(kind, memoryview(compress(kind, data)))) == data


@pytest.mark.parametrize("kind", KINDS)
def test_a_bomb_goes_off_at_the_limit(kind: int) -> None:
    bomb = compress(kind, bytes(4_000_000))
    with pytest.raises(Malformed, match="limit of 100000 octets"):
        decompress(kind, bomb, 100_000)
    assert len(decompress(kind, bomb, 4_000_000)) == 4_000_000


@pytest.mark.parametrize("kind", KINDS)
@given(noise=st.binary(min_size=1, max_size=60))
def test_noise_is_malformed_and_nothing_else(kind: int, noise: bytes) -> None:
    with suppress(Malformed):
        decompress(kind, noise, 10_000)


@pytest.mark.parametrize("kind", KINDS)
def test_a_cut_stream_is_malformed(kind: int) -> None:
    whole = compress(kind, b"0123456789" * 10_000)
    with pytest.raises(Malformed):
        decompress(kind, whole[:-3])


def test_raw_snappy_is_read_as_well() -> None:
    assert decompress(SNAPPY, bytes(cramjam.snappy.compress_raw(b"abc" * 100))) == b"abc" * 100


def test_snappy_that_promises_more_than_it_can_hold_is_refused_before_anything_is_allocated() -> None:
    with pytest.raises(Malformed, match="cannot hold"):
        decompress(SNAPPY, b"\xff\xff\xff\x3f\x00")


def test_gzip_files_of_several_members_are_read_whole() -> None:
    assert decompress(GZIP, gzip.compress(b"one") + gzip.compress(b"two")) == b"onetwo"


def test_the_limit_counts_all_gzip_members() -> None:
    with pytest.raises(Malformed, match="limit"):
        decompress(GZIP, gzip.compress(bytes(60)) * 2, 100)


def test_an_unknown_kind_is_malformed_to_read_and_an_error_to_write() -> None:
    with pytest.raises(Malformed, match="compression 5"):
        decompress(5, b"")
    with pytest.raises(ValueError, match="compression 5"):
        compress(5, b"")


def test_plain_zlib_is_no_gzip() -> None:
    with pytest.raises(Malformed, match="gzip"):
        decompress(GZIP, zlib.compress(b"abc"))
