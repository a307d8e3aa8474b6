"""Matching by headers: all or any of a binding's arguments must be found among a record's headers.

An argument of None asks for presence alone; otherwise type and value must agree (whole numbers of any width are one type, a
truth value is not a number). Names that begin with ``x-`` count only in the ``-with-x`` modes.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final, TypeAlias

Value: TypeAlias = "bool | int | float | str | bytes | list[Value] | dict[str, Value] | None"
Arguments: TypeAlias = Mapping[str, Value]

NO_ARGUMENTS: Final[dict[str, Value]] = {}


class Match(Enum):
    """How the arguments of a binding combine."""

    ALL = "all"
    ANY = "any"
    ALL_WITH_X = "all-with-x"
    ANY_WITH_X = "any-with-x"


def matches(match: Match, wanted: Arguments, headers: Arguments) -> bool:
    """Whether ``headers`` satisfy ``wanted``. With nothing wanted, "all" is always true and "any" never."""
    with_x = match in (Match.ALL_WITH_X, Match.ANY_WITH_X)
    hits = (
        name in headers and agrees(value, headers[name])
        for name, value in wanted.items()
        if name != "x-match" and (with_x or not name.startswith("x-"))
    )
    return all(hits) if match in (Match.ALL, Match.ALL_WITH_X) else any(hits)


def agrees(wanted: Value, found: Value) -> bool:
    """Whether a header's value is what a binding asks for."""
    return wanted is None or (type(wanted) is type(found) and wanted == found)
