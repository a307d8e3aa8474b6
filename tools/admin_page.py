"""The tables of docs/admin-api.md, made from the routes they tell of. The prose around them is written by hand; `tools.pages` writes the page."""

from pathlib import Path
from typing import Final

from hubbub.console.problems import STATUSES, code_of
from hubbub.console.table import ROUTES
from tools.made import renewed

PAGE: Final = Path(__file__).resolve().parents[1] / "docs" / "admin-api.md"


def routes() -> str:
    """One row for each."""
    rows = ["| | path | what |", "| --- | --- | --- |"]
    rows += [f"| {route.method} | `{route.path}` | {route.summary} |" for route in ROUTES]
    return "\n".join(rows)


def refusals() -> str:
    """What the hub's "no" becomes."""
    rows = ["| status | `code` | what |", "| --- | --- | --- |"]
    for kind, status in STATUSES.items():
        words = " ".join((kind.__doc__ or "").split())
        rows.append(f"| {status.value} | `{code_of(kind)}` | {words} |")
    return "\n".join(rows)


TABLES: Final = {"routes": routes, "refusals": refusals}


def admin_page() -> str:
    """docs/admin-api.md."""
    return renewed(PAGE, TABLES)
