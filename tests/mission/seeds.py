"""The mission's documents, and the blocks of code in them. They lie beside the checkout, or the tests that need them are skipped."""

import re
import shlex
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


def shell_commands(document: str) -> list[list[str]]:
    """The words of every command in the blocks for a shell, in order. Skips where the documents are not here."""
    page = SEEDS / f"{document}.md"
    if not page.is_file():
        pytest.skip("the mission's documents are not beside this checkout")
    found: list[list[str]] = []
    for text in re.findall(
        r"^```(?:bash|sh|shell)\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    ):
        open_lines = ""
        for line in str(text).replace("\\\n", " ").splitlines():
            open_lines += f"{line}\n"
            try:
                words = shlex.split(open_lines, comments=True)
            except ValueError:  # a quotation goes on in the next line
                continue
            found += [words] if words else []
            open_lines = ""
    return found
