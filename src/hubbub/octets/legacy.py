"""Message sets v0 and v1, the record formats before batches: read from old producers, written for old fetchers.

A message set is a row of messages with no count; a fetcher tolerates an unfinished last one, so a producer's must be whole::

    int64  offset        v0: absolute. v1: relative inside a compressed wrapper, whose own offset is that of its last message
    int32  size          octets after this field
    uint32 crc           CRC-32 (the zip polynomial) of all that follows
    int8   magic         0 or 1
    int8   attributes    bits 0-2 compression: the value is itself a message set, compressed; bit 3 (v1): log append time
    int64  timestamp     v1 alone: milliseconds since 1970, -1 unknown
    int32  length, key   -1: null
    int32  length, value -1: null

LZ4 frames of v0 carry a header checksum computed over the wrong octets (KIP-57); it is made right before the frame is opened.
Source: the Kafka protocol's "Message sets". Logs keep batches alone; this module is a door that few still use, so it is plain
rather than fast.
"""

import zlib
from collections.abc import Iterable, Iterator
from struct import Struct
from typing import Final, TypeAlias

from hubbub.octets.batch import Corrupt, Entry, build, read_header, records
from hubbub.octets.buffer import Buffer
from hubbub.octets.compression import DEFAULT_LIMIT, LZ4, decompress
from hubbub.octets.malformed import Malformed

_FRAME: Final = Struct(">qi")
_CRC: Final = Struct(">I")
_LENGTH: Final = Struct(">i")
_STAMP: Final = Struct(">q")
_SMALLEST: Final = (14, 22)
"""Octets after the size field of a message without key and value, by magic."""

_LOG_APPEND_TIME: Final = 0x08
_COMPRESSION_BITS: Final = 0x07


_Message: TypeAlias = tuple[int, int, int, bytes | None, bytes | None]
"""Magic, attributes, timestamp, key, value."""


def is_message_set(data: Buffer) -> bool:
    """Whether the magic where both formats have it (octet 16) says v0 or v1."""
    return len(data) > 16 and data[16] < 2


def to_batch(message_set: Buffer, limit: int = DEFAULT_LIMIT) -> bytes:
    """One uncompressed batch with the records of a producer's whole message set, in order, at base offset 0.

    `Corrupt` for a checksum that does not fit, `Malformed` for all else that is wrong, an empty set and a wrapper in a wrapper included;
    the inner messages may have up to ``limit`` octets. Offsets in the set are ignored, as a log gives its own.
    """
    entries: list[Entry] = []
    for magic, attributes, timestamp, key, value in _messages(message_set):
        kind = attributes & _COMPRESSION_BITS
        if not kind:
            entries.append(Entry(timestamp, key, value))
            continue
        if value is None:
            raise Malformed("a compressed message without a value")
        inner = decompress(kind, _repaired(value) if kind == LZ4 else value, limit)
        limit -= len(inner)
        for _, inner_attributes, inner_timestamp, inner_key, inner_value in _messages(inner):
            if inner_attributes & _COMPRESSION_BITS:
                raise Malformed("a compressed message inside a compressed message")
            stamped = bool(magic) and attributes & _LOG_APPEND_TIME != 0
            entries.append(Entry(timestamp if stamped else inner_timestamp, inner_key, inner_value))
    if not entries:
        raise Malformed("a message set without messages")
    return build(entries)


def from_batches(batches: Iterable[Buffer], magic: int, limit: int = DEFAULT_LIMIT) -> bytes:
    """The records of these batches as an uncompressed message set of this ``magic`` (0 or 1), with their offsets.

    Control batches are left out and headers are lost: old readers know neither. v0 loses timestamps as well.
    """
    parts: list[bytes] = []
    for batch in batches:
        header = read_header(batch)
        if header.is_control:
            continue
        attributes = _LOG_APPEND_TIME if magic and header.uses_log_append_time else 0
        parts.extend(_message(entry, magic, attributes) for entry in records(batch, limit))
    return b"".join(parts)


def _message(entry: Entry, magic: int, attributes: int) -> bytes:
    fields = [bytes((magic, attributes))]
    if magic:
        fields.append(_STAMP.pack(entry.timestamp))
    for octets in (entry.key, entry.value):
        if octets is None:
            fields.append(_LENGTH.pack(-1))
        else:
            fields += (_LENGTH.pack(len(octets)), octets)
    body = b"".join(fields)
    return b"".join((_FRAME.pack(entry.offset, len(body) + 4), _CRC.pack(zlib.crc32(body)), body))


def _messages(data: Buffer) -> Iterator[_Message]:
    position, end = 0, len(data)
    while position < end:
        if end - position < 12:
            raise Malformed("a message set ends inside a message", position)
        _, size = _FRAME.unpack_from(data, position)
        position += 12
        if not _SMALLEST[0] <= size <= end - position:
            raise Malformed(f"a message of {size} octets where {end - position} are left", position)
        yield _read(bytes(data[position : position + size]))
        position += size


def _read(octets: bytes) -> _Message:
    magic, attributes = octets[4], octets[5]
    if magic > 1:
        raise Malformed(f"a message of magic {magic} in a message set")
    if len(octets) < _SMALLEST[magic]:
        raise Malformed("a message shorter than its fields")
    if _CRC.unpack_from(octets)[0] != zlib.crc32(memoryview(octets)[4:]):
        raise Corrupt("the checksum of a message does not fit its octets")
    timestamp, position = (_STAMP.unpack_from(octets, 6)[0], 14) if magic else (-1, 6)
    key, position = _read_octets(octets, position)
    value, position = _read_octets(octets, position)
    if position != len(octets):
        raise Malformed("a message's size does not fit its fields")
    return magic, attributes, timestamp, key, value


def _read_octets(octets: bytes, position: int) -> tuple[bytes | None, int]:
    if len(octets) - position < 4:
        raise Malformed("a message ends inside a length", position)
    (size,) = _LENGTH.unpack_from(octets, position)
    position += 4
    if size == -1:
        return None, position
    if not 0 <= size <= len(octets) - position:
        raise Malformed(f"a field of {size} octets where {len(octets) - position} are left", position)
    return octets[position : position + size], position + size


def _repaired(frame: bytes) -> bytes:
    """The LZ4 frame with the right checksum of its descriptor: octet 2 of XXH32 over the descriptor alone."""
    if len(frame) < 7:
        raise Malformed("an lz4 frame shorter than its header")
    stop = 14 if frame[4] & 0x08 else 6  # a content size of eight octets may follow the two flags
    if len(frame) <= stop:
        raise Malformed("an lz4 frame shorter than its header")
    return b"".join((frame[:stop], bytes((_xxh32(frame[4:stop]) >> 8 & 0xFF,)), frame[stop + 1 :]))


def _xxh32(data: bytes) -> int:
    """XXH32 with seed 0 of fewer than sixteen octets: the part of the algorithm without stripes."""
    primes = (2654435761, 2246822519, 3266489917, 668265263, 374761393)
    mask = 0xFFFFFFFF
    value = primes[4] + len(data)
    whole = len(data) & ~3
    for position in range(0, whole, 4):
        value = value + int.from_bytes(data[position : position + 4], "little") * primes[2] & mask
        value = (value << 17 | value >> 15) * primes[3] & mask
    for octet in data[whole:]:
        value = value + octet * primes[4] & mask
        value = (value << 11 | value >> 21) * primes[0] & mask
    value = (value ^ value >> 15) * primes[1] & mask
    value = (value ^ value >> 13) * primes[2] & mask
    return value ^ value >> 16
