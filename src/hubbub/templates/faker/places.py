"""Places: addresses, countries, coordinates."""

from typing import Final

from hubbub.templates import draws
from hubbub.templates.faker.codes import COUNTRIES, TIME_ZONES
from hubbub.templates.faker.words import listed
from hubbub.templates.signature import Draw, Function, Known

DIRECTIONS: Final = ("north", "east", "south", "west")


def _number() -> Draw:
    return draws.whole(1, 9999)


def _street_name() -> Draw:
    names, suffixes = listed("address", "street", "name"), listed("address", "street", "suffix")
    many, kinds = len(names), len(suffixes)
    return lambda scope: f"{names[int(scope.draw() * many)]} {suffixes[int(scope.draw() * kinds)]}"


def _street_address() -> Draw:
    name = _street_name()
    return lambda scope: f"{int(scope.draw() * 9999) + 1} {name(scope)}"


def _secondary() -> Draw:
    return draws.joined("%s %s", draws.picked(("Apt.", "Suite", "Unit")), draws.whole(1, 999))


def _city() -> Draw:
    return draws.picked(listed("address", "city"))


def _state() -> Draw:
    return draws.picked(listed("address", "state", "name"))


def _state_abbr() -> Draw:
    return draws.picked(listed("address", "state", "abbr"))


def _zip() -> Draw:
    return draws.digits(5)


def _address() -> Draw:
    return draws.joined("%s, %s, %s %s", _street_address(), _city(), _state_abbr(), _zip())


def _country() -> Draw:
    return draws.picked(listed("address", "country", "name"))


def _country_code() -> Draw:
    return draws.picked(COUNTRIES)


def _continent() -> Draw:
    return draws.picked(listed("address", "continent"))


def _coordinate(bound: float) -> Draw:
    return lambda scope: round(scope.draw() * 2 * bound - bound, 6)


def _latitude() -> Draw:
    return _coordinate(90)


def _longitude() -> Draw:
    return _coordinate(180)


def _direction() -> Draw:
    return draws.picked(DIRECTIONS)


def _zone() -> Draw:
    return draws.picked(TIME_ZONES)


PLACES: Final = (
    Function("faker.address", _address, "Street, city, state and zip code in one line.", "faker.address", gives=Known.PLAIN),
    Function("faker.streetAddress", _street_address, "Number and street.", "faker.streetAddress", gives=Known.PLAIN),
    Function("faker.streetName", _street_name, "A street.", "faker.streetName", gives=Known.PLAIN),
    Function("faker.buildingNumber", _number, "A number in a street.", "faker.buildingNumber", gives=Known.NUMBER),
    Function("faker.secondaryAddress", _secondary, "A door in a house.", "faker.secondaryAddress", gives=Known.PLAIN),
    Function("faker.city", _city, "A city.", "faker.city", gives=Known.PLAIN),
    Function("faker.state", _state, "A state of the USA.", "faker.state", gives=Known.PLAIN),
    Function("faker.stateAbbr", _state_abbr, "Its two letters.", "faker.stateAbbr", gives=Known.PLAIN),
    Function("faker.zipCode", _zip, "Five digits, as text.", "faker.zipCode", gives=Known.PLAIN),
    Function("faker.country", _country, "A country.", "faker.country", gives=Known.PLAIN),
    Function("faker.countryCode", _country_code, "Its two letters (ISO 3166).", "faker.countryCode", gives=Known.PLAIN),
    Function("faker.continent", _continent, "A continent.", "faker.continent", gives=Known.PLAIN),
    Function("faker.latitude", _latitude, "Degrees from -90 to 90.", "faker.latitude", gives=Known.NUMBER),
    Function("faker.longitude", _longitude, "Degrees from -180 to 180.", "faker.longitude", gives=Known.NUMBER),
    Function("faker.direction", _direction, "A point of the compass.", "faker.direction", gives=Known.PLAIN),
    Function("faker.timeZone", _zone, "As in Europe/Berlin.", "faker.timeZone", gives=Known.PLAIN),
)  # fmt: skip
