"""Tool chains of other languages: found, or one clear line on why a test was skipped. What they build lies under ``build/interop``."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest

HERE: Final = Path(__file__).parent
BUILD: Final = HERE.parents[1] / "build" / "interop"
SECONDS: Final = 300
BUILD_SECONDS: Final = 1500


def tool(name: str) -> str:
    """Where this program is. Skips where it is not."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"skipped: no {name} here")
    return found


def run(
    words: Sequence[str | Path], *, stdin: str = "", folder: Path | None = None, seconds: int = SECONDS
) -> list[str]:
    """The lines that a program prints. Fails with all that it said if it ends badly."""
    done = subprocess.run(
        [str(each) for each in words],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, f"{words[0]} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
    return done.stdout.splitlines()


def build(words: Sequence[str | Path], folder: Path) -> None:
    """Run a build in its folder."""
    run(words, folder=folder, seconds=BUILD_SECONDS)


def found(words: Sequence[str | Path]) -> dict[str, Any]:
    """The JSON object that a program ends with."""
    return dict(json.loads(run(words)[-1]))
