"""How a command ends: the exit codes, and the one exception that carries them to the top with words for people."""

from collections.abc import Iterable
from enum import IntEnum
from typing import IO, Self

import click


class Exit(IntEnum):
    """Exit codes of every command. Scripts rely on them; a meaning never changes."""

    OK = 0, "done; for `serve`: told to stop, and stopped in good order"
    FAILED = 1, "it was tried and did not work, or was not finished in time"
    USAGE = 2, "the command line is wrong: nothing was tried"
    CANNOT_LISTEN = 3, "an address cannot be listened on, most often because another program has the port"
    BAD_SETTINGS = (
        4,
        "the configuration file, a fixture file or the environment is wrong: nothing was started",
    )
    NO_DATA = (
        5,
        "the data directory cannot be used: another hub has it, it is not Hubbub's, or the system refuses it",
    )
    UNREACHABLE = 6, "the broker or hub that the command talks to cannot be reached, or does not answer"
    INTERRUPTED = 130, "interrupted from the keyboard before there was anything to stop"

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Self:
        """Keep the meaning beside the number, so that help and docs say what holds."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member


class Ends(click.ClickException):
    """The command cannot go on. ``lines`` say why, one thing each."""

    def __init__(self, code: Exit, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        self.code = code
        super().__init__("\n".join(self.lines))

    def show(self, file: IO[str] | None = None) -> None:
        """Each line to stderr, with our name in front."""
        for line in self.lines:
            talk(line, file)


class ReaderHasEnough(Exception):  # noqa: N818 - no error
    """Whoever read our output is gone."""


def talk(line: str, file: IO[str] | None = None) -> None:
    """One line for people: to stderr, and to nobody when stderr is gone."""
    try:
        click.echo(f"hubbub: {line}", file=file, err=True)
    except OSError:
        return
