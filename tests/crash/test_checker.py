"""The judge itself is judged: each way in which a promise can be broken is found, and what is allowed is not complained about."""

import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import json, structs

from tests.crash.checker import Account, Position, Stream, complaints

GOOD = Stream("s", "once", [1, 2, 1], [0, 1, 2], [(0, False), (1, False), (2, False)])
ROOT = Path(__file__).resolve().parents[2]


def judge(**changes: object) -> list[str]:
    return list(complaints(Account([structs.replace(GOOD, **changes)], [])))


@pytest.mark.parametrize("promise", ["once", "at most once", "at least once"])
def test_what_is_there_once_and_in_order_keeps_every_promise(promise: str) -> None:
    assert judge(promise=promise) == []


@pytest.mark.parametrize("promise", ["once", "at most once", "at least once"])
def test_what_was_acknowledged_and_is_not_there_is_lost(promise: str) -> None:
    (said,) = judge(promise=promise, found=[(0, False), (2, False)])
    assert said == "s: 1 messages are lost, among them [1]"


def test_what_was_not_acknowledged_may_be_lost_unless_it_is_sent_until_it_is() -> None:
    without = {"found": [(0, False), (2, False)], "acknowledged": [0, 2]}
    assert judge(promise="at most once", **without) == []
    assert judge(promise="at least once", **without) == []
    assert "lost" in judge(promise="once", **without)[0]


def test_what_was_deleted_may_be_gone() -> None:
    assert judge(found=[(1, False), (2, False)], deleted=1) == []


@pytest.mark.parametrize("promise", ["once", "at most once", "at least once"])
def test_order_counts_where_a_number_is_found_first(promise: str) -> None:
    assert "out of order: [(1, 0)]" in judge(promise=promise, found=[(1, False), (0, False), (2, False)])[0]


def test_twice_is_explained_by_sending_twice_or_by_saying_so() -> None:
    again = [(0, False), (1, False), (1, False), (2, False), (2, True), (1, False)]
    assert judge(promise="at least once", found=again[:5]) == []
    assert "more often" in judge(promise="at least once", found=again)[0]
    assert "more often" in judge(promise="once", found=again[:3] + again[3:4])[0]
    assert "more often" in judge(promise="at most once", found=[*GOOD.found, (2, True)])[0]


def test_what_nobody_sent_is_strange() -> None:
    assert "nobody sent [3]" in judge(found=[*GOOD.found, (3, False)])[0]


def test_a_position_must_not_go_back() -> None:
    assert list(complaints(Account([], [Position("p", 3, 3), Position("p", 3, 9)]))) == []
    (said,) = complaints(Account([], [Position("p", 3, 2)]))
    assert said == "p: 3 was promised, 2 is what the hub said later"


def test_the_program_prints_what_is_wrong_and_ends_with_one(tmp_path: Path) -> None:
    path = tmp_path / "account.json"
    for positions, code, said in ([], 0, ""), ([Position("p", 1, 0)], 1, "p: 1 was promised"):
        path.write_bytes(json.encode(Account([GOOD], positions)))
        run = subprocess.run(
            [sys.executable, "-m", "tests.crash.checker", str(path)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == code
        assert run.stdout.startswith(said)
