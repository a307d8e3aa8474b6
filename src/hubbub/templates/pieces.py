"""A compiled tree, and the two ways to render it: as values, and straight to JSON.

For JSON all that is constant is one format string, written when the template is read; what moves is a flat list of holes in it, each with the
table that says how its value is written there. So a message costs its expressions and one ``%``.
"""

from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Final, TypeAlias

from msgspec import Struct

from hubbub.templates.compiler import Compute, Fixed
from hubbub.templates.scope import Scope
from hubbub.templates.times import Moment, Span
from hubbub.templates.values import TEXTS, TIMES, as_json, settled, text_of

Write: TypeAlias = Callable[..., str]


class Hole(Struct, frozen=True):
    """A string that is exactly one expression. ``as_text``: whatever comes is made text."""

    compute: Compute
    as_text: bool


class Mixed(Struct, frozen=True):
    """A string with expressions in it."""

    parts: tuple[str | Compute, ...]


class MapOf(Struct, frozen=True):
    """A map with something in it that moves. Keys may be templates, too."""

    entries: tuple[tuple["str | Hole | Mixed", "Piece"], ...]


class ListOf(Struct, frozen=True):
    """A list with something in it that moves."""

    members: tuple["Piece", ...]


class Kept(Struct, frozen=True):
    """A field of the message that others of its fields refer to."""

    name: str
    piece: "Piece"


class Message(Struct, frozen=True):
    """A map whose fields refer to each other. ``constants`` are those of them that do not move."""

    fields: MapOf
    constants: dict[str, object]


Piece: TypeAlias = Fixed | Hole | Mixed | MapOf | ListOf | Kept | Message


# As values.


def natively(piece: Piece) -> Compute:
    """What renders the piece as dicts, lists and scalars, new each time where they can be changed."""
    return NATIVE[type(piece)](piece)


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
    compute = piece.compute
    if piece.as_text:
        return lambda scope: text_of(compute(scope))

    def run(scope: Scope) -> object:
        value = compute(scope)
        return settled(value) if type(value) in TIMES else value

    return run


def _mixed(piece: Mixed) -> Compute:
    form, computes = pattern_of(piece.parts)
    return lambda scope: form % tuple([text_of(compute(scope)) for compute in computes])


def pattern_of(parts: tuple[str | Compute, ...]) -> tuple[str, list[Compute]]:
    """A format string, and what goes into it."""
    form = "".join(part.replace("%", "%%") if isinstance(part, str) else "%s" for part in parts)
    return form, [part for part in parts if not isinstance(part, str)]


def _map(piece: MapOf) -> Compute:
    if all(isinstance(key, str) for key, _ in piece.entries):
        return _map_of_known_keys({str(key): value for key, value in piece.entries})
    entries = [
        (Fixed(key) if isinstance(key, str) else natively(key), natively(value))
        for key, value in piece.entries
    ]
    return lambda scope: {text_of(key(scope)): value(scope) for key, value in entries}


def _map_of_known_keys(entries: dict[str, Piece]) -> Compute:
    pattern: dict[str, object] = {}
    moving: list[tuple[str, Compute]] = []
    for key, piece in entries.items():
        compute = natively(piece)
        pattern[key] = compute.value if isinstance(compute, Fixed) else None
        if not isinstance(compute, Fixed):
            moving.append((key, compute))

    def run(scope: Scope) -> object:
        made = pattern.copy()
        for key, compute in moving:
            made[key] = compute(scope)
        return made

    return run


def _list(piece: ListOf) -> Compute:
    members = [natively(member) for member in piece.members]
    return lambda scope: [member(scope) for member in members]


def _kept(piece: Kept) -> Compute:
    name, compute = piece.name, natively(piece.piece)

    def run(scope: Scope) -> object:
        value = scope.own[name] = compute(scope)
        return value

    return run


def _message(piece: Message) -> Compute:
    compute, constants = natively(piece.fields), piece.constants

    def run(scope: Scope) -> object:
        scope.own = constants.copy()
        return compute(scope)

    return run


NATIVE: Final[dict[type, Callable[..., Compute]]] = {
    Fixed: _fixed,
    Hole: _hole,
    Mixed: _mixed,
    MapOf: _map,
    ListOf: _list,
    Kept: _kept,
    Message: _message,
}


# As JSON.


class Writers(dict[type, Write]):
    """How each type of value is written into JSON; types not in it find theirs once."""

    def __init__(self, known: dict[type, Write], other: Write) -> None:
        super().__init__(known)
        self._other = other

    def __missing__(self, kind: type) -> Write:
        self[kind] = self._other
        return self._other


def _json(value: object) -> str:
    return as_json(value).decode()


def _float(value: float) -> str:
    written = repr(value)
    return written if written[-1] <= "9" else "null"  # JSON has no word for nan and inf


def _moment(value: Moment) -> str:
    return f'"{value.text}"'


def _escaped(value: str) -> str:
    return encode_basestring(value)[1:-1]


def _within(value: object) -> str:
    return encode_basestring(text_of(value))[1:-1]


AS_VALUE: Final = Writers(
    {
        str: encode_basestring,
        int: repr,
        float: _float,
        bool: TEXTS[bool],
        type(None): _json,
        Moment: _moment,
        Span: TEXTS[Span],
    },
    _json,
)
"""A value in its own right."""

WITHIN_TEXT: Final = Writers({str: _escaped, int: repr, float: repr}, _within)
"""A part of a text, whose quotation marks stand around it already."""


class Sheet:
    """The JSON of a piece while it is being laid out."""

    __slots__ = ("form", "holes")

    def __init__(self) -> None:
        self.form: list[str] = []
        self.holes: list[tuple[Compute, Writers]] = []

    def constant(self, text: str) -> None:
        """What never changes."""
        self.form.append(text.replace("%", "%%"))

    def hole(self, compute: Compute, writers: Writers) -> None:
        """What does."""
        self.form.append("%s")
        self.holes.append((compute, writers))


def in_json(piece: Piece) -> Callable[[Scope], bytes]:
    """What renders the piece as JSON octets."""
    sheet = Sheet()
    lay_out(piece.fields if isinstance(piece, Message) else piece, sheet)
    form, holes = "".join(sheet.form), sheet.holes
    if not holes:
        octets = (form % ()).encode()
        return lambda scope: octets  # noqa: ARG005 - every computation has one shape

    def render(scope: Scope) -> bytes:
        filled = [writers[type(value := compute(scope))](value) for compute, writers in holes]
        return (form % tuple(filled)).encode("utf-8", "replace")

    if not isinstance(piece, Message):
        return render
    constants = piece.constants

    def render_message(scope: Scope) -> bytes:
        scope.own = constants.copy()
        return render(scope)

    return render_message


def lay_out(piece: Piece, sheet: Sheet) -> None:
    """Write the piece onto the sheet."""
    LAYOUTS[type(piece)](piece, sheet)


def _lay_fixed(piece: Fixed, sheet: Sheet) -> None:
    sheet.constant(_json(piece.value))


def _lay_hole(piece: Hole, sheet: Sheet) -> None:
    if not piece.as_text:
        sheet.hole(piece.compute, AS_VALUE)
        return
    sheet.constant('"')
    sheet.hole(piece.compute, WITHIN_TEXT)
    sheet.constant('"')


def _lay_mixed(piece: Mixed, sheet: Sheet) -> None:
    sheet.constant('"')
    for part in piece.parts:
        if isinstance(part, str):
            sheet.constant(encode_basestring(part)[1:-1])
        else:
            sheet.hole(part, WITHIN_TEXT)
    sheet.constant('"')


def _lay_map(piece: MapOf, sheet: Sheet) -> None:
    mark = "{"
    for key, value in piece.entries:
        sheet.constant(mark)
        if isinstance(key, str):
            sheet.constant(encode_basestring(key))
        else:
            lay_out(Hole(natively(key), as_text=True), sheet)
        sheet.constant(":")
        lay_out(value, sheet)
        mark = ","
    sheet.constant("}")


def _lay_list(piece: ListOf, sheet: Sheet) -> None:
    mark = "["
    for member in piece.members:
        sheet.constant(mark)
        lay_out(member, sheet)
        mark = ","
    sheet.constant("]")


def _lay_kept(piece: Kept, sheet: Sheet) -> None:
    sheet.hole(_kept(piece), AS_VALUE)


LAYOUTS: Final[dict[type, Callable[..., None]]] = {
    Fixed: _lay_fixed,
    Hole: _lay_hole,
    Mixed: _lay_mixed,
    MapOf: _lay_map,
    ListOf: _lay_list,
    Kept: _lay_kept,
}
