"""People: names, and what has names in it."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final

from hubbub.templates import draws
from hubbub.templates.faker.codes import COUNTRIES, LANGUAGES, USER_AGENTS
from hubbub.templates.faker.words import listed
from hubbub.templates.scope import Scope
from hubbub.templates.signature import Draw, Function, Known

DOMAINS: Final = ("example.com", "example.org", "example.net")
"""Nobody's, by RFC 2606: what is sent there by mistake reaches nobody."""

HANDLES: Final = 1000
"""Numbers behind names, so that two people of one name have two addresses."""

PREFIXES: Final = ("Mr.", "Mrs.", "Ms.", "Dr.", "Prof.")


@cache
def first_names() -> tuple[str, ...]:
    """Of all people."""
    return tuple(sorted({*listed("person", "names", "female"), *listed("person", "names", "male")}))


def last_names() -> tuple[str, ...]:
    """Family names."""
    return listed("person", "surnames")


@cache
def slugs(words: tuple[str, ...]) -> Sequence[str]:
    """The words as they stand in addresses: small ASCII letters only."""
    plain = (unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower() for word in words)
    return [slug for word in plain if (slug := re.sub(r"[^a-z]+", "", word))]


def _first_name() -> Draw:
    return draws.picked(first_names())


def _last_name() -> Draw:
    return draws.picked(last_names())


def _name() -> Draw:
    first, last = first_names(), last_names()
    many, kinds = len(first), len(last)
    return lambda scope: f"{first[int(scope.draw() * many)]} {last[int(scope.draw() * kinds)]}"


def _prefix() -> Draw:
    return draws.picked(PREFIXES)


def _username() -> Draw:
    return draws.joined(
        "%s%s%s", draws.picked(slugs(first_names())), draws.picked(("_", ".", "")), draws.whole(1, 9999)
    )


def _email() -> Draw:
    first, last = slugs(first_names()), slugs(last_names())
    many, kinds, domains = len(first), len(last), len(DOMAINS)

    def draw(scope: Scope) -> str:
        dice = scope.draw
        name = f"{first[int(dice() * many)]}.{last[int(dice() * kinds)]}"
        return f"{name}{int(dice() * HANDLES)}@{DOMAINS[int(dice() * domains)]}"

    return draw


def _phone() -> Draw:
    """Numbers 555-0100 to 555-0199 are kept for fiction."""
    return draws.joined("+1-%s-555-01%s", draws.whole(201, 989), draws.digits(2))


def _job() -> Draw:
    return draws.picked(listed("person", "occupation"))


def _gender() -> Draw:
    return draws.picked(listed("person", "gender"))


def _language() -> Draw:
    return draws.picked(listed("person", "language"))


def _nationality() -> Draw:
    return draws.picked(listed("person", "nationality"))


def _locale() -> Draw:
    return draws.joined("%s-%s", draws.picked(LANGUAGES), draws.picked(COUNTRIES))


def _agent() -> Draw:
    return draws.picked(USER_AGENTS)


PEOPLE: Final = (
    Function("faker.name", _name, "First and last name.", "faker.name", gives=Known.PLAIN),
    Function("faker.firstName", _first_name, "A first name.", "faker.firstName", gives=Known.PLAIN),
    Function("faker.lastName", _last_name, "A last name.", "faker.lastName", gives=Known.PLAIN),
    Function("faker.prefix", _prefix, "What stands before a name.", "faker.prefix", gives=Known.PLAIN),
    Function("faker.username", _username, "A name to log in with.", "faker.username", gives=Known.PLAIN),
    Function("faker.email", _email, "An address at a domain that is nobody's.", "faker.email", gives=Known.PLAIN),
    Function("faker.phone", _phone, "A number that is kept for fiction.", "faker.phone", gives=Known.PLAIN),
    Function("faker.job", _job, "What somebody does.", "faker.job", gives=Known.PLAIN),
    Function("faker.gender", _gender, "A gender.", "faker.gender", gives=Known.PLAIN),
    Function("faker.language", _language, "A language.", "faker.language", gives=Known.PLAIN),
    Function("faker.nationality", _nationality, "A nationality.", "faker.nationality", gives=Known.PLAIN),
    Function("faker.locale", _locale, "As in de-AT.", "faker.locale", gives=Known.PLAIN),
    Function("faker.userAgent", _agent, "What a browser says it is.", "faker.userAgent", gives=Known.PLAIN),
)  # fmt: skip
