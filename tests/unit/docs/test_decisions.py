"""Decisions have a form, the pages about the house name what is there, and the diagrams are those that import-linter keeps."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.rules import ROOT, SOURCE

DOCS = ROOT / "docs"
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
PAGES = [DOCS / "architecture.md", DOCS / "tour.md", DOCS / "adding-a-protocol.md", *DECISIONS]
PARTS = ["## Context", "## Decision", "## Consequences"]
STATUS = re.compile(r"^Status: (accepted|proposed|superseded by \[\d{4}\]\(\d{4}-[a-z0-9-]+\.md\))$")
LINK = re.compile(r"\[[^\]]+\]\(([^)#]*)(?:#([^)]+))?\)")
FILE = re.compile(r"`((?:src/hubbub/|tests/|tools/)?[\w/.]*\w+\.py)`")
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TOY = "protocols/lines/"
"""The room that exists in the guide alone."""


def read(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(page.name[:4]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_has_status_context_decision_and_consequences(page: Path) -> None:
    lines = [line for line in read(page).splitlines() if line.strip()]
    assert lines[0].startswith(f"# {page.name[:4]} ")
    assert STATUS.match(lines[1])
    assert [line for line in lines if line.startswith("#")][1:] == PARTS
    for part in PARTS:
        following = lines[lines.index(part) + 1]
        assert not following.startswith("#"), f"{part} says nothing"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in LINK.findall(read(page)):
        if "://" in target:
            continue
        found = page.parent / target if target else page
        assert found.exists(), target
        if anchor:
            assert anchor in anchors(found), f"{target}#{anchor}"


def anchors(page: Path) -> set[str]:
    """Headings as they are linked to."""
    headings = re.findall(r"^#+ (.+)$", read(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_files_that_are_named_are_there(page: Path) -> None:
    own = set(re.findall(r"^\*\*`([^`]+)`\*\*$", read(page), re.MULTILINE))
    for name in FILE.findall(read(page)):
        if "/" not in name or name.startswith(TOY) or name in own or name == "handlers/__init__.py":
            continue
        assert (SOURCE / name).is_file() or (ROOT / name).is_file(), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_blocks_parse(page: Path) -> None:
    for language, text in BLOCK.findall(read(page)):
        if language == "python":
            compile(dedented(text), str(page), "exec")
        elif language == "toml":
            tomllib.loads(text)
        else:
            assert language == "text", f"no test knows what {language!r} is"


def dedented(text: str) -> str:
    """A block that is to be put into a function or a class, as one."""
    return "if True:\n" + text if text.startswith(" ") else text


@pytest.mark.parametrize(("contract", "first"), [("floors", "__main__"), ("plan-of-a-room", "room")])
def test_the_diagrams_are_what_import_linter_keeps(contract: str, first: str) -> None:
    project = tomllib.loads(read(ROOT / "pyproject.toml"))
    contracts = {each["id"]: each for each in project["tool"]["importlinter"]["contracts"]}
    kept = [re.sub(r"[()]", "", layer) for layer in contracts[contract]["layers"]]
    shown = [text.splitlines() for _, text in BLOCK.findall(read(DOCS / "architecture.md"))]
    assert kept in [diagram for diagram in shown if diagram[0] == first]
