"""The JSON Schema (2020-12) of a configuration file, for editors and for checks outside of Hubbub."""

from typing import Final, TypeAlias, TypeVar, cast

import msgspec
from msgspec import Struct
from msgspec.structs import fields

from hubbub.settings.options import Path, is_section
from hubbub.settings.spellings import Dialect

Schema: TypeAlias = dict[str, object]

T = TypeVar("T", bound=Struct)

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
ALL: Final = "options"


def schema_of(dialect: Dialect[T]) -> Schema:
    """What a file may hold: aliases, wrappers and pending keys included, everything else refused."""
    writer = SchemaWriter(cast("Dialect[Struct]", dialect))
    everything = writer.section((), dialect.root)
    del everything["additionalProperties"]  # the wrappers stand beside
    here: Schema = {"$ref": f"#/$defs/{ALL}"}
    within = here | {"type": "object", "unevaluatedProperties": False}
    return {
        "$schema": DRAFT,
        "title": "hubbub.yaml",
        **here,
        "properties": dict.fromkeys(dialect.wrappers, within),
        "unevaluatedProperties": False,
        "$defs": writer.parts | {ALL: everything},
    }


class SchemaWriter:
    """Walks the options; ``parts`` grows with the structs that lists of options hold."""

    __slots__ = ("_dialect", "parts")

    def __init__(self, dialect: Dialect[Struct]) -> None:
        self._dialect = dialect
        self.parts: Schema = {}

    def section(self, above: Path, struct: type[Struct]) -> Schema:
        """One section; an empty one is allowed, for YAML reads it as null."""
        known: Schema = {}
        for field in fields(struct):
            path = (*above, field.name)
            known[field.name] = (
                self.section(path, field.type) if is_section(field.type) else self.option(field.type)
            )
        for path, target in self._dialect.aliases.items():
            if path[:-1] == above:
                known[path[-1]] = self.meant(target)
        for path, reason in self._dialect.pending.items():
            if path[:-1] == above:
                known[path[-1]] = {"description": f"Not effective yet: {reason}."}
        for path, reason in self._dialect.refused.items():
            if path[:-1] == above:
                known[path[-1]] = {"enum": [False, None], "description": f"Not there yet: {reason}."}
        return {"type": ["object", "null"], "properties": known, "additionalProperties": False}

    def option(self, annotation: object) -> Schema:
        """One option, its structs moved among the parts."""
        schema: Schema = msgspec.json.schema(annotation)
        parts = schema.pop("$defs", {})
        if isinstance(parts, dict):
            self.parts |= {name: {"additionalProperties": False} | part for name, part in parts.items()}
        return schema

    def meant(self, target: Path) -> Schema:
        """What an alias stands for."""
        annotation: object = self._dialect.root
        for name in target:
            if not is_section(annotation):
                raise KeyError(f"an alias leads to {'.'.join(target)}, which is not there")
            annotation = next(field.type for field in fields(annotation) if field.name == name)
        return self.section(target, annotation) if is_section(annotation) else self.option(annotation)
