"""Where records lie in memory: chunks that logs fill with whole batches, and the pool that lends chunks to logs.

A chunk is filled from its start to its end and never written behind again, so views of it may be handed out without a copy. The pool
knows of every chunk in a log: it refuses with `Full` when they reach its limit, and it keeps those that come back. The
reason is the price of fresh memory: on a virtual machine the first touch of a page costs ten to a hundred times the copy itself (measured
here: 0.5-2 GB/s into fresh chunks, 35 GB/s into recycled ones).

A chunk that comes back may still be on its way to a slow reader. Who holds a view of a ``bytearray`` keeps it from being resized: the
language promises that (BufferError), so a resize there and back is the question "does anybody still look at this?", asked in 80 ns
with no count kept by us. It works because every view is made from the bytearray itself, never from a longer-lived memoryview.

Both engines that keep records in this process use this module; it knows no log, no file and no loop.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import deque
from struct import Struct
from typing import Final

from hubbub.core.errors import Full
from hubbub.octets.batch import PLACE, SIZE_OVERHEAD
from hubbub.octets.buffer import Buffer

SMALLEST_CHUNK: Final = 16 * 1024
"""Octets of a log's first chunk: thousands of logs with a few records each are cheap."""

_GROWTH: Final = 4
_LOOKS: Final = 4
"""How many returned chunks are asked before fresh memory is taken: more would make an append slow while readers are."""

_MAX_TIMESTAMP: Final = Struct(">q")
_MAX_TIMESTAMP_AT: Final = 35
NOTHING: Final = memoryview(b"")

_DELTA: Final = Struct(">i")
_DELTA_AT: Final = 23


class Chunk:
    """Whole batches, one after the other, with the base offset and position of each.

    ``used`` octets of ``room`` are filled; ``newest`` is the greatest max timestamp of all batches, -1 when empty.
    """

    __slots__ = ("_buffer", "_view", "newest", "offsets", "positions", "room", "used")

    def __init__(self, buffer: bytearray) -> None:
        self._buffer = buffer
        self._view = memoryview(buffer)  # assigning to a slice of a bytearray would copy twice
        self.room = len(buffer)
        self.used = 0
        self.newest = -1
        self.offsets = array("q")
        self.positions = array("I")

    @property
    def base(self) -> int:
        """Base offset of the first batch; IndexError when empty."""
        return self.offsets[0]

    def put(self, batch: Buffer, size: int, base: int, epoch: int) -> None:
        """Copy one whole batch of ``size`` octets, which must fit, and write its base offset and epoch into the copy."""
        position = self.used
        stop = position + size
        self._view[position:stop] = batch
        PLACE.pack_into(self._view, position, base, size - SIZE_OVERHEAD, epoch)
        self.offsets.append(base)
        self.positions.append(position)
        self.used = stop

    def keep(self, batch: Buffer) -> None:
        """Copy one whole batch, which must fit, as it is."""
        position = self.used
        stop = position + len(batch)
        self._view[position:stop] = batch
        self.offsets.append(PLACE.unpack_from(self._view, position)[0])
        self.positions.append(position)
        self.used = stop
        self.newest = max(self.newest, self.timestamp_of(len(self.positions) - 1))

    def index_of(self, offset: int) -> int:
        """Number of the last batch whose base offset is at most ``offset``; -1 if all begin later."""
        return bisect_right(self.offsets, offset) - 1

    def stop_of(self, index: int) -> int:
        """Position after batch ``index``."""
        return self.positions[index + 1] if index + 1 < len(self.positions) else self.used

    def last_offset_of(self, index: int) -> int:
        """Offset of the last record of batch ``index``."""
        return self.offsets[index] + int(_DELTA.unpack_from(self._view, self.positions[index] + _DELTA_AT)[0])

    def timestamp_of(self, index: int) -> int:
        """Max timestamp of batch ``index``, ms."""
        return int(_MAX_TIMESTAMP.unpack_from(self._view, self.positions[index] + _MAX_TIMESTAMP_AT)[0])

    def read(self, index: int, stop: int, max_bytes: int, *, at_least_one: bool) -> memoryview:
        """Whole batches from number ``index`` to position ``stop``, at most ``max_bytes`` or the first alone; empty if that is nothing."""
        positions = self.positions
        begin = positions[index]
        if begin + max_bytes < stop:
            after = bisect_right(positions, begin + max_bytes) - 1
            if after > index:
                stop = positions[after]
            elif at_least_one:
                stop = self.stop_of(index)
            else:
                return NOTHING
        return memoryview(self._buffer).toreadonly()[begin:stop]

    def view(self, begin: int, stop: int) -> memoryview:
        """The octets between two positions."""
        return memoryview(self._buffer).toreadonly()[begin:stop]

    def cut(self, offset: int) -> int:
        """Forget the batches from base offset ``offset`` on, which nobody may have seen; how many octets that were."""
        index = bisect_left(self.offsets, offset)
        if index == len(self.offsets):
            return 0
        size = self.used - self.positions[index]
        self.used = self.positions[index]
        del self.offsets[index:]
        del self.positions[index:]
        self.newest = max((self.timestamp_of(number) for number in range(index)), default=-1)
        return size

    def release(self) -> bytearray:
        """Give up the memory: for the pool, which waits until nobody looks at it."""
        self._view.release()
        return self._buffer


def offset_at(chunk: Chunk, position: int) -> int:
    """Base offset of the batch that begins at a position."""
    return chunk.offsets[bisect_left(chunk.positions, position)]


EMPTY: Final = Chunk(bytearray())
"""What a log without records fills: a chunk without room. Shared; nothing can be put into it."""


class Pool:
    """All chunks of one engine. ``in_use`` counts the octets lent to logs and what `claim` added; it stays at most ``max_bytes``."""

    __slots__ = ("_free", "_keep", "chunk_bytes", "in_use", "max_bytes")

    def __init__(self, max_bytes: int, chunk_bytes: int, keep_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.chunk_bytes = chunk_bytes
        self.in_use = 0
        self._keep = keep_bytes // chunk_bytes
        self._free: deque[bytearray] = deque()

    def room_for(self, size: int, after: Chunk, most: int) -> int:
        """How large a chunk should be that begins with a batch of ``size`` octets: four times the one it comes ``after``, up to ``most``."""
        return max(size, min(self.chunk_bytes, max(SMALLEST_CHUNK, min(after.room * _GROWTH, most))))

    def lend(self, room: int) -> bytearray:
        """Memory for a chunk. Raises `Full`; nothing has changed then."""
        self.claim(room)
        return self._recycled() if room == self.chunk_bytes else bytearray(room)

    def give(self, chunk: Chunk) -> None:
        """Take a chunk back. Views of it stay valid; its memory is used again when the last of them is gone."""
        self.in_use -= chunk.room
        buffer = chunk.release()
        if len(buffer) == self.chunk_bytes and len(self._free) < self._keep:
            self._free.append(buffer)

    def claim(self, size: int) -> None:
        """Count ``size`` octets that lie elsewhere. Raises `Full`. A negative ``size`` gives back."""
        total = self.in_use + size
        if size > 0 and total > self.max_bytes:
            raise Full(
                f"{self.in_use} of {self.max_bytes} octets of memory are in use, {size} more were asked for"
            )
        self.in_use = total

    def _recycled(self) -> bytearray:
        free = self._free
        for _ in range(min(_LOOKS, len(free))):
            buffer = free.pop()  # the last to come back is the warmest
            if _is_unseen(buffer):
                return buffer
            free.appendleft(buffer)
        return bytearray(self.chunk_bytes)


def _is_unseen(buffer: bytearray) -> bool:
    """Whether no view of ``buffer`` is left; its contents may change."""
    try:
        buffer.pop()
    except BufferError:
        return False
    buffer.append(0)
    return True
