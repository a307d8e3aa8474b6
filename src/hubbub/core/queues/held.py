"""Records that exchanges hold back for a while. Those that are to outlive the process lie in a journal of their own until their time has come.

How a record is to go on is kept with it, as one more header: ``way``, msgpack of [keys, headers, life in ms, priority, whether it is to outlive the process in queues, too]. A process that
ends between letting a record go and noting that it went lets it go again.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple, cast

import msgspec

from hubbub.core.errors import Refusal
from hubbub.core.queues.entry import LIVES_ON, Entry
from hubbub.core.queues.journal import Journal
from hubbub.core.routing.headers import Value
from hubbub.model.clock import Clock, Timer
from hubbub.model.record import Record

WAY: Final = "way"

_encode: Final = msgspec.msgpack.Encoder().encode


class Way(NamedTuple):
    """How a record goes on: what a realm's `Sending` says, as it can be written down."""

    keys: tuple[str, ...]
    headers: dict[str, Value]
    ttl_ms: int
    priority: int
    persistent: bool


_decode: Final = msgspec.msgpack.Decoder(tuple[tuple[str, ...], dict[str, object], int, int, bool]).decode


class Held:
    """Of one realm. ``let_go`` is called with the exchange's name when a record's time has come."""

    __slots__ = ("_clock", "_journal", "_let_go", "_next", "_waiting")

    def __init__(self, clock: Clock, journal: Journal, let_go: Callable[[str, Record, Way], None]) -> None:
        self._clock = clock
        self._journal = journal
        self._let_go = let_go
        self._next = 0
        self._waiting: dict[str, dict[int, Timer]] = {}

    def count(self, exchange: str) -> int:
        """How many records it holds back."""
        return len(self._waiting.get(exchange, ()))

    def hold(self, exchange: str, record: Record, way: Way, delay_ms: int, *, is_lasting: bool) -> bool:
        """Until ``delay_ms`` have passed. False: it could not be kept as it was to be."""
        due = self._clock.elapsed() + delay_ms / 1000
        position = self._next
        self._next = position + 1
        kept = msgspec.structs.replace(record, headers=((WAY, _encode(way)), *record.headers))
        entry = Entry(kept if is_lasting else record, position, due)
        if is_lasting:
            try:
                self._journal.came(exchange, [entry])
            except Refusal:
                return False
        self._wait(exchange, entry, record, way)
        return True

    def come_back(self, exchange: str, entries: list[Entry]) -> None:
        """What was held when the hub ended; what is due by now goes at once."""
        for entry in entries:
            (_, octets), *headers = entry.record.headers
            keys, wanted, ttl_ms, priority, persistent = _decode(octets)
            way = Way(keys, cast("dict[str, Value]", wanted), ttl_ms, priority, persistent)
            record = msgspec.structs.replace(entry.record, headers=tuple(headers))
            self._wait(exchange, entry, record, way)

    def drop(self, exchange: str) -> None:
        """The exchange is deleted, with all that it holds."""
        for timer in self._waiting.pop(exchange, {}).values():
            timer.cancel()
        self._journal.drop(exchange)

    def _wait(self, exchange: str, entry: Entry, record: Record, way: Way) -> None:
        when = max(entry.expires if entry.expires != LIVES_ON else 0.0, self._clock.elapsed())
        timer = self._clock.call_at(when, partial(self._go, exchange, entry, record, way))
        self._waiting.setdefault(exchange, {})[entry.position] = timer

    def _go(self, exchange: str, entry: Entry, record: Record, way: Way) -> None:
        del self._waiting[exchange][entry.position]
        self._let_go(exchange, record, way)
        if entry.is_kept:
            self._journal.went(exchange, entry)
