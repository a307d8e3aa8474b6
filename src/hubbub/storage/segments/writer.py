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
from contextlib import suppress
from queue import SimpleQueue
from threading import Lock
from typing import Final, Literal

from hubbub.core.commit import OK, Outcome
from hubbub.octets.buffer import Buffer
from hubbub.storage.segments.database import Database
from hubbub.storage.segments.files import Files
from hubbub.storage.segments.layout import Layout, index_path
from hubbub.storage.segments.names import Names
from hubbub.storage.segments.parcel import Parcel, Replace, Write
from hubbub.storage.segments.segment import CLOSED, Mark, pack_head, pack_mark
from hubbub.storage.segments.thread import start

_OPEN_FILES: Final = 256
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


class _Handle:
    """An open segment file. ``good`` is its size as far as all went well; ``marks`` wait for the next sync.

    ``is_syncing``: the second thread is at it. ``is_doubtful``: it could not be synced once, so its index says no more of it.
    """

    __slots__ = (
        "closes",
        "descriptor",
        "good",
        "is_dirty",
        "is_doubtful",
        "is_syncing",
        "marks",
        "newest",
        "next_offset",
        "path",
    )

    def __init__(self, path: str, descriptor: int, good: int) -> None:
        self.path = path
        self.descriptor = descriptor
        self.good = good
        self.marks: list[Mark] = []
        self.is_dirty = False
        self.is_doubtful = False
        self.is_syncing = False
        self.closes = False
        self.newest = -1
        self.next_offset = -1


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
        "_index_lock",
        "_layout",
        "_lock",
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
        self._handles: dict[str, _Handle] = {}  # the least recently used first
        self._lock = Lock()  # guards the table of handles, their marks and flags; never held during I/O
        self._index_lock = (
            Lock()
        )  # held by the syncer while it writes an index, and to take a handle out of the table; taken first
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
        for handle in list(self._handles.values()):
            self._let_go(handle)

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
        touched: dict[_Handle, list[Buffer]] = {}
        made: list[str] = []
        is_done = False
        try:
            for parcel in group:
                if parcel.is_probe:
                    self._probe()
                for write in parcel.writes:
                    self._gather(write, touched, made)
            for handle, views in touched.items():
                self._files.append(handle.descriptor, views)
            if self._policy == "always":
                self._sync_each([handle.descriptor for handle in touched])
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
                self._repair(list(touched))
        self._remember(group)
        self._close_idle()
        for parcel in group:
            self._remove(parcel.removals)

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

    def _gather(self, write: Write, touched: dict[_Handle, list[Buffer]], made: list[str]) -> None:
        path = write.segment.path
        handle = self._handles.get(path)
        if write.head:
            if handle is not None:
                self._forget(handle)
            directory = os.path.dirname(path)
            self._files.make_directory(directory)
            made.append(directory)
            handle = self._open(path, 0)
            self._files.truncate(handle.descriptor, 0)
            self._files.remove(index_path(path))
            touched[handle] = [write.head]
        elif handle is None:
            handle = self._open(path, write.begin)
        else:
            with self._lock:
                del self._handles[path]
                self._handles[path] = handle
        views = touched.get(handle)
        if views is None:
            touched[handle] = list(write.views)
        else:
            views += write.views

    def _open(self, path: str, expected: int) -> _Handle:
        descriptor = self._files.open(path)
        size = self._files.size(descriptor)
        if expected and size != expected:
            self._files.close(descriptor)
            raise OSError(
                f"{path} has {size} octets where {expected} were written; somebody else has changed it"
            )
        handle = _Handle(path, descriptor, expected)
        with self._lock:
            self._handles[path] = handle
        return handle

    def _replace(self, job: Replace) -> None:
        """Write the new file beside the old one and rename it: whoever opens the directory finds one of the two, whole."""
        path = job.old.path
        handle = self._handles.get(path)
        if handle is not None:
            self._forget(handle)
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
        self._names.put(fresh, job.old, job.fresh)
        if self._policy == "always":
            self._files.sync_directory(os.path.dirname(path))
        segment = job.fresh
        rows = zip(segment.offsets, segment.positions, segment.stamps, strict=True)
        self._write_marks(
            path, [*(Mark(*row) for row in rows), Mark(job.next_offset, segment.end, segment.newest, CLOSED)]
        )

    def _save(self, group: list[Parcel]) -> None:
        entries: dict[tuple[str, str], bytes | None] = {}
        rows = {}
        for parcel in group:
            entries.update(parcel.entries)
            rows.update(parcel.rows)
        if entries or rows:
            self._database.save(entries.items(), rows.values())

    def _remember(self, group: list[Parcel]) -> None:
        """All went well: files are good as they are, and their indexes may say so."""
        closing: dict[_Handle, None] = {}
        with self._lock:
            for parcel in group:
                for write in parcel.writes:
                    handle = self._handles[write.segment.path]
                    handle.good = write.stop
                    handle.newest = write.newest
                    handle.next_offset = write.next_offset
                    handle.marks += write.marks
                    handle.is_dirty = self._policy == "interval"
                    if write.closes:
                        handle.closes = True
                        closing[handle] = None
        if self._policy != "interval":
            for handle in {
                self._handles[write.segment.path]: None
                for parcel in group
                for write in parcel.writes
                if write.marks
            }:
                self._write_marks(handle.path, handle.marks)
                handle.marks = []
            for handle in closing:
                self._let_go(handle)

    def _close_idle(self) -> None:
        """Keep the number of open files bounded: let the least recently used go."""
        excess = len(self._handles) - _OPEN_FILES
        if excess > 0:
            with self._lock:
                idle = [
                    handle
                    for handle in self._handles.values()
                    if not handle.is_dirty and not handle.is_syncing
                ][:excess]
            for handle in idle:
                self._let_go(handle)

    def _repair(self, touched: list[_Handle]) -> None:
        for handle in touched:
            with suppress(
                OSError
            ):  # what stays behind the good end is cut by the next recovery; nothing is appended to this file
                self._files.truncate(handle.descriptor, handle.good)
                if handle.is_dirty:
                    self._files.sync(handle.descriptor)
            self._forget(handle)

    def _remove(self, paths: Sequence[str]) -> None:
        for path in paths:
            try:
                if path.endswith(".log"):
                    handle = self._handles.get(path)
                    if handle is not None:
                        self._forget(handle)
                    self._files.remove(index_path(path))
                    self._files.remove(path)
                else:
                    for handle in [
                        handle for handle in self._handles.values() if handle.path.startswith(path)
                    ]:
                        self._forget(handle)
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

    def _write_marks(self, path: str, marks: Sequence[Mark]) -> None:
        """The index is a help, not a promise: where it cannot be written, recovery reads more of the segment."""
        if not marks:
            return
        try:
            descriptor = self._files.open(index_path(path))
            try:
                self._files.append(descriptor, [b"".join(map(pack_mark, marks))])
            finally:
                self._files.close(descriptor)
        except OSError:
            return

    def _let_go(self, handle: _Handle) -> None:
        """Sync, say in the index that the file ends here, and close. Not for a handle that is being synced."""
        try:
            if handle.is_dirty:
                self._files.sync(handle.descriptor)
        except OSError:
            handle.is_doubtful = True
        self._end_index(handle)
        self._forget(handle)

    def _end_index(self, handle: _Handle) -> None:
        marks = handle.marks
        if handle.next_offset >= 0:
            marks = [*marks, Mark(handle.next_offset, handle.good, handle.newest, CLOSED)]
        if not handle.is_doubtful:
            self._write_marks(handle.path, marks)

    def _forget(self, handle: _Handle) -> None:
        """Close the file. Whatever the syncer had to say of it is said, or never will be: another file may take its place now."""
        with self._index_lock:
            self._take_out(handle)

    def _take_out(self, handle: _Handle) -> None:
        with self._lock:
            if self._handles.get(handle.path) is handle:
                del self._handles[handle.path]
                self._files.close(handle.descriptor)

    def _sync_next(self) -> bool:
        goes_on = self._sync_queue.get()
        if goes_on:
            self._sync_all()
        return goes_on

    def _sync_all(self) -> None:
        with self._lock:
            dirty = [handle for handle in self._handles.values() if handle.is_dirty]
        for handle in dirty:
            self._sync_one(handle)
        self._sync_journal()

    def _sync_one(self, handle: _Handle) -> None:
        """On a descriptor of its own: the writer may close the other one meanwhile, because the file is written anew or removed."""
        with self._lock:
            if self._handles.get(handle.path) is not handle:
                return
            descriptor = os.dup(handle.descriptor)
            marks, handle.marks = handle.marks, []
            handle.is_dirty = False
            handle.is_syncing = True
        try:
            self._files.sync(descriptor)
        except OSError as error:
            handle.is_doubtful = True
            self._complain(f"{handle.path} could not be synced: {error}")
        finally:
            os.close(descriptor)
            self._tell_index(handle, marks)

    def _tell_index(self, handle: _Handle, marks: Sequence[Mark]) -> None:
        """The file is synced up to ``marks``; unless it is another file by now, its index may say so."""
        with self._index_lock:
            with self._lock:
                handle.is_syncing = False
                is_there = self._handles.get(handle.path) is handle
                ends = handle.closes and not handle.is_dirty
            if is_there and not handle.is_doubtful:
                self._write_marks(handle.path, marks)
            if is_there and ends:
                self._end_index(handle)
                self._take_out(handle)

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
