"""Templates: whole trees of values as YAML and JSON have them, texts, and conditions, compiled once and rendered for every message.

A string that is exactly one expression becomes that expression's own value (a number, a boolean, a list); one with more around it becomes
text. Values that were put in are never read as templates again.
"""

from collections.abc import Callable, Iterable
from typing import TypeAlias

from hubbub.templates.as_json import as_json
from hubbub.templates.as_values import as_values
from hubbub.templates.compiler import Fixed, Ground, compiled
from hubbub.templates.names import Names
from hubbub.templates.parser import parse_condition
from hubbub.templates.pieces import Piece
from hubbub.templates.problems import BadTemplate, Mistake, Source
from hubbub.templates.reader import Reader, problem, read_text
from hubbub.templates.scope import Scope
from hubbub.templates.values import is_there, text_of

Condition: TypeAlias = Callable[[Scope], bool]
"""May raise `TemplateFault`."""


class Template:
    """A compiled tree.

    ``uses`` names the variables that it looks at, with the first field where one is asked for: ``id``, ``context.order_id``. ``render`` gives the
    tree, new in every part that can be changed; ``render_json`` the same as JSON in UTF-8. Both raise `TemplateFault`.
    """

    __slots__ = ("is_constant", "render", "render_json", "uses")

    def __init__(self, piece: Piece, uses: frozenset[str]) -> None:
        self.is_constant = isinstance(piece, Fixed)
        self.uses = uses
        self.render: Callable[[Scope], object] = as_values(piece)
        self.render_json: Callable[[Scope], bytes] = as_json(piece)


class TextTemplate:
    """A compiled text. ``render`` gives text always, and raises `TemplateFault`."""

    __slots__ = ("is_constant", "render", "uses")

    def __init__(self, piece: Piece, uses: frozenset[str]) -> None:
        compute = as_values(piece)
        self.is_constant = isinstance(piece, Fixed)
        self.uses = uses
        self.render: Callable[[Scope], str] = lambda scope: text_of(compute(scope))


def compile_template(
    tree: object, names: Iterable[str], source: Source, *, as_text: bool = False
) -> Template:
    """A tree of maps, lists, strings, numbers, booleans and nulls. ``names`` are the variables that scopes will have.

    ``as_text``: an expression gives text even where it stands alone in its string. Raises `BadTemplate`.
    """
    reader = Reader(Names(names), source, as_text=as_text)
    piece = reader.root(tree)
    if reader.problems:
        raise BadTemplate(reader.problems)
    return Template(piece, frozenset(reader.names.used))


def compile_text(text: str, names: Iterable[str], source: Source) -> TextTemplate:
    """For keys, topics and headers: what comes is text. Raises `BadTemplate`."""
    known = Names(names)
    try:
        piece = read_text(text, known, source, as_text=True)
    except Mistake as mistake:
        raise BadTemplate([problem(source, text, mistake)]) from None
    return TextTemplate(piece, frozenset(known.used))


def compile_condition(text: str, names: Iterable[str], source: Source) -> Condition:
    """For routes and faults: one expression, in ``{{ }}`` or without. Raises `BadTemplate`."""
    try:
        compute = compiled(parse_condition(text, Names(names)), Ground(source, text))
    except Mistake as mistake:
        raise BadTemplate([problem(source, text, mistake)]) from None
    return lambda scope: is_there(compute(scope))
