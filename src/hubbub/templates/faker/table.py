"""All names below ``faker.``, and the modules into which others sort them."""

from typing import Final

from hubbub.templates.faker.commerce import COMMERCE
from hubbub.templates.faker.network import NETWORK
from hubbub.templates.faker.numbers import NUMBERS
from hubbub.templates.faker.people import PEOPLE
from hubbub.templates.faker.places import PLACES
from hubbub.templates.faker.prose import PROSE

FAKER: Final = (*NUMBERS, *PEOPLE, *PLACES, *COMMERCE, *NETWORK, *PROSE)

MODULES: Final = frozenset(
    {
        "address", "color", "commerce", "company", "datatype", "date", "finance", "helpers", "image", "internet", "location", "lorem", "name",
        "number", "person", "phone", "random", "string", "system", "word",
    }
)  # fmt: skip
"""``faker.person.firstName`` is ``faker.firstName``."""
