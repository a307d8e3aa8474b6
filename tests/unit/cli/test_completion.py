"""Completion, asked for as the shells' scripts ask."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.cli.program import hubbub


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_script_for_every_shell(shell: str, tmp_path: Path) -> None:
    script = hubbub("completion", shell, folder=tmp_path)
    assert (script.returncode, script.stderr) == (0, "")
    assert f"_HUBBUB_COMPLETE={shell}_complete" in script.stdout
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=script.stdout, text=True, check=True, timeout=20)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hubbub kaf", "kafka"),
        ("hubbub kafka pro", "produce"),
        ("hubbub mqtt sub", "subscribe"),
        ("hubbub amqp queue pu", "purge"),
    ],
)
def test_commands_and_flags_are_completed(typed: str, expected: str, tmp_path: Path) -> None:
    asked = {
        "_HUBBUB_COMPLETE": "bash_complete",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(typed.split()) - 1),
    }
    assert hubbub(folder=tmp_path, **asked).stdout.splitlines() == [f"plain,{expected}"]
