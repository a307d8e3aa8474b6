"""Records of queues as record batches, so that a log can keep them: what is not key, value and time lies in two headers.

``record``: msgpack of [room, kind, parts of the address, headers, properties, origin]; ``original``: the bytes of the origin's wire.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from hubbub.model.address import Address, Kind
from hubbub.model.record import Properties, Record
from hubbub.octets import batch as batches
from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed

META: Final = "record"
ORIGINAL: Final = "original"


class Meta(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """What the header ``record`` holds."""

    room: str
    kind: str
    parts: tuple[str, ...]
    headers: tuple[tuple[str, bytes], ...]
    properties: Properties
    origin: str


_encode: Final = msgspec.msgpack.Encoder().encode
_decode: Final = msgspec.msgpack.Decoder(Meta).decode


def shelved(records: Iterable[Record]) -> bytes:
    """One batch of these records."""
    return batches.build(map(entry_of, records))


def entry_of(record: Record) -> batches.Entry:
    address = record.address
    meta = Meta(
        address.room, address.kind.value, address.parts, record.headers, record.properties, record.origin
    )
    headers: tuple[tuple[str, bytes | None], ...] = ((META, _encode(meta)), (ORIGINAL, record.original))
    return batches.Entry(record.timestamp, record.key, record.value, headers)


def unshelved(some: Buffer) -> list[tuple[int, Record]]:
    """The records of whole batches with their offsets. Raises `Malformed` for a batch that `shelved` did not make."""
    return [
        (entry.offset, record_of(entry)) for batch in batches.split(some) for entry in batches.records(batch)
    ]


def record_of(entry: batches.Entry) -> Record:
    found = dict(entry.headers)
    try:
        meta = _decode(found.get(META) or b"")
    except msgspec.DecodeError as problem:
        raise Malformed(f"a record without its {META!r} header: {problem}") from None
    address = Address(meta.room, Kind(meta.kind), meta.parts)
    return Record(
        address,
        entry.value or b"",
        entry.key,
        meta.headers,
        entry.timestamp,
        meta.properties,
        found.get(ORIGINAL) or b"",
        meta.origin,
    )
