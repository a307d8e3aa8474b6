"""Pages that are written by hand around tables that are made."""

from collections.abc import Callable, Mapping
from pathlib import Path


def renewed(page: Path, tables: Mapping[str, Callable[[], str]]) -> str:
    """The page with each part between ``<!-- made: name -->`` and ``<!-- end -->`` made anew."""
    text = page.read_text(encoding="utf-8")
    for name, make in tables.items():
        start, end = f"<!-- made: {name} -->\n", "\n<!-- end -->"
        before, mark, rest = text.partition(start)
        _, close, after = rest.partition(end)
        if not mark or not close:
            raise SystemExit(
                f"{page.name} has no place for the table {name!r}: {start.strip()} … {end.strip()}"
            )
        text = before + start + make() + end + after
    return text
