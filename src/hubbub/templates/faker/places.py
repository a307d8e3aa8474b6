"""Places: addresses, countries, coordinates."""

from typing import Final

from hubbub.templates import draws
from hubbub.templates.faker.words import country_codes, listed, time_zones
from hubbub.templates.signature import Draw, Function

DIRECTIONS: Final = ("north", "east", "south", "west")


def _number() -> Draw:
    return draws.whole(1, 9999)


def _street_name() -> Draw:
    return draws.joined(
        "%s %s",
        draws.picked(listed("address", "street", "name")),
        draws.picked(listed("address", "street", "suffix")),
    )


def _street_address() -> Draw:
    return draws.joined("%s %s", _number(), _street_name())


def _secondary() -> Draw:
    return draws.joined("%s %s", draws.picked(("Apt.", "Suite", "Unit")), draws.whole(1, 999))


def _city() -> Draw:
    return draws.picked(listed("address", "city"))


def _state() -> Draw:
    return draws.picked(listed("address", "state", "name"))


def _state_abbr() -> Draw:
    return draws.picked(listed("address", "state", "abbr"))


def _zip() -> Draw:
    return draws.characters(draws.DIGITS, 5)


def _address() -> Draw:
    return draws.joined("%s, %s, %s %s", _street_address(), _city(), _state_abbr(), _zip())


def _country() -> Draw:
    return draws.picked(listed("address", "country", "name"))


def _country_code() -> Draw:
    return draws.picked(country_codes())


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
    return draws.picked(time_zones())


PLACES: Final = (
    Function(name="faker.address", make=_address, about="Street, city, state and zip code in one line.", example="faker.address"),
    Function(name="faker.streetAddress", make=_street_address, about="Number and street.", example="faker.streetAddress"),
    Function(name="faker.streetName", make=_street_name, about="A street.", example="faker.streetName"),
    Function(name="faker.buildingNumber", make=_number, about="A number in a street.", example="faker.buildingNumber"),
    Function(name="faker.secondaryAddress", make=_secondary, about="A door in a house.", example="faker.secondaryAddress"),
    Function(name="faker.city", make=_city, about="A city.", example="faker.city"),
    Function(name="faker.state", make=_state, about="A state of the USA.", example="faker.state"),
    Function(name="faker.stateAbbr", make=_state_abbr, about="Its two letters.", example="faker.stateAbbr"),
    Function(name="faker.zipCode", make=_zip, about="Five digits, as text.", example="faker.zipCode"),
    Function(name="faker.country", make=_country, about="A country.", example="faker.country"),
    Function(name="faker.countryCode", make=_country_code, about="Its two letters (ISO 3166).", example="faker.countryCode"),
    Function(name="faker.continent", make=_continent, about="A continent.", example="faker.continent"),
    Function(name="faker.latitude", make=_latitude, about="Degrees from -90 to 90.", example="faker.latitude"),
    Function(name="faker.longitude", make=_longitude, about="Degrees from -180 to 180.", example="faker.longitude"),
    Function(name="faker.direction", make=_direction, about="A point of the compass.", example="faker.direction"),
    Function(name="faker.timeZone", make=_zone, about="As in Europe/Berlin.", example="faker.timeZone"),
)  # fmt: skip
