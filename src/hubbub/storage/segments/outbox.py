"""What was written since the last parcel left: gathered by logs and states, packed when a Commit is sealed.

Belongs to the loop's thread. A parcel that failed is taken back: state is written again with the next one, since it needs no place
in a row; records are lost with their offsets.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from hubbub.core.commit import Commit
from hubbub.core.errors import Unavailable
from hubbub.storage.segments.database import Row
from hubbub.storage.segments.parcel import Durable, Parcel, Replace, Write
from hubbub.storage.segments.segment import Segment


class Packing(Durable, Protocol):
    """A log that has something to write."""

    @property
    def end(self) -> int: ...

    def pack(self) -> list[Write]:
        """All that was appended since the last time."""
        ...


class Outbox:
    """``is_failing``: nothing is taken until writing works again. ``generation`` counts the failures."""

    __slots__ = (
        "_entries",
        "_removals",
        "_rows",
        "_unsaved",
        "dirty",
        "generation",
        "is_failing",
        "replacements",
    )

    def __init__(self) -> None:
        self.is_failing = False
        self.generation = 0
        self.dirty: list[Packing] = []
        self.replacements: list[Replace] = []
        self._entries: dict[tuple[str, str], bytes | None] = {}
        self._unsaved: dict[tuple[str, str], bytes | None] = {}  # of parcels that failed
        self._rows: dict[int, Row] = {}
        self._removals: list[str] = []

    def save(self, purpose: str, key: str, value: bytes | None, commit: Commit) -> None:  # noqa: ARG002 - the turn's, as all are
        """`state.Journal`."""
        if self.is_failing:
            raise Unavailable("nothing can be written just now")
        self._entries[purpose, key] = value

    def note(self, row: Row) -> None:
        """This is true of a log now."""
        self._rows[row.directory] = row

    def note_start(self, row: Row, removed: Sequence[Segment]) -> None:
        """The log begins later now, and these segments are to go."""
        self.note(row)
        self._removals += [segment.path for segment in removed]

    def note_drop(self, row: Row, directory: str) -> None:
        """The log is no more."""
        self._rows[row.directory] = Row(row.directory, row.name, 0, -1)
        self._removals.append(directory)

    @property
    def has_work(self) -> bool:
        """Whether a parcel would have something in it, and may leave."""
        return not self.is_failing and bool(
            self.dirty or self._entries or self._rows or self._removals or self.replacements
        )

    @property
    def belongs_to_a_turn(self) -> bool:
        """Whether somebody's Commit, not sealed yet, has joined what is here."""
        return bool(self.dirty or self._entries or self.replacements)

    def pack(self, commits: Sequence[Commit]) -> Parcel:
        """Everything, in one parcel."""
        parcel = Parcel(self.generation, commits)
        dirty, self.dirty = self.dirty, []
        for log in dirty:
            parcel.writes += log.pack()
            parcel.logs.append((log, log.end))
        parcel.entries = {**self._unsaved, **self._entries}
        self._unsaved, self._entries = {}, {}
        parcel.rows, self._rows = self._rows, {}
        parcel.removals, self._removals = self._removals, []
        parcel.replacements, self.replacements = self.replacements, []
        return parcel

    def take_back(self, parcel: Parcel, present: Callable[[Row], Row]) -> None:
        """A parcel that failed; ``present`` tells what is true of a log by now."""
        self._unsaved.update(parcel.entries)
        _release(parcel.replacements)
        for row in parcel.rows.values():
            self._rows[row.directory] = present(row)
        self._removals = parcel.removals + self._removals

    def fail(self, present: Callable[[Row], Row]) -> None:
        """Writing stopped: all that has a place in a row is lost."""
        self.is_failing = True
        self.generation += 1
        self.dirty = []
        _release(self.replacements)
        self.replacements = []
        self._rows = {number: present(row) for number, row in self._rows.items()}


def _release(replacements: Sequence[Replace]) -> None:
    """What was to take these files' places is lost; it may be tried again."""
    for replacement in replacements:
        for old in replacement.olds:
            old.rewriting = None
