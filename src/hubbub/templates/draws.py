"""How values are drawn: a few ways, from which all generators are made. All chance comes from the scope, so that a seed fixes the whole stream."""

from bisect import bisect
from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Final

from hubbub.templates.problems import Unfit
from hubbub.templates.scope import Scope
from hubbub.templates.signature import Draw

FINEST: Final = 2**53
"""Whole numbers below this are equally likely from one `random.random`."""

MOST_DIGITS: Final = 15
"""Decimal digits of whole numbers below that."""

UUID_FIXED: Final = 0x4000_8000_0000_0000_0000
UUID_RANDOM: Final = (1 << 128) - 1 & ~(0xF000_C000_0000_0000_0000)


def picked(values: Sequence[object]) -> Draw:
    """One of them."""
    length = len(values)
    return lambda scope: values[int(scope.draw() * length)]


def weighed(values: Sequence[object], weights: Sequence[float]) -> Draw:
    """One of them, as often as its weight says. Raises `Unfit`."""
    if len(values) != len(weights):
        raise Unfit(f"{len(weights)} weights for {len(values)} values")
    if min(weights) < 0 or not 0 < sum(weights) < float("inf"):
        raise Unfit("weights are not below 0, and not all of them are 0")
    ends = list(accumulate(weights))
    total, last = ends[-1], max(place for place, weight in enumerate(weights) if weight)
    return lambda scope: values[min(bisect(ends, scope.draw() * total), last)]


def whole(low: int, high: int) -> Draw:
    """A whole number from ``low`` to ``high``, both included. Raises `Unfit`."""
    if low > high:
        raise Unfit(f"the smallest, {low}, is above the largest, {high}")
    size = high - low + 1
    if size < FINEST:
        return lambda scope: low + int(scope.draw() * size)
    return lambda scope: scope.random.randrange(low, high + 1)


def fractional(low: float, high: float) -> Draw:
    """A number from ``low`` up to ``high``. Raises `Unfit`."""
    if low > high:
        raise Unfit(f"the smallest, {low}, is above the largest, {high}")
    size = high - low
    if size == float("inf"):
        raise Unfit("the range is too large")
    return lambda scope: low + scope.draw() * size


def uuid(scope: Scope) -> str:
    """A version 4 UUID."""
    digits = (scope.bits(128) & UUID_RANDOM | UUID_FIXED).to_bytes(16, "big").hex()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def digits(length: int) -> Draw:
    """So many decimal digits."""
    if not 0 < length <= MOST_DIGITS:
        return characters(DIGITS, length)
    size = 10**length
    return lambda scope: f"{int(scope.draw() * size):0{length}}"


def characters(alphabet: str, length: int) -> Draw:
    """That many of these letters."""
    size = len(alphabet)

    def draw(scope: Scope) -> str:
        dice = scope.draw
        return "".join([alphabet[int(dice() * size)] for _ in range(length)])

    return draw


def patterned(pattern: str) -> Draw:
    """``#`` is any digit, ``?`` any small letter, all else itself."""
    places = [(at, LETTERS[sign]) for at, sign in enumerate(pattern) if sign in LETTERS]

    def draw(scope: Scope) -> str:
        made = list(pattern)
        for at, alphabet in places:
            made[at] = alphabet[int(scope.draw() * len(alphabet))]
        return "".join(made)

    return draw


DIGITS: Final = "0123456789"
SMALL: Final = "abcdefghijklmnopqrstuvwxyz"
HEXADECIMAL: Final = "0123456789abcdef"
ALPHANUMERIC: Final = DIGITS + SMALL + SMALL.upper()
LETTERS: Final = {"#": DIGITS, "?": SMALL}


def joined(form: str, *draws: Draw) -> Draw:
    """Draws put into the ``%s`` of a text, from left to right."""
    return lambda scope: form % tuple([draw(scope) for draw in draws])


def changed(draw: Draw, change: Callable[[str], object]) -> Draw:
    """A drawn text, changed."""
    return lambda scope: change(str(draw(scope)))
