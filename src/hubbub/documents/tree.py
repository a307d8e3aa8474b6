"""A document as a tree in which every value knows its line.

YAML 1.1 as PyYAML reads it, and JSON; one file may hold several documents. PyYAML is imported when there is a file, not before. Keys given
twice, which YAML parsers usually swallow, are problems.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path as File
from typing import TYPE_CHECKING, Final, TypeAlias, TypeGuard

from msgspec import Struct

from hubbub.documents.problems import BadDocument, Problem

if TYPE_CHECKING:
    import yaml

DEEPEST: Final = 32
SURROGATES: Final = re.compile("[\ud800-\udfff]")
MERGE: Final = "tag:yaml.org,2002:merge"

Scalar: TypeAlias = str | int | float | bool | None


class Node(Struct, frozen=True):
    """A value and where it was given. Lists hold nodes; mappings hold a node for each key."""

    value: "Scalar | Sequence[Node] | Mapping[str, Node]"
    where: str


def is_list(value: object) -> TypeGuard[Sequence[Node]]:
    """Whether a node's value is a list of nodes."""
    return isinstance(value, Sequence) and not isinstance(value, str)


def plain(node: Node) -> object:
    """The value without its places: dicts, lists and scalars."""
    if isinstance(node.value, Mapping):
        return {name: plain(child) for name, child in node.value.items()}
    if is_list(node.value):
        return [plain(item) for item in node.value]
    return node.value


def read(file: File, advice: str = "name a file that can") -> tuple[Node, list[Problem]]:
    """The tree of a file with one document, and what is wrong with its keys. Raises `BadDocument` when it cannot be read at all."""
    return parse(text_of(file, advice), str(file))


def read_all(file: File) -> tuple[list[Node], list[Problem]]:
    """The trees of all documents of a file, and what is wrong with their keys. Raises `BadDocument`."""
    return parse_all(text_of(file, "let it be readable, or take it away"), str(file))


def text_of(file: File, advice: str) -> str:
    """What stands in a file. Raises `BadDocument`."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise BadDocument([Problem(str(file), f"cannot be read: {reason}", advice)]) from None
    except UnicodeDecodeError:
        raise BadDocument([Problem(str(file), "is not UTF-8 text", "save it as UTF-8")]) from None
    # JSON may be indented with tabs, and in valid JSON none stands in a string; YAML takes none
    return text.replace("\t", " ") if file.suffix == ".json" else text


def parse(text: str, name: str) -> tuple[Node, list[Problem]]:
    """Like `read`, for text that is at hand; ``name`` is what messages call the file."""
    roots, problems = parse_all(text, name)
    if len(roots) > 1:
        raise BadDocument([Problem(roots[1].where, "a second document begins here", "keep one of them")])
    return roots[0] if roots else Node({}, f"{name}:1"), problems


def parse_all(text: str, name: str) -> tuple[list[Node], list[Problem]]:
    """Like `read_all`, for text that is at hand. Documents without content are passed over."""
    import yaml

    try:
        loader = yaml.SafeLoader(text)
        parser = Parser(loader, name)
        roots: list[Node] = []
        while loader.check_node():
            source = loader.get_node()
            if source is not None and not is_empty(source):
                roots.append(parser.node(source, 0))
        return roots, parser.problems
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name}:{mark.line + 1}" if mark else name
        what = f"this is not YAML: {error.problem or error.context}"
        raise BadDocument(
            [Problem(where, what, "check indentation, colons and quotes there and just above")]
        ) from None
    except yaml.YAMLError as error:
        raise BadDocument([Problem(name, f"this is not YAML: {error}", "save it as UTF-8 text")]) from None


def is_empty(source: "yaml.Node") -> bool:
    """Whether nothing but a marker or comments stand in a document."""
    import yaml

    return isinstance(source, yaml.ScalarNode) and source.value == "" and source.style is None


class Parser:
    """From PyYAML's nodes to ours. ``problems`` grows while it works."""

    __slots__ = ("_loader", "_name", "_seen", "problems")

    def __init__(self, loader: "yaml.SafeLoader", name: str) -> None:
        self._loader = loader
        self._name = name
        self._seen: dict[int, Node] = {}
        self.problems: list[Problem] = []

    def node(self, source: "yaml.Node", depth: int) -> Node:
        """Anchored nodes are made once, however often they are referred to. Raises `BadDocument` for a bottomless tree."""
        import yaml

        where = self._where(source)
        if depth > DEEPEST:
            raise BadDocument([Problem(where, "this is nested too deeply", f"{DEEPEST} levels are the most")])
        made = self._seen.get(id(source))
        if made is None:
            if isinstance(source, yaml.MappingNode):
                made = Node(self._mapping(source, depth), where)
            elif isinstance(source, yaml.SequenceNode):
                made = Node([self.node(item, depth + 1) for item in source.value], where)
            else:
                made = Node(self._scalar(source), where)
            self._seen[id(source)] = made
        return made

    def _where(self, source: "yaml.Node") -> str:
        return f"{self._name}:{source.start_mark.line + 1}"

    def _mapping(self, source: "yaml.MappingNode", depth: int) -> dict[str, Node]:
        written = sum(key.tag != MERGE for key, _ in source.value)
        self._loader.flatten_mapping(source)
        entries: dict[str, Node] = {}
        mine: dict[str, str] = {}
        # what "<<" brought now stands in front, and yields to what is written out
        for place, (key_node, value_node) in enumerate(source.value):
            key = self._scalar(key_node)
            where = self._where(key_node)
            if not isinstance(key, str):
                advice = f'put quotes around it: "{key_node.value}"'
                self.problems.append(
                    Problem(where, f"the key {key_node.value!r} is not text for YAML", advice)
                )
                continue
            if place >= len(source.value) - written:
                if key in mine:
                    self.problems.append(
                        Problem(where, f"{key!r} is given twice, first at {mine[key]}", "keep one of them")
                    )
                mine[key] = where
            entries[key] = Node(self.node(value_node, depth + 1).value, where)
        return entries

    def _scalar(self, source: "yaml.Node") -> Scalar:
        """Dates and other things that YAML knows and we do not stay as they were written."""
        import yaml

        try:
            value = self._loader.construct_object(source)
        except (yaml.constructor.ConstructorError, ValueError):
            value = source.value
        if isinstance(value, str) and SURROGATES.search(value):
            # JSON writes one character as two escapes, which YAML reads as two; half of one is none at all
            value = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return value if value is None or isinstance(value, str | int | float | bool) else str(source.value)
