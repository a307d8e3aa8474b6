"""Rendering straight to JSON octets.

All that is constant is one format string, written when the template is read; what moves is a flat list of holes in it. Where a value is known to be
a number or text without quotation marks, ``%`` writes it; any other goes through a table of writers. So a message costs its expressions
and one ``%``.
"""

from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Final, TypeAlias

from hubbub.templates.as_values import kept
from hubbub.templates.compiler import Compute, Fixed
from hubbub.templates.pieces import Hole, Kept, ListOf, MapOf, Message, Mixed, Part, Piece
from hubbub.templates.scope import Scope
from hubbub.templates.signature import Known
from hubbub.templates.times import Moment, Span
from hubbub.templates.values import TEXTS, json_of, text_of

Write: TypeAlias = Callable[..., str]


class Writers(dict[type, Write]):
    """How each type of value is written; types not in it find their way once."""

    def __init__(self, known: dict[type, Write], other: Write) -> None:
        super().__init__(known)
        self._other = other

    def __missing__(self, kind: type) -> Write:
        self[kind] = self._other
        return self._other


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
        type(None): json_of,
        Moment: _moment,
        Span: TEXTS[Span],
    },
    json_of,
)
"""A value in its own right."""

WITHIN_TEXT: Final = Writers({str: _escaped, int: repr, float: repr}, _within)
"""A part of a text, whose quotation marks stand around it already."""


def written(compute: Compute, writers: Writers) -> Compute:
    """What gives a value as it is written."""
    return lambda scope: writers[type(value := compute(scope))](value)


class Sheet:
    """The JSON of a piece while it is being laid out."""

    __slots__ = ("form", "holes")

    def __init__(self) -> None:
        self.form: list[str] = []
        self.holes: list[Compute] = []

    def constant(self, text: str) -> None:
        """What never changes."""
        self.form.append(text.replace("%", "%%"))

    def hole(self, compute: Compute) -> None:
        """What does."""
        self.form.append("%s")
        self.holes.append(compute)


def as_json(piece: Piece) -> Callable[[Scope], bytes]:
    """What renders the piece."""
    sheet = Sheet()
    lay_out(piece.fields if isinstance(piece, Message) else piece, sheet)
    form, holes = "".join(sheet.form), sheet.holes
    if not holes:
        octets = (form % ()).encode()
        return lambda scope: octets  # noqa: ARG005 - every computation has one shape

    def render(scope: Scope) -> bytes:
        return (form % tuple([compute(scope) for compute in holes])).encode("utf-8", "replace")

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
    sheet.constant(json_of(piece.value))


def _lay_hole(piece: Hole, sheet: Sheet) -> None:
    if piece.as_text:
        _lay_text((piece.part,), sheet)
    elif piece.part.known is Known.NOTHING:
        sheet.hole(written(piece.part.compute, AS_VALUE))
    elif piece.part.known is Known.NUMBER:
        sheet.hole(piece.part.compute)
    else:
        _lay_text((piece.part,), sheet)


def _lay_mixed(piece: Mixed, sheet: Sheet) -> None:
    _lay_text(piece.parts, sheet)


def _lay_text(parts: tuple[str | Part, ...], sheet: Sheet) -> None:
    sheet.constant('"')
    for part in parts:
        if isinstance(part, str):
            sheet.constant(_escaped(part))
        elif part.known is Known.NOTHING:
            sheet.hole(written(part.compute, WITHIN_TEXT))
        else:
            sheet.hole(part.compute)
    sheet.constant('"')


def _lay_map(piece: MapOf, sheet: Sheet) -> None:
    mark = "{"
    for key, value in piece.entries:
        sheet.constant(mark)
        if isinstance(key, str):
            sheet.constant(encode_basestring(key))
        else:
            _lay_text(key.parts if isinstance(key, Mixed) else (key.part,), sheet)
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
    sheet.hole(written(kept(piece), AS_VALUE))


LAYOUTS: Final[dict[type, Callable[..., None]]] = {
    Fixed: _lay_fixed,
    Hole: _lay_hole,
    Mixed: _lay_mixed,
    MapOf: _lay_map,
    ListOf: _lay_list,
    Kept: _lay_kept,
}
