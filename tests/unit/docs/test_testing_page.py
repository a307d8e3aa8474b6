"""The page on testing: its Python is suites, which are run as such; its recipes for other languages start a hub."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients import javascript
from tests.testing_plugin.inside import NAMED, environment_alone
from tests.unit.cli.program import environment
from tests.unit.docs.test_pages import SUITES, Block, blocks_of

PAGE = list(blocks_of(SUITES))


def of(language: str) -> list[Block]:
    return [block for block in PAGE if block.language == language]


@pytest.mark.parametrize("block", of("python"), ids=lambda block: block.place)
def test_every_python_block_is_a_suite_that_passes(block: Block, tmp_path: Path) -> None:
    (tmp_path / "test_block.py").write_text(block.text, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *NAMED, "-q", "-W", "error"],
        env=environment_alone(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_failure_and_a_record_look_as_they_are_shown(tmp_path: Path) -> None:
    """The first suite of the page, with a price that is a cent too low and with a service that tells the stock."""
    suite = of("python")[0].text.replace('"total": 99.99', '"total": 99.98')
    call = "    place_order(hub.kafka.bootstrap)\n"
    assert call in suite
    suite = suite.replace(call, f'{call}    hub.publish("mqtt:stock/lamp", {{"left": 2}})\n')
    suite = suite.replace("json.dumps({", "json.dumps(separators=(',', ':'), obj={")
    (tmp_path / "test_block.py").write_text(suite, encoding="utf-8")
    result = subprocess.run(
        [sys.executable, "-m", "pytest", *NAMED, "-q", "--hubbub-record-dir", "records"],
        env=environment_alone(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = [line.removeprefix("E").strip() for line in result.stdout.splitlines()]
    (shown,) = of("text")
    lines = [timeless(line) for line in shown.text.splitlines() if line]
    assert [line for line in lines if line not in map(timeless, said)] == []
    (file,) = (tmp_path / "records").iterdir()
    first = json.loads(file.read_text(encoding="utf-8").splitlines()[0])
    (record,) = of("json")
    example = json.loads(record.text)
    assert list(first) == list(example)
    assert {name: type(value) for name, value in first.items()} == {
        name: type(value) for name, value in example.items()
    }
    assert (first["address"], first["key"]) == (example["address"], example["key"])


def timeless(line: str) -> str:
    """A line without what depends on how long things took."""
    line = re.sub(r"\d+\.\d{3} s", "0.000 s", re.sub(r"^Unmet: |^hubbub.testing.patience.Unmet: ", "", line))
    return line.removeprefix("E").strip()


def started(words: list[str], folder: Path) -> None:
    """A recipe finds ``hubbub`` on the path, where pip would put it, and says where Kafka is."""
    command = folder / "hubbub"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m hubbub "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    result = subprocess.run(
        words,
        env=environment({"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("kafka is at localhost:")


def test_the_recipe_for_node_starts_a_hub(tmp_path: Path) -> None:
    (block,) = of("javascript")
    (tmp_path / "hub.mjs").write_text(block.text, encoding="utf-8")
    started([javascript.executable("node"), "hub.mjs"], tmp_path)


@pytest.mark.interop
@pytest.mark.parametrize(
    ("language", "file", "words"),
    [("java", "Hub.java", ["java", "Hub.java"]), ("go", "main.go", ["go", "run", "main.go"])],
)
def test_the_recipes_for_others_start_a_hub(
    language: str, file: str, words: list[str], tmp_path: Path
) -> None:
    if shutil.which(words[0]) is None:
        pytest.skip(f"skipped: no {words[0]} here")
    (block,) = of(language)
    (tmp_path / file).write_text(block.text, encoding="utf-8")
    started(words, tmp_path)
