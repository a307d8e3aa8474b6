"""What is wrong with a file, a setting or a fixture, in one line a person can act on: where, what, and what to do about it."""

from collections.abc import Iterable

from msgspec import Struct


class Problem(Struct, frozen=True):
    """One thing to mend. ``where`` is ``file:line``, an environment variable or a flag."""

    where: str
    what: str
    advice: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.advice}"


class BadDocument(Exception):  # noqa: N818 - it says what it is
    """A document cannot be read at all. Holds every problem that was found, in the order of the sources."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant, or None when nothing is close."""
    from difflib import get_close_matches  # only those who mistype pay for it

    by_folded = {candidate.lower().replace("-", "_"): candidate for candidate in known}
    close = get_close_matches(word.lower().replace("-", "_"), by_folded, n=1, cutoff=0.6)
    return by_folded[close[0]] if close else None
