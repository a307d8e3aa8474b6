"""Cuts what has come over a connection into frames: an int32 of size, big-endian, and so many octets.

    frames = Frames(buffer, length)
    for start, end in frames:
        ...                              # a whole frame lies at buffer[start:end], its size taken off
    keep buffer[frames.used : length]    # the tail, to stand before what comes next
    frames.wanted                        # how many octets that tail will have once it is a whole frame

A frame cut short is no error. A size that is negative, above the limit or too small for any header raises
``Malformed`` when the iteration reaches it, after the whole frames before it, so that their senders get
their answers.
"""

from collections.abc import Iterator
from struct import Struct
from typing import Final

from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed

SIZE: Final = 4
"""Octets of a frame's size."""

LIMIT: Final = 100 * 1024 * 1024
"""The largest frame a broker takes unless told otherwise: Kafka's socket.request.max.bytes."""

LEAST: Final = 4
"""The shortest frame: a response without a body is its correlation id alone."""

unpack_size: Final = Struct(">i").unpack_from


class Frames:
    """One pass over the first ``length`` octets of a buffer; ``used`` and ``wanted`` hold when it is over."""

    __slots__ = ("buffer", "length", "limit", "used", "wanted")

    def __init__(self, buffer: Buffer, length: int, *, limit: int = LIMIT) -> None:
        self.buffer: Final = buffer
        self.length: Final = length
        self.limit: Final = limit
        self.used = 0
        self.wanted = SIZE

    def __iter__(self) -> Iterator[tuple[int, int]]:
        length = self.length
        while length - self.used >= SIZE:
            (size,) = unpack_size(self.buffer, self.used)
            if not LEAST <= size <= self.limit:
                raise Malformed(
                    f"a frame of {size} octets, where {LEAST} to {self.limit} are possible", self.used
                )
            start = self.used + SIZE
            end = start + size
            if end > length:
                self.wanted = SIZE + size
                return
            self.used = end
            yield start, end
