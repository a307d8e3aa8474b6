"""Writes src/hubbub/protocols/kafka/wire/generated/ and keys.py from Kafka's machine-readable message
definitions.

    python tools/generate_kafka_messages.py DEFINITIONS [--into SRC]

DEFINITIONS holds two folders: ``4.3`` with the current definitions and ``3.9`` with the versions that 4.x
dropped. Both are read and joined, the newer one deciding where they differ, so that clients of ten years
can be understood. What is made: one module per API that a broker's listener serves to clients, request and
response together. The descriptions of the fields are not copied; names, types, versions and defaults are.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any, Final

HEADER: Final = "# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.\n"
ROOM: Final = "hubbub.protocols.kafka.wire"
NEVER: Final = 0x8000

SCALARS: Final = {
    "bool": ("bool", "False"),
    "int8": ("int", "0"),
    "int16": ("int", "0"),
    "uint16": ("int", "0"),
    "int32": ("int", "0"),
    "int64": ("int", "0"),
    "float64": ("float", "0.0"),
    "uuid": ("bytes", "NIL"),
    "string": ("str", '""'),
    "bytes": ("bytes", 'b""'),
    "records": ("Buffer", 'b""'),
}

Definition = dict[str, Any]


def load(path: Path) -> Definition:
    """A definition file: JSON with ``//`` comments, which stand on lines of their own or behind a comma."""
    text = re.sub(r"^\s*//.*$|(?<=[,\]}{])\s*//[^\"\n]*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
    loaded: Definition = json.loads(text)
    return loaded


def bounds(versions: str, last: int = NEVER) -> tuple[int, int]:
    """``3+``, ``0-2``, ``7`` or ``none`` as first and last version; nothing at all is an empty range."""
    if versions in ("", "none"):
        return (NEVER, -1)
    first, dash, end = versions.rstrip("+").partition("-")
    if versions.endswith("+"):
        return (int(first), last)
    return (int(first), int(end if dash else first))


def snake(name: str) -> str:
    """TopicId -> topic_id, as the structs name their fields and the modules their files."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


def joined(new: list[Definition], old: list[Definition]) -> list[Definition]:
    """The fields of both definitions; one that is gone stands where it stood, after its former neighbour."""
    former = {field["name"]: field for field in old}
    fields = []
    for field in new:
        before = former.get(field["name"], {})
        if "fields" in field:
            field = {**field, "fields": joined(field["fields"], before.get("fields", []))}
        fields.append(field)
    names = [field["name"] for field in fields]
    for place, field in enumerate(old):
        if field["name"] not in names:
            at = names.index(old[place - 1]["name"]) + 1 if place else 0
            names.insert(at, field["name"])
            fields.insert(at, field)
    return fields


class Source:
    """The two folders of definitions, asked for one message at a time."""

    def __init__(self, folder: Path) -> None:
        self.newer = folder / "4.3"
        self.older = folder / "3.9"

    def apis(self) -> list[tuple[int, str]]:
        """Key and name of all APIs that a broker serves to clients."""
        found = []
        for path in self.newer.glob("*Request.json"):
            definition = load(path)
            if "broker" in definition.get("listeners", ()) and definition["validVersions"] != "none":
                found.append((definition["apiKey"], definition["name"].removesuffix("Request")))
        return sorted(found)

    def message(self, name: str) -> Definition:
        """One message, both definitions joined; ``first`` and ``last`` are its versions without unstable
        ones.
        """
        new = load(self.newer / f"{name}.json")
        first, last = bounds(new["validVersions"])
        request = self.newer / f"{name.replace('Response', 'Request')}.json"
        if load(request).get("latestVersionUnstable"):
            last -= 1
        path = self.older / f"{name}.json"
        old: Definition = load(path) if path.exists() else {"validVersions": "none", "fields": []}
        twin = self.older / request.name
        if path.exists() and not load(twin).get("latestVersionUnstable"):
            first = min(first, bounds(old["validVersions"])[0])
        flexible = bounds(new["flexibleVersions"])[0]
        return {
            "name": name,
            "first": first,
            "last": last,
            "flexible": flexible if flexible == NEVER else max(first, flexible),
            "fields": joined(new["fields"], old["fields"]),
            "structs": {shared["name"]: shared for shared in new.get("commonStructs", [])},
        }


class Module:
    """One file in the making: its structs in the order in which Python needs them, and the messages made of
    them.
    """

    def __init__(self, title: str) -> None:
        self.title = title
        self.structs: dict[str, tuple[str, list[str], list[str]]] = {}
        self.plain: dict[str, str] = {}
        self.needs: set[str] = set()
        self.messages: list[str] = []

    def add(self, definition: Definition, prefix: str, clashes: set[str]) -> None:
        """Takes in a message and all structs within it."""
        self.prefix, self.clashes, self.definition = prefix, clashes, definition
        self.build(definition["name"], definition["fields"], f"versions {span(definition)}")

    def build(self, name: str, fields: list[Definition], doc: str) -> None:
        members, layout = [], []
        for field in fields:
            first, last = bounds(field["versions"])
            if first > self.definition["last"] or last < self.definition["first"]:
                continue
            members.append(self.member(field))
            layout.append(self.row(field))
        made = (doc, members, layout)
        if self.structs.setdefault(name, made) != made:
            raise ValueError(f"{self.title}: two different structs are called {name}")

    def struct_of(self, kind: str, field: Definition) -> str:
        """The Python name of a nested struct, which is built first."""
        name = self.prefix + kind if kind in self.clashes else kind
        if name not in self.structs or "fields" in field:
            fields = field.get("fields") or self.definition["structs"][kind]["fields"]
            self.build(name, fields, "")
        return name

    def member(self, field: Definition) -> str:
        """``name: type = default  # versions``"""
        kind = field["type"].removeprefix("[]")
        many = field["type"].startswith("[]")
        python, default = SCALARS[kind] if kind in SCALARS else (self.struct_of(kind, field), "")
        if kind == "records":
            self.needs.add("Records" if self.prefix == "Response" else "Buffer")
            python = "Records" if self.prefix == "Response" else "Buffer"
        if many:
            self.needs.add("Sequence")
            python, default = f"Sequence[{python}]", "()"
        elif kind not in SCALARS:
            default = f"{python}()"
        if "nullableVersions" in field and python != "Records":
            python += " | None"
        if "default" in field:
            default = self.default(kind, str(field["default"]), many=many)
        if "NIL" in default:
            self.needs.add("NIL")
        return f"{snake(field['name'])}: {python} = {default}"

    def default(self, kind: str, stated: str, *, many: bool) -> str:
        if stated == "null":
            return "None"
        if many or kind not in SCALARS:
            raise ValueError(f"{self.title}: no default {stated!r} for {kind}")
        if kind == "string":
            return f'"{stated}"'
        if kind == "bool":
            return stated.capitalize()
        return str(float(stated)) if kind == "float64" else str(int(stated, 0))

    def row(self, field: Definition) -> str:
        """The field's line in the layout."""
        kind = field["type"].removeprefix("[]")
        shown = f'"{kind}"' if kind in SCALARS else (self.prefix + kind if kind in self.clashes else kind)
        row = f'Field("{snake(field["name"])}", {shown}, "{field["versions"]}"'
        if field["type"].startswith("[]"):
            row += ", many=True"
        if "nullableVersions" in field:
            row += f', null="{field["nullableVersions"]}"'
        if "tag" in field:
            if field["taggedVersions"] != field["versions"]:
                raise ValueError(f"{self.title}: {field['name']} is tagged in some versions only")
            row += f", tag={field['tag']}"
        return row + ")"

    def text(self, tail: str) -> str:
        """The whole file."""
        imports = ["from typing import Final", "", "from msgspec import Struct", ""]
        if "Sequence" in self.needs:
            imports.insert(0, "from collections.abc import Sequence")
        if "Buffer" in self.needs:
            imports.append("from hubbub.octets.buffer import Buffer")
        words = (
            {"Field", "Message"}
            | {word for word in ("Api", "NEVER") if word in tail}
            | self.needs & {"NIL", "Records"}
        )
        imports.append(f"from {ROOM}.schema import {', '.join(sorted(words, key=by_case))}")
        lines = [HEADER + f'"""{self.title}"""', "", *imports]
        for name, (doc, members, _) in self.structs.items():
            lines += ["", "", f"class {name}(Struct, frozen=True, gc=False):"]
            if doc:
                lines += [f'    """{name}, {doc}."""', ""]
            lines += [f"    {member}" for member in members]
            if not members and not doc:
                lines.append("    pass")
            elif not members:
                lines.pop()
        lines += ["", "", "LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {"]
        for name, (_, _, layout) in self.structs.items():
            lines += (
                [f"    {name}: (", *(f"        {row}," for row in layout), "    ),"]
                if layout
                else [f"    {name}: (),"]
            )
        lines += ["}", "", tail]
        return "\n".join(lines) + "\n"


def by_case(word: str) -> tuple[bool, str]:
    """Constants first, as ruff sorts imported names."""
    return (not word.isupper(), word)


def span(definition: Definition) -> str:
    first, last = definition["first"], definition["last"]
    return str(first) if first == last else f"{first}-{last}"


def nested(definition: Definition) -> dict[str, str]:
    """Every struct within a message by name, as text that two messages can compare."""
    found: dict[str, str] = {}

    def walk(fields: list[Definition]) -> None:
        for field in fields:
            kind = field["type"].removeprefix("[]")
            if kind not in SCALARS:
                inner = field.get("fields") or definition["structs"][kind]["fields"]
                found[kind] = json.dumps(bare(inner))
                walk(inner)

    def bare(fields: list[Definition]) -> list[Definition]:
        kept = ("name", "type", "versions", "nullableVersions", "default", "tag")
        return [
            {**{key: field[key] for key in kept if key in field}, "fields": bare(field.get("fields", []))}
            for field in fields
        ]

    walk(definition["fields"])
    return found


def api_module(source: Source, key: int, name: str) -> str:
    """The module of one API: both its messages, and ``API``, which names them."""
    request, response = source.message(f"{name}Request"), source.message(f"{name}Response")
    for fact in ("first", "last", "flexible"):
        if request[fact] != response[fact]:
            raise ValueError(f"{name}: request and response disagree about {fact}")
    asked, answered = nested(request), nested(response)
    clashes = {kind for kind in asked.keys() & answered.keys() if asked[kind] != answered[kind]}
    flexible = "NEVER" if request["flexible"] == NEVER else str(request["flexible"])
    title = f"{name}, key {key}: versions {span(request)}, "
    module = Module(title + ("never flexible." if flexible == "NEVER" else f"flexible from {flexible}."))
    module.add(request, "Request", clashes)
    module.add(response, "Response", clashes)
    versions = f"({request['first']}, {request['last']})"
    tail = f"""VERSIONS: Final = {versions}
FLEXIBLE_FROM: Final = {flexible}

API: Final = Api(
    key={key},
    name="{name}",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message({name}Request, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message({name}Response, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)"""
    return module.text(tail)


def consumer_protocol_module(source: Source) -> str:
    """What classic consumers tell each other through JoinGroup and SyncGroup: opaque to the broker, read by
    tools.
    """
    subscription, assignment = (
        source.message("ConsumerProtocolSubscription"),
        source.message("ConsumerProtocolAssignment"),
    )
    clashes = {
        kind for kind, text in nested(subscription).items() if nested(assignment).get(kind, text) != text
    }
    module = Module(
        f"What consumers tell each other in JoinGroup, SyncGroup: versions {span(subscription)}, behind an int16."
    )
    module.add(subscription, "Subscribed", clashes)
    module.add(assignment, "Assigned", clashes)
    tail = f"""VERSIONS: Final = ({subscription["first"]}, {subscription["last"]})

SUBSCRIPTION: Final = Message(ConsumerProtocolSubscription, VERSIONS, NEVER, LAYOUTS)
ASSIGNMENT: Final = Message(ConsumerProtocolAssignment, VERSIONS, NEVER, LAYOUTS)"""
    return module.text(tail)


def keys_module(source: Source) -> str:
    """The table of all keys: what can be known about a frame before a module of messages is imported."""
    apis = [(key, name, source.message(f"{name}Request")["flexible"]) for key, name in source.apis()]
    lines = [
        HEADER
        + '"""Which API has which key, and which of its headers have tagged fields; imports no messages."""',
        "",
        "from enum import IntEnum",
        "from typing import Final",
        "",
        "",
        "class ApiKey(IntEnum):",
        '    """The keys of all APIs that a broker serves to clients."""',
        "",
        *(f"    {snake(name).upper()} = {key}" for key, name, _ in apis),
        "",
        "",
        "MODULES: Final[dict[int, str]] = {",
        *(f'    {key}: "{snake(name)}",' for key, name, _ in apis),
        "}",
        '"""Key -> name of the module below ``wire.generated``."""',
        "",
        "FLEXIBLE_FROM: Final[dict[int, int]] = {",
        *(f"    {key}: {flexible if flexible != NEVER else '0x8000'}," for key, _, flexible in apis),
        "}",
        '"""Key -> first version whose headers have tagged fields."""',
    ]
    return "\n".join(lines) + "\n"


def generate(folder: Path) -> dict[str, str]:
    """All files by their path below ``wire/``."""
    source = Source(folder)
    files = {"keys.py": keys_module(source), "generated/__init__.py": ""}
    for key, name in source.apis():
        files[f"generated/{snake(name)}.py"] = api_module(source, key, name)
    files["generated/consumer_protocol.py"] = consumer_protocol_module(source)
    return files


def main() -> int:
    parser = argparse.ArgumentParser(description="Make the Kafka messages from Kafka's definitions.")
    parser.add_argument("definitions", type=Path, help="folder with 4.3/ and 3.9/")
    parser.add_argument(
        "--into", type=Path, default=Path(__file__).parents[1] / "src", help="source root to write to"
    )
    asked = parser.parse_args()
    wire = asked.into.joinpath(*ROOM.split("."))
    files = generate(asked.definitions)
    (wire / "generated").mkdir(parents=True, exist_ok=True)
    for stale in set(wire.glob("generated/*.py")) - {wire / name for name in files}:
        stale.unlink()
    for name, text in files.items():
        (wire / name).write_text(text, "utf-8")
    print(f"{len(files)} files written below {wire}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
