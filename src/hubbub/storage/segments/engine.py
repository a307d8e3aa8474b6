"""The engine that keeps everything on disk: logs as segment files, state in SQLite, under one Commit.

The loop's thread fixes order and offsets in memory and never waits; one thread writes, one reads what is cold, one syncs at intervals.
What a Commit waits for is the policy in `options`. After a failure the engine refuses writes, tries every half second whether
writing works again, and goes on by itself; readers are served all the time.
"""

import os
from collections.abc import Callable
from traceback import print_exception
from typing import Final

from hubbub.core.commit import OK, Commit, Outcome
from hubbub.core.errors import Unavailable
from hubbub.core.store import LogOptions
from hubbub.model.clock import Action, Clock, Timer
from hubbub.storage.chunks import Pool
from hubbub.storage.segments.database import Database, Row
from hubbub.storage.segments.files import Files
from hubbub.storage.segments.layout import Layout, Lock, boot_note, note_boot, prepare
from hubbub.storage.segments.log import SegmentsLog
from hubbub.storage.segments.options import SegmentsOptions
from hubbub.storage.segments.parcel import Parcel, Replace
from hubbub.storage.segments.reader import Reader, Request
from hubbub.storage.segments.recovery import Recovery, Report
from hubbub.storage.segments.segment import Segment
from hubbub.storage.segments.state import SegmentsState
from hubbub.storage.segments.tail import Cache, Holder
from hubbub.storage.segments.writer import Result, Writer

_PROBE_SECONDS: Final = 0.5
_LOGS_AT_A_TIME: Final = 1000


def quietly(reason: str) -> None:
    """For who does not want to hear of trouble."""


def loudly(defect: Exception) -> None:
    """For who has no better place for a bug of ours."""
    print_exception(defect)


class SegmentsEngine:
    """`core.store.Engine`.

    ``tell`` runs an action on the loop's thread and may be called from any thread. ``on_trouble`` hears one line when writing stops
    working, with the reason, and one when it works again; ``on_defect``
    hears of bugs, on another thread. Raises `layout.DirectoryInUse`, `layout.UnknownFormat`, OSError and sqlite3.Error when
    the directory cannot be opened; recovery is done when the constructor returns, and `report` says what it found.
    """

    __slots__ = (
        "_acquired",
        "_clock",
        "_database",
        "_dirty",
        "_due",
        "_entries",
        "_generation",
        "_in_flight",
        "_is_closed",
        "_is_poisoned",
        "_is_sync_due",
        "_layout",
        "_lock",
        "_logs",
        "_next_number",
        "_on_trouble",
        "_options",
        "_reader",
        "_removals",
        "_replacements",
        "_rows",
        "_states",
        "_timers",
        "_unsaved",
        "_writer",
        "cache",
        "files",
        "is_failing",
        "report",
    )

    outlives: Final = True

    def __init__(
        self,
        options: SegmentsOptions,
        clock: Clock,
        tell: Callable[[Action], object],
        *,
        files: Files | None = None,
        on_trouble: Callable[[str], None] = quietly,
        on_defect: Callable[[Exception], None] = loudly,
    ) -> None:
        self._options = options
        self._clock = clock
        self._on_trouble = on_trouble
        self.files = files or Files()
        self.is_failing = False
        self.cache = Cache(Pool(options.cache_bytes, options.chunk_bytes, options.cache_bytes), self._holders)
        self._logs: dict[str, SegmentsLog] = {}
        self._acquired: set[str] = set()
        self._states: dict[str, SegmentsState] = {}
        self._dirty: list[SegmentsLog] = []
        self._due: list[SegmentsLog] = []
        self._entries: dict[tuple[str, str], bytes | None] = {}
        self._unsaved: dict[tuple[str, str], bytes | None] = {}  # of parcels that failed
        self._rows: dict[int, Row] = {}
        self._removals: list[str] = []
        self._replacements: list[Replace] = []
        self._generation = 0
        self._in_flight = 0
        self._is_poisoned = False
        self._is_sync_due = False
        self._is_closed = False
        self._timers: list[Timer] = []
        self._next_number = 1
        self._layout = prepare(options.data_dir)
        self._lock = Lock(self._layout)
        try:
            self._database, self.report = self._recover()
        except BaseException:
            self._lock.release()
            raise
        self._writer = Writer(
            self._layout, self.files, self._database, options.fsync, lambda: tell(self._collect), on_defect
        )
        self._reader = Reader(self.files, lambda: tell(self._collect_reads), on_defect)

    @property
    def in_use(self) -> int:
        """Octets of memory that hold the tails of logs."""
        return self.cache.pool.in_use

    def acquire(self, log: str, options: LogOptions) -> SegmentsLog:
        owned = self._logs.get(log)
        if owned is None:
            number = self._next_number
            self._next_number += 1
            owned = self._logs[log] = SegmentsLog(log, number, self._layout.log(number), self)
            owned.epoch = -1
        if log not in self._acquired:
            self._acquired.add(log)
            owned.epoch += 1
            owned.configure(options)
            self._note(owned)
        return owned

    def drop(self, log: str, commit: Commit) -> None:  # noqa: ARG002 - the turn's, as all are
        owned = self._logs.pop(log, None)
        if owned is None:
            return
        self._acquired.discard(log)
        self._reader.forget(owned.segments)
        owned.drop()
        self._rows[owned.number] = Row(owned.number, log, 0, -1)
        self._removals.append(owned.directory)

    def logs(self) -> list[str]:
        return sorted(self._logs)

    def state(self, purpose: str) -> SegmentsState:
        found = self._states.get(purpose)
        if found is None:
            found = self._states[purpose] = SegmentsState(purpose, self)
        return found

    def seal(self, commit: Commit) -> None:
        if self._is_poisoned:
            self._is_poisoned = False
            self._put(
                Parcel(self._generation - 1, [commit])
            )  # shares the fate of those it was written behind
        elif self._has_work():
            self._put(self._pack([commit]))
        elif self._in_flight:
            self._put(Parcel(self._generation, [commit]))
        else:
            commit.end(OK)

    def tidy(self, now: int) -> None:
        if not self._due:
            self._due = list(self._logs.values())
        due, self._due = self._due[:_LOGS_AT_A_TIME], self._due[_LOGS_AT_A_TIME:]
        for log in due:
            log.tidy(now)
        if (
            self._has_work() and not self._dirty and not self._entries
        ):  # what was written in this turn is the turn's to seal
            self._put(self._pack([]))

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        for timer in self._timers:
            timer.cancel()
        if self._has_work():
            self._put(self._pack([]))
        self._writer.close()
        self._reader.close()
        self._collect()
        self._collect_reads()
        self._database.close()
        self._lock.release()

    # What logs and states ask of the engine.

    def now(self) -> int:
        """Milliseconds since 1970."""
        return self._clock.now()

    def mark_dirty(self, log: SegmentsLog) -> None:
        """This log has something for the next parcel."""
        self._dirty.append(log)

    def ask(self, request: Request) -> None:
        """Read cold data."""
        self._reader.put(request)

    def note_start(self, log: SegmentsLog, removed: list[Segment]) -> None:
        """The log begins later now, and these segments are to go."""
        self._note(log)
        if removed:
            self._removals += [segment.path for segment in removed]
            self._reader.forget(removed)

    def replace(self, replacement: Replace) -> None:
        """Put one segment file in the place of another."""
        self._replacements.append(replacement)

    def save(self, purpose: str, key: str, value: bytes | None, commit: Commit) -> None:  # noqa: ARG002 - the turn's, as all are
        """`state.Journal`."""
        if self.is_failing:
            raise Unavailable("nothing can be written just now")
        self._entries[purpose, key] = value

    # Between the threads.

    def _has_work(self) -> bool:
        return not self.is_failing and bool(
            self._dirty or self._entries or self._rows or self._removals or self._replacements
        )

    def _pack(self, commits: list[Commit]) -> Parcel:
        parcel = Parcel(self._generation, commits)
        dirty, self._dirty = self._dirty, []
        for log in dirty:
            parcel.writes += log.pack()
            parcel.logs.append((log, log.end))
        parcel.entries = {**self._unsaved, **self._entries}
        self._unsaved, self._entries = {}, {}
        parcel.rows, self._rows = self._rows, {}
        parcel.removals, self._removals = self._removals, []
        parcel.replacements, self._replacements = self._replacements, []
        return parcel

    def _put(self, parcel: Parcel) -> None:
        self._in_flight += 1
        self._writer.put(parcel)

    def _collect(self) -> None:
        """What the writer has finished, in order."""
        finished = self._writer.finished
        while finished:
            result = finished.popleft()
            self._in_flight -= len(result.parcels)
            if result.outcome is OK:
                self._succeed(result)
            else:
                self._fail(result)

    def _succeed(self, result: Result) -> None:
        for parcel in result.parcels:
            for write in parcel.writes:
                write.segment.safe_end = write.stop
                write.segment.safe_newest = write.newest
            for log, offset in parcel.logs:
                log.advance(offset)
            for replacement in parcel.replacements:
                replacement.log.replace(replacement.old, replacement.fresh)
                self._reader.forget([replacement.old])
            if parcel.is_probe:
                self.is_failing = False
                self._on_trouble("writing works again")
            for commit in parcel.commits:
                commit.end(OK)
        if self._options.fsync == "interval" and not self._is_sync_due and not self._is_closed:
            self._is_sync_due = True
            self._after(self._options.fsync_interval_ms / 1000, self._sync)

    def _fail(self, result: Result) -> None:
        for parcel in result.parcels:
            self._unsaved.update(parcel.entries)
            for row in parcel.rows.values():
                self._note_again(row)
            self._removals = parcel.removals + self._removals
        if result.reason and result.parcels:
            self._stop_writing(result.reason)
        elif result.reason:
            self._on_trouble(result.reason)
        for parcel in result.parcels:
            for commit in parcel.commits:
                commit.end(Outcome.UNAVAILABLE)

    def _stop_writing(self, reason: str) -> None:
        self._generation += 1
        self._is_poisoned = bool(self._dirty or self._entries or self._replacements)
        self._replacements = []
        self._dirty = []
        for log in self._logs.values():
            if log.end > log.durable:
                log.roll_back()
                if log.number in self._rows:
                    self._note(log)
        if not self.is_failing:
            self._on_trouble(f"writing stopped: {reason}")
        self.is_failing = True
        if not self._is_closed:
            self._after(_PROBE_SECONDS, self._probe)

    def _probe(self) -> None:
        parcel = self._pack([])
        parcel.is_probe = True
        self._put(parcel)

    def _sync(self) -> None:
        self._is_sync_due = False
        self._writer.sync_soon()

    def _after(self, seconds: float, action: Action) -> None:
        self._timers = [timer for timer in self._timers if not timer.is_cancelled][-4:]
        self._timers.append(self._clock.call_in(seconds, action))

    def _collect_reads(self) -> None:
        finished = self._reader.finished
        while finished:
            request = finished.popleft()
            request.done(request.views)

    def _holders(self) -> list[Holder]:
        return list(self._logs.values())

    def _note(self, log: SegmentsLog) -> None:
        self._rows[log.number] = Row(log.number, log.name, log.start, log.epoch)

    def _note_again(self, row: Row) -> None:
        """A row that could not be written: what is true of that log by now is to be."""
        log = self._logs.get(row.name)
        if log is not None and log.number == row.directory:
            self._note(log)
        else:
            self._rows[row.directory] = Row(row.directory, row.name, 0, -1)

    def _recover(self) -> tuple[Database, Report]:
        """Open the database and all logs."""
        layout, policy = self._layout, self._options.fsync
        note = boot_note(policy)
        before = note_boot(layout, note)
        boot, _, old_policy = before.rpartition(" ")
        had_power_cut = bool(before) and boot != note.rpartition(" ")[0]
        recovery = Recovery(
            layout,
            self.files,
            had_power_cut=had_power_cut,
            trusts_index=not (had_power_cut and old_policy == "never"),
        )
        is_new = not os.path.exists(layout.database)
        database = Database(layout.database, is_sync=policy == "always")
        for purpose, key, value in database.entries():
            self.state(purpose).load(key, value)
        rows = {row.directory: row for row in database.rows()}
        numbers = sorted({int(name) for name in os.listdir(layout.logs) if name.isdigit()} | set(rows))
        self._next_number = numbers[-1] + 1 if numbers else 1
        for number in numbers:
            row = rows.get(number)
            if row is None and not is_new:
                self.files.remove_directory(
                    layout.log(number)
                )  # dropped, or made, by a process that died in the middle of it
                continue
            self._load(recovery, layout, number, row)
        return database, recovery.report

    def _load(self, recovery: Recovery, layout: Layout, number: int, row: Row | None) -> None:
        segments, end = recovery.log(layout.log(number))
        if row is None:
            if not segments:
                return
            head = segments[-1].head
            row = Row(number, head.name, segments[0].base, head.epoch)
        log = SegmentsLog(row.name, number, layout.log(number), self)
        log.load(segments, row.start, end, row.epoch)
        self._logs[row.name] = log
