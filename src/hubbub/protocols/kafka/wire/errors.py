"""The error codes in a reply, wherever they stand in it: for who counts them."""

from collections.abc import Iterator
from functools import cache
from typing import get_args

from msgspec import Struct
from msgspec.structs import fields


@cache
def places(reply: type[Struct]) -> tuple[bool, tuple[str, ...]]:
    """Whether a struct has an error code itself, and the fields below which others may stand."""
    below = [field.name for field in fields(reply) if any(holds(kind) for kind in parts(field.type))]
    return "error_code" in reply.__struct_fields__, tuple(below)


def parts(kind: object) -> tuple[object, ...]:
    """A type and those it is made of: a sequence of structs, or none."""
    return (kind, *(inner for each in get_args(kind) for inner in parts(each)))


def holds(kind: object) -> bool:
    """Whether there may be an error code in it."""
    return isinstance(kind, type) and issubclass(kind, Struct) and any(places(kind))


def errors_in(reply: Struct) -> Iterator[tuple[int, str]]:
    """Each error code that is not 0, with its message where there is one."""
    has_own, below = places(type(reply))
    if has_own:
        code = getattr(reply, "error_code", 0)
        if code:
            yield code, getattr(reply, "error_message", None) or ""
    for name in below:
        inner = getattr(reply, name)
        if isinstance(inner, Struct):
            yield from errors_in(inner)
        else:
            for each in inner or ():
                yield from errors_in(each)
