"""The mission's documents, and the blocks of code in them. They lie beside the checkout, or the tests that need them are skipped."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT.parent / "shared" / "mission" / "seeds"


def block(document: str, language: str, contains: str) -> str:
    """The one block of this language that has these words. Skips where the documents are not here."""
    page = SEEDS / f"{document}.md"
    if not page.is_file():
        pytest.skip("the mission's documents are not beside this checkout")
    found = re.findall(
        rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    (match,) = [text for text in found if contains in text]
    return str(match)
