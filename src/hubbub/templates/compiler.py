"""From `syntax` to closures: every node becomes a function from a `Scope` to a value, once, and is called for every message.

What does not depend on the scope is worked out here, and its errors are found here; what remains raises `TemplateFault` with its place.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from msgspec import Struct

from hubbub.templates import values
from hubbub.templates.faker.numbers import FLOAT
from hubbub.templates.filters import ROUND
from hubbub.templates.functions import CHOICE, WEIGHTED
from hubbub.templates.problems import Mistake, Source, TemplateFault, Unfit
from hubbub.templates.scope import Scope
from hubbub.templates.signature import Known, arranged, check_count, usage
from hubbub.templates.syntax import (
    Binary,
    Call,
    Choice,
    Entries,
    Field,
    Item,
    Items,
    Literal,
    Node,
    Own,
    Piped,
    Unary,
    Variable,
)
from hubbub.templates.values import is_plain, is_there, settled

Compute: TypeAlias = Callable[[Scope], object]


class Fixed:
    """A value that is the same in every scope."""

    __slots__ = ("value",)

    def __init__(self, value: object) -> None:
        self.value = value

    def __call__(self, scope: Scope) -> object:  # noqa: ARG002 - every computation has one shape
        return self.value


class Ground(Struct, frozen=True):
    """What a text stands on: where it comes from, so that faults can say so."""

    source: Source
    text: str

    def fault(self, at: int, unfit: Unfit) -> TemplateFault:
        """What to raise while rendering."""
        return TemplateFault(self.source.within(self.text, at), str(unfit))


def compiled(node: Node, ground: Ground) -> Compute:
    """The computation of a node. Raises `Mistake`."""
    return COMPILERS[type(node)](node, ground)


def known(node: Node | str) -> Known:
    """What is known of a node's value before it is drawn."""
    match node:
        case Call(function=function, arguments=arguments) if function is CHOICE or function is WEIGHTED:
            return _known_choice(arguments)
        case Call(function=function):
            return function.gives
        case Piped(value=value, filter=used) if known(value) is not Known.NOTHING:
            return used.gives
        case _:
            return Known.NOTHING


def _known_choice(arguments: tuple[Node, ...]) -> Known:
    """Of choices that are all written down."""
    choices = arguments[0].members if isinstance(arguments[0], Items) else arguments
    values_of = [choice.value for choice in choices if isinstance(choice, Literal)]
    if len(values_of) == len(choices):
        if all(type(value) is str and is_plain(value) for value in values_of):
            return Known.PLAIN
        if all(type(value) in values.NUMBERS for value in values_of):
            return Known.NUMBER
    return Known.NOTHING


def _literal(node: Literal, ground: Ground) -> Compute:  # noqa: ARG001 - all compilers have one shape
    return Fixed(node.value)


def _variable(node: Variable, ground: Ground) -> Compute:  # noqa: ARG001
    name = node.name
    return lambda scope: scope.values.get(name)


def _own(node: Own, ground: Ground) -> Compute:  # noqa: ARG001
    name = node.name
    return lambda scope: scope.own.get(name)


def _field(node: Field, ground: Ground) -> Compute:
    of, name, field = compiled(node.of, ground), node.name, values.field
    if isinstance(of, Fixed):
        return Fixed(field(of.value, name))
    return lambda scope: field(of(scope), name)


def _item(node: Item, ground: Ground) -> Compute:
    of, index, item = compiled(node.of, ground), compiled(node.index, ground), values.item
    if isinstance(of, Fixed) and isinstance(index, Fixed):
        return Fixed(item(of.value, index.value))
    return lambda scope: item(of(scope), index(scope))


def _call(node: Call, ground: Ground) -> Compute:
    function, at = node.function, node.at
    arguments = [compiled(argument, ground) for argument in node.arguments]
    if all(isinstance(argument, Fixed) for argument in arguments):
        try:
            return function.make(*arranged(function, [_value(argument) for argument in arguments]))
        except Unfit as unfit:
            raise Mistake(at, str(unfit), f"it is used as {usage(function)}") from None
    _check_count(node)

    def run(scope: Scope) -> object:
        try:
            return function.make(*arranged(function, [argument(scope) for argument in arguments]))(scope)
        except Unfit as unfit:
            raise ground.fault(at, unfit) from None

    return run


def _piped(node: Piped, ground: Ground) -> Compute:
    if rounded := _rounded(node):
        return _call(rounded, ground)
    value, used, at = compiled(node.value, ground), node.filter, node.at
    arguments = [compiled(argument, ground) for argument in node.arguments]
    if not all(isinstance(argument, Fixed) for argument in arguments):
        _check_count(node)

        def run_anew(scope: Scope) -> object:
            try:
                return used.make(*arranged(used, [argument(scope) for argument in arguments]))(value(scope))
            except Unfit as unfit:
                raise ground.fault(at, unfit) from None

        return run_anew
    try:
        change = used.make(*arranged(used, [_value(argument) for argument in arguments]))
        if isinstance(value, Fixed):
            return Fixed(change(value.value))
    except Unfit as unfit:
        raise Mistake(at, str(unfit), f"it is used as | {usage(used)}") from None

    def run(scope: Scope) -> object:
        try:
            return change(value(scope))
        except Unfit as unfit:
            raise ground.fault(at, unfit) from None

    return run


def _rounded(node: Piped) -> Call | None:
    """``faker.float 1 9 | round 2`` is ``faker.float 1 9 2``: fixtures are full of it, and one call is half of two."""
    drawn, digits = node.value, node.arguments
    if node.filter is ROUND and isinstance(drawn, Call) and drawn.function is FLOAT and len(digits) == 1:
        bounds = drawn.arguments
        if len(bounds) == 2 and all(isinstance(each, Literal) for each in (*bounds, *digits)):
            return Call(FLOAT, (*bounds, *digits), node.at)
    return None


def _check_count(node: Call | Piped) -> None:
    called = node.function if isinstance(node, Call) else node.filter
    try:
        check_count(called, len(node.arguments))
    except Unfit as unfit:
        raise Mistake(node.at, str(unfit), f"it is used as {usage(called)}") from None


def _value(compute: Compute) -> object:
    return compute.value if isinstance(compute, Fixed) else None


def _unary(node: Unary, ground: Ground) -> Compute:
    operand = compiled(node.operand, ground)
    if node.operator == "!":
        if isinstance(operand, Fixed):
            return Fixed(not is_there(operand.value))
        return lambda scope: not is_there(operand(scope))
    return _operated(lambda left, right: values.negative(right), Fixed(None), operand, ground, node.at)  # noqa: ARG005


def _binary(node: Binary, ground: Ground) -> Compute:
    left, right = compiled(node.left, ground), compiled(node.right, ground)
    if node.operator in JOINING:
        return JOINING[node.operator](left, right)
    return _operated(OPERATIONS[node.operator], left, right, ground, node.at)


def _operated(
    work: Callable[[object, object], object], left: Compute, right: Compute, ground: Ground, at: int
) -> Compute:
    if isinstance(left, Fixed) and isinstance(right, Fixed):
        try:
            return Fixed(work(left.value, right.value))
        except Unfit as unfit:
            raise Mistake(at, str(unfit), "this cannot be worked out") from None

    def run(scope: Scope) -> object:
        try:
            return work(left(scope), right(scope))
        except Unfit as unfit:
            raise ground.fault(at, unfit) from None

    return run


def _either(left: Compute, right: Compute) -> Compute:
    def run(scope: Scope) -> object:
        value = left(scope)
        return value if is_there(value) else right(scope)

    return run


def _both(left: Compute, right: Compute) -> Compute:
    def run(scope: Scope) -> object:
        value = left(scope)
        return right(scope) if is_there(value) else value

    return run


def _unless_null(left: Compute, right: Compute) -> Compute:
    def run(scope: Scope) -> object:
        value = left(scope)
        return right(scope) if value is None else value

    return run


def _choice(node: Choice, ground: Ground) -> Compute:
    condition = compiled(node.condition, ground)
    then, otherwise = compiled(node.then, ground), compiled(node.otherwise, ground)
    return lambda scope: then(scope) if is_there(condition(scope)) else otherwise(scope)


def _items(node: Items, ground: Ground) -> Compute:
    members = [compiled(member, ground) for member in node.members]
    if all(isinstance(member, Fixed) for member in members):
        return Fixed([settled(_value(member)) for member in members])
    return lambda scope: [settled(member(scope)) for member in members]


def _entries(node: Entries, ground: Ground) -> Compute:
    members = [(key, compiled(member, ground)) for key, member in node.members]
    if all(isinstance(member, Fixed) for _, member in members):
        return Fixed({key: settled(_value(member)) for key, member in members})
    return lambda scope: {key: settled(member(scope)) for key, member in members}


OPERATIONS: Final[dict[str, Callable[[object, object], object]]] = {
    "+": values.add,
    "-": values.subtract,
    "*": values.multiply,
    "/": values.divide,
    "%": values.remainder,
    "==": values.equal,
    "!=": values.unequal,
    "<": values.below,
    "<=": values.below_or_equal,
    ">": values.above,
    ">=": values.above_or_equal,
    "in": values.is_in,
}

JOINING: Final = {"||": _either, "or": _either, "&&": _both, "and": _both, "??": _unless_null}
"""Operators that may leave out their right side. ``??`` stands in no text: it joins context with the message's own fields."""

COMPILERS: Final[dict[type, Callable[..., Compute]]] = {
    Literal: _literal,
    Variable: _variable,
    Own: _own,
    Field: _field,
    Item: _item,
    Call: _call,
    Piped: _piped,
    Unary: _unary,
    Binary: _binary,
    Choice: _choice,
    Items: _items,
    Entries: _entries,
}
