"""The thread that writes: takes all parcels that wait, writes them together, syncs once, and tells the loop how it went.

That is group commit: while one group is being written, the next gathers. Within a group: records first, then the database, then the
files that take others' places, then what may be deleted; a crash in between leaves records nobody was promised, never a state that refers to
records that are not there, and no record goes before what was to be known without it is known.

A second thread syncs at intervals where the policy says so, so that no acknowledgement waits for it.

After a failure (no room, no permission, a broken disk) the files are cut back to their last good end, and all parcels sealed before the
loop heard of it fail as well: offsets were given out in a row, and what follows a lost batch cannot be kept.
"""

import os
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Final, Literal

from hubbub.core.commit import OK, Outcome
from hubbub.octets.buffer import Buffer
from hubbub.storage.segments.database import Database
from hubbub.storage.segments.files import Files
from hubbub.storage.segments.handles import Handle, Handles, write_marks
from hubbub.storage.segments.layout import Layout, index_path
from hubbub.storage.segments.names import Names
from hubbub.storage.segments.parcel import Parcel, Replace, Write
from hubbub.storage.segments.segment import CLOSED, Mark, pack_head
from hubbub.storage.segments.thread import start

_AT_ONCE: Final = 64
_FEW_SYNCS: Final = 2
_SYNC_THREADS: Final = 8
_PROBE: Final = bytes(256 * 1024)


class Result:
    """A group of parcels and how it went; ``reason`` is for the log, empty when all went well."""

    __slots__ = ("outcome", "parcels", "reason")

    def __init__(self, parcels: list[Parcel], outcome: Outcome, reason: str) -> None:
        self.parcels = parcels
        self.outcome = outcome
        self.reason = reason


class Writer:
    """``tell`` schedules a call on the loop from any thread; the loop then takes what is in ``finished``.

    ``on_defect`` hears of bugs, on the writer's thread or the syncer's.
    """

    __slots__ = (
        "_database",
        "_failed",
        "_files",
        "_handles",
        "_helpers",
        "_layout",
        "_names",
        "_policy",
        "_queue",
        "_sync_queue",
        "_tell",
        "_threads",
        "finished",
    )

    def __init__(
        self,
        layout: Layout,
        files: Files,
        names: Names,
        database: Database,
        policy: Literal["always", "interval", "never"],
        tell: Callable[[], object],
        on_defect: Callable[[Exception], None],
    ) -> None:
        self._layout = layout
        self._files = files
        self._names = names
        self._database = database
        self._policy = policy
        self._tell = tell
        self._failed = -1
        self._handles = Handles(files)
        self._queue: SimpleQueue[Parcel | None] = SimpleQueue()
        self._sync_queue: SimpleQueue[bool] = SimpleQueue()
        self.finished: deque[Result] = deque()
        self._helpers: list[
            ThreadPoolExecutor
        ] = []  # one, from the first group on that has many files to sync
        self._threads = [start("hubbub-writer", self._take, on_defect)]
        if policy == "interval":
            self._threads.append(start("hubbub-syncer", self._sync_next, on_defect))

    def put(self, parcel: Parcel) -> None:
        """Queue a parcel. They come back in `finished` in this order."""
        self._queue.put(parcel)

    def sync_soon(self) -> None:
        """Have the second thread sync all that was written (policy ``interval``)."""
        self._sync_queue.put(True)

    def close(self) -> None:
        """Write what is queued, sync, close all files. Blocks."""
        self._queue.put(None)
        self._threads[0].join()
        for syncer in self._threads[1:]:
            self._sync_queue.put(False)
            syncer.join()
        for helpers in self._helpers:
            helpers.shutdown()
        self._handles.close()

    def _take(self) -> bool:
        """Wait for a parcel and finish it with all that wait behind it; False when the engine closes."""
        queue = self._queue
        parcel = queue.get()
        group: list[Parcel] = []
        while parcel is not None:
            group.append(parcel)
            if queue.empty():
                break
            parcel = queue.get()
        if not group:
            return False
        if parcel is None:
            queue.put(None)  # the end comes after this group, whatever becomes of it
        lost = [parcel for parcel in group if parcel.generation <= self._failed]
        if lost:
            self.finished.append(Result(lost, Outcome.UNAVAILABLE, ""))
        try:
            if len(group) > len(lost):
                self._finish(group[len(lost) :])
        finally:
            self._tell()
        return True

    def _finish(self, group: list[Parcel]) -> None:
        reason = "a defect"  # unless one of the next lines knows better
        try:
            self._work(group)
            reason = ""
        except (OSError, sqlite3.Error) as error:
            reason = f"{error.__class__.__name__}: {error}"
        finally:
            if reason:
                self._failed = group[-1].generation
            self.finished.append(Result(group, Outcome.UNAVAILABLE if reason else OK, reason))

    def _work(self, group: list[Parcel]) -> None:
        touched: dict[Handle, list[Buffer]] = {}
        made: list[str] = []
        is_done = False
        try:
            for parcel in group:
                if parcel.is_probe:
                    self._probe()
                for write in parcel.writes:
                    self._gather(write, touched, made)
            jobs = list(touched.items())
            for start in range(0, len(jobs), _AT_ONCE):
                self._append(jobs[start : start + _AT_ONCE])
            if self._policy == "always":
                for directory in made:
                    self._files.sync_directory(directory)
                if made:
                    self._files.sync_directory(self._layout.logs)
            self._save(group)
            for parcel in group:
                for replacement in parcel.replacements:
                    self._replace(replacement)
            is_done = True
        finally:
            if not is_done:
                for handle in touched:
                    self._handles.repair(handle)
        writes = [write for parcel in group for write in parcel.writes]
        self._handles.wrote(writes, waits_for_sync=self._policy == "interval")
        self._handles.close_idle()
        for parcel in group:
            self._remove(parcel.removals)

    def _append(self, jobs: Sequence[tuple[Handle, list[Buffer]]]) -> None:
        """Write to some files, all of which are open for a moment."""
        descriptors: list[int] = []
        for handle, views in jobs:
            descriptors.append(self._handles.open(handle))
            self._files.append(descriptors[-1], views)
        if self._policy == "always":
            self._sync_each(descriptors)
        self._handles.spare()

    def _sync_each(self, descriptors: Sequence[int]) -> None:
        """Sync several files at once: a file system joins syncs that are under way together."""
        if len(descriptors) <= _FEW_SYNCS:
            for descriptor in descriptors:
                self._files.sync(descriptor)
            return
        if not self._helpers:
            self._helpers.append(ThreadPoolExecutor(_SYNC_THREADS, "hubbub-sync"))
        for _ in self._helpers[0].map(self._files.sync, descriptors):
            pass  # each raises here what it raised there

    def _gather(self, write: Write, touched: dict[Handle, list[Buffer]], made: list[str]) -> None:
        path = write.segment.path
        if write.head:
            directory = os.path.dirname(path)
            self._files.make_directory(directory)
            made.append(directory)
            handle = self._handles.make(path)
            touched[handle] = [write.head]
        else:
            handle = self._handles.take(path, write.begin)
        views = touched.get(handle)
        if views is None:
            touched[handle] = list(write.views)
        else:
            views += write.views

    def _replace(self, job: Replace) -> None:
        """Write the new file beside the old one and rename it: whoever opens the directory finds one of the two, whole."""
        path = job.fresh.path
        for old in job.olds:
            self._handles.forget(old.path)
        fresh = path + ".new"
        self._files.remove(fresh)
        descriptor = self._files.open(fresh)
        try:
            self._files.append(descriptor, [pack_head(job.fresh.head), *job.views])
            if self._policy != "never":
                self._files.sync(descriptor)
        finally:
            self._files.close(descriptor)
        self._files.remove(index_path(path))
        self._names.put(fresh, job.olds, job.fresh)
        others = [old.path for old in job.olds[1:]]
        if self._policy != "never":
            self._files.sync_directory(os.path.dirname(path))
        self._remove(
            others
        )  # should it not come to that, recovery sees by the header that they are in this one
        segment = job.fresh
        rows = zip(segment.offsets, segment.positions, segment.stamps, strict=True)
        write_marks(
            self._files,
            path,
            [*(Mark(*row) for row in rows), Mark(job.next_offset, segment.end, segment.newest, CLOSED)],
        )

    def _save(self, group: list[Parcel]) -> None:
        entries: dict[tuple[str, str], bytes | None] = {}
        rows = {}
        for parcel in group:
            entries.update(parcel.entries)
            rows.update(parcel.rows)
        if entries or rows:
            self._database.save(entries.items(), rows.values())

    def _remove(self, paths: Sequence[str]) -> None:
        for path in paths:
            try:
                if path.endswith(".log"):
                    self._handles.forget(path)
                    self._files.remove(index_path(path))
                    self._files.remove(path)
                else:
                    self._handles.forget_under(path)
                    self._files.remove_directory(path)
            except OSError:
                continue  # it is not referred to any more; the next start tries again

    def _probe(self) -> None:
        descriptor = self._files.open(self._layout.probe)
        try:
            self._files.append(descriptor, [_PROBE])
            self._files.sync(descriptor)
        finally:
            self._files.close(descriptor)
            self._files.remove(self._layout.probe)

    def _sync_next(self) -> bool:
        goes_on = self._sync_queue.get()
        if goes_on:
            self._handles.sync_all(self._complain)
            self._sync_journal()
        return goes_on

    def _sync_journal(self) -> None:
        try:
            descriptor = self._files.open_to_read(self._database.journal)
        except OSError:
            return  # nothing was written there yet
        try:
            self._files.sync(descriptor)
        except OSError as error:
            self._complain(f"{self._database.journal} could not be synced: {error}")
        finally:
            self._files.close(descriptor)

    def _complain(self, reason: str) -> None:
        self.finished.append(Result([], Outcome.UNAVAILABLE, reason))
        self._tell()
