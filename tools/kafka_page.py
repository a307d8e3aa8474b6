"""The tables of docs/kafka.md, made from the code they tell of: the verbs with their versions, and the topic settings.

What a verb does is the first sentence of its file. The prose around the tables is written by hand.
`tools.pages` writes the page.
"""

import re
from importlib import import_module
from pathlib import Path
from typing import Final

from hubbub.protocols.kafka.handlers.table import PACKAGE, VERBS
from hubbub.protocols.kafka.naming.topic_settings import SETTINGS
from hubbub.protocols.kafka.wire.keys import ApiKey
from tools.made import renewed

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "kafka.md"
OPENING: Final = re.compile(
    r"(?P<name>\w+) \((?P<key>\d+)\), versions? [\d-]+: (?P<does>.+?[.;])(?:\s|$)", re.DOTALL
)


def verbs() -> str:
    """One row for each API that is served, in order of keys."""
    rows = ["| key | API | versions | what it does |", "| --- | --- | --- | --- |"]
    for key, verb in sorted(VERBS.items()):
        name, does = opening(verb.module)
        versions = str(verb.newest) if verb.oldest == verb.newest else f"{verb.oldest}–{verb.newest}"
        rows.append(f"| {int(key)} | {name} | {versions} | {does} |")
    return "\n".join(rows)


def opening(module: str) -> tuple[str, str]:
    """The API's name and the first sentence on what it does, from the docstring of its file."""
    text = import_module(PACKAGE + module).__doc__ or ""
    found = OPENING.match(" ".join(text.split()))
    if found is None:
        raise SystemExit(f"handlers/{module}.py does not open with: Name (key), versions a-b: what it does.")
    return found["name"], found["does"].rstrip(".;").replace("|", "\\|")


def absent() -> str:
    """What a broker of Apache Kafka serves to clients and this one does not."""
    names = [key.name.replace("_", " ").title().replace(" ", "") for key in ApiKey if key not in VERBS]
    return ", ".join(names) + "."


def effective() -> str:
    """The settings that change what happens."""
    rows = ["| setting | default | what it does |", "| --- | --- | --- |"]
    rows += [
        f"| `{name}` | `{setting.default}` | {setting.documentation} |"
        for name, setting in SETTINGS.items()
        if setting.has_effect
    ]
    return "\n".join(rows)


def kept() -> str:
    """The settings that are checked, kept and shown, and change nothing."""
    return ", ".join(f"`{name}`" for name, setting in SETTINGS.items() if not setting.has_effect) + "."


TABLES: Final = {"verbs": verbs, "absent": absent, "effective": effective, "kept": kept}


def kafka_page() -> str:
    """docs/kafka.md."""
    return renewed(PAGE, TABLES)
