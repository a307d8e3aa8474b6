"""A file system that loses what was not synced: real files, and a note of how much of each is safe.

After ``operations`` calls the power goes: every call fails from then on. `lose` then does to the files what a disk may do: of what
was written after the last sync, it keeps some sectors and not others, or nothing; files whose names were not synced may be gone.
"""

import os
import shutil
from collections.abc import Sequence
from random import Random

from hubbub.octets.buffer import Buffer
from hubbub.storage.segments.files import Files

_SECTOR = 512


class VanishingFiles(Files):
    """For one run of an engine, up to the power cut."""

    __slots__ = ("_left", "_named", "_paths", "_random", "_safe")

    def __init__(self, root: str, operations: int, random: Random) -> None:
        self._left = operations
        self._random = random
        self._paths: dict[int, str] = {}
        self._safe: dict[str, int] = {}
        self._named: set[str] = set()
        for directory, directories, names in os.walk(root):  # what is there now survived the last time
            self._named.update(os.path.join(directory, name) for name in (*directories, *names))
            for name in names:
                path = os.path.join(directory, name)
                self._safe[path] = os.path.getsize(path)

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise OSError("the power is gone")

    def open(self, path: str) -> int:
        self._spend()
        descriptor = super().open(path)
        self._paths[descriptor] = path
        self._safe.setdefault(path, 0)
        return descriptor

    def append(self, descriptor: int, views: Sequence[Buffer]) -> None:
        for view in views:
            self._spend()
            super().append(descriptor, [view])

    def sync(self, descriptor: int) -> None:
        self._spend()
        path = self._paths.get(descriptor)
        if path is not None:
            self._safe[path] = self.size(descriptor)

    def sync_directory(self, path: str) -> None:
        self._spend()
        self._named.update(os.path.join(path, name) for name in os.listdir(path))

    def truncate(self, descriptor: int, size: int) -> None:
        self._spend()
        super().truncate(descriptor, size)
        path = self._paths[descriptor]
        self._safe[path] = min(self._safe[path], size)

    def make_directory(self, path: str) -> None:
        self._spend()
        super().make_directory(path)

    def rename(self, path: str, to: str) -> None:
        self._spend()
        super().rename(path, to)
        self._safe[to] = self._safe.pop(path, 0)

    def remove(self, path: str) -> None:
        self._spend()
        super().remove(path)

    def lose(self) -> None:
        """The power is gone; this is what the disk has."""
        for path in self._safe:
            if not os.path.exists(path):
                continue
            directory = os.path.dirname(path)
            if (
                os.path.basename(directory).isdigit()
                and directory not in self._named
                and self._random.random() < 0.5
            ):
                shutil.rmtree(directory)
                continue
            if path not in self._named and self._random.random() < 0.5:
                os.unlink(path)
                continue
            self._lose_from(path, self._safe[path])

    def _lose_from(self, path: str, safe: int) -> None:
        size = os.path.getsize(path)
        if size <= safe:
            return
        with open(path, "r+b") as file:
            fate = self._random.random()
            if fate < 0.3:
                file.truncate(safe)
            elif fate < 0.5:
                file.truncate(self._random.randint(safe, size))
            else:
                for start in range(safe, size, _SECTOR):
                    if self._random.random() < 0.4:
                        file.seek(start)
                        file.write(bytes(min(_SECTOR, size - start)))
