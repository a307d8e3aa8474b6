"""What an expression means, as a tree of frozen nodes. Names are resolved already; ``at`` is where in its text a node may go wrong."""

from typing import TypeAlias

from msgspec import Struct

from hubbub.templates.signature import Filter, Function


class Literal(Struct, frozen=True):
    """A value that was written down."""

    value: object


class Variable(Struct, frozen=True):
    """A declared name."""

    name: str


class Own(Struct, frozen=True):
    """A field of the message itself that stands further up."""

    name: str


class Field(Struct, frozen=True):
    """``of.name``"""

    of: "Node"
    name: str


class Item(Struct, frozen=True):
    """``of[index]``"""

    of: "Node"
    index: "Node"


class Call(Struct, frozen=True):
    """A function and its arguments."""

    function: Function
    arguments: tuple["Node", ...]
    at: int


class Piped(Struct, frozen=True):
    """``value | filter arguments``"""

    value: "Node"
    filter: Filter
    arguments: tuple["Node", ...]
    at: int


class Unary(Struct, frozen=True):
    """``!x`` and ``-x``"""

    operator: str
    operand: "Node"
    at: int


class Binary(Struct, frozen=True):
    """``left operator right``"""

    operator: str
    left: "Node"
    right: "Node"
    at: int


class Choice(Struct, frozen=True):
    """``condition ? then : otherwise``"""

    condition: "Node"
    then: "Node"
    otherwise: "Node"


class Items(Struct, frozen=True):
    """``[a, b]``"""

    members: tuple["Node", ...]


class Entries(Struct, frozen=True):
    """``{a: b}``"""

    members: tuple[tuple[str, "Node"], ...]


Node: TypeAlias = (
    Literal | Variable | Own | Field | Item | Call | Piped | Unary | Binary | Choice | Items | Entries
)
