"""The accounting of rows: it counts what passed, it refuses inflated claims, and its page cannot say more than a run shows."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.marks import HANDFUL, ROWS, all_rows, faults_of
from tools.rows import claimed_rows, page, ranges, refuted, shown_rows

ROOT = Path(__file__).resolve().parents[2]
CHECKLIST = ROOT.parent / "shared" / "mission" / "checklist.md"

TESTS = """
import pytest

@pytest.mark.row("MF-1")
def test_passes(): pass

@pytest.mark.row("MF-1", "MF-2")
@pytest.mark.parametrize("n", [1, 2])
def test_passes_once(n): assert n == 1

@pytest.mark.row("MF-3")
def test_is_skipped(): pytest.skip("no tool chain")

@pytest.fixture
def leaking():
    yield
    raise ValueError("left something behind")

@pytest.mark.row("MF-4")
def test_leaves_something_behind(leaking): pass

@pytest.mark.statement("MQTT-3.3.1-5")
def test_a_statement(): pass
"""


def run_pytest(folder: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_claims.py").write_text(text, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "tests.marks",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(folder),
    ]
    command += ["-c", "/dev/null", str(folder), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_what_passed_is_written_down_and_so_is_what_did_not(tmp_path: Path, workers: str) -> None:
    target = tmp_path / "out" / "marks.json"
    result = run_pytest(tmp_path, TESTS, "--marks", str(target), "-n", workers)
    assert result.returncode == 1, result.stdout + result.stderr
    ledger = json.loads(target.read_text(encoding="utf-8"))
    outcomes = {row: sorted(tests.values()) for row, tests in ledger["row"].items()}
    assert outcomes == {
        "MF-1": ["failed", "passed", "passed"],
        "MF-2": ["failed", "passed"],
        "MF-3": ["skipped"],
        "MF-4": ["failed"],
    }
    assert list(ledger["statement"]) == ["MQTT-3.3.1-5"]


def test_a_test_cannot_claim_more_than_a_handful(tmp_path: Path) -> None:
    ids = ", ".join(f'"MF-{number}"' for number in range(1, HANDFUL + 2))
    result = run_pytest(tmp_path, f"import pytest\n@pytest.mark.row({ids})\ndef test_all(): pass\n")
    assert result.returncode == 4
    assert "claims 7 rows; one test can show 6 at the most" in result.stderr


def test_a_row_that_does_not_exist_cannot_be_claimed() -> None:
    assert faults_of([("row", "MF-187")]) == ["there is no row 'MF-187'"]
    assert faults_of([("row", "MF-186"), ("statement", "anything")]) == []
    assert faults_of([("statement", "")]) == ["'' names no statement"]


def test_the_rows_are_those_of_the_checklist() -> None:
    if not CHECKLIST.is_file():
        pytest.skip("the mission's checklist is not beside this checkout")
    found = re.findall(r"^\| ([A-Z]{2}-\d+) \|", CHECKLIST.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(found) == set(all_rows())
    assert sum(ROWS.values()) == 509


def test_a_row_is_shown_when_a_test_passed_and_none_failed() -> None:
    ledger = {
        "row": {
            "MF-1": {"a": "passed", "b": "skipped"},
            "MF-2": {"a": "passed", "c": "failed"},
            "MF-3": {"d": "skipped"},
        }
    }
    assert shown_rows(ledger) == {"MF-1": ["a"]}


def test_the_page_says_what_is_shown_and_what_is_not() -> None:
    text = page({"row": {"RQ-2": {"tests/x.py::test_y[1]": "passed", "tests/x.py::test_y[2]": "passed"}}})
    assert "| RQ-2 | `x.py::test_y` |" in text
    assert "- RQ: 1, 3-72" in text
    assert claimed_rows(text) == {"RQ-2"}


def test_the_page_is_refuted_by_a_run_that_shows_less() -> None:
    text = page({"row": {f"MF-{number}": {"t": "passed"} for number in (1, 2, 3, 4)}})
    now = {"row": {"MF-1": {"t": "passed"}, "MF-2": {"t": "skipped"}, "MF-3": {"t": "failed"}}}
    assert refuted(text, now) == ["MF-3", "MF-4"]


def test_numbers_are_shortened_to_ranges() -> None:
    assert ranges([1, 2, 3, 5, 7, 8]) == "1-3, 5, 7-8"
    assert ranges([]) == ""
