"""What a function or a filter takes: names, kinds and defaults of its arguments, checked once where they are constant.

A function is written once, as ``make(*arguments)`` that returns how to draw a value from a scope; a filter as one that returns what to do to a
value. So constant arguments cost nothing while rendering, and a wrong one is found while reading.
"""

from collections.abc import Callable, Sequence
from enum import Enum
from typing import Final, TypeAlias

from msgspec import Struct

from hubbub.templates.limits import MOST_ITEMS
from hubbub.templates.problems import Unfit
from hubbub.templates.scope import Scope
from hubbub.templates.times import Span, parse_span
from hubbub.templates.values import kind_of, number_of, text_of

Draw: TypeAlias = Callable[[Scope], object]
Change: TypeAlias = Callable[[object], object]
Accept: TypeAlias = Callable[[object], object]


class Known(Enum):
    """What is known of a value before it is drawn, and so how JSON writes it."""

    NOTHING = "nothing"
    NUMBER = "a finite number"
    PLAIN = "text in which nothing has to be escaped"
    TIME = "a time"


class Required:
    """The default of an argument that has none."""


REQUIRED: Final = Required()


class Param(Struct, frozen=True):
    """One argument. ``accept`` returns it in the kind that is wanted, or raises `Unfit`."""

    name: str
    accept: Accept
    default: object = REQUIRED


class Function(Struct, frozen=True):
    """A name that gives a value. ``takes_more``: the last argument may be given many times, and arrives as a list. ``needs``: a variable."""

    name: str
    make: Callable[..., Draw]
    about: str
    example: str
    params: tuple[Param, ...] = ()
    takes_more: bool = False
    gives: Known = Known.NOTHING
    needs: str = ""


class Filter(Struct, frozen=True):
    """A name that may stand behind a pipe. ``gives``: where something is known of what is piped."""

    name: str
    make: Callable[..., Change]
    about: str
    example: str
    params: tuple[Param, ...] = ()
    takes_more: bool = False
    gives: Known = Known.NOTHING


Callee: TypeAlias = Function | Filter


def fewest(called: Callee) -> int:
    """Arguments that must be given."""
    return sum(param.default is REQUIRED for param in called.params)


def most(called: Callee) -> int:
    """Arguments that may be given."""
    return MOST_ITEMS if called.takes_more else len(called.params)


def usage(called: Callee) -> str:
    """As in ``faker.int [min] [max]``."""
    words = [param.name if param.default is REQUIRED else f"[{param.name}]" for param in called.params]
    return " ".join([called.name, *words]) + " …" * called.takes_more


def check_count(called: Callee, given: int) -> None:
    """Raises `Unfit` for too few arguments and for too many."""
    if not fewest(called) <= given <= most(called):
        raise Unfit(f"{called.name} takes {_count(fewest(called), most(called))}, not {given}")


def arranged(called: Callee, given: Sequence[object]) -> list[object]:
    """The arguments for ``make``, from those that were given. Raises `Unfit`."""
    check_count(called, len(given))
    made: list[object] = []
    for place, param in enumerate(called.params):
        if called.takes_more and place == len(called.params) - 1:
            made.append([_accepted(called, param, each) for each in given[place:]])
        elif place < len(given) and given[place] is not param.default:
            made.append(_accepted(called, param, given[place]))
        elif param.default is REQUIRED:
            raise Unfit(f"{called.name} needs {param.name}")
        else:
            made.append(param.default)
    return made


def _accepted(called: Callee, param: Param, value: object) -> object:
    try:
        return param.accept(value)
    except Unfit as unfit:
        raise Unfit(f"{param.name} of {called.name}: {unfit}") from None


def _count(fewest: int, most: int) -> str:
    if most == 0:
        return "no arguments"
    if fewest == most:
        return "1 argument" if most == 1 else f"{most} arguments"
    if most == MOST_ITEMS:
        return f"at least {fewest} argument{'s' * (fewest != 1)}"
    return f"{fewest} to {most} arguments"


# What arguments may be.


def anything(value: object) -> object:
    """Any value."""
    return value


def number(value: object) -> int | float:
    """A number, also one written as text."""
    made = number_of(value)
    if made is None:
        raise Unfit(f"{kind_of(value)} is no number")
    return made


def whole(value: object) -> int:
    """A whole number."""
    made = number(value)
    if made != int(made):
        raise Unfit(f"{made} is not whole")
    return int(made)


def count(value: object) -> int:
    """A whole number from 0 up to what is reasonable."""
    made = whole(value)
    if not 0 <= made <= MOST_ITEMS:
        raise Unfit(f"{made} is not from 0 to {MOST_ITEMS}")
    return made


def chance(value: object) -> float:
    """A number from 0 to 1."""
    made = number(value)
    if not 0 <= made <= 1:
        raise Unfit(f"{made} is no probability from 0 to 1")
    return made


def text(value: object) -> str:
    """Text; numbers and booleans become it."""
    if value is None:
        raise Unfit("null is no text")
    return text_of(value)


def items(value: object) -> list[object]:
    """A list that is not empty."""
    if not isinstance(value, list | tuple):
        raise Unfit(f"{kind_of(value)} is no list")
    if not value:
        raise Unfit("an empty list")
    return list(value)


def span(value: object) -> Span:
    """A duration: 7d, '7 days', or a number of milliseconds."""
    if type(value) is Span:
        return value
    if type(value) is str:
        return parse_span(value)
    return Span(whole(value))
