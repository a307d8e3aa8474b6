"""Options: what can be set, read off the options structs. Flags, environment names, file keys, help and docs all come from here.

A struct's field that is a struct itself is a section; every other field is an option. The words about an option stand where it
is defined: ``Annotated[int, Meta(description="...", ge=0, le=65535)]``; ``Meta(extra={"secret": True})`` keeps its
value out of what is printed; ``{"beside": True}`` makes a path in a file relative to that file.
"""

from collections.abc import Iterator
from typing import Final, TypeAlias, TypeGuard

from msgspec import NODEFAULT, Struct, inspect
from msgspec.structs import FieldInfo, fields

Path: TypeAlias = tuple[str, ...]

PREFIX: Final = "HUBBUB_"
SWITCH: Final = "enabled"


class Option(Struct, frozen=True):
    """One thing that can be set, under its three names."""

    path: Path
    kind: inspect.Type
    annotation: object
    default: object
    description: str
    is_secret: bool
    is_beside: bool = False
    """A path that a file means relative to itself."""

    @property
    def key(self) -> str:
        """Its name in a file: ``kafka.port``."""
        return ".".join(self.path)

    @property
    def variable(self) -> str:
        """Its name in the environment: ``HUBBUB_KAFKA_PORT``."""
        return PREFIX + "_".join(self.path).upper()

    @property
    def flag(self) -> str:
        """Its name on the command line: ``--kafka-port``; a section's ``enabled`` is the section's own name: ``--kafka``."""
        path = self.path[:-1] if len(self.path) > 1 and self.path[-1] == SWITCH else self.path
        return "--" + "-".join(path).replace("_", "-")

    @property
    def is_switch(self) -> bool:
        """Whether it is on or off; its flag has a ``--no-`` twin."""
        return isinstance(self.kind, inspect.BoolType)


def is_section(annotation: object) -> TypeGuard[type[Struct]]:
    """Whether a field holds options of its own."""
    return isinstance(annotation, type) and issubclass(annotation, Struct)


def options(root: type[Struct], above: Path = ()) -> Iterator[Option]:
    """Every option below a struct, in the order in which they are written down."""
    for field in fields(root):
        path = (*above, field.name)
        if is_section(field.type):
            yield from options(field.type, path)
        else:
            kind, extra, description = unwrapped(inspect.type_info(field.type))
            is_secret, is_beside = extra.get("secret") is True, extra.get("beside") is True
            yield Option(path, kind, field.type, default_of(field, path), description, is_secret, is_beside)


def sections(root: type[Struct], above: Path = ()) -> Iterator[tuple[Path, type[Struct]]]:
    """Every struct that holds options, the root first."""
    yield above, root
    for field in fields(root):
        if is_section(field.type):
            yield from sections(field.type, (*above, field.name))


def default_of(field: FieldInfo, path: Path) -> object:
    """What holds when nobody says anything. Raises TypeError where an option has no default: a hub must start without being told."""
    if field.default is not NODEFAULT:
        return field.default
    if field.default_factory is not NODEFAULT:
        return field.default_factory()
    raise TypeError(f"option {'.'.join(path)} needs a default")


def is_secret(annotation: object) -> bool:
    """Whether a field's value must not be printed."""
    return unwrapped(inspect.type_info(annotation))[1].get("secret") is True


def unwrapped(kind: inspect.Type) -> tuple[inspect.Type, dict[str, object], str]:
    """A type without its `Meta`, the Meta's ``extra``, and its description ("" if it has none)."""
    extra: dict[str, object] = {}
    description = ""
    while isinstance(kind, inspect.Metadata):
        extra |= kind.extra or {}
        description = str((kind.extra_json_schema or {}).get("description", description))
        kind = kind.type
    return kind, extra, description
