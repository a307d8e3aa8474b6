"""What stands before every request: the client's name for itself, and from header v2 on tagged fields.

``client_id`` is a nullable string with a length of two octets in every version of the header (KIP-482 left it so).
"""

from struct import Struct
from typing import Final

from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed

SHORT: Final = Struct(">h")


def read_client_id(buffer: Buffer, position: int, stop: int, *, is_flexible: bool) -> tuple[str | None, int]:
    """The client's id, and where the request's body begins. Tagged fields are skipped. Raises `Malformed`."""
    if stop - position < SHORT.size:
        raise Malformed("a request ends before its client id", position)
    (length,) = SHORT.unpack_from(buffer, position)
    position += SHORT.size
    client_id = None
    if length >= 0:
        if length > stop - position:
            raise Malformed(f"a client id of {length} octets where {stop - position} are left", position)
        try:
            client_id = str(buffer[position : position + length], "utf-8")
        except UnicodeDecodeError:
            raise Malformed("a client id that is not UTF-8", position) from None
        position += length
    if is_flexible:
        position = skip_tagged_fields(buffer, position, stop)
    return client_id, position


def skip_tagged_fields(buffer: Buffer, position: int, stop: int) -> int:
    """Where the tagged fields that begin here end."""
    count, position = read_uvarint(buffer, position, stop)
    for _ in range(count):
        _, position = read_uvarint(buffer, position, stop)
        size, position = read_uvarint(buffer, position, stop)
        if size > stop - position:
            raise Malformed(f"a tagged field of {size} octets where {stop - position} are left", position)
        position += size
    return position


def read_uvarint(buffer: Buffer, position: int, stop: int) -> tuple[int, int]:
    """An unsigned varint of at most 32 bits, and where it ends."""
    value = 0
    for shift in (0, 7, 14, 21, 28):
        if position >= stop:
            raise Malformed("a request ends within a number", position)
        octet = buffer[position]
        position += 1
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            return value, position
    raise Malformed("a varint of more than five octets", position)
