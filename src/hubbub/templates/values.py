"""What values do: as text, as truth, compared, reckoned with, looked into. Plain functions on whatever JSON can say, and on times.

Nothing here guesses in silence: what cannot be done raises `Unfit`, except that null goes through (null + 1 is null) and that values of
different kinds are just neither equal nor in order. Text that reads as a number counts as one beside a number.
"""

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from json.encoder import encode_basestring
from math import isfinite
from typing import Final

import msgspec

from hubbub.templates.limits import LONGEST_TEXT
from hubbub.templates.problems import Unfit
from hubbub.templates.times import Moment, Span, parse_moment

NUMBERS: Final = frozenset({int, float})
NUMERIC: Final = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?")
"""Text that is a number."""

TIMES: Final = frozenset({Moment, Span})
LARGEST_WHOLE: Final = 2**63
LARGEST: Final = 10**300
"""Whole numbers from elsewhere beyond this are none to reckon with: floats end soon after."""


def settled(value: object) -> object:
    """The value as it leaves this package: moments are text, durations milliseconds."""
    if type(value) is Moment:
        return value.text
    if type(value) is Span:
        return value.milliseconds
    return value


def is_there(value: object) -> bool:
    """Truth, and what ``||`` asks: all but null, false and what is empty. Zero is there."""
    return bool(value) or type(value) in NUMBERS


def json_of(value: object) -> str:
    """Any value, also ones that JSON has no word for."""
    try:
        return msgspec.json.encode(value, enc_hook=_foreign).decode()
    except RecursionError:
        return "null"
    except (TypeError, ValueError, OverflowError):
        return encode_basestring(str(value))


def _foreign(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Moment | Span):
        return settled(value)
    return str(value)


class Texts(dict[type, Callable[..., str]]):
    """How each type of value reads in the middle of a text; types not in it find theirs once."""

    def __missing__(self, kind: type) -> Callable[..., str]:
        if issubclass(kind, str):
            made: Callable[..., str] = str
        elif issubclass(kind, bytes | bytearray | memoryview):
            made = _octets
        elif issubclass(kind, Mapping | Sequence):
            made = json_of
        else:
            made = str
        self[kind] = made
        return made


def _octets(value: object) -> str:
    return bytes(value).decode(errors="replace") if isinstance(value, bytes | bytearray | memoryview) else ""


def _boolean(value: object) -> str:
    return "true" if value else "false"


def _nothing(value: object) -> str:  # noqa: ARG001 - all of them have one shape
    return ""


def _time(value: object) -> str:
    return str(settled(value))


TEXTS: Final = Texts(
    {
        str: str,
        int: repr,
        float: repr,
        bool: _boolean,
        type(None): _nothing,
        dict: json_of,
        list: json_of,
        Moment: _time,
        Span: _time,
    }
)


def text_of(value: object) -> str:
    """The value as text: null is empty, lists and maps are JSON."""
    return TEXTS[type(value)](value)


def bounded(made: str) -> str:
    """The text, unless it has become too long: what grows can be made to grow a hundred times over. Raises `Unfit`."""
    if len(made) > LONGEST_TEXT:
        raise Unfit(f"text of more than {LONGEST_TEXT} characters")
    return made


def number_of(value: object) -> int | float | None:
    """The value as a number, or None where it is none."""
    if type(value) is int:
        return value if -LARGEST < value < LARGEST else None
    if type(value) is float:
        return value if isfinite(value) else None
    if type(value) is str and NUMERIC.fullmatch(value):
        return int(value) if value.lstrip("+-").isdigit() else float(value)
    return None


def is_plain(text: str) -> bool:
    """Whether JSON writes the text as it is."""
    return encode_basestring(text)[1:-1] == text


def kind_of(value: object) -> str:
    """What to call a value in a message."""
    return KINDS.get(type(value), "such a value")


KINDS: Final = {
    type(None): "null",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "a map",
    Moment: "a time",
    Span: "a duration",
}


# Reckoning.


def add(left: object, right: object) -> object:
    """Numbers are summed, a time is moved by a duration, text is joined to anything."""
    if type(left) in NUMBERS and type(right) in NUMBERS:
        return _reckoned(left, right, "+", operator.add)
    if type(right) is Span:
        return moved(left, right.milliseconds, "+")
    if type(left) is Span:
        return moved(right, left.milliseconds, "+")
    if left is None or right is None:
        return None
    if type(left) is str or type(right) is str:
        return bounded(text_of(left) + text_of(right))
    raise Unfit(f"{kind_of(left)} + {kind_of(right)} means nothing")


def subtract(left: object, right: object) -> object:
    """Numbers, a time less a duration, and the duration between two times."""
    if type(right) is Span:
        return moved(left, -right.milliseconds, "-")
    if type(left) is Moment and type(right) in (Moment, str):
        return Span(left.milliseconds - moment_of(right).milliseconds)
    if type(right) is Moment and type(left) is str:
        return Span(moment_of(left).milliseconds - right.milliseconds)
    return _reckoned(left, right, "-", operator.sub)


def moved(value: object, milliseconds: int, sign: str) -> object:
    """A time, or text that reads as one, moved; a duration made longer. Null stays null."""
    if type(value) is Moment or type(value) is str:
        return Moment(moment_of(value).milliseconds + milliseconds)
    if type(value) is Span:
        return Span(value.milliseconds + milliseconds)
    if value is None:
        return None
    raise Unfit(f"{kind_of(value)} {sign} a duration means nothing")


def multiply(left: object, right: object) -> object:
    """Numbers, and a duration times a number."""
    if type(left) is Span and (times := number_of(right)) is not None:
        return Span(round(left.milliseconds * times))
    if type(right) is Span and (times := number_of(left)) is not None:
        return Span(round(right.milliseconds * times))
    return _reckoned(left, right, "*", operator.mul)


def divide(left: object, right: object) -> object:
    """Whole where both are and it comes out even."""
    return _reckoned(left, right, "/", _quotient)


def remainder(left: object, right: object) -> object:
    """It has the sign of the divisor."""
    return _reckoned(left, right, "%", operator.mod)


def negative(value: object) -> object:
    """Less than nothing."""
    if type(value) is Span:
        return Span(-value.milliseconds)
    return subtract(0, value)


def _quotient(left: float, right: float) -> int | float:
    if type(left) is int and type(right) is int and left % right == 0:
        return left // right
    return left / right


def _reckoned(left: object, right: object, sign: str, work: Callable[[float, float], int | float]) -> object:
    if left is None or right is None:
        return None
    a, b = number_of(left), number_of(right)
    if a is None or b is None:
        raise Unfit(f"{kind_of(left)} {sign} {kind_of(right)} means nothing")
    try:
        return finite(work(a, b))
    except ZeroDivisionError:
        raise Unfit("a division by zero") from None


def finite(number: float) -> int | float:
    """Whole numbers past 64 bits become floats, and what no float can say is refused."""
    if type(number) is int and -LARGEST_WHOLE <= number < LARGEST_WHOLE:
        return number
    if not -LARGEST < number < LARGEST:
        raise Unfit("the result is too large")
    return float(number)


def moment_of(value: object) -> Moment:
    """A time, also from its text. Raises `Unfit`."""
    if type(value) is Moment:
        return value
    if type(value) is str:
        return parse_moment(value)
    raise Unfit(f"{kind_of(value)} is no time")


# Comparing.

BEFORE: Final = -1
SAME: Final = 0


def equal(left: object, right: object) -> bool:
    """Whether they are the same, numbers written as text and times written as text included; true is not 1."""
    if type(left) is type(right):
        return left == right
    pair = _alike(left, right)
    return pair is not None and pair[0] == pair[1]


def unequal(left: object, right: object) -> bool:
    """Not equal."""
    return not equal(left, right)


def below(left: object, right: object) -> bool:
    """``<``. False where there is no order between the two."""
    if type(left) in NUMBERS and type(right) in NUMBERS:
        return left < right  # type: ignore[operator,no-any-return]
    return _order(left, right) == BEFORE


def below_or_equal(left: object, right: object) -> bool:
    """``<=``."""
    return _order(left, right) in (BEFORE, SAME)


def above(left: object, right: object) -> bool:
    """``>``."""
    return below(right, left)


def above_or_equal(left: object, right: object) -> bool:
    """``>=``."""
    return below_or_equal(right, left)


def is_in(left: object, right: object) -> bool:
    """Whether a list has it, a map has it as a key, or a text has it as a part."""
    if type(right) is str:
        return left is not None and text_of(left) in right
    if type(right) is list or type(right) is tuple:
        return any(equal(left, each) for each in right)
    if isinstance(right, Mapping):
        return type(left) is str and left in right
    return False


def _order(left: object, right: object) -> int | None:
    """`BEFORE`, `SAME`, something else behind, or None."""
    if type(left) is str and type(right) is str:
        return (left > right) - (left < right)
    pair = _alike(left, right)
    return None if pair is None else (pair[0] > pair[1]) - (pair[0] < pair[1])


def _alike(left: object, right: object) -> tuple[float, float] | None:
    """Both as numbers, or None where they are not of one kind."""
    if type(left) is Span and type(right) is Span:
        return left.milliseconds, right.milliseconds
    if type(left) is Moment or type(right) is Moment:
        try:
            return moment_of(left).milliseconds, moment_of(right).milliseconds
        except Unfit:
            return None
    a, b = number_of(left), number_of(right)
    return None if a is None or b is None else (a, b)


# Looking inside.


def field(value: object, name: str) -> object:
    """The field of a map, or null."""
    if type(value) is dict or isinstance(value, Mapping):
        return value.get(name)
    return None


def item(value: object, index: object) -> object:
    """The item of a list (from 0; below 0 from its end), the field of a map, the letter of a text, or null."""
    if type(value) is list or type(value) is tuple or type(value) is str:
        place = number_of(index)
        if type(place) is int and -len(value) <= place < len(value):
            found: object = value[place]
            return found
        return None
    return field(value, text_of(index))
