"""A pytest plugin: which rows of the mission and which statements of a standard are shown by tests that pass.

    @pytest.mark.row("MF-19", "MF-20")        what a user was promised, shown from outside
    @pytest.mark.statement("MQTT-3.3.1-5")    what a standard demands

``--marks=FILE`` writes what this run showed: ``{"row": {"MF-19": {"tests/...::test_...": "passed"}}, "statement": {...}}``;
`tools/rows.py` makes the page of it. Works under xdist. A test that claims a row that does not exist, or more than a handful,
stops the run at once.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

# How many rows each document of the mission has. Their text stays where it is.
ROWS: Final = {"MF": 186, "EX": 65, "AP": 87, "FX": 99, "RQ": 72}
KINDS: Final = ("row", "statement")
HANDFUL: Final = 6
SEVERITY: Final = ("passed", "skipped", "failed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--marks", metavar="FILE", help="write the rows and statements that this run showed")


def pytest_configure(config: pytest.Config) -> None:
    target = config.getoption("--marks")
    if target and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Ledger(Path(target)), "ledger of marks")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    faults = [f"{item.nodeid}: {fault}" for item in items for fault in faults_of(claims(item))]
    if faults:
        raise pytest.UsageError("\n".join(faults))
    for item in items:
        item.user_properties.extend(claims(item))


def claims(item: pytest.Item) -> list[tuple[str, object]]:
    """What a test says it shows, as (kind, id)."""
    return list(claimed((mark.name, mark.args) for kind in KINDS for mark in item.iter_markers(kind)))


def claimed(marks: "Iterator[tuple[str, tuple[object, ...]]]") -> Iterator[tuple[str, object]]:
    for kind, ids in marks:
        for each in ids:
            yield kind, each


def faults_of(claims: list[tuple[str, object]]) -> list[str]:
    """What is wrong with a test's claims."""
    rows = [each for kind, each in claims if kind == "row"]
    faults = [f"there is no row {each!r}" for each in rows if each not in ALL_ROWS]
    if len(rows) > HANDFUL:
        faults.append(f"claims {len(rows)} rows; one test can show {HANDFUL} at the most")
    faults += [f"{each!r} names no {kind}" for kind, each in claims if not (isinstance(each, str) and each)]
    return faults


def all_rows() -> list[str]:
    """Every row, in the order of the documents."""
    return [f"{document}-{number}" for document, count in ROWS.items() for number in range(1, count + 1)]


ALL_ROWS: Final = frozenset(all_rows())


class Ledger:
    """Listens to reports, those of xdist's workers too, and writes them down at the end."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self._outcomes: dict[str, str] = {}
        self._claims: dict[str, list[tuple[str, object]]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The worst of set-up, call and clean-up counts."""
        self._claims[report.nodeid] = [(kind, each) for kind, each in report.user_properties if kind in KINDS]
        outcome = "skipped" if hasattr(report, "wasxfail") else report.outcome
        known = self._outcomes.get(report.nodeid, "passed")
        self._outcomes[report.nodeid] = max(known, outcome, key=SEVERITY.index)

    def pytest_sessionfinish(self) -> None:
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._target.write_text(json.dumps(self.ledger(), indent=1, sort_keys=True) + "\n", encoding="utf-8")

    def ledger(self) -> dict[str, dict[str, dict[str, str]]]:
        """By kind and id: which tests claimed it, and how each of them ended."""
        ledger: dict[str, dict[str, dict[str, str]]] = {kind: {} for kind in KINDS}
        for test, claims in self._claims.items():
            for kind, each in claims:
                ledger[kind].setdefault(str(each), {})[test] = self._outcomes[test]
        return ledger
