"""`hubbub data` and `--data-dir`: what a data directory holds, whether it is sound, and who may have it."""

import json
from pathlib import Path

import pytest

from hubbub.core.store import LogOptions
from hubbub.octets.batch import Entry
from tests.engines.disk import open_bench
from tests.engines.words import batch
from tests.unit.cli.program import Serving, hubbub

FREE = ["--kafka-port", "0", "--mqtt-port", "0", "--amqp-port", "0"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A directory with one log and some state."""
    from hubbub.octets.batch import build

    bench = open_bench(tmp_path / "data")
    bench.append(batch(b"one", b"two"))
    bench.append(build([Entry(5, b"\xff", "drei ÄÖ".encode(), (("h", b"x"),)), Entry(6, b"k", None)]))
    bench.engine.acquire("empty", LogOptions())
    bench.close()
    return tmp_path


def test_describe_says_what_is_there(data: Path) -> None:
    result = hubbub("data", "describe", "data", folder=data)
    assert result.returncode == 0, result.stderr
    assert "2 logs with" in result.stdout
    assert "  log    offsets 0 to 4, 2 batches," in result.stdout
    found = json.loads(hubbub("data", "describe", "data", "--json", folder=data).stdout)
    assert [(log["name"], log["start"], log["end"]) for log in found["logs"]] == [
        ("log", 0, 4),
        ("empty", 0, 0),
    ]


def test_verify_finds_nothing_wrong_where_nothing_is(data: Path) -> None:
    result = hubbub("data", "verify", "data", folder=data)
    assert (result.returncode, result.stderr) == (0, "")


def test_verify_names_what_is_damaged(data: Path) -> None:
    (segment,) = (data / "data" / "logs").rglob("*.log")
    octets = bytearray(segment.read_bytes())
    octets[-3] ^= 1
    segment.write_bytes(octets)
    result = hubbub("data", "verify", "data", folder=data)
    assert result.returncode == 1
    assert f"{segment.name}" in result.stderr
    assert "no sound batch" in result.stderr


def test_export_prints_each_record_as_json(data: Path) -> None:
    result = hubbub("data", "export", "data", "log", folder=data)
    assert result.returncode == 0, result.stderr
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["offset"] for line in lines] == [0, 1, 2, 3]
    assert lines[0]["value"] == "one"
    assert lines[2] == {
        "offset": 2, "timestamp": 5, "key64": "/w==", "value": "drei ÄÖ", "headers": [{"name": "h", "value": "x"}],
    }  # fmt: skip
    assert lines[3]["value"] is None


def test_what_is_not_there_is_said(data: Path) -> None:
    result = hubbub("data", "export", "data", "none", folder=data)
    assert (result.returncode, result.stdout) == (2, "")
    assert "has no log 'none'" in result.stderr
    result = hubbub("data", "describe", "nowhere", folder=data)
    assert result.returncode == 5
    assert "is no data directory of Hubbub" in result.stderr


def test_a_directory_has_one_hub_at_a_time(tmp_path: Path) -> None:
    with Serving(*FREE, "--data-dir", "data", folder=tmp_path) as hub:
        for command in (["serve", *FREE, "--data-dir", "data"], ["data", "verify", "data"]):
            result = hubbub(*command, folder=tmp_path)
            assert result.returncode == 5
            assert f"is in use by process {hub.process.pid}" in result.stderr
            assert "Traceback" not in result.stderr
        code, said = hub.stop()
        assert code == 0
        assert "storage: opened data in" in said
    assert hubbub("data", "verify", "data", folder=tmp_path).returncode == 0


def test_what_cannot_be_a_data_directory_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "newer").mkdir()
    (tmp_path / "newer" / "FORMAT").write_text("hubbub data 99\n", encoding="utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "FORMAT").write_text("hubbub data 1\n", encoding="utf-8")
    (tmp_path / "broken" / "state.db").write_text("no database", encoding="utf-8")
    reasons = {
        "file": "file exists",
        "newer": "has data format 99",
        "mine": "is not empty (letter.txt)",
        "broken": "state.db cannot be used",
        "/proc/hubbub": "no such file",
    }
    for directory, reason in reasons.items():
        result = hubbub("serve", *FREE, "--data-dir", directory, folder=tmp_path)
        assert result.returncode == 5, directory
        assert reason in result.stderr
        assert "Traceback" not in result.stderr
    assert (tmp_path / "mine" / "letter.txt").read_text(encoding="utf-8") == "dear"
