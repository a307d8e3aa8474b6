"""Whether a value is of an option's kind, and the words for it when it is not.

Files must give the type itself (``port: 9092``, not ``port: "9092"``); text from flags and the environment is first read into what
the option asks for (`text`), so that both end in one check and one wording.
"""

import re
from collections.abc import Mapping, Sequence

from msgspec import inspect

from hubbub.documents.problems import Problem, nearest
from hubbub.documents.tree import Node, is_list
from hubbub.settings.options import unwrapped
from hubbub.settings.wording import described, described_value, remedy


class Refused(Exception):  # noqa: N818 - the value was
    """Holds the problems of one value."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__()
        self.problems = problems


def accept(node: Node, kind: inspect.Type, key: str) -> object:
    """The node as a plain value of this kind, ready for `msgspec.convert`. Raises `Refused` with all that is wrong in it."""
    kind, _, _ = unwrapped(kind)
    value = node.value
    match kind:
        case inspect.UnionType(types=types):
            return accept_any(node, types, key)
        case inspect.StructType() if isinstance(value, Mapping):
            return accept_fields(node, value, kind, key)
        case inspect.DictType(value_type=inner) if isinstance(value, Mapping):
            return gather({name: (item, inner, f"{key}.{name}") for name, item in value.items()})
        case inspect.ListType(item_type=inner) | inspect.VarTupleType(item_type=inner) if is_list(value):
            numbered = {str(place): (item, inner, f"{key}[{place}]") for place, item in enumerate(value)}
            return list(gather(numbered).values())
        case inspect.FloatType() if isinstance(value, int) and not isinstance(value, bool):
            return accept_scalar(node, float(value), kind, key)
        case _:
            return accept_scalar(node, value, kind, key)


def accept_any(node: Node, types: Sequence[inspect.Type], key: str) -> object:
    """The first that fits. Where none does, the words are those of the one that is not `None`."""
    refused = Refused()
    for kind in types:
        try:
            return accept(node, kind, key)
        except Refused as why:
            if not isinstance(kind, inspect.NoneType):
                refused = why
    raise refused


def accept_fields(
    node: Node, entries: Mapping[str, Node], kind: inspect.StructType, key: str
) -> dict[str, object]:
    """A struct inside a list, such as one declared topic: unknown fields are problems, and so are missing ones."""
    known = {field.encode_name: field for field in kind.fields}
    faults = [
        unknown_key(name, known, key, item.where) for name, item in entries.items() if name not in known
    ]
    faults += [
        Problem(node.where, f"{key}.{name} is missing", f"add {name}")
        for name, field in known.items()
        if field.required and name not in entries
    ]
    wanted = {
        name: (item, known[name].type, f"{key}.{name}") for name, item in entries.items() if name in known
    }
    try:
        taken = gather(wanted)
    except Refused as why:
        raise Refused(*faults, *why.problems) from None
    if faults:
        raise Refused(*faults)
    return taken


def unknown_key(name: str, known: Mapping[str, object], above: str, where: str) -> Problem:
    """The one wording for a key nobody knows."""
    full = f"{above}.{name}" if above else name
    near = nearest(name, known)
    advice = f"did you mean {near!r}?" if near else f"known here are: {', '.join(sorted(known))}"
    return Problem(where, f"{full} is no option", advice)


def gather(items: Mapping[str, tuple[Node, inspect.Type, str]]) -> dict[str, object]:
    """All values, or all problems."""
    taken: dict[str, object] = {}
    problems: list[Problem] = []
    for name, (node, kind, key) in items.items():
        try:
            taken[name] = accept(node, kind, key)
        except Refused as why:
            problems += why.problems
    if problems:
        raise Refused(*problems)
    return taken


def accept_scalar(node: Node, value: object, kind: inspect.Type, key: str) -> object:
    """A value with no nodes in it: its type is checked by `fits`, its bounds by the words that describe them."""
    if not fits(value, kind):
        raise refusal(node, kind, key)
    return value


def refusal(node: Node, kind: inspect.Type, key: str) -> Refused:
    """The one wording for a value of the wrong kind."""
    return Refused(
        Problem(
            node.where, f"{key} must be {described(kind)}, not {described_value(node.value)}", remedy(kind)
        )
    )


def fits(value: object, kind: inspect.Type) -> bool:
    """Whether a plain value is of a scalar kind and within its bounds."""
    match kind:
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.IntType():
            return isinstance(value, int) and not isinstance(value, bool) and within(value, kind)
        case inspect.FloatType():
            return isinstance(value, float) and within(value, kind)
        case inspect.StrType(min_length=shortest, max_length=longest, pattern=pattern):
            return (
                isinstance(value, str)
                and (shortest is None or len(value) >= shortest)
                and (longest is None or len(value) <= longest)
                and (pattern is None or re.search(pattern, value) is not None)
            )
        case inspect.LiteralType(values=values):
            return any(value == choice and type(value) is type(choice) for choice in values)
        case inspect.EnumType(cls=members):
            return value in [member.value for member in members]
        case inspect.NoneType():
            return value is None
        case _:
            return False


def within(value: float, kind: inspect.IntType | inspect.FloatType) -> bool:
    """The bounds of `Meta`."""
    return (
        (kind.ge is None or value >= kind.ge)
        and (kind.gt is None or value > kind.gt)
        and (kind.le is None or value <= kind.le)
        and (kind.lt is None or value < kind.lt)
        and (kind.multiple_of is None or value % kind.multiple_of == 0)
    )
