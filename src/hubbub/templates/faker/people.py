"""People: names, and what has names in it."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from hubbub.templates import draws
from hubbub.templates.faker.words import country_codes, listed, user_agents
from hubbub.templates.signature import Draw, Function

DOMAINS: Final = ("example.com", "example.org", "example.net")
"""Nobody's, by RFC 2606: what is sent there by mistake reaches nobody."""

PREFIXES: Final = ("Mr.", "Mrs.", "Ms.", "Dr.", "Prof.")


def first_names() -> Sequence[str]:
    """Of all people."""
    return sorted({*listed("person", "names", "female"), *listed("person", "names", "male")})


def last_names() -> Sequence[str]:
    """Family names."""
    return listed("person", "surnames")


def slugs(words: Sequence[str]) -> Sequence[str]:
    """The words as they stand in addresses: small ASCII letters only."""
    plain = (unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower() for word in words)
    return [slug for word in plain if (slug := re.sub(r"[^a-z]+", "", word))]


def _first_name() -> Draw:
    return draws.picked(first_names())


def _last_name() -> Draw:
    return draws.picked(last_names())


def _name() -> Draw:
    return draws.joined("%s %s", _first_name(), _last_name())


def _prefix() -> Draw:
    return draws.picked(PREFIXES)


def _username() -> Draw:
    return draws.joined(
        "%s%s%s", draws.picked(slugs(first_names())), draws.picked(("_", ".", "")), draws.whole(1, 9999)
    )


def _email() -> Draw:
    first, last = draws.picked(slugs(first_names())), draws.picked(slugs(last_names()))
    return draws.joined("%s.%s%s@%s", first, last, draws.whole(1, 999), draws.picked(DOMAINS))


def _phone() -> Draw:
    """Numbers 555-0100 to 555-0199 are kept for fiction."""
    return draws.joined("+1-%s-555-01%s", draws.whole(201, 989), draws.characters(draws.DIGITS, 2))


def _job() -> Draw:
    return draws.picked(listed("person", "occupation"))


def _gender() -> Draw:
    return draws.picked(listed("person", "gender"))


def _language() -> Draw:
    return draws.picked(listed("person", "language"))


def _nationality() -> Draw:
    return draws.picked(listed("person", "nationality"))


def _locale() -> Draw:
    return draws.joined(
        "%s-%s", draws.picked(("en", "de", "fr", "es", "it", "pt", "nl", "pl")), draws.picked(country_codes())
    )


def _agent() -> Draw:
    return draws.picked(user_agents())


PEOPLE: Final = (
    Function(name="faker.name", make=_name, about="First and last name.", example="faker.name"),
    Function(name="faker.firstName", make=_first_name, about="A first name.", example="faker.firstName"),
    Function(name="faker.lastName", make=_last_name, about="A last name.", example="faker.lastName"),
    Function(name="faker.prefix", make=_prefix, about="What stands before a name.", example="faker.prefix"),
    Function(name="faker.username", make=_username, about="A name to log in with.", example="faker.username"),
    Function(
        name="faker.email",
        make=_email,
        about="An address at a domain that is nobody's.",
        example="faker.email",
    ),
    Function(
        name="faker.phone", make=_phone, about="A number that is kept for fiction.", example="faker.phone"
    ),
    Function(name="faker.job", make=_job, about="What somebody does.", example="faker.job"),
    Function(name="faker.gender", make=_gender, about="A gender.", example="faker.gender"),
    Function(name="faker.language", make=_language, about="A language.", example="faker.language"),
    Function(
        name="faker.nationality", make=_nationality, about="A nationality.", example="faker.nationality"
    ),
    Function(name="faker.locale", make=_locale, about="As in de-AT.", example="faker.locale"),
    Function(
        name="faker.userAgent", make=_agent, about="What a browser says it is.", example="faker.userAgent"
    ),
)
