"""Text from a flag or the environment, read into what the option asks for. What does not fit stays text, for `kinds` to refuse.

Lists are written with commas or, like everything that has parts of its own, as JSON.
"""

import re
from typing import Final

import msgspec
from msgspec import inspect

from hubbub.documents.tree import Node
from hubbub.settings.options import unwrapped

SWITCHES: Final = {
    "true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False,
}  # fmt: skip
WHOLE: Final = re.compile(r"[+-]?\d+")


def from_text(text: str, kind: inspect.Type, where: str) -> Node:
    """A node with the value that the text stands for."""
    kind, _, _ = unwrapped(kind)
    match kind:
        case inspect.BoolType():
            return Node(SWITCHES.get(text.strip().lower(), text), where)
        case inspect.IntType():
            return Node(int(text) if WHOLE.fullmatch(text.strip()) else text, where)
        case inspect.FloatType():
            try:
                return Node(float(text), where)
            except ValueError:
                return Node(text, where)
        case inspect.UnionType(types=types):
            if text.strip().lower() in {"", "none"} and any(
                isinstance(each, inspect.NoneType) for each in types
            ):
                return Node(None, where)
            return from_text(
                text, next(each for each in types if not isinstance(each, inspect.NoneType)), where
            )
        case inspect.ListType(item_type=inner) | inspect.VarTupleType(item_type=inner) if (
            not text.lstrip().startswith("[")
        ):
            parts = [part.strip() for part in text.split(",")] if text.strip() else []
            return Node([from_text(part, inner, where) for part in parts], where)
        case inspect.ListType() | inspect.VarTupleType() | inspect.DictType() | inspect.StructType():
            try:
                return from_plain(msgspec.json.decode(text), where)
            except msgspec.DecodeError:
                return Node(text, where)
        case _:
            return Node(text, where)


def from_plain(value: object, where: str) -> Node:
    """A tree of nodes that all stand at one place."""
    if isinstance(value, dict):
        return Node({str(key): from_plain(item, where) for key, item in value.items()}, where)
    if isinstance(value, list):
        return Node([from_plain(item, where) for item in value], where)
    if value is None or isinstance(value, str | int | float | bool):
        return Node(value, where)
    raise TypeError(f"JSON holds no {type(value).__name__}")
