"""A journal on logs: one log for each durable queue, which holds what came and, in batches of their own, what went.

A record that came lies in the log as `shelf` writes it, with one more header, ``life``: msgpack of [wall time in ms at which it
expires or -1, priority]. What went is a record with the key ``gone`` whose value is msgpack of pairs of offsets, first and last. The
log is trimmed up to the oldest record that is still there, and written anew when most of it is dead (`book`). What is restored after a
restart comes back as if it had been out: in its order, and marked as possibly handed out before.

What could not be written after all was never there; a mark that could not be written is written when there is room again.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

import msgspec

from hubbub.core.commit import NO_COMMIT, OK, Outcome
from hubbub.core.errors import Refusal
from hubbub.core.pacing import Pace
from hubbub.core.queues.book import GONE, OPTIONS, Book, is_mark
from hubbub.core.queues.entry import LIVES_ON, Entry
from hubbub.core.queues.shelf import entry_of, record_of
from hubbub.core.store import Engine, Owned
from hubbub.core.turn import Turn
from hubbub.model.clock import NEVER, Clock, Timer, nothing
from hubbub.model.record import Record
from hubbub.octets import batch as batches

LIFE: Final = "life"
READ_OCTETS: Final = 1 << 20
TRIM_EVERY: Final = 1024
"""Offsets that must have become free before the log is trimmed."""
AGAIN_SECONDS: Final = 0.5
"""After this time, marks that could not be written are tried again."""

_encode: Final = msgspec.msgpack.Encoder().encode
_life: Final = msgspec.msgpack.Decoder(tuple[int, int]).decode
_ranges: Final = msgspec.msgpack.Decoder(list[tuple[int, int]]).decode


NO_HEADERS: Final[tuple[tuple[str, bytes | None], ...]] = ()


class Ledger:
    """Of one realm. ``log_name`` says under which name a queue's log lies."""

    __slots__ = (
        "_again",
        "_books",
        "_cleared",
        "_clock",
        "_commit",
        "_dirty",
        "_engine",
        "_fresh",
        "_log_name",
        "_pace",
        "_turn",
    )

    def __init__(self, engine: Engine, clock: Clock, turn: Turn, log_name: Callable[[str], str]) -> None:
        self._engine = engine
        self._clock = clock
        self._turn = turn
        self._log_name = log_name
        self._books: dict[str, Book] = {}
        self._dirty: dict[str, None] = {}
        self._commit = NO_COMMIT
        self._fresh: list[tuple[Book, list[Entry]]] = []  # what came under this commit
        self._again = NO_TIMER
        self._cleared: list[Book] = []  # the one that is being written anew
        self._pace: Pace[int] = Pace(clock, self._end_clearing)

    @property
    def is_clearing(self) -> bool:
        """Whether a log is being written anew."""
        return self._pace.is_busy

    def came(self, queue: str, entries: list[Entry]) -> None:
        """Append as one batch, in the turn's Commit. Raises `Full`."""
        book = self._book(queue)
        batch = batches.build(self._lasting(entries))
        newest = max(entry.record.timestamp for entry in entries)
        base = book.log.append(batch, len(entries), newest, self._turn.commit)
        octets = len(batch) // len(entries)
        for offset, entry in enumerate(entries, base):
            entry.is_kept = True
            book.came(entry.position, offset, octets)
        self._see_written(book, entries)

    def went(self, queue: str, entry: Entry) -> None:
        """Written at the end of the turn, with all others that went."""
        book = self._books.get(queue)
        if book is not None and book.went(entry.position):
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
            read(gather(views, found) if views else part_behind(book.log, asked))

        read(book.log.start)

    # inside

    def _book(self, queue: str) -> Book:
        book = self._books.get(queue)
        if book is None:
            log = self._engine.acquire(self._log_name(queue), OPTIONS)
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

    def _see_written(self, book: Book, entries: list[Entry]) -> None:
        """One waiter for all that comes under one commit."""
        commit = self._turn.commit
        if self._commit is not commit:
            self._commit = commit
            self._fresh = []
            commit.join(partial(forget_lost, self._fresh))
        self._fresh.append((book, entries))

    def _write(self) -> None:
        dirty, self._dirty = self._dirty, {}
        for queue in dirty:
            book = self._books.get(queue)
            if book is not None and book.gone:
                self._mark(queue, book)

    def _mark(self, queue: str, book: Book) -> None:
        """Say in the log what went."""
        now = self._clock.now()
        mark = batches.Entry(now, GONE, _encode(ranges(book.gone)))
        commit = self._turn.commit
        try:
            book.log.append(batches.build([mark]), 1, now, commit)
        except Refusal:
            self._mark_later(queue)
            return
        gone, book.gone = book.gone, []
        commit.join(partial(self._marked, queue, book, gone))
        oldest = book.oldest()
        if oldest - book.log.start >= TRIM_EVERY:
            book.log.trim(oldest, commit)
        if book.is_wasteful and not self._pace.is_busy:
            self._cleared = [book]
            self._pace.run(book.clear(commit, lambda: self._turn.commit))

    def _marked(self, queue: str, book: Book, gone: list[int], outcome: Outcome) -> None:
        if outcome is not OK:
            book.take_back(gone)
            self._mark_later(queue)

    def _mark_later(self, queue: str) -> None:
        self._dirty[queue] = None
        if self._again is NO_TIMER:
            self._again = self._clock.call_in(AGAIN_SECONDS, self._write_again)

    def _write_again(self) -> None:
        self._again = NO_TIMER
        self._write()

    def _end_clearing(self, octets: int | None) -> None:
        for book in self._cleared:
            book.end_clearing(octets)
        self._cleared = []

    def _restored(self, book: Book, found: dict[int, batches.Entry]) -> list[Entry]:
        entries: list[Entry] = []
        for place, (offset, kept) in enumerate(sorted(found.items()), -len(found)):
            record: Record = record_of(kept)
            expires, priority = _life(dict(kept.headers).get(LIFE) or _encode((-1, 0)))
            until = LIVES_ON
            if expires >= 0:
                until = self._clock.elapsed() + (expires - self._clock.now()) / 1000
            entries.append(Entry(record, place, until, priority, True))
            book.came(
                place, offset, len(kept.value or b"") + sum(len(value or b"") for _, value in kept.headers)
            )
        return entries


def forget_lost(fresh: list[tuple[Book, list[Entry]]], outcome: Outcome) -> None:
    """What came under a commit that failed lies in no log."""
    if outcome is not OK:
        for book, entries in fresh:
            book.lost(entry.position for entry in entries)


def part_behind(log: Owned, offset: int) -> int:
    """Where the next part of the log begins; its end, if there is none. For what is behind the last record of a part."""
    return next((following for _, following in log.pieces() if following > offset), log.end)


def gather(views: Iterable[memoryview], found: dict[int, batches.Entry]) -> int:
    """What came and did not go, so far; returns the offset after the last that was read."""
    offset = 0
    for view in views:
        for batch in batches.split(view):
            for entry in batches.records(batch):
                offset = entry.offset + 1
                if is_mark(entry):
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


NO_TIMER: Final = Timer(NEVER, 0, nothing)
