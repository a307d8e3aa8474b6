"""Numbers, truth, identifiers and times."""

from typing import Final

from hubbub.templates import draws
from hubbub.templates.problems import Unfit
from hubbub.templates.scope import Scope
from hubbub.templates.signature import Draw, Function, Known, Param, chance, count, number, text, whole
from hubbub.templates.times import UNITS, Moment

LARGEST: Final = 2**63 - 1
FINEST_DIGITS: Final = 15


def _float(low: float, high: float, digits: int | None) -> Draw:
    draw = draws.fractional(low, high)
    if digits is None:
        return draw
    if not 0 <= digits <= FINEST_DIGITS:
        raise Unfit(f"{digits} is not from 0 to {FINEST_DIGITS} digits")
    size, places = high - low, digits or None
    return lambda scope: round(low + scope.draw() * size, places)


def _whole(low: int, high: int) -> Draw:
    if not -LARGEST <= low <= LARGEST or not -LARGEST <= high <= LARGEST:
        raise Unfit(f"whole numbers reach to {LARGEST}")
    return draws.whole(low, high)


def _bool(probability: float) -> Draw:
    return lambda scope: scope.draw() < probability


def _uuid() -> Draw:
    return draws.uuid


def _string(length: int) -> Draw:
    return draws.characters(draws.ALPHANUMERIC, length)


def _digits(length: int) -> Draw:
    return draws.digits(length)


def _hex(length: int) -> Draw:
    return draws.characters(draws.HEXADECIMAL, length)


def _shifted(days: float, *, sign: int) -> Draw:
    """A time within so many days of now."""
    if not 0 <= days <= 365_000:
        raise Unfit(f"{days} is not from 0 to 365000 days")
    size = days * UNITS["d"] * sign
    return lambda scope: Moment(scope.moment.milliseconds + int(scope.draw() * size))


def _past(days: float) -> Draw:
    return _shifted(days, sign=-1)


def _future(days: float) -> Draw:
    return _shifted(days, sign=1)


def _date(days: float) -> Draw:
    draw = _shifted(days, sign=-1)
    return draws.changed(lambda scope: _moment(draw, scope).text, lambda value: value[:10])


def _birthdate(youngest: int, oldest: int) -> Draw:
    if not 0 <= youngest <= oldest <= 150:
        raise Unfit("ages are from 0 to 150, the younger first")
    draw = draws.fractional(youngest * 365.25 + 1, (oldest + 1) * 365.25 - 1)
    day = UNITS["d"]

    def birth(scope: Scope) -> str:
        days = draw(scope)
        passed = int(days * day) if isinstance(days, float) else 0
        return Moment(scope.moment.milliseconds - passed).text[:10]

    return birth


def _moment(draw: Draw, scope: Scope) -> Moment:
    made = draw(scope)
    return made if isinstance(made, Moment) else scope.moment


FLOAT: Final = Function(
    "faker.float",
    _float,
    "A number, rounded if digits are given.",
    "faker.float 10.0 500.0 | round 2",
    (Param("min", number, 0.0), Param("max", number, 1.0), Param("fractionDigits", whole, None)),
    gives=Known.NUMBER,
)

NUMBERS: Final = (
    Function("faker.int", _whole, "A whole number, both bounds included.", "faker.int 1 5", (Param("min", whole, 0), Param("max", whole, 100)), gives=Known.NUMBER),
    FLOAT,
    Function("faker.bool", _bool, "True or false.", "faker.bool 0.9", (Param("probability", chance, 0.5),)),
    Function("faker.uuid", _uuid, "A version 4 UUID.", "faker.uuid", gives=Known.PLAIN),
    Function("faker.string", _string, "Letters and digits.", "faker.string 8", (Param("length", count, 10),), gives=Known.PLAIN),
    Function("faker.digits", _digits, "Digits, as text.", "faker.digits 6", (Param("length", count, 6),), gives=Known.PLAIN),
    Function("faker.hex", _hex, "Hexadecimal digits.", "faker.hex 32", (Param("length", count, 16),), gives=Known.PLAIN),
    Function("faker.pattern", draws.patterned, "The pattern with a digit for each `#` and a letter for each `?`.", "faker.pattern 'SKU-####'", (Param("pattern", text),)),
    Function("faker.date", _date, "A day of the last ones, as in 2026-03-14.", "faker.date", (Param("days", number, 365),), gives=Known.PLAIN),
    Function("faker.recent", _past, "A time of the last day, or of more of them.", "faker.recent 7", (Param("days", number, 1),), gives=Known.TIME),
    Function("faker.pastDate", _past, "A time of the last year, or of so many days.", "faker.pastDate 30", (Param("days", number, 365),), gives=Known.TIME),
    Function("faker.futureDate", _future, "A time of the next year, or of so many days.", "faker.futureDate 30", (Param("days", number, 365),), gives=Known.TIME),
    Function("faker.soon", _future, "A time of the next day, or of more of them.", "faker.soon 7", (Param("days", number, 1),), gives=Known.TIME),
    Function("faker.birthdate", _birthdate, "The birthday of somebody of that age.", "faker.birthdate 18 30", (Param("youngest", whole, 18), Param("oldest", whole, 80)), gives=Known.PLAIN),
)  # fmt: skip
