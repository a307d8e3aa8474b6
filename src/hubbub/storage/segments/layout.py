"""The data directory: what lies where, which version it has, and whose it is.

::

    FORMAT                 one line: "hubbub data 1"; another version is refused, never converted in silence
    lock                   held while a hub runs; says who it is
    boot                   the operating system's boot in which this directory was last open, and the sync policy it had
    state.db               SQLite (WAL): tables `state` (purpose, key, value) and `logs` (directory, name, start, epoch)
    logs/00000007/         one directory per log, numbered as they were made
        00000000000000004711.log      a segment: the batches from offset 4711 on (`segment`)
        00000000000000004711.index    where some of them lie; can be made again from the segment
    quarantine/            octets that recovery took out of logs, as they were, named by log directory, offset and position
"""

import os
import re
import sys
from pathlib import Path
from typing import Final

from msgspec import Struct

FORMAT: Final = "hubbub data 1"
_FORMAT_FILE: Final = "FORMAT"
_VERSION: Final = re.compile(r"hubbub data (\d+)")
_BOOT_ID: Final = Path("/proc/sys/kernel/random/boot_id")


class DirectoryInUse(Exception):  # noqa: N818 - it says how things are
    """Another process, or another hub in this one, works on the directory."""


class UnknownFormat(Exception):  # noqa: N818 - it says what was found
    """The directory is not Hubbub's, or of a version that this one cannot read."""


class Layout(Struct, frozen=True, gc=False):
    """Paths in a data directory."""

    root: str

    @property
    def logs(self) -> str:
        return os.path.join(self.root, "logs")

    @property
    def quarantine(self) -> str:
        return os.path.join(self.root, "quarantine")

    @property
    def database(self) -> str:
        return os.path.join(self.root, "state.db")

    @property
    def probe(self) -> str:
        """A file that is written to learn whether there is room again."""
        return os.path.join(self.root, "probe")

    def log(self, directory: int) -> str:
        """Directory of a log."""
        return os.path.join(self.logs, f"{directory:08d}")


def segment_path(directory: str, base: int) -> str:
    """A segment's file by its first offset; its index has the same name with another ending."""
    return os.path.join(directory, f"{base:020d}.log")


def index_path(segment: str) -> str:
    """The index of the segment at this path."""
    return segment.removesuffix(".log") + ".index"


def prepare(root: str) -> Layout:
    """Make a new directory, or make sure that an old one is of this format. Raises `UnknownFormat`, OSError."""
    layout = Layout(os.path.abspath(root))
    os.makedirs(layout.root, exist_ok=True)
    check_format(layout)
    os.makedirs(layout.logs, exist_ok=True)
    os.makedirs(layout.quarantine, exist_ok=True)
    path = Path(layout.root, _FORMAT_FILE)
    if not path.exists():
        path.write_text(FORMAT + "\n")
    return layout


def check_format(layout: Layout) -> None:
    """Raises `UnknownFormat` where ``FORMAT`` says something else, or there is none among other files."""
    try:
        found = Path(layout.root, _FORMAT_FILE).read_text(errors="replace").strip()
    except FileNotFoundError:
        strangers = sorted(set(os.listdir(layout.root)) - {"lock", "lost+found"})
        if strangers:
            raise UnknownFormat(
                f"{layout.root} is not empty ({strangers[0]}) and not a data directory of Hubbub"
            ) from None
        return
    if found == FORMAT:
        return
    version = _VERSION.fullmatch(found)
    if version is None:
        raise UnknownFormat(f"{layout.root} says it is {found[:40]!r}, this Hubbub knows {FORMAT!r}")
    raise UnknownFormat(
        f"{layout.root} has data format {version[1]}, this Hubbub reads format {FORMAT.rsplit(' ', 1)[1]}; "
        "use the version that wrote it (`hubbub data export` moves records between versions)"
    )


class Lock:
    """Held from construction to `release`; the operating system lets go of it when the process dies, however it dies."""

    __slots__ = ("_file",)

    def __init__(self, layout: Layout) -> None:
        path = os.path.join(layout.root, "lock")
        self._file = open(path, "a+")  # noqa: SIM115 - it stays open as long as the lock is held
        try:
            _lock(self._file.fileno())
        except OSError:
            self._file.seek(0)
            owner = self._file.read(200).strip() or "another process"
            self._file.close()
            raise DirectoryInUse(
                f"{layout.root} is in use by {owner}; stop it, or choose another directory"
            ) from None
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f"process {os.getpid()}\n")
        self._file.flush()

    def release(self) -> None:
        """Let the next one in. Idempotent."""
        self._file.close()


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def boot_note(policy: str) -> str:
    """What ``boot`` says while a hub with this sync policy runs in this boot of the system."""
    try:
        boot = _BOOT_ID.read_text().strip()
    except OSError:
        boot = f"unknown to {os.getpid()}"
    return f"{boot} {policy}"


def note_boot(layout: Layout, note: str) -> str:
    """Write the note down and return the one that was there, empty if there was none."""
    path = Path(layout.root, "boot")
    before = path.read_text().strip() if path.exists() else ""
    if before != note:
        path.write_text(note + "\n")
    return before
