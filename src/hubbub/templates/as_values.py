"""Rendering as values: dicts, lists and scalars, new each time where they can be changed."""

from collections.abc import Callable
from typing import Final

from hubbub.templates.compiler import Compute, Fixed
from hubbub.templates.pieces import Hole, Kept, ListOf, MapOf, Message, Mixed, Part, Piece
from hubbub.templates.scope import Scope
from hubbub.templates.signature import Known
from hubbub.templates.values import TIMES, settled, text_of


def as_values(piece: Piece) -> Compute:
    """What renders the piece."""
    return RENDERERS[type(piece)](piece)


def said(part: Part) -> Compute:
    """What gives an expression's value in a form that ``%s`` makes the right text of."""
    compute = part.compute
    if part.known is Known.NOTHING:
        return lambda scope: text_of(compute(scope))
    return compute


def _fixed(piece: Fixed) -> Compute:
    if not isinstance(piece.value, dict | list):
        return piece
    value = piece.value
    return lambda scope: copied(value)  # noqa: ARG005 - every computation has one shape


def copied(value: object) -> object:
    """The value with maps and lists of its own."""
    if type(value) is dict:
        return {key: copied(each) for key, each in value.items()}
    if type(value) is list:
        return [copied(each) for each in value]
    return value


def _hole(piece: Hole) -> Compute:
    compute, known = piece.part.compute, piece.part.known
    if piece.as_text:
        return lambda scope: text_of(compute(scope))
    if known is Known.NUMBER or known is Known.PLAIN:
        return compute

    def run(scope: Scope) -> object:
        value = compute(scope)
        return settled(value) if type(value) in TIMES else value

    return run


def _mixed(piece: Mixed) -> Compute:
    form = "".join(part.replace("%", "%%") if isinstance(part, str) else "%s" for part in piece.parts)
    computes = [said(part) for part in piece.parts if not isinstance(part, str)]
    return lambda scope: form % tuple([compute(scope) for compute in computes])


def _map(piece: MapOf) -> Compute:
    known = {key: as_values(value) for key, value in piece.entries if isinstance(key, str)}
    if len(known) == len(piece.entries):
        return _map_of_known_keys(known)
    entries = [
        (Fixed(key) if isinstance(key, str) else as_values(key), as_values(value))
        for key, value in piece.entries
    ]
    return lambda scope: {text_of(key(scope)): value(scope) for key, value in entries}


def _map_of_known_keys(entries: dict[str, Compute]) -> Compute:
    """What stays is copied as a whole, in its order; what moves is put into its place."""
    pattern = {key: compute.value if isinstance(compute, Fixed) else None for key, compute in entries.items()}
    moving = [(key, compute) for key, compute in entries.items() if not isinstance(compute, Fixed)]

    def run(scope: Scope) -> object:
        made = pattern.copy()
        for key, compute in moving:
            made[key] = compute(scope)
        return made

    return run


def _list(piece: ListOf) -> Compute:
    members = [as_values(member) for member in piece.members]
    return lambda scope: [member(scope) for member in members]


def kept(piece: Kept) -> Compute:
    """What renders the field and lays it where others find it."""
    name, compute = piece.name, as_values(piece.piece)

    def run(scope: Scope) -> object:
        value = scope.own[name] = compute(scope)
        return value

    return run


def _message(piece: Message) -> Compute:
    compute, constants = as_values(piece.fields), piece.constants

    def run(scope: Scope) -> object:
        scope.own = constants.copy()
        return compute(scope)

    return run


RENDERERS: Final[dict[type, Callable[..., Compute]]] = {
    Fixed: _fixed,
    Hole: _hole,
    Mixed: _mixed,
    MapOf: _map,
    ListOf: _list,
    Kept: kept,
    Message: _message,
}
