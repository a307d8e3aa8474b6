"""The producer and the consumer of `examples/producer-consumer`, as its README starts them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples.running import EXAMPLES
from tests.unit.cli.program import FREE, PATIENCE, Serving, environment

FOLDER = EXAMPLES / "producer-consumer"


def run(*arguments: str) -> str:
    result = subprocess.run(
        [sys.executable, str(FOLDER / "producer_consumer.py"), *arguments],
        env=environment({"PYTHONIOENCODING": "utf-8"}),
        cwd=FOLDER,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE * 2,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.row("RQ-63", "RQ-64")
def test_five_steps_and_every_message_with_its_place() -> None:
    printed = run()
    assert re.findall(r"^Step (\d): (.*)\.\.\.$", printed, re.MULTILINE) == [
        ("1", "Starting broker"),
        ("2", "Creating producer"),
        ("3", "Creating consumer"),
        ("4", "Sending messages"),
        ("5", "Shutting down"),
    ]
    assert re.findall(r"^\[Producer\] Sent: (.*)$", printed, re.MULTILINE) == [
        f"Message number {number}" for number in range(1, 11)
    ]
    assert re.findall(r"^\[Consumer\] (.*)$", printed, re.MULTILINE) == [
        f"Message #{number}: [demo-topic:0:{number - 1}] Message number {number}" for number in range(1, 11)
    ]


def test_the_files_work_with_a_hub_that_runs_already(tmp_path: Path) -> None:
    with Serving(*FREE, folder=tmp_path) as hub:
        text = (FOLDER / "config" / "example-full.yaml").read_text(encoding="utf-8")
        file = tmp_path / "full.yaml"
        file.write_text(text.replace("localhost:9092", f"localhost:{hub.port('kafka')}"), encoding="utf-8")
        for first in (0, 300):
            printed = run("--count", "300", "--config", str(file))
            assert f"[Consumer] Message #300: [events:0:{first + 299}] Message number 300" in printed
