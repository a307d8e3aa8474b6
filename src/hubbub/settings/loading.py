"""From what was said to what holds: flag over environment over file over default, all checked, every problem reported at once."""

from collections.abc import Mapping
from pathlib import Path as File
from typing import Final, Generic, TypeVar, cast

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from hubbub.documents.problems import BadDocument, Problem
from hubbub.documents.tree import Node, read
from hubbub.settings.kinds import Refused, accept
from hubbub.settings.options import Option, Path, is_section
from hubbub.settings.problems import BadSettings
from hubbub.settings.sources import DocumentReader, Said, from_environment, from_flags
from hubbub.settings.spellings import Dialect

T = TypeVar("T", bound=Struct)

CONFIG_VARIABLE: Final = "HUBBUB_CONFIG"
NO_SETTINGS: Final = frozenset(
    {
        CONFIG_VARIABLE,
        # where the commands of the command line that talk to a broker find it
        "HUBBUB_KAFKA_BOOTSTRAP",
        "HUBBUB_KAFKA_USER",
        "HUBBUB_KAFKA_PASSWORD",
        "HUBBUB_MQTT_URL",
        "HUBBUB_AMQP_URL",
        "HUBBUB_ADMIN_URL",
        "HUBBUB_ADMIN_TOKEN",
        "HUBBUB_MANAGEMENT_URL",
    }
)
FILE_NAMES: Final = ("hubbub.yaml", "hubbub.yml", "mockforge.yaml", "mockforge.yml")
DEFAULT: Final = "default"


class Sources(Struct, frozen=True):
    """Everything that may say something, in rising order of precedence. ``file`` None: there is none; ``given`` is what a program says."""

    file: File | None = None
    environment: Mapping[str, str] = {}
    flags: Mapping[Path, str | bool] = {}
    given: Node | None = None


class Loaded(Struct, Generic[T], frozen=True):
    """What holds, and why. ``origins`` has no entry for what nobody set."""

    settings: T
    origins: Mapping[Path, str]
    warnings: tuple[Problem, ...]
    file: File | None

    def origin(self, path: Path) -> str:
        """Where an option's value comes from: ``hubbub.yaml:3``, ``HUBBUB_KAFKA_PORT``, ``--kafka-port`` or ``default``."""
        return self.origins.get(path, DEFAULT)


def find_file(named: str | None, environment: Mapping[str, str], folder: File) -> File | None:
    """The file to read: the one named, else the one in the environment, else the first usual name that is in the folder."""
    chosen = named or environment.get(CONFIG_VARIABLE)
    if chosen:
        return File(chosen)
    return next((File(name) for name in FILE_NAMES if (folder / name).is_file()), None)


def load(dialect: Dialect[T], sources: Sources) -> Loaded[T]:
    """Settings as they hold. Raises `BadSettings` with every problem of every source."""
    plain = cast("Dialect[Struct]", dialect)
    said: list[Said] = []
    problems: list[Problem] = []
    if sources.file is not None:
        try:
            root, problems = read(sources.file, "name a file that can, with --config FILE")
        except BadDocument as bad:
            raise BadSettings(bad.problems) from None
        said.append(beside(DocumentReader(plain).read(root), dialect, sources.file.parent))
    said.append(from_environment(sources.environment, plain, NO_SETTINGS))
    said.append(from_flags(sources.flags, plain))
    if sources.given is not None:
        said.append(DocumentReader(plain).read(sources.given))

    by_path = dialect.options()
    values: dict[Path, object] = {}
    origins: dict[Path, str] = {}
    for source in said:
        found = list(source.problems)
        for path, node in source.values.items():
            try:
                values[path] = converted(node, by_path[path])
                origins[path] = node.where
            except Refused as refused:
                found += refused.problems
        problems += sorted(found, key=line_of)
    if problems:
        raise BadSettings(problems)
    settings = built(dialect.root, (), values, origins)
    warnings = [warning for source in said for warning in source.warnings]
    warnings += [
        Problem(where, f"{by_path[path].key} is not effective yet", dialect.dormant[path])
        for path, where in origins.items()
        if path in dialect.dormant
    ]
    return Loaded(settings, origins, tuple(warnings), sources.file)


def beside(said: Said, dialect: Dialect[T], folder: File) -> Said:
    """Paths that a file gives relative to itself, as seen from here."""
    by_path = dialect.options()
    for path, node in said.values.items():
        if by_path[path].is_beside and isinstance(node.value, str) and node.value:
            said.values[path] = Node(str(folder / node.value), node.where)
    return said


def line_of(problem: Problem) -> int:
    """The line of a problem in a file; problems elsewhere keep their order."""
    line = problem.where.rpartition(":")[2]
    return int(line) if line.isdigit() else 0


def converted(node: Node, option: Option) -> object:
    """A node as the option's own type."""
    plain = accept(node, option.kind, option.key)
    try:
        return msgspec.convert(plain, option.annotation)
    except msgspec.ValidationError as error:  # a rule of the type's own, such as a __post_init__
        advice = f"see {option.key} in `hubbub config schema`"
        raise Refused(Problem(node.where, f"{option.key}: {error}", advice)) from None


def built(root: type[T], above: Path, values: Mapping[Path, object], origins: Mapping[Path, str]) -> T:
    """A struct with all that was said in it. Raises `BadSettings` where options contradict each other (``__post_init__``)."""
    given: dict[str, object] = {}
    for field in fields(root):
        path = (*above, field.name)
        if is_section(field.type):
            given[field.name] = built(field.type, path, values, origins)
        elif path in values:
            given[field.name] = values[path]
    try:
        return root(**given)
    except ValueError as error:
        places = [where for path, where in origins.items() if path[: len(above)] == above]
        raise BadSettings([Problem(", ".join(places) or DEFAULT, str(error), "change one of them")]) from None
