"""`hubbub fixtures`: files are checked and tried without a hub."""

import json
from pathlib import Path

from tests.unit.cli.program import hubbub

GOOD = '- {identifier: a, topic: t, key: "k-{{id}}", value: {n: "{{id}}"}, headers: {h: "1"}}\n'


def test_check_tells_every_mistake_with_its_line_and_ends_with_its_code(tmp_path: Path) -> None:
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "bad.yaml").write_text(
        "- identifier: b\n  topic: t\n  value: '{{nwo}}'\n  qso: 1\n", encoding="utf-8"
    )
    result = hubbub("fixtures", "check", ".", folder=tmp_path)
    assert result.returncode == 4
    assert result.stderr.splitlines() == [
        "hubbub: bad.yaml:3: nothing is called nwo; did you mean now?",
        "hubbub: bad.yaml:4: qso is no key of a fixture; did you mean 'qos'?",
    ]
    assert (
        ".: 2 files, 1 fixtures, 0 relationships, 0 scenarios, 0 groups; 2 mistakes, 0 warnings"
        in result.stdout
    )


def test_check_finds_what_shows_only_when_a_message_is_made(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "- identifier: b\n  topic: t\n  value:\n    n: '{{fixture - 1}}'\n", encoding="utf-8"
    )
    result = hubbub("fixtures", "check", "a.yaml", folder=tmp_path)
    assert result.returncode == 4
    assert "a.yaml:4:" in result.stderr


def test_warnings_count_where_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("monitoring: {jaeger: {enabled: true}}\n", encoding="utf-8")
    assert hubbub("fixtures", "check", "a.yaml", folder=tmp_path).returncode == 0
    strict = hubbub("fixtures", "check", "a.yaml", "--strict", folder=tmp_path)
    assert strict.returncode == 4
    assert "warning: a.yaml:1: jaeger is not effective yet; tracing is still to come" in strict.stderr


def test_a_dry_run_prints_samples_and_sends_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    result = hubbub("fixtures", "check", "a.yaml", "--dry-run", "2", "--json", folder=tmp_path)
    assert result.returncode == 0
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {"fixture": "a", "address": "kafka:t", "key": f"k-{n}", "headers": {"h": "1"}, "value": {"n": n}}
        for n in (1, 2)
    ]


def test_samples_are_shown_to_people_too_and_the_same_seed_gives_the_same(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "- {identifier: a, pattern: t, retained: true, payload: {n: '{{uuid}}'}}", encoding="utf-8"
    )
    runs = [
        hubbub("fixtures", "sample", "a.yaml", "-n", "1", "--seed", "5", folder=tmp_path) for _ in range(2)
    ]
    assert runs[0].returncode == 0
    assert runs[0].stdout.startswith('a -> mqtt:t\n  (retain: True)\n  {\n    "n": ')
    assert runs[0].stdout == runs[1].stdout


def test_a_sample_of_what_is_caused_knows_its_cause(tmp_path: Path) -> None:
    text = """
protocol: kafka
fixtures:
  - {name: a, topic: ta, value: {a_id: "{{uuid}}"}}
  - {name: b, topic: tb, value: {of: "{{context.a_id}}"}}
relationships: [{from: ta, to: tb}]
"""
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    result = hubbub("fixtures", "sample", "a.yaml", "--name", "b", "-n", "1", "--json", folder=tmp_path)
    assert len(json.loads(result.stdout)["value"]["of"]) == 36


def test_a_name_that_is_not_there_is_told_with_those_that_are(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(GOOD, encoding="utf-8")
    result = hubbub("fixtures", "sample", "a.yaml", "--name", "z", folder=tmp_path)
    assert (result.returncode, result.stderr) == (2, "hubbub: no fixture is called 'z'; there are: a\n")


def test_a_directory_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    result = hubbub("fixtures", "check", "nowhere", folder=tmp_path)
    assert (result.returncode, result.stderr) == (
        4,
        "hubbub: nowhere: there is no such directory; make it, or name another\n",
    )
