"""Record batch v2: the house format. What a log keeps, what streams are sent and served in, what lies in segment files.

All numbers are big-endian; ``varint`` and ``varlong`` are zigzag (`octets.varint`). A batch is a header of 61 octets and its records::

    at  type    name                what it says
     0  int64   base offset         offset of the first record                              ┐ outside the checksum:
     8  int32   length              octets after this field: size of the batch - 12         │ the log writes offset
    12  int32   epoch               of the owner who appended it, -1 unknown                ┘ and epoch in place
    16  int8    magic               2
    17  uint32  crc                 CRC-32C of all from octet 21 to the end
    21  int16   attributes          bits 0-2 compression (0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd)
                                    bit 3 timestamps: 0 as the producer made them, 1 set on append (all equal max timestamp)
                                    bit 4 part of a transaction · bit 5 control batch · bit 6 base timestamp is a delete horizon
    23  int32   last offset delta   offset of the last record - base offset; stays when records are compacted away
    27  int64   base timestamp      milliseconds since 1970 of the first record, -1 unknown
    35  int64   max timestamp       the greatest of all records, -1 unknown
    43  int64   producer id         -1: not an idempotent producer
    51  int16   producer epoch      -1: none
    53  int32   base sequence       of the first record, -1: none; wraps after 2^31 - 1
    57  int32   count               records in the batch
    61  ...     records             one after the other, compressed as a whole where the attributes say so

A record::

    varint  length            octets after this field
    int8    attributes        unused, 0
    varlong timestamp delta   to base timestamp
    varint  offset delta      to base offset
    varint  key length        -1: null        ...  key
    varint  value length      -1: null        ...  value
    varint  headers           how many; each: varint length, name in UTF-8, varint length (-1: null), value

A control batch has one record; its key is int16 version (0), int16 kind (0 abort, 1 commit), its value int16 version (0), int32 epoch.

Source: the Kafka protocol's "Record Batch". Batches that come from outside are checked (`check_batch`) and kept as they are; nothing here parses
records unless asked. This module knows no log, no producer's state and no clock.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from struct import Struct
from typing import Final

from msgspec import Struct as Frozen

from hubbub.octets.buffer import Buffer
from hubbub.octets.compression import DEFAULT_LIMIT, NAMES, NONE, compress, decompress
from hubbub.octets.crc import crc32c
from hubbub.octets.malformed import Malformed
from hubbub.octets.varint import read_signed, signed

HEADER: Final = Struct(">qiibIhiqqqhii")
HEADER_SIZE: Final = 61
MAGIC: Final = 2

PLACE: Final = Struct(">qii")
"""The three fields outside the checksum: base offset, length, epoch. What a log writes when it takes a batch."""
SIZE_AT: Final = 8
SIZE_OVERHEAD: Final = 12
"""The octets of a batch that its length field does not count."""

COMPRESSION_BITS: Final = 0x07
LOG_APPEND_TIME: Final = 0x08
TRANSACTIONAL: Final = 0x10
CONTROL: Final = 0x20

_CHECKED_FROM: Final = 21
_CHECKED: Final = Struct(">hiqqqhii")
_LENGTH: Final = Struct(">i")
_CRC: Final = Struct(">I")
_SMALLEST_RECORD: Final = 7
_NULL: Final = b"\x01"


class Corrupt(Malformed):
    """A batch that is not what its producer made: its checksum or its length does not fit its octets."""


class BatchHeader(Frozen, frozen=True, gc=False):
    """The 61 octets before the records; names as in the table above."""

    base_offset: int
    length: int
    epoch: int
    magic: int
    crc: int
    attributes: int
    last_offset_delta: int
    base_timestamp: int
    max_timestamp: int
    producer_id: int
    producer_epoch: int
    base_sequence: int
    count: int

    @property
    def size(self) -> int:
        """Octets of the whole batch."""
        return self.length + SIZE_OVERHEAD

    @property
    def next_offset(self) -> int:
        """The offset after the last record."""
        return self.base_offset + self.last_offset_delta + 1

    @property
    def compression(self) -> int:
        """0-7; what is above 4 is no compression anybody knows."""
        return self.attributes & COMPRESSION_BITS

    @property
    def is_transactional(self) -> bool:
        return self.attributes & TRANSACTIONAL != 0

    @property
    def is_control(self) -> bool:
        return self.attributes & CONTROL != 0

    @property
    def uses_log_append_time(self) -> bool:
        return self.attributes & LOG_APPEND_TIME != 0


class Entry(Frozen, frozen=True, gc=False):
    """One record as it lies in a batch. ``offset`` is absolute; timestamps are milliseconds since 1970.

    Header names that are not UTF-8 carry surrogate escapes, so that encoding them again gives the same octets.
    """

    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...] = ()
    offset: int = 0


class Producer(Frozen, frozen=True, gc=False):
    """Who made a batch, for duplicate detection: id, epoch, and the sequence number of its first record."""

    id: int = -1
    epoch: int = -1
    sequence: int = -1


NOBODY: Final = Producer()


def read_header(buffer: Buffer, position: int = 0) -> BatchHeader:
    """The header at ``position``, unchecked; `Malformed` where fewer than 61 octets are left."""
    if len(buffer) - position < HEADER_SIZE:
        raise Malformed(
            f"a batch header needs {HEADER_SIZE} octets, {len(buffer) - position} are left", position
        )
    return BatchHeader(*HEADER.unpack_from(buffer, position))


def check_batch(batch: Buffer) -> BatchHeader:
    """The header of exactly one batch, as a producer may send it.

    `Corrupt` where length or checksum do not fit the octets, `Malformed` where it is well kept but wrong: another magic, an unknown
    compression, no records, or offsets that are not consecutive. Records are not looked at.
    """
    header = read_header(batch)
    if header.length != len(batch) - SIZE_OVERHEAD:
        raise Corrupt(
            f"a batch says it has {header.length} octets after its length, it has {len(batch) - SIZE_OVERHEAD}"
        )
    if header.magic != MAGIC:
        raise Malformed(f"record batch magic {header.magic}, expected {MAGIC}", 16)
    if header.crc != crc32c(memoryview(batch)[_CHECKED_FROM:]):
        raise Corrupt("the checksum of a batch does not fit its octets", 17)
    if header.attributes & COMPRESSION_BITS >= len(NAMES):
        raise Malformed(f"compression {header.compression} is unknown", 21)
    count = header.count
    if count < 1 or header.last_offset_delta != count - 1:
        raise Malformed(f"a batch of {count} records with last offset delta {header.last_offset_delta}", 23)
    if not header.compression and count * _SMALLEST_RECORD > len(batch) - HEADER_SIZE:
        raise Malformed(f"{count} records do not fit in {len(batch) - HEADER_SIZE} octets", 57)
    return header


def is_sound(batch: Buffer) -> bool:
    """Whether magic and checksum of one whole batch fit, whatever its offsets: what recovery asks."""
    if len(batch) < HEADER_SIZE or batch[16] != MAGIC:
        return False
    return bool(_CRC.unpack_from(batch, 17)[0] == crc32c(memoryview(batch)[_CHECKED_FROM:]))


def split(buffer: Buffer) -> Iterator[memoryview]:
    """Views of the batches that lie one after the other in ``buffer``; `Malformed` where the last is not whole."""
    view = memoryview(buffer)
    position, stop = 0, len(view)
    while position < stop:
        if stop - position < HEADER_SIZE:
            raise Malformed(f"{stop - position} octets after the last whole batch", position)
        size = _LENGTH.unpack_from(view, position + SIZE_AT)[0] + SIZE_OVERHEAD
        if not HEADER_SIZE <= size <= stop - position:
            raise Malformed(f"a batch of {size} octets where {stop - position} are left", position)
        yield view[position : position + size]
        position += size


def records(batch: Buffer, limit: int = DEFAULT_LIMIT) -> list[Entry]:
    """The records of one whole batch, decompressed to at most ``limit`` octets; `Malformed` where they are broken."""
    return next(slices(batch, None, limit), [])


def slices(batch: Buffer, size: int | None, limit: int = DEFAULT_LIMIT) -> Iterator[list[Entry]]:
    """As `records`, ``size`` at a time, for who must let others in between. It is decompressed once, and what nobody asks for is not looked at."""
    header = read_header(batch)
    data = bytes(decompress(header.compression, memoryview(batch)[HEADER_SIZE:], limit))
    bounds = _bounds(data, header.count)
    while True:
        try:
            found = _parse(data, header, islice(bounds, size))
        except IndexError:
            raise Malformed("the last record runs past the end of its batch") from None
        if not found:
            return
        yield found


def build(
    entries: Iterable[Entry], *, compression: int = NONE, attributes: int = 0, producer: Producer = NOBODY
) -> bytes:
    """One batch of these records, in this order, at base offset 0; ValueError if there are none.

    Their own offsets are ignored. ``attributes`` takes `TRANSACTIONAL`, `CONTROL` and `LOG_APPEND_TIME`.
    """
    parts: list[bytes] = []
    base_timestamp = max_timestamp = -1
    count = 0
    for entry in entries:
        timestamp = entry.timestamp
        if not count:
            base_timestamp = max_timestamp = timestamp
        elif timestamp > max_timestamp:
            max_timestamp = timestamp
        _encode(parts, timestamp - base_timestamp, count, entry)
        count += 1
    if not count:
        raise ValueError("a batch has at least one record")
    body = b"".join(parts)
    if compression:
        body = compress(compression, body)
    fields = _CHECKED.pack(
        attributes | compression,
        count - 1,
        base_timestamp,
        max_timestamp,
        producer.id,
        producer.epoch,
        producer.sequence,
        count,
    )
    return _seal(0, -1, fields + body)


def stamp_append_time(batch: Buffer, now: int) -> bytes:
    """A copy whose records all have the timestamp ``now`` (ms): attribute bit 3 set, max timestamp and checksum made new."""
    out = bytearray(batch)
    attributes, delta, base_timestamp, _, *rest = _CHECKED.unpack_from(out, _CHECKED_FROM)
    _CHECKED.pack_into(out, _CHECKED_FROM, attributes | LOG_APPEND_TIME, delta, base_timestamp, now, *rest)
    _CRC.pack_into(out, 17, crc32c(memoryview(out)[_CHECKED_FROM:]))
    return bytes(out)


def retain(batch: Buffer, keep: Callable[[Entry], bool], limit: int = DEFAULT_LIMIT) -> bytes | None:
    """The batch with only the records that ``keep`` says yes to; None if there are none.

    Offsets, offset range, timestamps, producer and compression stay as they were, and so do the octets of the records kept:
    a batch where all are kept comes back equal.
    """
    entries = records(batch, limit)
    verdicts = [keep(entry) for entry in entries]
    if all(verdicts):
        return bytes(batch)
    if not any(verdicts):
        return None
    header = read_header(batch)
    data = bytes(decompress(header.compression, memoryview(batch)[HEADER_SIZE:], limit))
    parts: list[bytes] = []
    previous = 0
    for (_, stop), kept in zip(_bounds(data, header.count), verdicts, strict=True):
        if kept:
            parts.append(data[previous:stop])
        previous = stop
    max_timestamp = header.max_timestamp
    if not header.uses_log_append_time:
        max_timestamp = max(entry.timestamp for entry, kept in zip(entries, verdicts, strict=True) if kept)
    fields = _CHECKED.pack(
        header.attributes,
        header.last_offset_delta,
        header.base_timestamp,
        max_timestamp,
        header.producer_id,
        header.producer_epoch,
        header.base_sequence,
        len(parts),
    )
    return _seal(header.base_offset, header.epoch, fields + compress(header.compression, b"".join(parts)))


def _seal(base_offset: int, epoch: int, checked: bytes) -> bytes:
    length = len(checked) + _CHECKED_FROM - SIZE_OVERHEAD
    return b"".join((PLACE.pack(base_offset, length, epoch), b"\x02", _CRC.pack(crc32c(checked)), checked))


def _bounds(data: bytes, count: int) -> Iterator[tuple[int, int]]:
    """Where each of ``count`` records begins (after its length) and ends; they must fill ``data``."""
    end = len(data)
    position = 0
    if count < 0 or count * _SMALLEST_RECORD > end:
        raise Malformed(f"{count} records do not fit in {end} octets")
    for _ in range(count):
        size, position = read_signed(data, position)
        if not _SMALLEST_RECORD - 1 <= size <= end - position:
            raise Malformed(f"a record of {size} octets where {end - position} are left", position)
        yield position, position + size
        position += size
    if position != end:
        raise Malformed(f"{end - position} octets after the last record", position)


def _parse(data: bytes, header: BatchHeader, bounds: Iterable[tuple[int, int]]) -> list[Entry]:
    """The records in ``data`` that lie so; IndexError where they run past its end.

    Everything that is bridged, checked or looked at comes through here, so variable-length integers of one octet, which most are,
    are read in place.
    """
    base, base_timestamp = header.base_offset, header.base_timestamp
    fixed = header.max_timestamp if header.uses_log_append_time else None
    out: list[Entry] = []
    for start, end in bounds:
        position = start + 1  # behind the attributes
        delta = data[position]
        if delta < 0x80:
            delta = delta >> 1 ^ -(delta & 1)
            position += 1
        else:
            delta, position = read_signed(data, position, bits=64)
        offset = data[position]
        if offset < 0x80:
            offset = offset >> 1 ^ -(offset & 1)
            position += 1
        else:
            offset, position = read_signed(data, position)
        key: bytes | None = None
        size = data[position]
        if size == 1:
            position += 1
        else:
            key, position = _read_octets(data, position, end)
        value: bytes | None = None
        size = data[position]
        if size == 1:
            position += 1
        else:
            value, position = _read_octets(data, position, end)
        headers: tuple[tuple[str, bytes | None], ...] = ()
        if data[position]:
            headers, position = _read_headers(data, position, end)
        else:
            position += 1
        if position != end:
            raise Malformed("a record's length does not fit its fields", start)
        out.append(
            Entry(base_timestamp + delta if fixed is None else fixed, key, value, headers, base + offset)
        )
    return out


def _read_octets(data: bytes, position: int, stop: int) -> tuple[bytes | None, int]:
    size = data[position]
    if size < 0x80:
        size = size >> 1 ^ -(size & 1)
        position += 1
    else:
        size, position = read_signed(data, position)
    if size < 0:
        return None, position
    end = position + size
    if end > stop:
        raise Malformed(f"a field of {size} octets where {stop - position} are left", position)
    return data[position:end], end


def _read_headers(data: bytes, position: int, stop: int) -> tuple[tuple[tuple[str, bytes | None], ...], int]:
    count, position = read_signed(data, position)
    if not count:
        return (), position
    if not 0 < count <= (stop - position) // 2:
        raise Malformed(f"{count} headers where {stop - position} octets are left", position)
    headers: list[tuple[str, bytes | None]] = []
    for _ in range(count):
        name, position = _read_octets(data, position, stop)
        if name is None:
            raise Malformed("a header without a name", position)
        value, position = _read_octets(data, position, stop)
        headers.append((name.decode("utf-8", "surrogateescape"), value))
    return tuple(headers), position


def _encode(parts: list[bytes], timestamp_delta: int, offset_delta: int, entry: Entry) -> None:
    key, value, headers = entry.key, entry.value, entry.headers
    octets = b"".join(
        (
            b"\x00",
            signed(timestamp_delta),
            signed(offset_delta),
            signed(len(key)) if key is not None else _NULL,
            key or b"",
            signed(len(value)) if value is not None else _NULL,
            value or b"",
            _encode_headers(headers) if headers else b"\x00",
        )
    )
    parts.append(signed(len(octets)))
    parts.append(octets)


def _encode_headers(headers: tuple[tuple[str, bytes | None], ...]) -> bytes:
    fields = [signed(len(headers))]
    for name, value in headers:
        octets = name.encode("utf-8", "surrogateescape")
        fields += (signed(len(octets)), octets)
        fields += (signed(len(value)), value) if value is not None else (_NULL,)
    return b"".join(fields)
