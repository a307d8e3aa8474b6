"""What is wrong with a template, and where: while it is read (`BadTemplate`), and, rarely, while it is rendered (`TemplateFault`).

Inside of this package two smaller errors travel: `Mistake` knows where in its text, `Unfit` only why a value will not do.
"""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from msgspec import Struct

Steps: TypeAlias = tuple[str | int, ...]
"""The way from the root of a tree to a value in it: keys and indexes."""


class Source(Struct, frozen=True):
    """Where a template comes from. ``line`` and ``column`` count from 1 and tell where its text begins.

    ``places`` gives line and column of the values inside of a tree; a value that is not in it is said to be where the nearest
    one around it is.
    """

    path: str
    line: int = 1
    column: int = 1
    places: Mapping[Steps, tuple[int, int]] = {}

    def at(self, steps: Steps) -> "Source":
        """Where the value at the end of these steps is."""
        for length in range(len(steps), 0, -1):
            place = self.places.get(steps[:length])
            if place is not None:
                return Source(self.path, *place)
        return Source(self.path, self.line, self.column)

    def within(self, text: str, position: int) -> "Source":
        """Where a position of the text that begins here is."""
        lines = text.count("\n", 0, position)
        if not lines:
            return Source(self.path, self.line, self.column + position)
        return Source(self.path, self.line + lines, position - text.rfind("\n", 0, position))

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"


class TemplateProblem(Struct, frozen=True):
    """One thing to mend in a file."""

    path: str
    line: int
    column: int
    what: str
    advice: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.what}; {self.advice}"


class BadTemplate(Exception):  # noqa: N818 - it says what it is
    """The template cannot be used. Holds one problem for each of its strings that has one, in their order."""

    def __init__(self, problems: Iterable[TemplateProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class TemplateFault(Exception):  # noqa: N818 - it says what it is
    """A value that came while rendering does not fit: text less a number, a division by zero."""

    def __init__(self, source: Source, what: str) -> None:
        self.source = source
        self.what = what
        super().__init__(f"{source}: {what}")


class Mistake(Exception):  # noqa: N818 - it says what it is
    """What is wrong at a position of a text. `BadTemplate` tells it to those outside."""

    def __init__(self, position: int, what: str, advice: str) -> None:
        self.position = position
        self.what = what
        self.advice = advice
        super().__init__(what)


class Unfit(Exception):  # noqa: N818 - it says what it is
    """Why a value will not do. Known while reading it becomes a `Mistake`, while rendering a `TemplateFault`."""


def folded(name: str) -> str:
    """``clientId``, ``client_id`` and ``ClientID`` are the same name."""
    return name.replace("_", "").lower()


def suggestion(name: str, known: Iterable[str], otherwise: str) -> str:
    """Advice for a name that is not known: the known one that was probably meant, or something else."""
    from difflib import get_close_matches  # only those who mistype pay for it

    by_folded = {folded(candidate): candidate for candidate in known}
    close = get_close_matches(folded(name), by_folded, n=1, cutoff=0.6)
    return f"did you mean {by_folded[close[0]]}?" if close else otherwise
