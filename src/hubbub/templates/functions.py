"""The functions that are not about made-up data: time, chance, choice, and what only some places have. One table, which makes the docs too."""

from operator import attrgetter
from typing import Final

from hubbub.templates import draws
from hubbub.templates.limits import MOST_ITEMS
from hubbub.templates.problems import Unfit
from hubbub.templates.signature import (
    Draw,
    Function,
    Known,
    Param,
    anything,
    chance,
    count,
    items,
    number,
    text,
    whole,
)
from hubbub.templates.values import item

PATH_PARAMS: Final = "pathParams"
"""The variable behind ``pathParam``: the levels that the wildcards of the place stand for."""


LARGEST_MEAN: Final = 1e200
"""So that what is drawn around it is always finite."""


def _choice(values: list[object]) -> Draw:
    """Of one list, or of the arguments themselves."""
    return draws.picked(items(values[0]) if len(values) == 1 else values)


def _weighted(values: list[object], weights: list[object]) -> Draw:
    return draws.weighed(values, [number(weight) for weight in weights])


def _path_param(place: int) -> Draw:
    if place < 1:
        raise Unfit("the first is 1")
    return lambda scope: item(scope.values.get(PATH_PARAMS), place - 1)


def _range(first: int, last: int) -> Draw:
    if last - first >= MOST_ITEMS:
        raise Unfit(f"more than {MOST_ITEMS} numbers")
    return lambda scope: list(range(first, last + 1))  # noqa: ARG005 - every draw has one shape


def _chance(probability: float) -> Draw:
    return lambda scope: scope.draw() < probability


def _normal(mean: float, deviation: float) -> Draw:
    if max(abs(mean), abs(deviation)) > LARGEST_MEAN:
        raise Unfit(f"numbers reach to {LARGEST_MEAN:g}")
    return lambda scope: scope.random.gauss(mean, deviation)


def _exponential(mean: float) -> Draw:
    if not 0 < mean <= LARGEST_MEAN:
        raise Unfit(f"the mean is above 0 and at most {LARGEST_MEAN:g}")
    return lambda scope: scope.random.expovariate(1 / mean)


def _shuffled(values: list[object]) -> Draw:
    return lambda scope: scope.random.sample(values, len(values))


def _sample(values: list[object], size: int) -> Draw:
    if size > len(values):
        raise Unfit(f"{size} of {len(values)}")
    return lambda scope: scope.random.sample(values, size)


def _smallest(values: list[object]) -> Draw:
    found = min(number(value) for value in values)
    return lambda scope: found  # noqa: ARG005


def _largest(values: list[object]) -> Draw:
    found = max(number(value) for value in values)
    return lambda scope: found  # noqa: ARG005


def _uuid() -> Draw:
    return draws.uuid


def _now() -> Draw:
    return attrgetter("moment")


def _timestamp() -> Draw:
    return attrgetter("now")


def _hex(length: int) -> Draw:
    return draws.characters(draws.HEXADECIMAL, length)


def _letters(length: int) -> Draw:
    return draws.characters(draws.ALPHANUMERIC, length)


CHOICE: Final = Function(
    "faker.randomChoice",
    _choice,
    "One of a list, or of the arguments. `| withProbability [0.9, 0.1]` behind it weighs them.",
    "faker.randomChoice ['a', 'b']",
    (Param("values", anything),),
    takes_more=True,
)

WEIGHTED: Final = Function(
    "weighted",
    _weighted,
    "One of a list, as often as the weights beside it say.",
    "weighted ['ok', 'failed'] [0.95, 0.05]",
    (Param("values", items), Param("weights", items)),
)

FUNCTIONS: Final = (
    Function("uuid", _uuid, "A version 4 UUID, another one at each place.", "uuid", gives=Known.PLAIN),
    Function("now", _now, "The time of the hub's clock, in RFC 3339 with Z. Durations may be added.", "now + 1d", gives=Known.TIME),
    Function("timestamp", _timestamp, "The time in milliseconds since 1970.", "timestamp", gives=Known.NUMBER),
    WEIGHTED,
    CHOICE,
    Function("chance", _chance, "True as often as the probability says.", "chance 0.1 ? 'late' : 'in time'", (Param("probability", chance),)),
    Function("normal", _normal, "A number from the normal distribution.", "normal 20 2.5 | round 1", (Param("mean", number, 0), Param("deviation", number, 1)), gives=Known.NUMBER),
    Function("exponential", _exponential, "A number from the exponential distribution, as waiting times have it.", "exponential 5 | round 2", (Param("mean", number, 1),), gives=Known.NUMBER),
    Function("range", _range, "The whole numbers from the first to the last.", "range 1 5", (Param("first", whole), Param("last", whole))),
    Function("shuffle", _shuffled, "The list in another order.", "shuffle ['a', 'b', 'c']", (Param("values", items),)),
    Function("sample", _sample, "Some of a list, none of them twice.", "sample ['a', 'b', 'c'] 2", (Param("values", items), Param("size", count))),
    Function("min", _smallest, "The smallest of its arguments.", "min 3 5", (Param("values", number),), takes_more=True, gives=Known.NUMBER),
    Function("max", _largest, "The largest of its arguments.", "max 3 5", (Param("values", number),), takes_more=True, gives=Known.NUMBER),
    Function("hex", _hex, "Hexadecimal digits.", "hex 8", (Param("length", count, 16),), gives=Known.PLAIN),
    Function("letters", _letters, "Letters and digits.", "letters 12", (Param("length", count, 10),), gives=Known.PLAIN),
    Function("pattern", draws.patterned, "The pattern with a digit for each `#` and a letter for each `?`.", "pattern 'AB-####-??'", (Param("pattern", text),)),
    Function("pathParam", _path_param, "What the wildcard of that number stands for in the topic, counted from 1.", "pathParam 1", (Param("place", whole),), needs=PATH_PARAMS),
)  # fmt: skip
