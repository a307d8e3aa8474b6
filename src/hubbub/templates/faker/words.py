"""The long lists of words, which are mimesis's. It is imported when a template first asks for one; drawing from the lists is ours."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mimesis.providers.base import BaseDataProvider


@cache
def listed(file: str, *keys: str) -> Sequence[str]:
    """A list of mimesis's English data. Raises LookupError when this version of it has none there."""
    words = _provider(file)._extract(list(keys))
    if not isinstance(words, list) or not words:
        raise LookupError(f"mimesis has no {'.'.join(keys)} in {file}")
    return tuple(str(word) for word in words)


@cache
def _provider(file: str) -> "BaseDataProvider":
    from mimesis.providers.base import BaseDataProvider

    class Words(BaseDataProvider):
        class Meta(BaseDataProvider.Meta):
            name = file
            auto_register = False
            datafile = f"{file}.json"

    return Words()


def country_codes() -> Sequence[str]:
    """ISO 3166-1, two letters."""
    from mimesis.datasets import COUNTRY_CODES

    return sorted(COUNTRY_CODES["a2"])


def currency_codes() -> Sequence[str]:
    """ISO 4217."""
    from mimesis.datasets import CURRENCY_ISO_CODES

    return CURRENCY_ISO_CODES


def user_agents() -> Sequence[str]:
    """Of browsers."""
    from mimesis.datasets import USER_AGENTS

    return USER_AGENTS


def time_zones() -> Sequence[str]:
    """As in Europe/Berlin."""
    from mimesis.datasets import TIMEZONES

    return TIMEZONES


def mime_types() -> Sequence[str]:
    """As in application/json."""
    from mimesis.datasets import MIME_TYPES

    return [kind for kinds in MIME_TYPES.values() for kind in kinds]
