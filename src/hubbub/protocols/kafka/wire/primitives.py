"""The atoms of Kafka's wire: unsigned varints, runs of integers, tagged fields, and the words for what is wrong with them.

The generated codecs hold the frequent cases inline and come here for the rest.
"""

from collections.abc import Callable
from struct import Struct
from typing import Final

from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed

LONGEST: Final = 5
"""Octets of an unsigned varint that holds 32 bits."""

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

    Raises ``Malformed`` when it holds more than 32 bits, ``IndexError`` when it ends too early.
    """
    value = first & 0x7F
    for place in range(1, LONGEST):
        octet = buffer[position]
        position += 1
        value |= (octet & 0x7F) << 7 * place
        if octet < 0x80:
            if value >> 32:
                break
            return value, position
    raise Malformed("a varint holds more than 32 bits", position)


def uvarint(value: int) -> bytes:
    """The octets of an unsigned varint."""
    octets = bytearray()
    while value > 0x7F:
        octets.append(value & 0x7F | 0x80)
        value >>= 7
    octets.append(value)
    return bytes(octets)


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
        if length < 64:
            self[length] = packer
        return packer


def skip_tags(buffer: Buffer, position: int, count: int) -> int:
    """The position behind ``count`` tagged fields nobody here knows; a count above 127 is still to be completed."""
    if count > 0x7F:
        count, position = uvarint_rest(buffer, position, count)
    end = len(buffer)
    if count > (end - position) // 2:
        raise Malformed(f"{count} tagged fields do not fit into {end - position} octets", position)
    for _ in range(count):
        tag = buffer[position]
        position += 1
        if tag > 0x7F:
            _, position = uvarint_rest(buffer, position, tag)
        size = buffer[position]
        position += 1
        if size > 0x7F:
            size, position = uvarint_rest(buffer, position, size)
        position += size
        if position > end:
            raise Malformed(f"a tagged field is {position - end} octets longer than what is left", position - size)
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
