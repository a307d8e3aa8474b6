"""Patterns over addresses, as callers write them."""

from typing import Final

from hubbub.console.route import meaningless
from hubbub.model.address import AddressPattern, parse_pattern

EVERYWHERE: Final = "*:#"


def pattern_of(text: str) -> AddressPattern:
    """The pattern; empty: every address. Raises `Unanswerable`."""
    try:
        return parse_pattern(text or EVERYWHERE)
    except ValueError as why:
        raise meaningless(str(why)) from None
