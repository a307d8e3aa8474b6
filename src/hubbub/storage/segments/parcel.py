"""What the loop hands to the writer's thread: all that one Commit joined, as jobs that name files and octets, never logs.

A parcel is built by the loop's thread, belongs to the writer once it is queued, and comes back to the loop with an outcome.
"""

from collections.abc import Sequence
from typing import Protocol

from hubbub.core.commit import Commit
from hubbub.octets.buffer import Buffer
from hubbub.storage.segments.database import Row
from hubbub.storage.segments.segment import Mark, Segment


class Durable(Protocol):
    """Whoever moves forward when a parcel is safe: a log, seen from here."""

    def advance(self, offset: int) -> None:
        """All below ``offset`` is safe."""
        ...

    def replace(self, olds: Sequence[Segment], fresh: Segment) -> None:
        """The file of ``fresh`` is in the place of all these now."""
        ...


class Write:
    """Octets for the end of one segment file.

    ``begin`` is the file's size before it, ``stop`` after it, ``next_offset`` what follows the last batch, ``newest`` the segment's greatest max
    timestamp then. ``head``, where not empty, makes the file anew. ``closes``: nothing more will be written to this file.
    """

    __slots__ = ("begin", "closes", "head", "marks", "newest", "next_offset", "segment", "stop", "views")

    def __init__(self, segment: Segment, begin: int, next_offset: int) -> None:
        self.segment = segment
        self.begin = self.stop = begin
        self.next_offset = next_offset
        self.newest = -1
        self.head = b""
        self.views: list[memoryview] = []
        self.marks: list[Mark] = []
        self.closes = False


class Replace:
    """A segment file that takes the place of another of the same name, and of those behind it: ``fresh`` is described, ``views`` are what
    it holds.

    ``next_offset`` is what follows the last offset of the last of ``olds``.
    """

    __slots__ = ("fresh", "log", "next_offset", "olds", "views")

    def __init__(self, log: Durable, olds: Sequence[Segment], fresh: Segment, next_offset: int) -> None:
        self.log = log
        self.olds = olds
        self.fresh = fresh
        self.next_offset = next_offset
        self.views: list[Buffer] = []

    @property
    def is_done(self) -> bool:
        """Whether the file is in its place."""
        return self.olds[0].successor is self.fresh


class Parcel:
    """``generation`` counts the failures the loop had heard of: what was sealed before it heard of one shares its fate.

    ``logs``: each log that was written to, with the offset that becomes durable. ``removals``: files and directories that go
    when all the rest is safe. ``is_probe``: writes nothing but finds out whether writing works.
    """

    __slots__ = (
        "commits",
        "entries",
        "generation",
        "is_probe",
        "logs",
        "removals",
        "replacements",
        "rows",
        "writes",
    )

    def __init__(self, generation: int, commits: Sequence[Commit]) -> None:
        self.generation = generation
        self.commits = commits
        self.logs: list[tuple[Durable, int]] = []
        self.writes: list[Write] = []
        self.entries: dict[tuple[str, str], bytes | None] = {}
        self.rows: dict[int, Row] = {}
        self.removals: list[str] = []
        self.replacements: list[Replace] = []
        self.is_probe = False
