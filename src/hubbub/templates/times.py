"""Moments and durations: what ``now``, ``now + 1d`` and ``add_duration '7 days'`` reckon with.

A moment is milliseconds since 1970-01-01T00:00:00Z and reads as RFC 3339 in UTC; a duration is milliseconds. Neither leaves this package: in
results a moment is text and a duration a number.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from hubbub.templates.problems import Unfit

UNITS: Final = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
"""Milliseconds of each unit that may stand right after a number."""

_NAMES: Final = {
    "ms": ("millisecond", "milliseconds", "millis"),
    "s": ("sec", "secs", "second", "seconds"),
    "m": ("min", "mins", "minute", "minutes"),
    "h": ("hr", "hrs", "hour", "hours"),
    "d": ("day", "days"),
    "w": ("week", "weeks"),
}
NAMED_UNITS: Final = UNITS | {name: UNITS[unit] for unit, names in _NAMES.items() for name in names}
DURATION: Final = re.compile(r"\s*([+-]?)\s*((?:\d{1,15}(?:\.\d{1,9})?\s*[A-Za-z]+\s*)+)")
PIECE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)")

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FIRST: Final = -62_135_596_800_000
LAST: Final = 253_402_300_799_999
"""The first and the last millisecond that RFC 3339 can say."""


class Span:
    """A duration in milliseconds."""

    __slots__ = ("milliseconds",)

    def __init__(self, milliseconds: int) -> None:
        self.milliseconds = milliseconds

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Span) and other.milliseconds == self.milliseconds

    def __hash__(self) -> int:
        return hash(self.milliseconds)


class Moment:
    """A point in time. ``text`` is RFC 3339 with milliseconds and Z, made once. Raises `Unfit` past the years 1 to 9999."""

    __slots__ = ("_text", "milliseconds")

    def __init__(self, milliseconds: int) -> None:
        if not FIRST <= milliseconds <= LAST:
            raise Unfit("this time is outside of the years 1 to 9999")
        self.milliseconds = milliseconds
        self._text = ""

    @property
    def text(self) -> str:
        """As in 2026-11-27T14:13:05.042Z."""
        if not self._text:
            seconds, milliseconds = divmod(self.milliseconds, 1000)
            self._text = f"{_second(seconds)}.{milliseconds:03}Z"
        return self._text

    @property
    def when(self) -> datetime:
        """The same for `datetime`."""
        return EPOCH + timedelta(milliseconds=self.milliseconds)

    def __str__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Moment) and other.milliseconds == self.milliseconds

    def __hash__(self) -> int:
        return hash(self.milliseconds)


@lru_cache(maxsize=16)
def _second(seconds: int) -> str:
    """As in 2026-11-27T14:13:05. Messages of one second say it again and again."""
    return (EPOCH + timedelta(seconds=seconds)).isoformat()[:19]


def parse_span(text: str) -> Span:
    """From "7 days", "1h30m", "90s", "-2 hours". Raises `Unfit`."""
    match = DURATION.fullmatch(text)
    pieces = PIECE.findall(match[2]) if match else []
    if match is None or any(unit.lower() not in NAMED_UNITS for _, unit in pieces):
        raise Unfit(f"{text[:40]!r} is no duration such as '7 days', '2 hours', '90s' or '500ms'")
    total = round(sum(float(number) * NAMED_UNITS[unit.lower()] for number, unit in pieces))
    return Span(-total if match[1] == "-" else total)


def parse_moment(text: str) -> Moment:
    """From RFC 3339 or a date alone; without a zone it is UTC. Raises `Unfit`."""
    try:
        when = datetime.fromisoformat(text)
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        return Moment((when - EPOCH) // timedelta(milliseconds=1))
    except (ValueError, OverflowError):
        raise Unfit(f"{text[:40]!r} is no time such as 2026-11-27T14:13:05Z") from None
