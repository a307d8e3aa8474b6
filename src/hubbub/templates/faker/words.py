"""The long lists of real words: names, cities, streets, trades. They are mimesis's data; its code, which takes a tenth of a second to import, is not needed."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import msgspec

from hubbub.templates.values import is_plain

LANGUAGE = "en"


@cache
def listed(file: str, *keys: str) -> tuple[str, ...]:
    """A list of words that JSON writes as they are, by its place in one of mimesis's files. Raises LookupError where there is none."""
    found: object = _read(file)
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    words = tuple(word for word in found if is_plain(word)) if isinstance(found, list) else ()
    if not words:
        raise LookupError(f"mimesis has no {'.'.join(keys)} in {file}.json")
    return words


@cache
def _read(file: str) -> object:
    spec = find_spec("mimesis")
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise LookupError("mimesis is not installed; its words are what faker speaks in")
    return msgspec.json.decode((Path(places[0]) / "datasets" / LANGUAGE / f"{file}.json").read_bytes())
