"""The tables of docs/templates.md, made from the code they tell of: functions, made-up data, filters, other names, limits.

The prose around the tables is written by hand. `tools.pages` writes the page.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from hubbub.templates import limits
from hubbub.templates.aliases import ALIASES
from hubbub.templates.faker.commerce import COMMERCE
from hubbub.templates.faker.network import NETWORK
from hubbub.templates.faker.numbers import NUMBERS
from hubbub.templates.faker.people import PEOPLE
from hubbub.templates.faker.places import PLACES
from hubbub.templates.faker.prose import PROSE
from hubbub.templates.faker.table import MODULES
from hubbub.templates.filters import FILTERS
from hubbub.templates.functions import FUNCTIONS
from hubbub.templates.signature import Callee, usage
from tools.made import renewed

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "templates.md"


def table(members: Iterable[Callee]) -> str:
    """One row for each."""
    rows = ["| use | what it gives | for example |", "| --- | --- | --- |"]
    rows += [
        f"| `{usage(each)}` | {cell(each.about)} | `{cell('{{' + each.example + '}}')}` |" for each in members
    ]
    return "\n".join(rows)


def cell(text: str) -> str:
    """Text as a table takes it."""
    return text.replace("|", "\\|")


def aliases() -> str:
    """Other names, by the name that is ours."""
    by_name: dict[str, list[str]] = {}
    for alias, name in ALIASES.items():
        by_name.setdefault(name, []).append(alias)
    rows = ["| name | also |", "| --- | --- |"]
    rows += [
        f"| `{name}` | {', '.join(f'`{each}`' for each in others)} |"
        for name, others in sorted(by_name.items())
    ]
    return "\n".join(rows)


def modules() -> str:
    """The words that may stand between ``faker`` and a name."""
    return ", ".join(f"`{module}`" for module in sorted(MODULES)) + "."


def bounds() -> str:
    """What a template may ask for."""
    rows = [
        ("characters of one text", limits.LONGEST_TEXT),
        ("characters of one expression", limits.LONGEST_EXPRESSION),
        ("operators, pipes, fields and indexes in one expression", limits.MOST_OPERATORS),
        ("parentheses, lists, maps and arguments inside of each other", limits.DEEPEST_EXPRESSION),
        ("lists and maps of a value inside of each other", limits.DEEPEST_TREE),
        (f"characters of a whole template, {limits.NODE} for each value among them", limits.LARGEST_TEMPLATE),
        ("items, words or letters that one call makes", limits.MOST_ITEMS),
    ]
    return "\n".join(
        ["| at most | |", "| ---: | --- |", *(f"| {bound:,} | {what} |" for what, bound in rows)]
    )


TABLES: Final = {
    "functions": lambda: table(FUNCTIONS),
    "numbers": lambda: table(NUMBERS),
    "people": lambda: table(PEOPLE),
    "places": lambda: table(PLACES),
    "commerce": lambda: table(COMMERCE),
    "network": lambda: table(NETWORK),
    "prose": lambda: table(PROSE),
    "filters": lambda: table(FILTERS),
    "aliases": aliases,
    "modules": modules,
    "bounds": bounds,
}


def templates_page() -> str:
    """docs/templates.md."""
    return renewed(PAGE, TABLES)
