"""The three standard streams, when they are not as a program expects them: closed, or on a disk that is full."""

import errno
import os
import sys
from io import FileIO, TextIOWrapper
from typing import Final, TextIO

OUTPUT_TROUBLE: Final = (errno.EBADF, errno.ENOSPC, errno.EIO, errno.EDQUOT)


def open_missing() -> None:
    """Whoever started this may have closed some (``>&-``), for which Python has no objects: input is empty then, talk goes nowhere, and
    data cannot be written.
    """
    if sys.stdin is None:
        sys.stdin = nothing(os.O_RDONLY, "r")
    if sys.stdout is None:
        sys.stdout = nothing(os.O_RDONLY, "w")
    if sys.stderr is None:
        sys.stderr = nothing(os.O_WRONLY, "w")


def nothing(flags: int, mode: str) -> TextIO:
    """A stream for the rest of the process."""
    return TextIOWrapper(FileIO(os.open(os.devnull, flags), mode, closefd=False), encoding="utf-8")


def silence(stream: TextIO) -> None:
    """Let what is left in it go nowhere, so that the end of the process does not try again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def not_written(error: OSError) -> str:
    """One line."""
    return f"standard output cannot be written: {(error.strerror or str(error)).lower()}"
