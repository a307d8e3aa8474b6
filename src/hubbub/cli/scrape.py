"""A hub's metrics, read from their text. Only what our own writer writes need be understood."""

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

LINE: Final = re.compile(r"(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>.*)\})? (?P<value>\S+)$")
LABEL: Final = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')
ESCAPED: Final = re.compile(r"\\(.)")


class Sample(Struct, frozen=True):
    """One number's name and labels."""

    name: str
    labels: tuple[tuple[str, str], ...] = ()

    def label(self, name: str) -> str:
        """One of them; empty where it has no such label."""
        return dict(self.labels).get(name, "")


def samples(text: str) -> Iterator[tuple[Sample, float]]:
    """Every number with its name."""
    for line in text.splitlines():
        found = None if line.startswith("#") else LINE.match(line)
        if found is not None:
            labels = tuple((name, plain(value)) for name, value in LABEL.findall(found["labels"] or ""))
            yield Sample(found["name"], labels), float(found["value"])


def plain(value: str) -> str:
    """A label's value without the escapes of the format."""
    return ESCAPED.sub(lambda found: "\n" if found[1] == "n" else found[1], value)
