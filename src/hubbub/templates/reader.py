"""From a tree of values with templates in it to pieces. Every string that is wrong is reported, so that one look at a file shows all that is to mend."""

from collections.abc import Mapping
from datetime import date

from hubbub.templates.compiler import Compute, Fixed, Ground, compiled
from hubbub.templates.limits import DEEPEST_TREE, MOST_NODES
from hubbub.templates.names import Names
from hubbub.templates.parser import parse_template
from hubbub.templates.pieces import Hole, Kept, ListOf, MapOf, Message, Mixed, Piece
from hubbub.templates.problems import BadTemplate, Mistake, Source, Steps, TemplateProblem
from hubbub.templates.values import kind_of, settled, text_of


def problem(source: Source, text: str, mistake: Mistake) -> TemplateProblem:
    """A mistake in a text, as it is told to people."""
    place = source.within(text, mistake.position)
    return TemplateProblem(place.path, place.line, place.column, mistake.what, mistake.advice)


def read_text(text: str, names: Names, source: Source, *, as_text: bool) -> Fixed | Hole | Mixed:
    """The piece of one string. Raises `Mistake`."""
    if "{{" not in text:
        return Fixed(_whole_characters(text))
    ground = Ground(source, text)
    parts: list[str | Compute] = [
        _whole_characters(part) if isinstance(part, str) else compiled(part, ground)
        for part in parse_template(text, names)
    ]
    if len(parts) == 1 and not isinstance(parts[0], str):
        compute = parts[0]
        if isinstance(compute, Fixed):
            return Fixed(text_of(compute.value) if as_text else settled(compute.value))
        return Hole(compute, as_text)
    if all(isinstance(part, str | Fixed) for part in parts):
        return Fixed("".join(text_of(part.value) if isinstance(part, Fixed) else str(part) for part in parts))
    return Mixed(tuple(text_of(part.value) if isinstance(part, Fixed) else part for part in parts))


def _whole_characters(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise Mistake(error.start, "half a character cannot be sent", "write the character itself") from None
    return text


class Reader:
    """Of one tree. ``problems`` grows while it reads."""

    __slots__ = ("_as_text", "_nodes", "_source", "names", "problems")

    def __init__(self, names: Names, source: Source, *, as_text: bool) -> None:
        self.names = names
        self._source = source
        self._as_text = as_text
        self._nodes = 0
        self.problems: list[TemplateProblem] = []

    def root(self, tree: object) -> Piece:
        """The tree; the fields of a map may refer to those above them."""
        if not isinstance(tree, Mapping):
            return self.piece(tree, ())
        self.names.is_whole_message = True
        entries: list[tuple[str | Hole | Mixed, Piece]] = []
        for key, value in tree.items():
            entries.append((self._key(key, (key,)), self.piece(value, (key,))))
            if isinstance(key, str):
                self.names.fields.setdefault(key, False)
        referred = {key for key, is_used in self.names.fields.items() if is_used}
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
        self._nodes += 1
        if self._nodes > MOST_NODES or len(steps) > DEEPEST_TREE:
            too = (
                f"nested in more than {DEEPEST_TREE} levels"
                if len(steps) > DEEPEST_TREE
                else f"of more than {MOST_NODES} values"
            )
            self._report(steps, f"this is a template {too}", "make several of it")
            raise BadTemplate(self.problems)
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
            return read_text(text, self.names, source, as_text=self._as_text)
        except Mistake as mistake:
            self.problems.append(problem(source, text, mistake))
            return Fixed(None)

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
