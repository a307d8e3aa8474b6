"""A segment: one file of a log, and the sparse index that finds batches in it.

A segment file is a header and then record batches (`octets.batch`), nothing between them, appended and never changed::

    8 octets  "HUBBUB-1"
    uint32    size of this header; the first batch begins there
    int64     base offset: that of the first batch, and the file's name
    int64     where the log ended when the file was made: the base offset, or less where recovery left a gap before it
    int32     epoch of the owner who made the file
    int64     when, milliseconds since 1970
    uint16    length, then the log's name in UTF-8
    int64     only in a file that was written anew with fewer batches: where it was followed by the next, whatever its last batch says
    uint32    CRC-32C of all of the above

The index file has entries of 32 octets, one for every 64 KiB of batches or so, and nothing else::

    int64     base offset of a batch
    int64     where it begins in the segment file
    int64     a bound: no batch before that place has a greater max timestamp
    uint32    0 an entry; 1 the segment was closed here: "base offset" is the next to be given, the place the end of the file
    uint32    CRC-32C of the 28 octets before

An entry is appended only when the batches before its place are as safe as the engine's policy makes them, so recovery reads a segment
from its last good entry on; where that says "closed" at the end of the file, it reads nothing.
"""

from array import array
from bisect import bisect_left, bisect_right
from struct import Struct
from typing import Final

from msgspec import Struct as Frozen

from hubbub.octets.batch import HEADER_SIZE, MAGIC, SIZE_OVERHEAD, is_sound
from hubbub.octets.buffer import Buffer
from hubbub.octets.crc import crc32c
from hubbub.octets.malformed import Malformed
from hubbub.storage.segments.files import pread

INTERVAL: Final = 64 * 1024
"""Octets of batches between two entries, at least."""

ENTRY: Final = 0
CLOSED: Final = 1

_MAGIC: Final = b"HUBBUB-1"
_HEAD: Final = Struct(">8sIqqiqH")
_CRC: Final = Struct(">I")
_ENTRY: Final = Struct(">qqqI")
_ENTRY_SIZE: Final = _ENTRY.size + _CRC.size
_UNTIL: Final = Struct(">q")
_PLACE: Final = Struct(">qi")
_MAX_TIMESTAMP: Final = Struct(">q")
_DELTA: Final = Struct(">i")
_LARGEST_BATCH: Final = 1 << 30


class Head(Frozen, frozen=True, gc=False):
    """What a segment file says of itself."""

    base: int
    follows: int
    epoch: int
    created: int
    name: str
    until: int = -1

    @property
    def size(self) -> int:
        """Octets of the header."""
        until = 0 if self.until < 0 else _UNTIL.size
        return _HEAD.size + len(self.name.encode()) + until + _CRC.size


class Mark(Frozen, frozen=True, gc=False):
    """One entry of an index file."""

    offset: int
    position: int
    newest: int
    kind: int = ENTRY


class Place(Frozen, frozen=True, gc=False):
    """One batch in a segment file."""

    offset: int
    position: int
    size: int
    last_offset: int
    max_timestamp: int


class Segment:
    """What is known of one file while the engine runs. The loop's thread alone changes it.

    ``end`` is where the next batch goes, with what still waits to be written; ``safe_end`` where the durable ones stop. ``newest`` is the
    greatest max timestamp in it, ``safe_newest`` that of the durable ones. ``rewriting`` is whose file its batches are on their way into.
    ``successor`` is whose file has taken its place, set by the writer's thread (`names`).
    """

    __slots__ = (
        "base",
        "created",
        "end",
        "head",
        "head_size",
        "newest",
        "offsets",
        "path",
        "positions",
        "rewriting",
        "safe_end",
        "safe_newest",
        "stamps",
        "successor",
    )

    def __init__(self, path: str, head: Head) -> None:
        self.path = path
        self.base = head.base
        self.head = head
        self.head_size = head.size
        self.created = head.created
        self.end = self.safe_end = self.head_size
        self.newest = self.safe_newest = -1
        self.offsets = array("q")
        self.positions = array("q")
        self.stamps = array("q")
        self.rewriting: Segment | None = None
        self.successor: Segment | None = None

    @property
    def size(self) -> int:
        """Octets of batches."""
        return self.end - self.head_size

    def due(self) -> int:
        """Position from which on the next batch gets an entry."""
        return self.positions[-1] + INTERVAL if self.positions else self.head_size

    def note(self, mark: Mark) -> None:
        """Take an entry into the index; they come in order."""
        self.offsets.append(mark.offset)
        self.positions.append(mark.position)
        self.stamps.append(mark.newest)

    def take(self, batch: Buffer) -> None:
        """Count a whole batch that goes to the end, at once safe; for files that are written anew."""
        place = place_at(batch, 0, self.end)
        if place is None or place.size != len(batch):
            raise Malformed("not one whole batch")
        if self.end >= self.due():
            self.note(Mark(place.offset, self.end, self.newest))
        self.newest = self.safe_newest = max(self.newest, place.max_timestamp)
        self.end = self.safe_end = self.end + place.size

    def position_before(self, offset: int) -> int:
        """Where to begin to look for the batch that holds ``offset``."""
        index = bisect_right(self.offsets, offset) - 1
        return self.positions[index] if index >= 0 else self.head_size

    def last_position(self, position: int) -> int:
        """The last place with an entry that is at most ``position``."""
        index = bisect_right(self.positions, position) - 1
        return self.positions[index] if index >= 0 else self.head_size

    def position_before_stamp(self, timestamp: int) -> int:
        """Where to begin to look for the first batch that reaches ``timestamp``."""
        index = bisect_left(self.stamps, timestamp) - 1
        return self.positions[index] if index >= 0 else self.head_size

    def cut(self, offset: int, end: int) -> None:
        """Forget all from base offset ``offset`` on; ``end`` is where it began."""
        index = bisect_left(self.offsets, offset)
        del self.offsets[index:]
        del self.positions[index:]
        del self.stamps[index:]
        self.end = end
        self.newest = self.safe_newest


def pack_head(head: Head) -> bytes:
    """The first octets of a segment file."""
    name = head.name.encode()
    octets = (
        _HEAD.pack(_MAGIC, head.size, head.base, head.follows, head.epoch, head.created, len(name)) + name
    )
    if head.until >= 0:
        octets += _UNTIL.pack(head.until)
    return octets + _CRC.pack(crc32c(octets))


def read_head(octets: bytes) -> Head:
    """What the first octets of a segment file say (70 KB are always enough); `Malformed` if they are not a whole header."""
    if len(octets) < _HEAD.size:
        raise Malformed("a segment file that ends inside its header")
    magic, size, base, follows, epoch, created, length = _HEAD.unpack_from(octets)
    if magic != _MAGIC:
        raise Malformed(f"a segment file that begins with {magic!r}")
    stop = _HEAD.size + length
    until = (
        _UNTIL.unpack_from(octets, stop)[0] if size == stop + _UNTIL.size + _CRC.size <= len(octets) else -1
    )
    if size != stop + _CRC.size + (0 if until < 0 else _UNTIL.size) or len(octets) < size:
        raise Malformed("a segment file that ends inside its header")
    if _CRC.unpack_from(octets, size - _CRC.size)[0] != crc32c(octets[: size - _CRC.size]):
        raise Malformed("a segment file whose header's checksum does not fit")
    return Head(base, follows, epoch, created, octets[_HEAD.size : stop].decode(), until)


def pack_mark(mark: Mark) -> bytes:
    """An entry of an index file."""
    octets = _ENTRY.pack(mark.offset, mark.position, mark.newest, mark.kind)
    return octets + _CRC.pack(crc32c(octets))


def read_marks(octets: bytes) -> list[Mark]:
    """The good entries of an index file, up to the first that is not."""
    marks: list[Mark] = []
    for start in range(0, len(octets) - _ENTRY_SIZE + 1, _ENTRY_SIZE):
        entry = octets[start : start + _ENTRY.size]
        if _CRC.unpack_from(octets, start + _ENTRY.size)[0] != crc32c(entry):
            break
        marks.append(Mark(*_ENTRY.unpack(entry)))
    return marks


def place_at(octets: Buffer, at: int, position: int) -> Place | None:
    """The batch whose header begins at ``at`` in ``octets`` (``position`` in the file); None unless its header is whole and possible."""
    if len(octets) - at < HEADER_SIZE or octets[at + 16] != MAGIC:
        return None
    offset, length = _PLACE.unpack_from(octets, at)
    size = length + SIZE_OVERHEAD
    if not HEADER_SIZE <= size <= _LARGEST_BATCH:
        return None
    delta = _DELTA.unpack_from(octets, at + 23)[0]
    return Place(offset, position, size, offset + delta, _MAX_TIMESTAMP.unpack_from(octets, at + 35)[0])


class Walk:
    """The batches of a segment file from a position on, one after the other, read in large blocks.

    Iterating ends at ``stop`` or at the first octets that are no sound batch; `position` says where. With ``checked`` the checksums
    are checked as well.
    """

    __slots__ = ("_block", "_block_bytes", "_block_start", "_checked", "_descriptor", "_stop", "position")

    def __init__(
        self, descriptor: int, position: int, stop: int, *, block_bytes: int = 1 << 20, checked: bool = False
    ) -> None:
        self.position = position
        self._descriptor = descriptor
        self._stop = stop
        self._block_bytes = block_bytes
        self._checked = checked
        self._block = memoryview(b"")
        self._block_start = position

    def __iter__(self) -> "Walk":
        return self

    def __next__(self) -> Place:
        at = self._have(HEADER_SIZE)
        place = place_at(self._block, at, self.position) if self.position < self._stop else None
        if place is None or self.position + place.size > self._stop:
            raise StopIteration
        if self._checked:
            at = self._have(place.size)
            if not is_sound(self._block[at : at + place.size]):
                raise StopIteration
        self.position += place.size
        return place

    def octets_of(self, place: Place) -> memoryview:
        """The batch just returned, when walking ``checked``."""
        at = place.position - self._block_start
        return self._block[at : at + place.size]

    def _have(self, size: int) -> int:
        """Make sure that ``size`` octets from the position on are in the block, unless the file ends; where they begin in it."""
        at = self.position - self._block_start
        if at + size > len(self._block):
            wanted = min(max(size, self._block_bytes), self._stop - self.position)
            self._block = (
                memoryview(pread(self._descriptor, wanted, self.position)) if wanted > 0 else memoryview(b"")
            )
            self._block_start = self.position
            at = 0
        return at
