"""The few words in which this engine speaks to the file system; tests put a file system there that loses what was not synced.

All raise OSError. They block, so only the engine's threads (and its opening) use them, with the exception that `pread` says.
"""

import os
from collections.abc import Sequence
from typing import Final

from hubbub.octets.buffer import Buffer

_VIEWS_AT_ONCE: Final = 512
"""Below every system's IOV_MAX (1024 on Linux and macOS)."""

_HAS_WRITEV: Final = hasattr(os, "writev")
_BINARY: Final = getattr(os, "O_BINARY", 0)


class Files:
    """The real ones."""

    __slots__ = ()

    def open(self, path: str) -> int:
        """A descriptor for appending, of a file that is made if it is not there."""
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | _BINARY, 0o640)

    def open_to_read(self, path: str) -> int:
        """A descriptor for `pread`."""
        return os.open(path, os.O_RDONLY | _BINARY)

    def close(self, descriptor: int) -> None:
        os.close(descriptor)

    def size(self, descriptor: int) -> int:
        """Octets in the file."""
        return os.fstat(descriptor).st_size

    def append(self, descriptor: int, views: Sequence[Buffer]) -> None:
        """Write all of ``views``, one after the other, at the end."""
        for start in range(0, len(views), _VIEWS_AT_ONCE):
            some = views[start : start + _VIEWS_AT_ONCE]
            written = os.writev(descriptor, some) if _HAS_WRITEV else 0
            for view in some:  # what is left of a short write
                if written >= len(view):
                    written -= len(view)
                    continue
                rest = memoryview(view)[written:]
                written = 0
                while rest:
                    rest = rest[os.write(descriptor, rest) :]

    def sync(self, descriptor: int) -> None:
        """Return when the file's contents are on the disk."""
        if hasattr(os, "fdatasync"):
            os.fdatasync(descriptor)
        else:
            os.fsync(descriptor)

    def sync_directory(self, path: str) -> None:
        """Return when the names in a directory are on the disk."""
        if os.name == "nt":
            return
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def truncate(self, descriptor: int, size: int) -> None:
        os.ftruncate(descriptor, size)

    def make_directory(self, path: str) -> None:
        """Make a directory and all above it; no error if it is there."""
        os.makedirs(path, exist_ok=True)

    def rename(self, path: str, to: str) -> None:
        """Put a file in the place of another, in one step."""
        os.replace(path, to)

    def remove(self, path: str) -> None:
        """No error if it is not there."""
        try:
            os.unlink(path)
        except FileNotFoundError:
            return

    def remove_directory(self, path: str) -> None:
        """A directory with the files in it; no error if it is not there."""
        try:
            names = os.listdir(path)
        except FileNotFoundError:
            return
        for name in names:
            self.remove(os.path.join(path, name))
        os.rmdir(path)


def pread(descriptor: int, size: int, position: int) -> bytes:
    """Up to ``size`` octets; fewer at the end of the file alone."""
    if not hasattr(os, "pread"):
        os.lseek(descriptor, position, os.SEEK_SET)
        return os.read(descriptor, size)
    octets = os.pread(descriptor, size, position)
    while len(octets) < size:
        more = os.pread(descriptor, size - len(octets), position + len(octets))
        if not more:
            break
        octets += more
    return octets
