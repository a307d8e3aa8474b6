"""Where settings are said: a file, the environment, flags. Each source becomes one list of what it gives, with its place.

Finds what is unknown, doubled or not effective yet; whether a value is of the right kind is checked by `loading`.
"""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct, inspect

from hubbub.documents.problems import Problem, nearest
from hubbub.documents.tree import Node
from hubbub.settings.options import PREFIX, Option, Path
from hubbub.settings.spellings import Dialect
from hubbub.settings.text import from_text
from hubbub.settings.wording import described_value

SERVICE_LINK: Final = re.compile(r"(tcp|udp|sctp)://")
SERVICE_LINK_NAME: Final = re.compile(r"_SERVICE_(HOST|PORT)|_PORT_\d+_(TCP|UDP|SCTP)")


class Said:
    """What one source gives: values by path, problems, and warnings. Filled while the source is read."""

    __slots__ = ("problems", "values", "warnings")

    def __init__(self) -> None:
        self.values: dict[Path, Node] = {}
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def take(self, path: Path, node: Node) -> None:
        """A value, unless it was given already under another of its names."""
        if path in self.values:
            first = self.values[path].where
            what = f"{'.'.join(path)} is given twice, first at {first} under another name"
            self.problems.append(Problem(node.where, what, "keep one of them"))
        else:
            self.values[path] = node


class DocumentReader:
    """Walks a file's tree along the options it may hold."""

    __slots__ = ("_dialect", "_options", "_sections", "said")

    def __init__(self, dialect: Dialect[Struct]) -> None:
        self._dialect = dialect
        self._options = dialect.options()
        self._sections = dialect.sections()
        self.said = Said()

    def read(self, root: Node) -> Said:
        """What the file gives."""
        self._section(root, (), ())
        return self.said

    def _section(self, node: Node, path: Path, written: Path) -> None:
        """``path`` is what the keys mean, ``written`` how they are spelled here; an empty section says nothing."""
        if node.value is None:
            return
        if not isinstance(node.value, Mapping):
            what = f"{'.'.join(written) or 'the file'} must hold options by name, not {described_value(node.value)}"
            self.said.problems.append(
                Problem(node.where, what, "write one `name: value` on each line, further to the right")
            )
            return
        for name, child in node.value.items():
            self._entry(child, (*path, name), (*written, name))

    def _entry(self, node: Node, path: Path, written: Path) -> None:
        dialect = self._dialect
        if len(path) == 1 and path[0] in dialect.wrappers and isinstance(node.value, Mapping):
            self._section(node, (), written)
            return
        if path in dialect.pending:
            what = f"{'.'.join(written)} is not effective yet"
            self.said.warnings.append(Problem(node.where, what, dialect.pending[path]))
            return
        if path in dialect.refused:
            if node.value not in (False, None):
                what = f"{'.'.join(written)} cannot be had yet"
                self.said.problems.append(Problem(node.where, what, dialect.refused[path]))
            return
        path = dialect.aliases.get(path, path)
        if path in self._sections:
            self._section(node, path, written)
        elif path in self._options:
            self.said.take(path, node)
        else:
            self.said.problems.append(self._unknown(node, path, written))

    def _unknown(self, node: Node, path: Path, written: Path) -> Problem:
        name = path[-1]
        beside = self._dialect.beside(path[:-1])
        elsewhere = [option.key for option in self._options.values() if option.path[-1] == name]
        if near := nearest(name, beside):
            advice = f"did you mean {near!r}?"
        elif len(elsewhere) in (1, 2, 3):
            advice = f"did you mean {' or '.join(elsewhere)}?"
        else:
            advice = f"known here are: {', '.join(sorted(beside))}"
        return Problem(node.where, f"{'.'.join(written)} is no option", advice)


def from_environment(
    environment: Mapping[str, str], dialect: Dialect[Struct], passed_over: frozenset[str]
) -> Said:
    """What the environment gives. Our own names win over foreign ones; an unknown name is a warning, for it may be meant for another.

    ``passed_over`` are names with our prefix that are not settings.
    """
    said = Said()
    ours = {option.variable: option for option in dialect.options().values()}
    for name, option in ours.items():
        if name in environment:
            take_variable(said, name, environment[name], option)
    by_path = dialect.options()
    for name, path in dialect.variables.items():
        if name in environment and path in by_path and path not in said.values:
            take_variable(said, name, environment[name], by_path[path])
    pending = {PREFIX + "_".join(path).upper(): why for path, why in dialect.pending.items()}
    for name in sorted(environment):
        if (
            not name.startswith(PREFIX)
            or name in ours
            or name in passed_over
            or SERVICE_LINK_NAME.search(name)
        ):
            continue
        near_pending = next((key for key in pending if name == key or name.startswith(f"{key}_")), None)
        if near_pending is not None:
            said.warnings.append(Problem(name, "is not effective yet", pending[near_pending]))
        else:
            near = nearest(name, ours)
            advice = f"did you mean {near}?" if near else "`hubbub config show` lists what can be set"
            said.warnings.append(Problem(name, "is no option and was passed over", advice))
    return said


def take_variable(said: Said, name: str, text: str, option: Option) -> None:
    """One variable. Kubernetes writes ``tcp://10.0.0.1:9092`` into ``HUBBUB_KAFKA_PORT`` when a service is called hubbub-kafka."""
    if isinstance(option.kind, inspect.IntType) and SERVICE_LINK.match(text):
        what = f"{text} looks like a service link of Kubernetes and was passed over"
        said.warnings.append(
            Problem(name, what, "set enableServiceLinks: false, or name the service differently")
        )
    else:
        said.take(option.path, from_text(text, option.kind, name))


def from_flags(flags: Mapping[Path, str | bool], dialect: Dialect[Struct]) -> Said:
    """What the command line gives: text as it was typed, switches as they are."""
    said = Said()
    by_path = dialect.options()
    for path, value in flags.items():
        option = by_path[path]
        said.take(
            path,
            from_text(value, option.kind, option.flag)
            if isinstance(value, str)
            else Node(value, option.flag),
        )
    return said
