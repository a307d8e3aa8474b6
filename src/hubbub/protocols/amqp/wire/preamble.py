"""The eight octets that open a connection (specification 4.2.2): "AMQP", 0, and the version."""

from enum import Enum
from typing import Final

AMQP_0_9_1: Final = b"AMQP\x00\x00\x09\x01"
SASL_1_0: Final = b"AMQP\x03\x01\x00\x00"
_ACCEPTED: Final = frozenset({AMQP_0_9_1, b"AMQP\x01\x01\x00\x09"})
"""RabbitMQ accepts the header of 0-9, too."""


class Preamble(Enum):
    """What the first octets are."""

    ACCEPTED = "accepted"
    PARTIAL = "partial"
    OTHER_VERSION = "other version"
    GARBAGE = "garbage"


def recognise(data: bytes) -> Preamble:
    """Judge the first octets of a connection; `PARTIAL` while they may still become a header."""
    first = data[:8]
    if first in _ACCEPTED:
        return Preamble.ACCEPTED
    if not b"AMQP".startswith(first[:4]):
        return Preamble.GARBAGE
    return Preamble.PARTIAL if len(first) < 8 else Preamble.OTHER_VERSION


def answer(preamble: Preamble) -> bytes:
    """What to send before closing: the header we speak, or, for what is no AMQP 0-x at all, the one RabbitMQ sends."""
    return AMQP_0_9_1 if preamble is Preamble.OTHER_VERSION else SASL_1_0
