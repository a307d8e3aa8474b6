"""Complaints: log lines about what goes wrong again and again. Each subject has a few lines in a while, and then one that says how often it came."""

import logging
from collections.abc import Callable
from typing import Final

SECONDS: Final = 10.0
SUBJECTS: Final = 10_000


class Complaints:
    """Of one hub. ``elapsed`` is in steady seconds."""

    __slots__ = ("_elapsed", "_told")

    def __init__(self, elapsed: Callable[[], float]) -> None:
        self._elapsed: Final = elapsed
        self._told: dict[tuple[str, object], tuple[float, int, int]] = {}
        """When the while began, how many lines it has had, and how many were left out."""

    def about(
        self, log: logging.Logger, subject: object, line: tuple[int, str], *values: object, most: int = 1
    ) -> None:
        """Write a line (its level and its text), unless ``most`` about the same subject were written within ten seconds: then it is counted.

        The first line after them says how many that were. Values are only put into words for lines that are written.
        """
        level, text = line
        now = self._elapsed()
        key = log.name, subject
        began, lines, silent = self._told.get(key, (now, 0, 0))
        if now - began >= SECONDS:
            began, lines = now, 0
        if lines >= most:
            self._told[key] = began, lines, silent + 1
            return
        if len(self._told) >= SUBJECTS:
            self._told.clear()
        self._told[key] = began, lines + 1, 0
        if silent:
            log.log(level, text + " (and %d more like this before)", *values, silent)
        else:
            log.log(level, text, *values)
