"""From a tree of values with templates in it to pieces. Every string that is wrong is reported, so that one look at a file shows all that is to mend."""

from collections.abc import Mapping
from datetime import date

from hubbub.templates.compiler import Fixed, Ground, compiled, known
from hubbub.templates.limits import DEEPEST_TREE, NODE
from hubbub.templates.names import Names
from hubbub.templates.parser import parse_template
from hubbub.templates.pieces import Hole, Kept, ListOf, MapOf, Message, Mixed, Part, Piece
from hubbub.templates.problems import BadTemplate, Mistake, Source, Steps, TemplateProblem
from hubbub.templates.values import kind_of, settled, text_of


def problem(source: Source, text: str, mistake: Mistake) -> TemplateProblem:
    """A mistake in a text, as it is told to people."""
    place = source.within(text, mistake.position)
    return TemplateProblem(place.path, place.line, place.column, mistake.what, mistake.advice)


def read_text(text: str, names: Names, source: Source, *, as_text: bool) -> Fixed | Hole | Mixed:
    """The piece of one string. Raises `Mistake`."""
    _check_characters(text)
    if "{{" not in text:
        return Fixed(text)
    ground = Ground(source, text)
    nodes = parse_template(text, names)
    if len(nodes) == 1 and not isinstance(nodes[0], str):
        compute = compiled(nodes[0], ground)
        if isinstance(compute, Fixed):
            return Fixed(text_of(compute.value) if as_text else settled(compute.value))
        return Hole(Part(compute, known(nodes[0])), as_text)
    parts: list[str | Part] = []
    for node in nodes:
        compute = Fixed(node) if isinstance(node, str) else compiled(node, ground)
        parts.append(text_of(compute.value) if isinstance(compute, Fixed) else Part(compute, known(node)))
    texts = [part for part in parts if isinstance(part, str)]
    return Fixed("".join(texts)) if len(texts) == len(parts) else Mixed(tuple(parts))


def _check_characters(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Mistake(error.start, "half a character cannot be sent", "write the character itself") from None


class Reader:
    """Of one tree. ``problems`` grows while it reads."""

    __slots__ = ("_as_text", "_source", "names", "problems")

    def __init__(self, names: Names, source: Source, *, as_text: bool) -> None:
        self.names = names
        self._source = source
        self._as_text = as_text
        self.problems: list[TemplateProblem] = []

    def root(self, tree: object) -> Piece:
        """The tree; the fields of a map may refer to those above them."""
        if not isinstance(tree, Mapping):
            return self.piece(tree, ())
        self.names.is_whole_message = True
        entries: list[tuple[str | Hole | Mixed, Piece]] = []
        for key, value in tree.items():
            before = self.names.size
            entries.append((self._key(key, (key,)), self.piece(value, (key,))))
            if isinstance(key, str):
                self.names.fields[key] = self.names.size - before
        referred = self.names.referred
        if not referred:
            return _map_of(entries)
        constants: dict[str, object] = {
            key: piece.value
            for key, piece in entries
            if isinstance(piece, Fixed) and isinstance(key, str) and key in referred
        }
        kept: list[tuple[str | Hole | Mixed, Piece]] = [
            (
                key,
                Kept(key, piece)
                if isinstance(key, str) and key in referred and key not in constants
                else piece,
            )
            for key, piece in entries
        ]
        return Message(MapOf(tuple(kept)), constants)

    def piece(self, value: object, steps: Steps) -> Piece:
        """The piece of a value. Raises `BadTemplate` for a tree without bounds."""
        if len(steps) > DEEPEST_TREE:
            self._report(steps, "this template is nested too deeply", f"{DEEPEST_TREE} levels are the most")
            raise BadTemplate(self.problems)
        self._count(NODE, steps)
        match value:
            case str():
                return self._text(value, steps)
            case None | bool() | int() | float():
                return Fixed(value)
            case Mapping():
                return _map_of(
                    [
                        (self._key(key, (*steps, key)), self.piece(each, (*steps, key)))
                        for key, each in value.items()
                    ]
                )
            case list() | tuple():
                members = [self.piece(each, (*steps, place)) for place, each in enumerate(value)]
                if all(isinstance(member, Fixed) for member in members):
                    return Fixed([member.value for member in members if isinstance(member, Fixed)])
                return ListOf(tuple(members))
            case date():  # YAML reads a plain 2026-11-27 so
                return Fixed(value.isoformat())
            case _:
                self._report(
                    steps,
                    f"{kind_of(value)} of type {type(value).__name__} is no value of a message",
                    "put it in quotes",
                )
                return Fixed(None)

    def _text(self, text: str, steps: Steps) -> Fixed | Hole | Mixed:
        source = self._source.at(steps)
        try:
            piece = read_text(text, self.names, source, as_text=self._as_text)
        except Mistake as mistake:
            self.problems.append(problem(source, text, mistake))
            return Fixed(None)
        self._count(max(len(text), len(text_of(piece.value)) if isinstance(piece, Fixed) else 0), steps)
        return piece

    def _count(self, size: int, steps: Steps) -> None:
        try:
            self.names.grow(size, 0)
        except Mistake as mistake:
            self._report(steps, mistake.what, mistake.advice)
            raise BadTemplate(self.problems) from None

    def _key(self, key: object, steps: Steps) -> str | Hole | Mixed:
        if not isinstance(key, str):
            return text_of(key)
        piece = self._text(key, steps)
        return text_of(piece.value) if isinstance(piece, Fixed) else piece

    def _report(self, steps: Steps, what: str, advice: str) -> None:
        place = self._source.at(steps)
        self.problems.append(TemplateProblem(place.path, place.line, place.column, what, advice))


def _map_of(entries: list[tuple[str | Hole | Mixed, Piece]]) -> Piece:
    constant: dict[str, object] = {}
    for key, piece in entries:
        if not isinstance(key, str) or not isinstance(piece, Fixed):
            return MapOf(tuple(entries))
        constant[key] = piece.value
    return Fixed(constant)
