"""One round of compaction in one partition: of all records with the same key, the last one stays.

A round reads what came since the last one (at most `KEYS` different keys of it) and notes where each key stands last; then it goes through all
parts of the log below that and writes anew those that hold anything older. What is being filled is left alone, and so is what is younger
than the topic's least lag. A record without a value deletes its key; it goes itself when a round has passed it ``tombstone_ms`` ago, so
that every reader who is not further behind has seen it. Records without a key go. Offsets stay.

The round is a generator: it yields what it must wait for, and `PAUSE` after every batch, so that its driver (`core.compaction`) can
measure out its share of the time (`core.pacing`). It raises what `Owned` raises; then it changed nothing that a later round would not do again.
"""

from collections.abc import Callable, Generator, Iterator
from hashlib import blake2b
from typing import Final, TypeAlias

from msgspec import Struct

from hubbub.core.commit import Commit
from hubbub.core.errors import Unavailable
from hubbub.core.options import FOREVER, TopicOptions
from hubbub.core.pacing import PAUSE, Wait, Work, look, see_safe
from hubbub.core.partition import Partition
from hubbub.core.store import Owned
from hubbub.octets.batch import BatchHeader, Entry, read_header, records, retain, split
from hubbub.octets.malformed import Malformed

KEYS: Final = 500_000
"""Different keys in one round: what bounds its memory, to some 100 MB."""
LONG_KEY: Final = 32
MOST_MARKS: Final = 64

Rest: TypeAlias = Callable[[memoryview, BatchHeader], bytes | None]
"""What stays of a batch, None where nothing does."""


class Past(Struct, frozen=True, gc=False, array_like=True):
    """What the rounds so far have done: all below ``clean_to`` was sifted, and had ``octets`` then. ``marks`` says when: offset, ms."""

    clean_to: int = 0
    octets: int = 0
    marks: tuple[tuple[int, int], ...] = ()


def sift(partition: Partition, past: Past, now: int, commit: Callable[[], Commit]) -> Work[Past]:
    """One round as of ``now`` (ms since 1970); what is true after it. ``past`` where nothing was to be done."""
    log, options = partition.log, partition.options
    begin = max(past.clean_to, log.start)
    limit = ripe(partition, now)
    if limit <= begin or not (
        log.size - past.octets > options.dirty_ratio * log.size
        or (yield from is_overdue(partition, begin, now))
    ):
        return past

    def begin_writing() -> Commit:
        writing = commit()
        partition.checkpoint(writing)  # numbers of producers whose batches go must be known without them
        return writing

    latest: dict[bytes, int] = {}
    end = yield from note_keys(partition, begin, limit, latest)
    settled = [offset for offset, at in past.marks if at + options.tombstone_ms <= now]
    keep = Keep(latest, max(settled, default=0))
    joined = options.for_log().segment_bytes // 2
    octets = yield from thin_out(log, end, keep.of, begin_writing, joined)
    marks = [mark for mark in past.marks if mark[0] not in settled[:-1]]
    if len(marks) >= MOST_MARKS:  # a mark that is left out is covered by the next one, which is later
        del marks[1::2]
    return Past(end, octets, (*marks, (end, now)))


def ripe(partition: Partition, now: int) -> int:
    """The first offset that this round must leave alone."""
    pieces = partition.log.pieces()
    limit = pieces[-1][1] if pieces else 0
    lag = partition.options.least_lag_ms
    if limit and lag > 0:
        young = partition.log.offset_for(now - lag + 1)
        if young is not None:
            limit = min(limit, young[0])
    return limit


def is_overdue(partition: Partition, begin: int, now: int) -> Generator[Wait, list[memoryview], bool]:
    """Whether something new has waited for longer than the topic allows."""
    options: TopicOptions = partition.options
    if options.most_lag_ms >= FOREVER:
        return False
    for batch in batches((yield look(partition.log, begin)), begin):
        return batch[1].base_timestamp + options.most_lag_ms <= now
    return False


def batches(views: list[memoryview], offset: int) -> Iterator[tuple[memoryview, BatchHeader]]:
    """Those that do not end below ``offset``."""
    for view in views:
        for batch in split(view):
            header = read_header(batch)
            if header.next_offset > offset:
                yield batch, header


def note_keys(
    partition: Partition, begin: int, limit: int, latest: dict[bytes, int]
) -> Generator[Wait, list[memoryview], int]:
    """Where each key stands last between two offsets; the offset up to which all were noted."""
    offset = begin
    while offset < limit and len(latest) < KEYS:
        reached = offset
        for batch, header in batches((yield look(partition.log, offset)), offset):
            if header.base_offset >= limit or len(latest) >= KEYS:
                reached = max(reached, min(header.base_offset, limit))
                break
            reached = header.next_offset
            for entry in entries(batch, header):
                if entry.key is not None:
                    latest[short(entry.key)] = entry.offset
            yield PAUSE
        if reached == offset:
            raise Unavailable(f"offset {offset} cannot be read just now")
        offset = reached
    return offset


def entries(batch: memoryview, header: BatchHeader) -> list[Entry]:
    """The records of a batch that are anybody's; none where it is broken: it stays as it is."""
    if header.is_control:
        return []
    try:
        return records(batch)
    except Malformed:
        return []


def short(key: bytes) -> bytes:
    """A key, or what stands for it: no two stand for the same."""
    return key if len(key) <= LONG_KEY else blake2b(key, digest_size=LONG_KEY + 1).digest()


class Keep:
    """Which records stay: by where each key stands ``latest``, and below which offset what deletes a key has been seen by all."""

    __slots__ = ("_latest", "_seen_below")

    def __init__(self, latest: dict[bytes, int], seen_below: int) -> None:
        self._latest = latest
        self._seen_below = seen_below

    def __call__(self, entry: Entry) -> bool:
        if entry.key is None or self._latest.get(short(entry.key), -1) > entry.offset:
            return False
        return entry.value is not None or entry.offset >= self._seen_below

    def of(self, batch: memoryview, header: BatchHeader) -> bytes | None:
        """What stays of a batch; all of it, where it is no business of ours."""
        if header.is_control:
            return bytes(batch)
        try:
            return retain(batch, self)
        except Malformed:
            return bytes(batch)


def thin_out(
    log: Owned, until: int, keep: Rest, commit: Callable[[], Commit], joined_octets: int
) -> Work[int]:
    """Write those parts of a log anew in which anything is to go, up to the one that reaches ``until``; the octets that all have then.

    Neighbours that have no more than ``joined_octets`` together become one part. ``commit`` is asked for when they are to be written.
    """
    total = 0
    group: list[Thinned] = []
    for piece in log.pieces():
        if piece[0] >= until:
            break
        if piece[1] <= log.start:
            continue
        thinned = yield from thin(log, piece, keep)
        total += thinned.octets
        if group and sum(each.octets for each in group) + thinned.octets > joined_octets:
            yield from write_anew(log, group, commit)
            group = []
        group.append(thinned)
    yield from write_anew(log, group, commit)
    return total


class Thinned(Struct, frozen=True, gc=False):
    """One part of a log, and the batches that are to stay of it."""

    first: int
    following: int
    batches: list[bytes]
    is_changed: bool

    @property
    def octets(self) -> int:
        return sum(map(len, self.batches))


def thin(log: Owned, piece: tuple[int, int], keep: Rest) -> Work[Thinned]:
    """What stays of one part."""
    first, following = piece
    kept: list[bytes] = []
    is_changed = False
    offset = max(first, log.start)
    while offset < following:
        reached = offset
        for batch, header in batches((yield look(log, offset)), offset):
            if header.base_offset >= following:
                reached = following
                break
            reached = header.next_offset
            rest = keep(batch, header)
            if rest is not None:
                kept.append(rest)
            is_changed = is_changed or rest is None or len(rest) != len(batch)
            yield PAUSE
        if reached == offset:
            raise Unavailable(f"offset {offset} cannot be read just now")
        offset = reached
    return Thinned(first, following, kept, is_changed)


def write_anew(log: Owned, group: list[Thinned], commit: Callable[[], Commit]) -> Work[None]:
    """Put what stays of these neighbours in their place, as one part."""
    if len(group) > 1 or any(each.is_changed for each in group):
        writing = commit()
        kept = [batch for each in group for batch in each.batches]
        log.rewrite(group[0].first, kept, writing, until=group[-1].following)
        yield from see_safe(writing, f"the part from offset {group[0].first} on")
