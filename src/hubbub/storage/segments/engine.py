"""The engine that keeps everything on disk: logs as segment files, state in SQLite, under one Commit.

The loop's thread fixes order and offsets in memory and never waits; one thread writes, one reads what is cold, one syncs at intervals.
What a Commit waits for is the policy in `options`. After a failure the engine refuses writes, tries every half second whether
writing works again, and goes on by itself; readers are served all the time.
"""

import os
from collections import deque
from collections.abc import Callable
from contextlib import ExitStack
from traceback import print_exception
from typing import Final

from hubbub.core.commit import OK, Commit, Outcome
from hubbub.core.store import LogOptions
from hubbub.model.clock import Action, Clock, Timer
from hubbub.storage.chunks import Pool
from hubbub.storage.segments.database import Database, Row
from hubbub.storage.segments.files import Files
from hubbub.storage.segments.layout import Layout, Lock, boot_note, note_boot, prepare
from hubbub.storage.segments.log import SegmentsLog
from hubbub.storage.segments.names import Names
from hubbub.storage.segments.options import SegmentsOptions
from hubbub.storage.segments.outbox import Outbox
from hubbub.storage.segments.parcel import Parcel
from hubbub.storage.segments.reader import Reader
from hubbub.storage.segments.recovery import Recovery, Report
from hubbub.storage.segments.spool import House
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

    ``data_dir`` is made if it is not there. ``tell`` runs an action on the loop's thread and may be called from any thread. ``on_trouble`` hears one line when writing stops
    working, with the reason, and one when it works again; ``on_defect`` hears of bugs, on another thread. Raises
    `layout.DirectoryInUse`, `layout.UnknownFormat`, OSError and sqlite3.Error when the directory cannot be opened; recovery is done when
    the constructor returns, and `report` says what it found.
    """

    __slots__ = (
        "_acquired",
        "_cache",
        "_clock",
        "_database",
        "_due",
        "_ending",
        "_house",
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
        "_outbox",
        "_reader",
        "_states",
        "_tell",
        "_timers",
        "_writer",
        "report",
    )

    def __init__(
        self,
        data_dir: str,
        options: SegmentsOptions,
        clock: Clock,
        tell: Callable[[Action], object],
        *,
        files: Files | None = None,
        on_trouble: Callable[[str], None] = quietly,
        on_defect: Callable[[Exception], None] = loudly,
    ) -> None:
        files = files or Files()
        self._options = options
        self._clock = clock
        self._on_trouble = on_trouble
        self._logs: dict[str, SegmentsLog] = {}
        self._acquired: set[str] = set()
        self._states: dict[str, SegmentsState] = {}
        self._due: list[SegmentsLog] = []
        self._ending: deque[tuple[Commit, Outcome]] = deque()
        self._tell = tell
        self._next_number = 1
        self._in_flight = 0
        self._is_poisoned = False
        self._is_sync_due = False
        self._is_closed = False
        self._timers: list[Timer] = []
        self._outbox = Outbox()
        self._cache = Cache(
            Pool(options.cache_bytes, options.chunk_bytes, options.cache_bytes), self._holders
        )
        names = Names(files)
        self._reader = Reader(files, names, lambda: tell(self._collect_reads), on_defect)
        self._house = House(
            self._outbox, self._cache, files, names, clock.now, self._reader.put, self._reader.forget
        )
        self._layout = prepare(data_dir)
        with ExitStack() as undo:
            self._lock = Lock(self._layout)
            undo.callback(self._lock.release)
            self._database, self.report = self._recover(files)
            undo.pop_all()
        self._writer = Writer(
            self._layout, files, names, self._database, options.fsync, lambda: tell(self._collect), on_defect
        )

    @property
    def outlives(self) -> bool:
        return True

    @property
    def in_use(self) -> int:
        """Octets of memory that hold the tails of logs."""
        return self._cache.pool.in_use

    @property
    def capacity(self) -> int:
        return self._cache.pool.max_bytes

    @property
    def is_failing(self) -> bool:
        """Whether writes are refused until the disk works again."""
        return self._outbox.is_failing

    def acquire(self, log: str, options: LogOptions) -> SegmentsLog:
        owned = self._logs.get(log)
        if owned is None:
            number = self._next_number
            self._next_number += 1
            owned = self._logs[log] = SegmentsLog(log, number, self._layout.log(number), self._house)
        if log not in self._acquired:
            self._acquired.add(log)
            owned.epoch += 1
            owned.configure(options)
            self._outbox.note(owned.row())
        return owned

    def drop(self, log: str, commit: Commit) -> None:  # noqa: ARG002 - the turn's, as all are
        owned = self._logs.pop(log, None)
        if owned is not None:
            self._acquired.discard(log)
            self._reader.forget(owned.segments)
            owned.drop()
            self._outbox.note_drop(owned.row(), owned.directory)

    def logs(self) -> list[str]:
        return sorted(self._logs)

    def state(self, purpose: str) -> SegmentsState:
        found = self._states.get(purpose)
        if found is None:
            found = self._states[purpose] = SegmentsState(purpose, self._outbox)
        return found

    def purposes(self) -> list[str]:
        return sorted(self._states)

    def seal(self, commit: Commit) -> None:
        outbox = self._outbox
        if self._is_poisoned:
            self._is_poisoned = False
            self._put(
                Parcel(outbox.generation - 1, [commit])
            )  # shares the fate of those it was written behind
        elif outbox.has_work:
            self._put(outbox.pack([commit]))
        elif self._in_flight:
            self._put(Parcel(outbox.generation, [commit]))
        else:
            commit.end(OK)

    def tidy(self, now: int) -> None:
        if not self._due:
            self._due = list(self._logs.values())
        due, self._due = self._due[:_LOGS_AT_A_TIME], self._due[_LOGS_AT_A_TIME:]
        for log in due:
            log.tidy(now)
        if self._outbox.has_work and not self._outbox.belongs_to_a_turn:
            self._put(self._outbox.pack([]))

    def close(self) -> None:
        if self._is_closed:
            return
        self._is_closed = True
        for timer in self._timers:
            timer.cancel()
        if self._outbox.has_work:
            self._put(self._outbox.pack([]))
        self._writer.close()
        self._reader.close()
        self._collect()
        self._collect_reads()
        self._database.close()
        self._lock.release()

    def _put(self, parcel: Parcel) -> None:
        self._in_flight += 1
        self._writer.put(parcel)

    def _collect(self) -> None:
        """What the writer has finished, in order. A bug in somebody who waited goes up; the others hear in the next pass."""
        finished = self._writer.finished
        while finished:
            result = finished.popleft()
            self._in_flight -= len(result.parcels)
            if result.outcome is OK:
                self._succeed(result)
            else:
                self._fail(result)
        ending = self._ending
        try:
            while ending:
                commit, outcome = ending.popleft()
                commit.end(outcome)
        finally:
            if ending:
                self._tell(self._collect)

    def _succeed(self, result: Result) -> None:
        for parcel in result.parcels:
            for write in parcel.writes:
                write.segment.safe_end = write.stop
                write.segment.safe_newest = write.newest
            for log, offset in parcel.logs:
                log.advance(offset)
            for replacement in parcel.replacements:
                replacement.log.replace(replacement.olds, replacement.fresh)
            if parcel.is_probe:
                self._outbox.is_failing = False
                self._on_trouble("writing works again")
            self._ending.extend((commit, OK) for commit in parcel.commits)
        if self._options.fsync == "interval" and not self._is_sync_due and not self._is_closed:
            self._is_sync_due = True
            self._after(self._options.fsync_interval_ms / 1000, self._sync)

    def _fail(self, result: Result) -> None:
        for parcel in result.parcels:
            self._outbox.take_back(parcel, self._present)
            for replacement in parcel.replacements:
                if replacement.is_done:  # what came behind it was not
                    replacement.log.replace(replacement.olds, replacement.fresh)
        if result.reason and result.parcels:
            self._stop_writing(result.reason)
        elif result.reason:
            self._on_trouble(result.reason)
        for parcel in result.parcels:
            self._ending.extend((commit, Outcome.UNAVAILABLE) for commit in parcel.commits)

    def _stop_writing(self, reason: str) -> None:
        self._is_poisoned = self._is_poisoned or self._outbox.belongs_to_a_turn
        if not self._outbox.is_failing:
            self._on_trouble(f"writing stopped: {reason}")
        for log in self._logs.values():
            if log.end > log.durable:
                log.roll_back()
        self._outbox.fail(self._present)
        if not self._is_closed:
            self._after(_PROBE_SECONDS, self._probe)

    def _probe(self) -> None:
        parcel = self._outbox.pack([])
        parcel.is_probe = True
        self._put(parcel)

    def _sync(self) -> None:
        self._is_sync_due = False
        self._writer.sync_soon()

    def _after(self, seconds: float, action: Action) -> None:
        self._timers = [*self._timers[-3:], self._clock.call_in(seconds, action)]

    def _collect_reads(self) -> None:
        finished = self._reader.finished
        try:
            while finished:
                request = finished.popleft()
                request.done(request.views)
        finally:
            if finished:
                self._tell(self._collect_reads)

    def _holders(self) -> list[Holder]:
        return list(self._logs.values())

    def _present(self, row: Row) -> Row:
        """What is true of a log by now: of the one in this directory, if it is still there."""
        log = self._logs.get(row.name)
        if log is not None and log.number == row.directory:
            return log.row()
        return Row(row.directory, row.name, 0, -1)

    def _recover(self, files: Files) -> tuple[Database, Report]:
        """Open the database and all logs."""
        layout, policy = self._layout, self._options.fsync
        note = boot_note(policy)
        before = note_boot(layout, note)
        boot, _, old_policy = before.rpartition(" ")
        had_power_cut = bool(before) and boot != note.rpartition(" ")[0]
        trusts_index = not (had_power_cut and old_policy == "never")
        recovery = Recovery(layout, files, had_power_cut=had_power_cut, trusts_index=trusts_index)
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
                files.remove_directory(
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
        start = max(row.start, segments[0].base) if segments else row.start
        if (
            start > row.start
        ):  # trimmed, and the database had not heard of it; or the files never reached the disk
            recovery.report.missing.append(f"offsets {row.start} to {start - 1} of {row.name!r}")
        log = SegmentsLog(row.name, number, layout.log(number), self._house)
        log.load(segments, start, end, row.epoch)
        if len(segments) > 1 and segments[1].base <= row.start:
            log.forget(row.start)  # a process that died before it had deleted them
        self._logs[row.name] = log
