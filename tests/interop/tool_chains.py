"""Tool chains of other languages: found or the tests are skipped; what they build lies under ``build/interop`` and is built once."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

HERE: Final = Path(__file__).parent
BUILD: Final = HERE.parents[1] / "build" / "interop"
BUILD_PATIENCE: Final = 1500.0
PATIENCE: Final = 120.0


def tool(name: str) -> str:
    """Where this program is. Skips where it is not."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} here")
    return found


def build(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None = None) -> None:
    """Run a build in its folder; fails with all that it said."""
    done = subprocess.run(
        [str(each) for each in command],
        cwd=folder,
        env=None if environment is None else dict(environment),
        capture_output=True,
        text=True,
        timeout=BUILD_PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def run(command: Sequence[str | Path], *, stdin: str = "", patience: float = PATIENCE) -> str:
    """What a program writes to stdout. Fails with all that it said when it ends badly."""
    done = subprocess.run(
        [str(each) for each in command],
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=patience,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def found(command: Sequence[str | Path]) -> dict[str, Any]:
    """The JSON object that a program ends with."""
    return dict(json.loads(run(command).splitlines()[-1]))
