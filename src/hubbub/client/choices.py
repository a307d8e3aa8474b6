"""From what a program says (keyword arguments, a file, a `Settings`) to settings.

    Hub(kafka_port=9092, data_dir="./data")           options by their name, sections in front
    Hub(kafka={"default_partitions": 1}, mqtt=False)  sections; True and False switch them on and off
    Hub("hubbub.yaml", amqp_port=0)                   a file, and what shall be otherwise

The words are those of the configuration file, other programs' names for them included. The environment says nothing here: a program, or a
test, must not change with the shell it is started from. Ports that nobody chose are free ones.
"""

from collections.abc import Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path as File
from typing import Final, TypeAlias, TypeVar

import msgspec
from msgspec.structs import replace

from hubbub.client.errors import ConfigError
from hubbub.documents.tree import Node
from hubbub.settings import Settings
from hubbub.settings.known import DIALECT
from hubbub.settings.loading import Loaded, Sources, load
from hubbub.settings.options import SWITCH, Option, Path, options, sections
from hubbub.settings.problems import BadSettings
from hubbub.settings.wording import value_of

Choice: TypeAlias = "str | int | float | bool | Sequence[Choice] | Mapping[str, Choice] | None"
Origin: TypeAlias = "Settings | str | PathLike[str] | None"

PORT: Final = "port"
ADVERTISED: Final = "advertised"
ADMIN: Final = "admin"


def settings_of(origin: Origin, choices: Mapping[str, Choice]) -> tuple[Settings, list[str]]:
    """The settings that hold, and what is to be said about them. Raises `ConfigError`.

    Where nothing was chosen, ports are free ones, and the admin API is off.
    """
    chosen: dict[Path, Choice] = {}
    if isinstance(origin, Settings):
        chosen.update(said_by(origin))
    for name, choice in choices.items():
        chosen.update(said(name, choice))
    file = None if origin is None or isinstance(origin, Settings) else File(fspath(origin))
    try:
        loaded = load(DIALECT, Sources(file, given=tree(chosen)))
    except BadSettings as bad:
        raise ConfigError(*map(str, bad.problems)) from None
    settings = on_free_ports(loaded)
    if not any(
        path[0] == ADMIN for path in loaded.origins
    ):  # a program has its hub at hand, and asks it directly
        settings = with_value(settings, (ADMIN, SWITCH), False)
    return settings, [str(warning) for warning in loaded.warnings]


def said_by(settings: Settings) -> dict[Path, Choice]:
    """What these settings say otherwise than the defaults."""
    found: dict[Path, Choice] = {}
    for option in options(Settings):
        value = value_of(settings, option.path)
        if value != option.default:
            found[option.path] = msgspec.to_builtins(value)
    return found


def said(name: str, choice: Choice) -> dict[Path, Choice]:
    """What one keyword says. A name that nobody knows is left as it is: who reads it has the words for that."""
    if (name,) in SECTIONS and isinstance(choice, bool):
        return {(name, SWITCH): choice}
    if isinstance(choice, Mapping) and (name,) in SECTIONS:
        return {(name, key): value for key, value in choice.items()}
    return {BY_NAME.get(name, (name,)): choice}


def tree(chosen: Mapping[Path, Choice]) -> Node:
    """As if it stood in a file; where a file has lines, the keyword stands."""
    top: dict[str, Node] = {}
    inside: dict[str, dict[str, Node]] = {}
    for path, choice in chosen.items():
        where = "_".join(path)
        if len(path) == 1:
            top[path[0]] = node(choice, where)
        else:
            inside.setdefault(path[0], {})[path[1]] = node(choice, where)
    return Node(top | {name: Node(entries, name) for name, entries in inside.items()}, "")


def node(choice: Choice, where: str) -> Node:
    """One value. Raises `ConfigError` for something that no file could hold."""
    if choice is None or isinstance(choice, str | int | float):
        return Node(choice, where)
    if isinstance(choice, Mapping):
        return Node({str(name): node(inner, where) for name, inner in choice.items()}, where)
    if isinstance(choice, list | tuple):
        return Node([node(inner, where) for inner in choice], where)
    if isinstance(choice, msgspec.Struct):
        return node(msgspec.to_builtins(choice), where)
    if isinstance(choice, PathLike):
        return Node(fspath(choice), where)
    raise ConfigError(
        f"{where}: a {type(choice).__name__} is no setting; write text, a number, true or false, a list or a mapping"
    )


def on_free_ports(loaded: Loaded[Settings]) -> Settings:
    """The same settings, with any free port for everything that listens and was given none."""
    settings = loaded.settings
    for option in options(Settings):
        if is_port(option) and option.path not in loaded.origins:
            settings = with_value(settings, option.path, 0)
    return settings


def all_on_free_ports(settings: Settings) -> Settings:
    """The same settings, with any free port for everything that listens, whatever was chosen."""
    for option in options(Settings):
        if is_port(option):
            settings = with_value(settings, option.path, 0)
    return settings


def is_port(option: Option) -> bool:
    """Whether this is a port to listen on."""
    name = option.path[-1]
    return (name == PORT or name.endswith(f"_{PORT}")) and not name.startswith(ADVERTISED)


Some = TypeVar("Some", bound=msgspec.Struct)


def with_value(settings: Some, path: Path, value: object) -> Some:
    """The same settings with one option otherwise."""
    name, *rest = path
    inner = value_of(settings, (name,))
    if isinstance(inner, msgspec.Struct):
        value = with_value(inner, tuple(rest), value)
    return replace(settings, **{name: value})


BY_NAME: Final = {"_".join(option.path): option.path for option in options(Settings)}
SECTIONS: Final = {path for path, _ in sections(Settings) if path}
