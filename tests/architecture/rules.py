"""The house's rules that no linter knows, each as a function from one file's text to its complaints.

Kept apart from the tests so that each rule can be shown to bite on a planted example.
"""

import ast
import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "hubbub"
LONGEST = 600
MOST_METHODS = 12

# Words that belong to one protocol or one product. `core`, `model` and `storage` speak for all of them, so for none.
UNMISTAKABLE = re.compile(r"kafka|mqtt|amqp|rabbit|mosquitto|zookeeper|pub(ack|rec|rel|comp)|connack|suback")
PROTOCOL_WORDS = (
    "qos",
    "isr",
    "kraft",
    "vhost",
    "virtual host",
    "broker id",
    "topic alias",
    "packet id",
    "delivery tag",
)
NAMELESS = re.compile(r"^(utils?|helpers?|common|misc|base|managers?)(_|$)|_(utils?|helpers?|managers?)$")
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|\bNotImplementedError\b")


def modules() -> Iterator[Path]:
    """Every hand-written module of the product, as a path below `src/hubbub`."""
    for path in sorted(SOURCE.rglob("*.py")):
        inside = path.relative_to(SOURCE)
        if "generated" not in inside.parts:
            yield inside


def words(text: str) -> str:
    """Words in lower case, identifiers taken apart: ``topicAlias`` and ``topic_alias`` both read " topic alias "."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text.replace("QoS", "qos"))
    joined = re.sub(r"[\s_-]+", " ", apart.lower())
    return f" {re.sub(r'[^a-z ]+', ' , ', joined)} "


def protocol_words(text: str) -> list[str]:
    """Protocol words in identifiers, strings, comments and docstrings alike."""
    found = {match.group() for match in UNMISTAKABLE.finditer(text.lower())}
    said = words(text)
    return sorted(found | {word for word in PROTOCOL_WORDS if f" {word} " in said or f" {word}s " in said})


def clock_uses(text: str) -> list[str]:
    """Ways to the time that an injected clock cannot steer."""
    found = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Import(names=names):
                found += [f"import {name.name}" for name in names if name.name in {"time", "sched"}]
            case ast.ImportFrom(module="time" | "sched" as module):
                found.append(f"from {module} import")
            case ast.ImportFrom(module="asyncio", names=names):
                found += [f"asyncio.{name.name}" for name in names if name.name == "sleep"]
            case ast.Attribute(attr="call_later" | "sleep" as attr):
                found.append(attr)
            case ast.Attribute(
                value=ast.Name(id="datetime" | "date"), attr="now" | "utcnow" | "today" as attr
            ):
                found.append(f"datetime.{attr}")
    return found


def catch_alls(text: str) -> list[str]:
    """`except:`, `except Exception`, `except BaseException`, alone or in a tuple, and `suppress(Exception)`."""
    found = []
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.ExceptHandler(type=None):
                found.append(f"line {node.lineno}: except:")
            case ast.ExceptHandler(type=caught) if caught is not None:
                found += [
                    f"line {node.lineno}: except {name}" for name in names_in(caught) if name in EVERYTHING
                ]
            case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=args):
                found += [f"line {node.lineno}: suppress" for arg in args if set(names_in(arg)) & EVERYTHING]
    return found


EVERYTHING = {"Exception", "BaseException"}


def names_in(node: ast.AST) -> list[str]:
    """The bare names in an expression."""
    return [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]


def lacks_docstring(text: str) -> bool:
    """True for a module with code and no opening docstring; an empty file needs none."""
    tree = ast.parse(text)
    return bool(tree.body) and ast.get_docstring(tree) is None


def unfinished(text: str) -> list[str]:
    """Notes to oneself, and code that is a note to oneself."""
    return [match.group() for match in UNFINISHED.finditer(text)]


def unbound_types(text: str) -> list[str]:
    """`typing.Any`, which switches the checks off."""
    return [
        "Any"
        for node in ast.walk(ast.parse(text))
        if (isinstance(node, ast.ImportFrom) and any(name.name == "Any" for name in node.names))
        or (isinstance(node, ast.Attribute) and node.attr == "Any")
    ]


def poor_names(text: str) -> list[str]:
    """`get_` functions and -Manager, -Helper, -Util classes."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.lstrip("_").startswith(
            "get_"
        ):
            found.append(node.name)
        if isinstance(node, ast.ClassDef) and re.search(r"(Manager|Helper|Utils?)$", node.name):
            found.append(node.name)
    return found


def god_objects(text: str) -> list[str]:
    """Classes with more public methods than one noun can have. What asyncio asks of its protocols and transports is not theirs."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            asked = {name for base in node.bases for name in ASKED_BY_ASYNCIO.get(ast.unparse(base), ())}
            functions = [
                item for item in node.body if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef)
            ]
            public = [
                item
                for item in functions
                if not item.name.startswith("_") and not is_property(item) and item.name not in asked
            ]
            if len(public) > MOST_METHODS:
                found.append(f"{node.name} has {len(public)} public methods")
    return found


ASKED_BY_ASYNCIO = {
    f"asyncio.{base.__name__}": set(dir(base))
    for base in (asyncio.Protocol, asyncio.BufferedProtocol, asyncio.Transport)
}


def is_property(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Properties are nouns, not methods."""
    return any("property" in names_in(decorator) for decorator in function.decorator_list)
