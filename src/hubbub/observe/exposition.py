"""Metrics as text: the Prometheus format 0.0.4 and OpenMetrics 1.0.

They differ in how a counter's family is called, in how help is escaped, and in the end mark. A reader chooses by ``Accept``.
"""

from collections.abc import Iterable, Iterator
from itertools import accumulate
from typing import Final

from msgspec import Struct

from hubbub.model.counters import Histogram
from hubbub.observe.sheet import Family, Kind, Row

SLICE: Final = 500
"""Rows between two pauses."""


class Format(Struct, frozen=True):
    """One of the two."""

    content_type: str
    is_open: bool
    end: str


PROMETHEUS: Final = Format("text/plain; version=0.0.4; charset=utf-8", False, "")
OPEN: Final = Format("application/openmetrics-text; version=1.0.0; charset=utf-8", True, "# EOF\n")
OPEN_TYPE: Final = "application/openmetrics-text"
OPEN_VERSIONS: Final = ("", "1.0.0", "0.0.1")


def chosen(accept: str) -> Format:
    """OpenMetrics where it is asked for, and liked at least as much as plain text."""
    best_open, best_plain = 0.0, 0.0
    for part in accept.split(","):
        kind, *parameters = (piece.strip().lower() for piece in part.split(";"))
        said: dict[str, str] = {}
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            said[name] = value
        try:
            liking = float(said.get("q", "1"))
        except ValueError:
            liking = 0.0
        if kind == OPEN_TYPE and said.get("version", "").strip('"') in OPEN_VERSIONS:
            best_open = max(best_open, liking)
        elif kind == "text/plain":
            best_plain = max(best_plain, liking)
    return OPEN if best_open and best_open >= best_plain else PROMETHEUS


def text(family: Family, rows: Iterable[Row], chosen: Format) -> Iterator[str]:
    """A family in pieces of bounded size."""
    name, kind = family.name, family.kind
    announced = name.removesuffix("_total") if chosen.is_open and kind is Kind.COUNTER else name
    words = family.help.replace("\\", "\\\\").replace("\n", "\\n")
    if chosen.is_open:
        words = words.replace('"', '\\"')
    lines = [f"# HELP {announced} {words}\n# TYPE {announced} {kind.value}\n"]
    for labels, value in rows:
        pairs = ",".join(
            [f'{key}="{escaped(label)}"' for key, label in zip(family.labels, labels, strict=True)]
        )
        if isinstance(value, Histogram):
            lines.append(distribution(name, pairs, value))
        elif pairs:
            lines.append(f"{name}{{{pairs}}} {value}\n")
        else:
            lines.append(f"{name} {value}\n")
        if len(lines) >= SLICE:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)


def distribution(name: str, pairs: str, found: Histogram) -> str:
    """The lines of one histogram."""
    comma = "," if pairs else ""
    bounds = [*map(repr, found.bounds), "+Inf"]
    below = list(accumulate(found.counts))
    lines = [
        f'{name}_bucket{{{pairs}{comma}le="{bound}"}} {count}\n'
        for bound, count in zip(bounds, below, strict=True)
    ]
    labels = f"{{{pairs}}}" if pairs else ""
    lines += f"{name}_sum{labels} {found.sum}\n", f"{name}_count{labels} {below[-1]}\n"
    return "".join(lines)


def escaped(label: str) -> str:
    """As it stands between quotation marks."""
    if "\\" in label or '"' in label or "\n" in label:
        return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return label
