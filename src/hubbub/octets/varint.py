"""Variable-length integers: seven bits per octet, least significant group first, high bit set on all but the last octet.

Two families. *Unsigned* (``read_unsigned``) as compact lengths and tagged fields use them; *zigzag* (``read_signed``),
where 0, -1, 1, -2 become 0, 1, 2, 3, so that small magnitudes of both signs stay short: the records of a batch use these.
A 32-bit number takes at most five octets, a 64-bit number ten. Readers return ``(value, next position)`` and raise `Malformed`
where the buffer ends early, where more octets follow than the width allows, and where the value leaves its width.
Overlong encodings of small values (``80 00``) are read: producers exist that pad.
"""

from typing import Final

from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed

_ONE_OCTET: Final = tuple(bytes((value,)) for value in range(128))
_FEW: Final = 1024


def read_unsigned(buffer: Buffer, position: int, *, bits: int = 32) -> tuple[int, int]:
    """The unsigned value of at most ``bits`` bits at ``position``, and where it ends."""
    try:
        octet = buffer[position]
        if octet < 0x80:
            return octet, position + 1
        value = octet & 0x7F
        shift = 7
        cursor = position + 1
        while True:
            octet = buffer[cursor]
            cursor += 1
            value |= (octet & 0x7F) << shift
            if octet < 0x80:
                break
            shift += 7
            if shift >= bits:
                raise Malformed(f"a variable-length integer longer than {bits} bits", position)
    except IndexError:
        raise Malformed("a variable-length integer runs past the end", position) from None
    if value >> bits:
        raise Malformed(f"a variable-length integer larger than {bits} bits", position)
    return value, cursor


def read_signed(buffer: Buffer, position: int, *, bits: int = 32) -> tuple[int, int]:
    """The zigzag value of at most ``bits`` bits at ``position``, and where it ends."""
    value, position = read_unsigned(buffer, position, bits=bits)
    return (value >> 1) ^ -(value & 1), position


def unsigned(value: int) -> bytes:
    """Encode ``value`` >= 0; ValueError for a negative one (it would never end)."""
    if 0 <= value < 128:
        return _ONE_OCTET[value]
    if value < 0:
        raise ValueError(f"an unsigned integer cannot be {value}")
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def signed(value: int) -> bytes:
    """Encode ``value`` in zigzag."""
    if 0 <= value < _FEW:
        return _SIGNED[value]
    return unsigned(value << 1 if value >= 0 else ~(value << 1))


_SIGNED: Final = tuple(unsigned(value << 1) for value in range(_FEW))
"""Most lengths and differences in records are among these."""
