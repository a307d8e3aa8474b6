"""A file system that loses what was not synced: real files, and a note of how much of each is safe.

`Disk` takes the notes. When the power goes, `Disk.lose` does to the files what a disk may do: of what was written after the last sync, it keeps
some sectors and not others, or nothing; files whose names were not synced may be gone. `VanishingFiles` are the files of an engine in the
same process, up to the power cut: after ``operations`` calls, every call fails.
"""

import os
import shutil
from collections.abc import Sequence
from random import Random

from hubbub.octets.buffer import Buffer
from hubbub.storage.segments.files import Files

_SECTOR = 512


class Disk:
    """What is safe. Everything that is under ``root`` now is: it survived the last time. SQLite's files are its own business.

    Notes of what grows (`synced`, `named`) are taken when it is done, all others before.
    """

    def __init__(self, root: str) -> None:
        self._safe: dict[str, int] = {}
        self._named: set[str] = set()
        self._rename: tuple[str, str, int] = ("", "", 0)
        for directory, directories, names in os.walk(root):
            self._named.update(os.path.join(directory, name) for name in (*directories, *names))
            for name in names:
                path = os.path.join(directory, name)
                if not name.startswith("state.db"):
                    self._safe[path] = os.path.getsize(path)

    def opened(self, path: str) -> None:
        if path == self._rename[0]:  # that one had come to its end, this is another file of the same name
            self._rename = ("", "", 0)
        self._safe.setdefault(path, 0)

    def synced(self, path: str, size: int) -> None:
        self._safe[path] = size

    def named(self, directory: str, names: Sequence[str]) -> None:
        self._named.update(os.path.join(directory, name) for name in names)

    def truncated(self, path: str, size: int) -> None:
        self._safe[path] = min(self._safe.get(path, 0), size)

    def renamed(self, path: str, to: str) -> None:
        self._rename = (path, to, self._safe.get(to, 0))
        self._safe[to] = self._safe.pop(path, 0)

    def lose(self, random: Random) -> None:
        """The power is gone; this is what the disk has."""
        path, to, size = self._rename
        if path and os.path.exists(path):  # it did not come to that any more
            self._safe[path], self._safe[to] = self._safe[to], size
        for path in list(self._safe):
            if not os.path.exists(path):
                continue
            directory = os.path.dirname(path)
            if (
                os.path.basename(directory).isdigit()
                and directory not in self._named
                and random.random() < 0.5
            ):
                shutil.rmtree(directory)
                continue
            if path not in self._named and random.random() < 0.5:
                os.unlink(path)
                continue
            lose_from(path, self._safe[path], random)


def lose_from(path: str, safe: int, random: Random) -> None:
    """Nobody knows what becomes of this file's octets from ``safe`` on."""
    size = os.path.getsize(path)
    if size <= safe:
        return
    with open(path, "r+b") as file:
        fate = random.random()
        if fate < 0.3:
            file.truncate(safe)
        elif fate < 0.5:
            file.truncate(random.randint(safe, size))
        else:
            for start in range(safe, size, _SECTOR):
                if random.random() < 0.4:
                    file.seek(start)
                    file.write(bytes(min(_SECTOR, size - start)))


class VanishingFiles(Files):
    """For one run of an engine, up to the power cut."""

    __slots__ = ("_disk", "_left", "_paths", "_random")

    def __init__(self, root: str, operations: int, random: Random) -> None:
        self._left = operations
        self._random = random
        self._paths: dict[int, str] = {}
        self._disk = Disk(root)

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise OSError("the power is gone")

    def open(self, path: str) -> int:
        self._spend()
        self._disk.opened(path)
        descriptor = super().open(path)
        self._paths[descriptor] = path
        return descriptor

    def append(self, descriptor: int, views: Sequence[Buffer]) -> None:
        for view in views:
            self._spend()
            super().append(descriptor, [view])

    def sync(self, descriptor: int) -> None:
        self._spend()
        path = self._paths.get(descriptor)
        if path is not None:
            self._disk.synced(path, self.size(descriptor))

    def sync_directory(self, path: str) -> None:
        self._spend()
        self._disk.named(path, os.listdir(path))

    def truncate(self, descriptor: int, size: int) -> None:
        self._spend()
        self._disk.truncated(self._paths[descriptor], size)
        super().truncate(descriptor, size)

    def make_directory(self, path: str) -> None:
        self._spend()
        super().make_directory(path)

    def rename(self, path: str, to: str) -> None:
        self._spend()
        self._disk.renamed(path, to)
        super().rename(path, to)

    def remove(self, path: str) -> None:
        self._spend()
        super().remove(path)

    def lose(self) -> None:
        """The power is gone; this is what the disk has."""
        self._disk.lose(self._random)
