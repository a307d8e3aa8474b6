"""A journal on logs: one log for each durable queue, which holds what came and, in batches of their own, what went.

A record that came lies in the log as `shelf` writes it, with one more header, ``life``: msgpack of [wall time in ms at which it
expires or -1, priority]. What went is a record with the key ``gone`` whose value is msgpack of pairs of offsets, first and last. The
log is trimmed up to the oldest record that is still there. What is restored after a restart comes back as if it had been out: in
its order, and marked as possibly handed out before.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

import msgspec

from hubbub.core.queues.entry import LIVES_ON, Entry
from hubbub.core.queues.shelf import entry_of, record_of
from hubbub.core.store import Engine, LogOptions, Owned
from hubbub.core.turn import Turn
from hubbub.model.clock import Clock
from hubbub.model.record import Record
from hubbub.octets import batch as batches

GONE: Final = b"gone"
LIFE: Final = "life"
READ_OCTETS: Final = 1 << 20
TRIM_EVERY: Final = 1024
"""Offsets that must have become free before the log is trimmed."""

_encode: Final = msgspec.msgpack.Encoder().encode
_life: Final = msgspec.msgpack.Decoder(tuple[int, int]).decode
_ranges: Final = msgspec.msgpack.Decoder(list[tuple[int, int]]).decode


NO_HEADERS: Final[tuple[tuple[str, bytes | None], ...]] = ()


class Book:
    """One queue's log: which of its offsets are still there, by the entry's position."""

    __slots__ = ("gone", "log", "offsets", "order", "there")

    def __init__(self, log: Owned) -> None:
        self.log = log
        self.offsets: dict[int, int] = {}
        self.there: set[int] = set()
        self.order: deque[int] = deque()
        self.gone: list[int] = []

    def note(self, position: int, offset: int) -> None:
        self.offsets[position] = offset
        self.there.add(offset)
        self.order.append(offset)

    def oldest(self) -> int:
        """The first offset that must be kept."""
        while self.order and self.order[0] not in self.there:
            self.order.popleft()
        return self.order[0] if self.order else self.log.end


class Ledger:
    """Of one realm. ``log_name`` says under which name a queue's log lies."""

    __slots__ = ("_books", "_clock", "_dirty", "_engine", "_log_name", "_turn")

    def __init__(self, engine: Engine, clock: Clock, turn: Turn, log_name: Callable[[str], str]) -> None:
        self._engine = engine
        self._clock = clock
        self._turn = turn
        self._log_name = log_name
        self._books: dict[str, Book] = {}
        self._dirty: dict[str, None] = {}

    def came(self, queue: str, entries: list[Entry]) -> None:
        """Append as one batch, in the turn's Commit. Raises `Full`."""
        book = self._book(queue)
        batch = batches.build(self._lasting(entries))
        newest = max(entry.record.timestamp for entry in entries)
        base = book.log.append(batch, len(entries), newest, self._turn.commit)
        for offset, entry in enumerate(entries, base):
            entry.is_kept = True
            book.note(entry.position, offset)

    def went(self, queue: str, entry: Entry) -> None:
        """Written at the end of the turn, with all others that went."""
        book = self._books.get(queue)
        offset = book.offsets.pop(entry.position, None) if book is not None else None
        if book is None or offset is None:
            return
        book.there.discard(offset)
        book.gone.append(offset)
        self._dirty[queue] = None
        self._turn.later(self._write)

    def drop(self, queue: str) -> None:
        """The queue is deleted."""
        self._books.pop(queue, None)
        self._engine.drop(self._log_name(queue), self._turn.commit)

    def restore(self, queue: str, done: Callable[[list[Entry]], None]) -> None:
        """Read what a queue held when the hub ended; ``done`` is called once, at once if the data is at hand."""
        book = self._book(queue)
        found: dict[int, batches.Entry] = {}

        def read(offset: int) -> None:
            while offset < book.log.end:
                offset = max(offset, book.log.start)
                views = book.log.read(offset, READ_OCTETS)
                if views is None:
                    book.log.fetch(offset, READ_OCTETS, partial(fetched, offset))
                    return
                if not views:
                    break
                offset = gather(views, found)
            done(self._restored(book, found))

        def fetched(asked: int, views: list[memoryview]) -> None:
            read(max(gather(views, found), asked + 1))

        read(book.log.start)

    # inside

    def _book(self, queue: str) -> Book:
        book = self._books.get(queue)
        if book is None:
            log = self._engine.acquire(self._log_name(queue), LogOptions())
            book = self._books[queue] = Book(log)
        return book

    def _lasting(self, entries: list[Entry]) -> Iterator[batches.Entry]:
        """Entries as the log keeps them. Those of one run differ in their values alone, and share their headers."""
        address, original, headers = None, b"", NO_HEADERS
        for entry in entries:
            record = entry.record
            if record.address is not address or record.original is not original:
                headers = (*entry_of(record).headers, (LIFE, self._life_of(entry)))
                is_like_others = entry.expires == LIVES_ON and not entry.priority and record.original != b""
                address, original = (record.address, record.original) if is_like_others else (None, b"")
            elif entry.expires != LIVES_ON or entry.priority:
                headers = (*entry_of(record).headers, (LIFE, self._life_of(entry)))
                address = None
            yield batches.Entry(record.timestamp, record.key, record.value, headers)

    def _life_of(self, entry: Entry) -> bytes:
        expires = -1
        if entry.expires != LIVES_ON:
            expires = self._clock.now() + int((entry.expires - self._clock.elapsed()) * 1000)
        return _encode((expires, entry.priority))

    def _write(self) -> None:
        dirty, self._dirty = self._dirty, {}
        for queue in dirty:
            book = self._books.get(queue)
            if book is None:
                continue
            gone, book.gone = book.gone, []
            now = self._clock.now()
            mark = batches.Entry(now, GONE, _encode(ranges(gone)))
            book.log.append(batches.build([mark]), 1, now, self._turn.commit)
            oldest = book.oldest()
            if oldest - book.log.start >= TRIM_EVERY:
                book.log.trim(oldest, self._turn.commit)

    def _restored(self, book: Book, found: dict[int, batches.Entry]) -> list[Entry]:
        entries: list[Entry] = []
        for place, (offset, kept) in enumerate(sorted(found.items()), -len(found)):
            record: Record = record_of(kept)
            expires, priority = _life(dict(kept.headers).get(LIFE) or _encode((-1, 0)))
            until = LIVES_ON
            if expires >= 0:
                until = self._clock.elapsed() + (expires - self._clock.now()) / 1000
            entries.append(Entry(record, place, until, priority, True))
            book.note(place, offset)
        return entries


def gather(views: Iterable[memoryview], found: dict[int, batches.Entry]) -> int:
    """What came and did not go, so far; returns the offset after the last that was read."""
    offset = 0
    for view in views:
        for batch in batches.split(view):
            for entry in batches.records(batch):
                offset = entry.offset + 1
                if entry.key == GONE:
                    for first, last in _ranges(entry.value or b""):
                        for each in range(first, last + 1):
                            found.pop(each, None)
                else:
                    found[entry.offset] = entry
    return offset


def ranges(offsets: list[int]) -> list[tuple[int, int]]:
    """Numbers as runs, first and last."""
    runs: list[tuple[int, int]] = []
    for offset in sorted(offsets):
        if runs and runs[-1][1] == offset - 1:
            runs[-1] = (runs[-1][0], offset)
        else:
            runs.append((offset, offset))
    return runs
