"""Kinds and values in words, for messages, help and docs."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec import inspect
from msgspec.structs import fields

from hubbub.documents.tree import Node, Scalar, is_list
from hubbub.settings.options import Option, Path, is_secret, unwrapped

LONGEST_QUOTE: Final = 40
VEIL: Final = "(set)"


def described(kind: inspect.Type) -> str:
    """A kind in words: "a whole number from 0 to 65535"."""
    kind, _, _ = unwrapped(kind)
    match kind:
        case inspect.BoolType():
            return "true or false"
        case inspect.IntType():
            return f"a whole number{bounds(kind)}"
        case inspect.FloatType():
            return f"a number{bounds(kind)}"
        case inspect.StrType(pattern=pattern):
            return "text" if pattern is None else f"text like {pattern}"
        case inspect.LiteralType(values=values):
            return one_of([str(value) for value in values])
        case inspect.EnumType(cls=members):
            return one_of([str(member.value) for member in members])
        case inspect.UnionType(types=types):
            return " or ".join(described(each) for each in types)
        case inspect.NoneType():
            return "none"
        case inspect.ListType(item_type=inner) | inspect.VarTupleType(item_type=inner):
            return f"a list, each of it {described(inner)}"
        case inspect.DictType(value_type=inner):
            return f"a mapping of names, each to {described(inner)}"
        case inspect.StructType(fields=known):
            return f"a mapping with {', '.join(field.encode_name for field in known)}"
        case _:
            return type(kind).__name__


def one_of(choices: Sequence[str]) -> str:
    """The choices in words."""
    return choices[0] if len(choices) == 1 else f"{', '.join(choices[:-1])} or {choices[-1]}"


def bounds(kind: inspect.IntType | inspect.FloatType) -> str:
    """The bounds in words, " " in front, or nothing."""
    if kind.ge is not None and kind.le is not None:
        return f" from {kind.ge} to {kind.le}"
    words = [
        f"{word} {bound}"
        for word, bound in (
            ("at least", kind.ge),
            ("above", kind.gt),
            ("at most", kind.le),
            ("below", kind.lt),
        )
        if bound is not None
    ]
    return f" {' and '.join(words)}" if words else ""


def described_value(value: "Scalar | Sequence[Node] | Mapping[str, Node]") -> str:
    """What was found, recognisable and short."""
    if isinstance(value, Mapping):
        return "a mapping"
    if is_list(value):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'the text "{value if len(value) <= LONGEST_QUOTE else value[: LONGEST_QUOTE - 3] + "..."}"'
    return str(value)


def remedy(kind: inspect.Type) -> str:
    """What to write instead."""
    match kind:
        case inspect.BoolType():
            return "write true or false, without quotes"
        case inspect.IntType() | inspect.FloatType():
            return (
                "write a number within these bounds, without quotes"
                if bounds(kind)
                else "write a number, without quotes"
            )
        case inspect.LiteralType() | inspect.EnumType():
            return "write one of them"
        case inspect.StrType():
            return "put it in quotes"
        case inspect.ListType() | inspect.VarTupleType():
            return "write each item on a line of its own after a dash"
        case _:
            return "write one `name: value` on each line, further to the right"


def shown(option: Option, value: object) -> str:
    """A value as it may be printed and, being JSON, stand in a file; a secret that is set is not shown."""
    return msgspec.json.encode(VEIL if option.is_secret and value else veiled(value)).decode()


def veiled(value: object) -> object:
    """A value without the secrets inside of it, such as the passwords in a list of users."""
    if isinstance(value, list | tuple):
        return [veiled(item) for item in value]
    if isinstance(value, msgspec.Struct):
        inside = {field.name: (is_secret(field.type), getattr(value, field.name)) for field in fields(value)}
        return {name: VEIL if secret and item else veiled(item) for name, (secret, item) in inside.items()}
    return value


def value_of(settings: msgspec.Struct, path: Path) -> object:
    """What an option is in these settings."""
    value: object = settings
    for name in path:
        value = getattr(value, name)
    return value
