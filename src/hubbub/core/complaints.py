"""Complaints: log lines about what goes wrong again and again, each subject once in a while, with how often it came meanwhile."""

import logging
from collections.abc import Callable
from typing import Final

SECONDS: Final = 10.0
SUBJECTS: Final = 10_000


class Complaints:
    """Of one part of the hub. ``elapsed`` is in steady seconds. Values are only put into words for lines that are written."""

    __slots__ = ("_elapsed", "_log", "_said")

    def __init__(self, log: logging.Logger, elapsed: Callable[[], float]) -> None:
        self._log: Final = log
        self._elapsed: Final = elapsed
        self._said: dict[object, tuple[float, int]] = {}

    def about(self, subject: object, level: int, text: str, *values: object) -> None:
        """Write the line, unless one about the same subject was written within the last ten seconds: then it is counted."""
        now = self._elapsed()
        when, silent = self._said.get(subject, (-SECONDS, 0))
        if now - when < SECONDS:
            self._said[subject] = when, silent + 1
            return
        if len(self._said) >= SUBJECTS:
            self._said.clear()
        self._said[subject] = now, 0
        if silent:
            self._log.log(
                level, text + " (and %d more like this in the last %.0f s)", *values, silent, now - when
            )
        else:
            self._log.log(level, text, *values)
