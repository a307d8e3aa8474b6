"""Murmur2 as the Java client and librdkafka's ``murmur2_random`` place keyed records, so that all who publish agree on a partition.

The 32-bit hash of Austin Appleby's MurmurHash2 with seed 0x9747b28c over little-endian words; a partition is the hash with its
sign bit cleared, modulo the number of partitions (``org.apache.kafka.clients.producer.internals.BuiltInPartitioner``).
"""

from struct import Struct
from typing import Final

from hubbub.octets.buffer import Buffer

_SEED: Final = 0x9747B28C
_MULTIPLIER: Final = 0x5BD1E995
_MASK: Final = 0xFFFFFFFF
_WORDS: Final = Struct("<I")


def murmur2(data: Buffer) -> int:
    """The hash as an unsigned 32-bit number."""
    size = len(data)
    whole = size & ~3
    value = _SEED ^ size
    for (word,) in _WORDS.iter_unpack(data[:whole]):
        word = word * _MULTIPLIER & _MASK
        word ^= word >> 24
        value = (value * _MULTIPLIER ^ word * _MULTIPLIER) & _MASK
    if size > whole:
        value ^= int.from_bytes(data[whole:], "little")
        value = value * _MULTIPLIER & _MASK
    value ^= value >> 13
    value = value * _MULTIPLIER & _MASK
    return value ^ value >> 15


def partition_for(key: Buffer, partitions: int) -> int:
    """The partition, 0 to ``partitions`` - 1, where a record with this key belongs."""
    return (murmur2(key) & 0x7FFFFFFF) % partitions
