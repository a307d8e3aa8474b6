"""The atoms of Kafka's wire: unsigned varints, runs of numbers, tagged fields, and what goes wrong.

The generated codecs hold the frequent cases inline and come here for the rest.
"""

from collections.abc import Callable
from struct import Struct
from typing import Final

from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed

FORMATS: Final = {
    "bool": "?",
    "int8": "b",
    "int16": "h",
    "uint16": "H",
    "int32": "i",
    "int64": "q",
    "float64": "d",
    "uuid": "16s",
}
"""The kinds of a fixed size, as ``struct`` writes them behind ``>``."""

SIZES: Final = {kind: Struct(">" + code).size for kind, code in FORMATS.items()}


def uvarint_rest(buffer: Buffer, position: int, first: int) -> tuple[int, int]:
    """The value of an unsigned varint whose first octet was above 127, and the position behind it.

    Raises ``Malformed`` when it holds more than 32 bits, ``IndexError`` when it ends too early. The steps
    are written out because every batch of records has such a length.
    """
    octet = buffer[position]
    if octet < 0x80:
        return first & 0x7F | octet << 7, position + 1
    value = first & 0x7F | (octet & 0x7F) << 7
    octet = buffer[position + 1]
    if octet < 0x80:
        return value | octet << 14, position + 2
    value |= (octet & 0x7F) << 14
    octet = buffer[position + 2]
    if octet < 0x80:
        return value | octet << 21, position + 3
    value |= (octet & 0x7F) << 21
    octet = buffer[position + 3]
    if octet < 0x10:
        return value | octet << 28, position + 4
    raise Malformed("a varint holds more than 32 bits", position)


def uvarint(value: int) -> bytes:
    """The octets of an unsigned varint: as ``octets.varint``, faster for the lengths of batches."""
    if value < 0x80:
        return bytes((value,))
    if value < 0x4000:
        return bytes((value & 0x7F | 0x80, value >> 7))
    if value < 0x200000:
        return bytes((value & 0x7F | 0x80, value >> 7 & 0x7F | 0x80, value >> 14))
    return bytes((value & 0x7F | 0x80, value >> 7 & 0x7F | 0x80, value >> 14 & 0x7F | 0x80)) + uvarint(
        value >> 21
    )


class Uvarints(dict[int, bytes]):
    """Octets by value; small values are kept, others made anew."""

    def __init__(self) -> None:
        super().__init__((value, uvarint(value)) for value in range(256))

    def __missing__(self, value: int) -> bytes:
        return uvarint(value)


class Runs(dict[int, Callable[..., bytes]]):
    """Packers for so many numbers of one kind; short runs are kept, others made anew."""

    def __init__(self, code: str) -> None:
        super().__init__()
        self.code: Final = code

    def __missing__(self, length: int) -> Callable[..., bytes]:
        packer = Struct(f">{length}{self.code}").pack
        if length < 128:
            self[length] = packer
        return packer


def skip_tags(buffer: Buffer, position: int, count: int, end: int) -> int:
    """The position behind ``count`` unknown tagged fields; a count above 127 is still to be completed.

    Raises ``Malformed`` when they reach behind ``end``, ``IndexError`` when they reach behind the buffer.
    """
    if count > 0x7F:
        count, position = uvarint_rest(buffer, position, count)
    if count * 2 > end - position:
        raise misfit("the list of tagged fields", count, position, end)
    for _ in range(count):
        tag = buffer[position]
        position += 1
        if tag > 0x7F:
            tag, position = uvarint_rest(buffer, position, tag)
        size = buffer[position]
        position += 1
        if size > 0x7F:
            size, position = uvarint_rest(buffer, position, size)
        if size > end - position:
            raise misfit(f"tagged field {tag}", size, position, end)
        position += size
    if position > end:
        raise Malformed("tagged fields reach behind the message", position)
    return position


def misfit(what: str, length: int, position: int, end: int) -> Malformed:
    """What to raise for a length or count that cannot be."""
    if length == -1:
        return Malformed(f"{what} must not be null", position)
    if length < 0:
        return Malformed(f"{what} has the length {length}", position)
    return Malformed(f"{what} claims the length {length} where {end - position} octets are left", position)


def not_a_uuid(what: str, value: bytes) -> ValueError:
    """What to raise when a handler hands over something else."""
    return ValueError(f"{what} needs 16 octets, got {value!r}")
