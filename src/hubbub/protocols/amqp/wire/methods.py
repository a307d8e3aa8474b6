"""A method frame's payload to its struct, with every mistake turned into the protocol's own error."""

import struct
from typing import Final

from hubbub.protocols.amqp.wire.broken import Broken
from hubbub.protocols.amqp.wire.generated.methods import DECODERS, Method
from hubbub.protocols.amqp.wire.replies import Reply

CARRIES_CONTENT: Final = frozenset({0x003C0028, 0x003C0032, 0x003C003C, 0x003C0047})
"""basic.publish, return, deliver and get-ok: a content header follows on the same channel."""


def decode_method(data: bytes, start: int, stop: int) -> Method:
    """The method in ``data[start:stop]``. Raises `Broken`: 503 for an unknown method, 501 for arguments that do not fit."""
    if stop - start < 4:
        raise Broken("a method frame is too short for its class and method number", start)
    index = int.from_bytes(data[start : start + 4])
    decoder = DECODERS.get(index)
    if decoder is None:
        raise Broken(f"unknown method {index >> 16}.{index & 0xFFFF}", start, Reply.COMMAND_INVALID)
    try:
        return decoder(data, start + 4, stop)
    except (struct.error, IndexError):
        raise Broken(f"method {index >> 16}.{index & 0xFFFF}: the arguments are cut short", start) from None
