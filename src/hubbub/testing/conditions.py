"""What a message must be like: one condition each, with the words for itself and for where a message differs.

Values are compared by ``==``, so that `pytest.approx`, `unittest.mock.ANY` and their like work; a compiled pattern is searched for in text.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from hubbub.client.messages import Message, shown

Check: TypeAlias = Callable[[Message], list[str]]
"""Where a message differs, in words; empty: it does not."""

WRONG_KIND: Final = (LookupError, ValueError, TypeError, AttributeError, AssertionError)
"""What a function of the program raises when a message is of a kind that it did not think of."""


class Condition(Struct, frozen=True):
    """``says`` completes "a message …"."""

    says: str
    check: Check


def json_has(expected: object) -> Condition:
    """Its value is JSON that has at least this in it: objects may have more keys, at any depth."""
    return Condition(
        f"with json {told(expected)}", lambda message: json_differences(message, expected, is_part=True)
    )


def json_is(expected: object) -> Condition:
    """Its value is exactly this JSON."""
    return Condition(
        f"with exactly the json {told(expected)}",
        lambda message: json_differences(message, expected, is_part=False),
    )


def value_is(expected: str | bytes | re.Pattern[str]) -> Condition:
    """Its value, as text or octets."""
    return Condition(
        f"with value {told(expected)}", lambda message: octets_differences("value", message.value, expected)
    )


def key_is(expected: str | bytes | re.Pattern[str]) -> Condition:
    """Its key, as text or octets."""
    return Condition(
        f"with key {told(expected)}", lambda message: octets_differences("key", message.key, expected)
    )


def header_is(name: str, expected: object) -> Condition:
    """It has a header of this name, and one of those is this; `ANY` for any."""

    def check(message: Message) -> list[str]:
        values = [value.decode(errors="replace") for each, value in message.headers if each == name]
        if not values:
            return [f"header {name}: it has none"]
        if any(fits(value, expected) for value in values):
            return []
        return [f"header {name}: expected {told(expected)}, came {', '.join(map(told, values))}"]

    return Condition(f"with header {name}={told(expected)}", check)


def correlation_is(expected: object) -> Condition:
    """It is tied to others by this."""

    def check(message: Message) -> list[str]:
        found = message.correlation_id
        if fits(found, expected):
            return []
        return [f"correlation id: expected {told(expected)}, came {told(found)}"]

    return Condition(f"with correlation id {told(expected)}", check)


def satisfies(judge: Callable[[Message], object], name: str) -> Condition:
    """Whatever the program says. An error that a message of another kind leads to is a "no"."""

    def check(message: Message) -> list[str]:
        try:
            answer = judge(message)
        except WRONG_KIND as why:
            return [f"{name}: {type(why).__name__}: {why}"]
        return [] if answer else [f"{name}: it says no"]

    return Condition(f"for which {name} says yes", check)


class Anything:
    """Equal to everything."""

    def __eq__(self, _other: object) -> bool:
        return True

    def __hash__(self) -> int:
        return 0

    def __repr__(self) -> str:
        return "ANY"


ANY = Anything()


def json_differences(message: Message, expected: object, *, is_part: bool) -> list[str]:
    """Where the value differs from what is expected."""
    try:
        found = message.json()
    except msgspec.DecodeError:
        return [f"value: it is no JSON, but {shown(message.value, 60)}"]
    return list(differences("json", found, expected, is_part=is_part))


def differences(where: str, found: object, expected: object, *, is_part: bool) -> Iterator[str]:
    """The places where they differ, as ``json.items[0].price: expected 1, came 2``."""
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for name, wanted in expected.items():
            if name in found:
                yield from differences(f"{where}.{name}", found[name], wanted, is_part=is_part)
            else:
                yield f"{where}.{name}: expected {told(wanted)}, but there is no such key"
        more = [str(name) for name in found if name not in expected]
        if more and not is_part:
            yield f"{where}: {', '.join(more)} should not be there"
    elif isinstance(expected, list | tuple) and isinstance(found, Sequence) and not isinstance(found, str):
        if len(expected) != len(found):
            yield f"{where}: expected {len(expected)} items, came {len(found)}"
        for index, (one, wanted) in enumerate(zip(found, expected, strict=False)):
            yield from differences(f"{where}[{index}]", one, wanted, is_part=is_part)
    elif not fits(found, expected):
        yield f"{where}: expected {told(expected)}, came {told(found)}"


def octets_differences(what: str, found: bytes | None, expected: str | bytes | re.Pattern[str]) -> list[str]:
    """Whether octets are what is expected, as text where text is."""
    if found is None:
        return [f"{what}: expected {told(expected)}, but there is none"]
    if isinstance(expected, bytes):
        return [] if found == expected else [f"{what}: expected {shown(expected)}, came {shown(found)}"]
    text = found.decode(errors="replace")
    return [] if fits(text, expected) else [f"{what}: expected {told(expected)}, came {told(text)}"]


def fits(found: object, expected: object) -> bool:
    """Equal; or text in which a pattern is found. True and 1 are not the same here."""
    if isinstance(expected, re.Pattern):
        return isinstance(found, str) and expected.search(found) is not None
    if isinstance(found, bool) != isinstance(expected, bool) and isinstance(expected, bool | int | float):
        return False
    return bool(expected == found)


def told(value: object) -> str:
    """A value in a failure's words, short."""
    if isinstance(value, re.Pattern):
        return f"/{value.pattern}/"
    text = repr(value)
    return text if len(text) <= 200 else text[:199] + "…"
