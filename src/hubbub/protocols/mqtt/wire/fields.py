"""The data representations of MQTT (5.0 section 1.5): integers, variable byte integers, strings, binary data, string pairs.

Readers take the bytes, a position and the end of what the field may use; they return the value and the position behind it
and raise `Broken` when the field would pass the end. Nothing is allocated before its length was checked.
"""

import struct
from typing import Final

from hubbub.protocols.mqtt.wire.broken import malformed

MAXIMUM_VARINT: Final = 268_435_455
_U16: Final = struct.Struct(">H")
_U32: Final = struct.Struct(">I")
unpack_u16: Final = _U16.unpack_from
unpack_u32: Final = _U32.unpack_from
pack_u16: Final = _U16.pack
pack_u32: Final = _U32.pack


def read_u8(data: bytes, at: int, end: int) -> tuple[int, int]:
    """One octet."""
    if at >= end:
        raise malformed("the packet ends where an octet is due", at)
    return data[at], at + 1


def read_u16(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Two octets, big endian."""
    if at + 2 > end:
        raise malformed("the packet ends within a two byte integer", at)
    return unpack_u16(data, at)[0], at + 2


def read_u32(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Four octets, big endian."""
    if at + 4 > end:
        raise malformed("the packet ends within a four byte integer", at)
    return unpack_u32(data, at)[0], at + 4


def read_varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    """A variable byte integer: at most four octets and no more than it needs (MQTT-1.5.5-1)."""
    value = 0
    for shift in (0, 7, 14, 21):
        if at >= end:
            raise malformed("the packet ends within a variable byte integer", at)
        octet = data[at]
        at += 1
        value |= (octet & 0x7F) << shift
        if octet < 0x80:
            if octet == 0 and shift:
                raise malformed("a variable byte integer uses more octets than it needs", at - 1)
            return value, at
    raise malformed("a variable byte integer has more than four octets", at)


def read_binary(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    """A length of two octets and as many bytes."""
    size, at = read_u16(data, at, end)
    stop = at + size
    if stop > end:
        raise malformed(f"a field of {size} octets passes the end of its packet", at)
    return data[at:stop], stop


def text_of(raw: bytes, at: int = -1) -> str:
    """Strict UTF-8: no surrogates, no overlong forms (MQTT-1.5.4-1), no U+0000 (-2); a leading BOM is a character (-3)."""
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise malformed("a string is not UTF-8", at if at < 0 else at + error.start) from None
    if "\0" in text:
        raise malformed("a string holds U+0000", at)
    return text


def read_string(data: bytes, at: int, end: int) -> tuple[str, int]:
    """A UTF-8 encoded string."""
    raw, stop = read_binary(data, at, end)
    return text_of(raw, at + 2), stop


def read_pair(data: bytes, at: int, end: int) -> tuple[tuple[str, str], int]:
    """A name and a value, two strings."""
    name, at = read_string(data, at, end)
    value, at = read_string(data, at, end)
    return (name, value), at


def varint(value: int) -> bytes:
    """The octets of a variable byte integer. ValueError above 268,435,455: the caller's mistake."""
    if value < 0x80:
        return value.to_bytes(1, "big")
    if value > MAXIMUM_VARINT:
        raise ValueError(f"{value} does not fit a variable byte integer")
    octets = bytearray()
    while value >= 0x80:
        octets.append(value & 0x7F | 0x80)
        value >>= 7
    octets.append(value)
    return bytes(octets)


def binary(value: bytes) -> bytes:
    """Length and bytes. ValueError above 65,535 octets: the caller's mistake."""
    if len(value) > 0xFFFF:
        raise ValueError(f"a field of {len(value)} octets is longer than 65535")
    return pack_u16(len(value)) + value


def string(value: str) -> bytes:
    """Length and UTF-8. ValueError above 65,535 octets: the caller's mistake."""
    return binary(value.encode())
