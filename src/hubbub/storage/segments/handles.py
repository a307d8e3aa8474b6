"""The segment files that are being written, between the thread that writes and the one that syncs at intervals.

A handle is what is known of one file; whether it is open at the moment is its own business, so that a thousand logs may be written at once
with a few descriptors. What an index says of a file is said here: only of what is as safe as the engine's policy makes it, and only while the path
still means that file.
"""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from threading import Lock
from typing import Final

from hubbub.storage.segments.files import Files
from hubbub.storage.segments.layout import index_path
from hubbub.storage.segments.parcel import Write
from hubbub.storage.segments.segment import CLOSED, Mark, pack_mark

OPEN_FILES: Final = 128
_SHUT: Final = -1


class Handle:
    """A segment file. ``good`` is its size as far as all went well; ``marks`` wait for the next sync.

    ``is_new``: it is made, or made anew, when it is first opened. ``is_unnamed``: its name is not on the disk yet, unless somebody else has
    seen to that. ``is_syncing``: the second thread is at it. ``is_doubtful``: it could
    not be synced once, so its index says no more of it.
    """

    __slots__ = (
        "closes",
        "descriptor",
        "good",
        "is_dirty",
        "is_doubtful",
        "is_new",
        "is_syncing",
        "is_unnamed",
        "marks",
        "newest",
        "next_offset",
        "path",
    )

    def __init__(self, path: str, good: int, *, is_new: bool) -> None:
        self.path = path
        self.descriptor = _SHUT
        self.good = good
        self.marks: list[Mark] = []
        self.is_new = is_new
        self.is_dirty = False
        self.is_doubtful = False
        self.is_syncing = False
        self.is_unnamed = is_new
        self.closes = False
        self.newest = -1
        self.next_offset = -1


class Handles:
    """All but `sync_all` are called by the writer's thread alone, and raise OSError only where they say so."""

    __slots__ = ("_all", "_files", "_index_lock", "_lock", "_open")

    def __init__(self, files: Files) -> None:
        self._files = files
        self._all: dict[str, Handle] = {}  # the least recently used first
        self._open: dict[Handle, None] = {}  # likewise
        self._lock = Lock()  # guards both tables, marks and flags; never held during I/O
        self._index_lock = Lock()
        """Held by the syncer while it writes an index, and to take a handle out of the table; taken first."""

    def take(self, path: str, size: int) -> Handle:
        """The handle of a file that is there and has this size."""
        with self._lock:
            handle = self._all.pop(path, None) or Handle(path, size, is_new=False)
            self._all[path] = handle
        return handle

    def make(self, path: str) -> Handle:
        """The handle of a file that is to be made anew."""
        self.forget(path)
        handle = Handle(path, 0, is_new=True)
        with self._lock:
            self._all[path] = handle
        return handle

    def open(self, handle: Handle) -> int:
        """A descriptor for appending, good until the next `spare`. Raises OSError."""
        if handle.descriptor == _SHUT:
            descriptor = self._files.open(handle.path)
            try:
                self._check(handle, descriptor)
            except OSError:
                self._files.close(descriptor)
                raise
            with self._lock:
                handle.descriptor = descriptor
        with self._lock:
            self._open.pop(handle, None)
            self._open[handle] = None
        return handle.descriptor

    def spare(self) -> None:
        """Close what was used least recently, until few enough files are open; their handles stay."""
        while len(self._open) > OPEN_FILES:
            with self._lock:
                handle = next(iter(self._open))
                del self._open[handle]
                self._shut(handle)

    def wrote(self, writes: Sequence[Write], *, waits_for_sync: bool) -> None:
        """All went well: files are good as they are, and where nothing waits to be synced, their indexes may say so."""
        with self._lock:
            for write in writes:
                handle = self._all[write.segment.path]
                handle.good = write.stop
                handle.newest = write.newest
                handle.next_offset = write.next_offset
                handle.marks += write.marks
                handle.is_dirty = waits_for_sync
                handle.closes = handle.closes or write.closes
        if not waits_for_sync:
            for write in writes:
                if write.marks or write.closes:
                    self._tell(write.segment.path)

    def close_idle(self) -> None:
        """Keep the number of handles bounded, as far as nothing waits to be synced."""
        excess = len(self._all) - OPEN_FILES
        if excess > 0:
            with self._lock:
                idle = [
                    handle for handle in self._all.values() if not handle.is_dirty and not handle.is_syncing
                ]
            for handle in idle[:excess]:
                self._let_go(handle)

    def repair(self, handle: Handle) -> None:
        """Cut the file back to its good end, and forget it: nothing is appended to it any more."""
        with suppress(OSError):  # what stays behind the good end is cut by the next recovery
            if handle.good == 0:  # made just now: nobody shall find an end of the log where there is none
                self._files.remove(handle.path)
            else:
                if handle.descriptor == _SHUT:
                    handle.descriptor = self._files.open(handle.path)
                self._files.truncate(handle.descriptor, handle.good)
                if handle.is_dirty:
                    self._files.sync(handle.descriptor)
        self.forget(handle.path)

    def close(self) -> None:
        """Let go of all."""
        for handle in list(self._all.values()):
            self._let_go(handle)
            self.spare()

    def forget(self, path: str) -> None:
        """Close the file. Whatever the syncer had to say of it is said, or never will be: another may take its place now."""
        with self._index_lock:
            self._take_out(path)

    def forget_under(self, directory: str) -> None:
        """`forget` for all files in a directory."""
        for path in [path for path in self._all if path.startswith(directory + os.sep)]:
            self.forget(path)

    # for the second thread

    def sync_all(self, complain: Callable[[str], None]) -> None:
        """Sync all that was written so far. ``complain`` hears of what could not be."""
        with self._lock:
            dirty = [handle for handle in self._all.values() if handle.is_dirty]
        for handle in dirty:
            try:
                self._sync(handle)
            except OSError as error:
                complain(f"{handle.path} could not be synced: {error}")

    # inside

    def _sync(self, handle: Handle) -> None:
        """Sync what was written so far, and let the index say so. Raises OSError.

        On a descriptor of its own: the writer may close the other one meanwhile, to spare it, or because the file is
        written anew or removed.
        """
        with self._lock:
            if self._all.get(handle.path) is not handle:
                return
            descriptor = _SHUT if handle.descriptor == _SHUT else os.dup(handle.descriptor)
            marks, handle.marks = handle.marks, []
            handle.is_dirty = False
            handle.is_syncing = True
        is_safe = False
        try:
            if descriptor == _SHUT:
                descriptor = self._files.open_to_read(handle.path)
            self._make_safe(handle, descriptor)
            is_safe = True
        except FileNotFoundError:
            return  # it has gone meanwhile
        finally:
            if descriptor != _SHUT:
                os.close(descriptor)
            handle.is_doubtful = handle.is_doubtful or not is_safe
            self._tell_index(handle, marks)

    def _make_safe(self, handle: Handle, descriptor: int) -> None:
        self._files.sync(descriptor)
        if handle.is_unnamed:
            directory = os.path.dirname(handle.path)
            self._files.sync_directory(directory)
            self._files.sync_directory(os.path.dirname(directory))
            handle.is_unnamed = False

    def _tell(self, path: str) -> None:
        handle = self._all.get(path)
        if handle is None:
            return
        if handle.closes:
            self._let_go(handle)
        elif handle.marks:
            self._write_marks(handle, handle.marks)
            handle.marks = []

    def _let_go(self, handle: Handle) -> None:
        """Sync, say in the index that the file ends here, and close. Not for a handle that is being synced."""
        try:
            if handle.is_dirty:
                self._make_safe(handle, self.open(handle))
        except OSError:
            handle.is_doubtful = True
        self._end_index(handle)
        self.forget(handle.path)

    def _check(self, handle: Handle, descriptor: int) -> None:
        if handle.is_new:
            self._files.truncate(descriptor, 0)
            self._files.remove(index_path(handle.path))
            handle.is_new = False
        elif (size := self._files.size(descriptor)) != handle.good:
            raise OSError(
                f"{handle.path} has {size} octets where {handle.good} were written; somebody else has changed it"
            )

    def _tell_index(self, handle: Handle, marks: Sequence[Mark]) -> None:
        """The file is synced up to ``marks``; unless it is another file by now, its index may say so."""
        with self._index_lock:
            with self._lock:
                handle.is_syncing = False
                is_there = self._all.get(handle.path) is handle
                ends = handle.closes and not handle.is_dirty
            if is_there:
                self._write_marks(handle, marks)
            if is_there and ends:
                self._end_index(handle)
                self._take_out(handle.path)

    def _end_index(self, handle: Handle) -> None:
        marks = handle.marks
        if handle.next_offset >= 0:
            marks = [*marks, Mark(handle.next_offset, handle.good, handle.newest, CLOSED)]
        self._write_marks(handle, marks)

    def _write_marks(self, handle: Handle, marks: Sequence[Mark]) -> None:
        if not handle.is_doubtful:
            write_marks(self._files, handle.path, marks)

    def _take_out(self, path: str) -> None:
        with self._lock:
            handle = self._all.pop(path, None)
            if handle is not None:
                self._open.pop(handle, None)
                self._shut(handle)

    def _shut(self, handle: Handle) -> None:
        if handle.descriptor != _SHUT:
            self._files.close(handle.descriptor)
            handle.descriptor = _SHUT


def write_marks(files: Files, path: str, marks: Sequence[Mark]) -> None:
    """The index is a help, not a promise: where it cannot be written, recovery reads more of the segment."""
    if not marks:
        return
    with suppress(OSError):
        descriptor = files.open(index_path(path))
        try:
            files.append(descriptor, [b"".join(map(pack_mark, marks))])
        finally:
            files.close(descriptor)
