"""A hub whose disk can be made to forget: `hubbub` on files that note down, in another file, how much of each is safe.

    python -m tests.crash.power NOTES serve --data-dir ...

However the process ends, `forget` reads the notes and does to the directory what a power cut at that moment may do. SQLite writes its database
itself, past these files: what it has written stays.
"""

import os
import sys
from pathlib import Path
from random import Random

from msgspec import json

import hubbub.storage.segments.engine
from hubbub.cli.commands import run
from hubbub.storage.segments.files import Files
from tests.engines.vanishing import Disk

Note = tuple[str, list[str | int | list[str]]]


class NotingFiles(Files):
    """Real files. Notes of what grows are taken when it is done, all others before, so that they never promise too much."""

    __slots__ = ("_notes", "_paths")

    def __init__(self, notes: str) -> None:
        self._notes = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._paths: dict[int, str] = {}

    def _note(self, verb: str, *words: str | int | list[str]) -> None:
        os.write(self._notes, json.encode((verb, words)) + b"\n")

    def open(self, path: str) -> int:
        self._note("opened", path)
        descriptor = super().open(path)
        self._paths[descriptor] = path
        return descriptor

    def sync(self, descriptor: int) -> None:
        path = self._paths.get(descriptor)
        if path is not None:
            self._note("synced", path, self.size(descriptor))

    def sync_directory(self, path: str) -> None:
        self._note("named", path, os.listdir(path))

    def truncate(self, descriptor: int, size: int) -> None:
        self._note("truncated", self._paths[descriptor], size)
        super().truncate(descriptor, size)

    def rename(self, path: str, to: str) -> None:
        self._note("renamed", path, to)
        super().rename(path, to)


def forget(disk: Disk, notes: Path, random: Random) -> None:
    """The process that took these notes is dead, and the power was gone: let the disk have what it has. ``disk`` was made before it ran."""
    verbs = {
        "opened": disk.opened,
        "synced": disk.synced,
        "named": disk.named,
        "truncated": disk.truncated,
        "renamed": disk.renamed,
    }
    for line in notes.read_bytes().splitlines():
        verb, words = json.decode(line, type=Note)
        verbs[verb](*words)
    disk.lose(random)
    notes.unlink()


def main(notes: str, *command: str) -> None:
    files = NotingFiles(notes)
    hubbub.storage.segments.engine.Files = lambda: files  # type: ignore[assignment,misc]
    sys.exit(run(list(command)))


if __name__ == "__main__":
    main(*sys.argv[1:])
