"""The four compressions of record batches: gzip, snappy, lz4 frames, zstd. Octets in, octets out, nothing beyond a stated limit.

Numbers are those of a batch's attributes (bits 0-2). Decompression never allocates more than the ``limit`` it is given, whatever a few
hostile octets promise: snappy tells its size beforehand, gzip stops at a mark, lz4 and zstd are given a buffer that doubles up
to the limit. Snappy is read in xerial framing (which Java, librdkafka and most others send: a 16-octet header, then blocks, each after its
big-endian length) and raw (which some Go and Rust clients send); it is written in xerial framing, since all can read that.

cramjam is imported on first use: it would cost a starting hub 5 to 90 ms.
"""

import zlib
from struct import Struct
from typing import Final

from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed
from hubbub.octets.varint import read_unsigned

NONE: Final = 0
GZIP: Final = 1
SNAPPY: Final = 2
LZ4: Final = 3
ZSTD: Final = 4

NAMES: Final = ("none", "gzip", "snappy", "lz4", "zstd")

DEFAULT_LIMIT: Final = 128 * 1024 * 1024
"""What a batch may grow to unless the caller says otherwise, in octets."""

_GZIP_WINDOW: Final = 16 + zlib.MAX_WBITS
_XERIAL_MAGIC: Final = b"\x82SNAPPY\x00"
_XERIAL_HEADER: Final = _XERIAL_MAGIC + b"\x00\x00\x00\x01\x00\x00\x00\x01"
_XERIAL_BLOCK: Final = 32 * 1024
_LENGTH: Final = Struct(">I")
_SNAPPY_RATIO: Final = 64
"""A copy element of three octets makes at most 64; no honest snappy block claims to grow by more than this."""


def compress(kind: int, data: Buffer) -> bytes:
    """``data`` compressed. ValueError for a ``kind`` that is not one of the five."""
    if kind == NONE:
        return bytes(data)
    if kind == GZIP:
        worker = zlib.compressobj(wbits=_GZIP_WINDOW)
        return worker.compress(data) + worker.flush()
    if kind == SNAPPY:
        return _compress_snappy(data)
    import cramjam

    if kind == LZ4:
        return bytes(cramjam.lz4.compress(data, level=1))
    if kind == ZSTD:
        return bytes(cramjam.zstd.compress(data))
    raise ValueError(f"compression {kind} is unknown")


def decompress(kind: int, data: Buffer, limit: int = DEFAULT_LIMIT) -> Buffer:
    """``data`` as it was before; `Malformed` where it is broken, of an unknown kind, or larger than ``limit`` octets."""
    if kind == NONE:
        return data
    if kind == GZIP:
        return _gunzip(data, limit)
    if kind == SNAPPY:
        return _decompress_snappy(data, limit)
    if kind in (LZ4, ZSTD):
        return _grow(kind, data, limit)
    raise Malformed(f"compression {kind} is unknown")


def _gunzip(data: Buffer, limit: int) -> bytes:
    parts: list[bytes] = []
    left = limit
    rest = bytes(data)
    while rest:  # a gzip file may have several members
        worker = zlib.decompressobj(wbits=_GZIP_WINDOW)
        try:
            part = worker.decompress(rest, left + 1)
        except zlib.error as error:
            raise Malformed(f"broken gzip data: {error}") from None
        left -= len(part)
        if left < 0:
            raise _too_large(GZIP, limit)
        if not worker.eof:
            raise Malformed("gzip data ends early")
        parts.append(part)
        rest = worker.unused_data
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _compress_snappy(data: Buffer) -> bytes:
    import cramjam

    parts = [_XERIAL_HEADER]
    for start in range(0, len(data), _XERIAL_BLOCK):
        block = bytes(cramjam.snappy.compress_raw(data[start : start + _XERIAL_BLOCK]))
        parts.append(_LENGTH.pack(len(block)))
        parts.append(block)
    return b"".join(parts)


def _decompress_snappy(data: Buffer, limit: int) -> bytes:
    if bytes(data[:8]) != _XERIAL_MAGIC:
        return _snappy_block(data, limit)
    parts: list[bytes] = []
    position = len(_XERIAL_HEADER)
    taken = 0
    while position < len(data):
        if position + 4 > len(data):
            raise Malformed("snappy data ends inside a block's length", position)
        (size,) = _LENGTH.unpack_from(data, position)
        position += 4
        if size > len(data) - position:
            raise Malformed(f"a snappy block of {size} octets runs past the end", position)
        part = _snappy_block(data[position : position + size], limit, taken)
        taken += len(part)
        parts.append(part)
        position += size
    return b"".join(parts)


def _snappy_block(data: Buffer, limit: int, taken: int = 0) -> bytes:
    size, start = read_unsigned(data, 0)
    if size > limit - taken:
        raise _too_large(SNAPPY, limit)
    if size > (len(data) - start) * _SNAPPY_RATIO:
        raise Malformed(f"a snappy block of {len(data)} octets cannot hold {size}")
    if not size:
        return b""
    import cramjam

    try:
        return bytes(cramjam.snappy.decompress_raw(data))
    except cramjam.DecompressionError as error:
        raise Malformed(f"broken snappy data: {error}") from None


def _grow(kind: int, data: Buffer, limit: int) -> Buffer:
    """Decompress into a buffer that starts at four times the input and doubles until all fits or the limit is reached."""
    import cramjam

    codec = cramjam.lz4 if kind == LZ4 else cramjam.zstd
    if not data:
        return b""
    room = min(limit, max(4 * len(data), 4096))
    while True:
        out = bytearray(room)
        try:
            size = int(codec.decompress_into(data, out))
        except cramjam.DecompressionError as error:
            if "write whole buffer" not in str(error):
                raise Malformed(f"broken {NAMES[kind]} data: {error}") from None
            if room >= limit:
                raise _too_large(kind, limit) from None
            room = min(limit, 2 * room)
        else:
            return memoryview(out)[:size]


def _too_large(kind: int, limit: int) -> Malformed:
    return Malformed(f"{NAMES[kind]} data grows beyond the limit of {limit} octets")
