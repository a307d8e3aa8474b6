"""The functions that are not about made-up data: time, chance, choice, and what only some places have. One table, which makes the docs too."""

from operator import attrgetter
from typing import Final

from hubbub.templates import draws
from hubbub.templates.limits import MOST_ITEMS
from hubbub.templates.problems import Unfit
from hubbub.templates.signature import (
    Draw,
    Function,
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
    return lambda scope: scope.random.gauss(mean, deviation)


def _exponential(mean: float) -> Draw:
    if mean <= 0:
        raise Unfit("the mean is above 0")
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
    Function("uuid", _uuid, "A version 4 UUID, another one at each place.", "uuid"),
    Function("now", _now, "The time of the hub's clock, in RFC 3339 with Z. Durations may be added.", "now + 1d"),
    Function("timestamp", _timestamp, "The time in milliseconds since 1970.", "timestamp"),
    WEIGHTED,
    CHOICE,
    Function("chance", _chance, "True as often as the probability says.", "chance 0.1 ? 'late' : 'in time'", (Param("probability", chance),)),
    Function("normal", _normal, "A number from the normal distribution.", "normal 20 2.5 | round 1", (Param("mean", number, 0), Param("deviation", number, 1))),
    Function("exponential", _exponential, "A number from the exponential distribution, as waiting times have it.", "exponential 5 | round 2", (Param("mean", number, 1),)),
    Function("range", _range, "The whole numbers from the first to the last.", "range 1 5", (Param("first", whole), Param("last", whole))),
    Function("shuffle", _shuffled, "The list in another order.", "shuffle ['a', 'b', 'c']", (Param("values", items),)),
    Function("sample", _sample, "Some of a list, none of them twice.", "sample ['a', 'b', 'c'] 2", (Param("values", items), Param("size", count))),
    Function("min", _smallest, "The smallest of its arguments.", "min 3 5", (Param("values", number),), takes_more=True),
    Function("max", _largest, "The largest of its arguments.", "max 3 5", (Param("values", number),), takes_more=True),
    Function("hex", _hex, "Hexadecimal digits.", "hex 8", (Param("length", count, 16),)),
    Function("letters", _letters, "Letters and digits.", "letters 12", (Param("length", count, 10),)),
    Function("pattern", draws.patterned, "The pattern with a digit for each `#` and a letter for each `?`.", "pattern 'AB-####-??'", (Param("pattern", text),)),
    Function("pathParam", _path_param, "What the wildcard of that number stands for in the topic, counted from 1.", "pathParam 1", (Param("place", whole),), needs=PATH_PARAMS),
)  # fmt: skip

ALIASES: Final = {
    "wildcard": "pathParam",
    "isoTimestamp": "now",
    "choice": "faker.randomChoice",
    "randomValue": "faker.randomChoice",
    "rand.int": "faker.int",
    "rand.float": "faker.float",
    "randInt": "faker.int",
    "randFloat": "faker.float",
    "randomInt": "faker.int",
    "randomFloat": "faker.float",
    "randomBoolean": "faker.bool",
    "randomString": "letters",
    "randomUUID": "uuid",
    "guid": "uuid",
    "randomEmail": "faker.email",
    "randomFirstName": "faker.firstName",
    "randomLastName": "faker.lastName",
    "randomFullName": "faker.name",
    "randomCity": "faker.city",
    "randomCountry": "faker.country",
    "randomCountryCode": "faker.countryCode",
    "randomStreetAddress": "faker.streetAddress",
    "randomPhoneNumber": "faker.phone",
    "randomWords": "faker.words",
    "randomIP": "faker.ip",
    "$guid": "uuid",
    "$timestamp": "timestamp",
    "$isoTimestamp": "now",
    "$randomUUID": "uuid",
    "$randomInt": "faker.int",
    "$randomFloat": "faker.float",
    "$randomBoolean": "faker.bool",
    "$randomEmail": "faker.email",
    "$randomFirstName": "faker.firstName",
    "$randomLastName": "faker.lastName",
    "$randomFullName": "faker.name",
    "$randomCity": "faker.city",
    "$randomCountry": "faker.country",
    "$randomCountryCode": "faker.countryCode",
    "$randomStreetAddress": "faker.streetAddress",
    "$randomPhoneNumber": "faker.phone",
    "$randomCompanyName": "faker.company",
    "$randomProductName": "faker.productName",
    "$randomPrice": "faker.price",
    "$randomColor": "faker.color",
    "$randomIP": "faker.ip",
    "$randomUrl": "faker.url",
    "$randomUserName": "faker.username",
    "$randomWord": "faker.word",
    "$randomWords": "faker.words",
    "$randomLoremSentence": "faker.sentence",
    "$randomLoremParagraph": "faker.paragraph",
    "faker.fullName": "faker.name",
    "faker.integer": "faker.int",
    "faker.number": "faker.int",
    "faker.randomInt": "faker.int",
    "faker.boolean": "faker.bool",
    "faker.guid": "faker.uuid",
    "faker.uuid4": "faker.uuid",
    "faker.choice": "faker.randomChoice",
    "faker.arrayElement": "faker.randomChoice",
    "faker.randomElement": "faker.randomChoice",
    "faker.oneOf": "faker.randomChoice",
    "faker.emailAddress": "faker.email",
    "faker.phoneNumber": "faker.phone",
    "faker.mobile": "faker.phone",
    "faker.street": "faker.streetAddress",
    "faker.fullAddress": "faker.address",
    "faker.zip": "faker.zipCode",
    "faker.postcode": "faker.zipCode",
    "faker.postalCode": "faker.zipCode",
    "faker.stateAbbreviation": "faker.stateAbbr",
    "faker.companyName": "faker.company",
    "faker.product": "faker.productName",
    "faker.amount": "faker.price",
    "faker.currency": "faker.currencyCode",
    "faker.ipv4": "faker.ip",
    "faker.ipAddress": "faker.ip",
    "faker.macAddress": "faker.mac",
    "faker.uri": "faker.url",
    "faker.domainName": "faker.domain",
    "faker.jobTitle": "faker.job",
    "faker.occupation": "faker.job",
    "faker.colour": "faker.color",
    "faker.hexColor": "faker.rgb",
    "faker.lat": "faker.latitude",
    "faker.lng": "faker.longitude",
    "faker.lon": "faker.longitude",
    "faker.text": "faker.paragraph",
    "faker.datetime": "faker.recent",
    "faker.past": "faker.pastDate",
    "faker.future": "faker.futureDate",
    "faker.creditCard": "faker.creditCardNumber",
    "faker.numerify": "faker.pattern",
    "faker.bothify": "faker.pattern",
    "faker.alphanumeric": "faker.string",
}
"""Other names for the same: those of MockForge, Microcks, Postman and faker.js."""
