"""JavaScript clients, driven from here: each script in ``node/`` takes a task as JSON and answers with JSON."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

FOLDER: Final = Path(__file__).parent / "node"
PATIENCE: Final = 60.0


def node() -> str:
    """The node that came with the test environment, else the machine's."""
    here = Path(sys.executable).parent
    found = shutil.which("node", path=os.pathsep.join((str(here), os.environ.get("PATH", ""))))
    if found is None:
        pytest.skip("no node here: `make test` installs one")
    return found


def needs(package: str) -> None:
    """Skip the test where npm has not put this package yet."""
    if not (FOLDER.parent / "node_modules" / package).is_dir():
        pytest.skip(f"no {package} here: `make test` installs it with npm")


def run(script: Path, task: Any) -> Any:
    """What a script answers. Fails with all that it said when it ends badly."""
    done = subprocess.run(
        [node(), str(script), json.dumps(task)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=PATIENCE,
        env={**os.environ, "KAFKAJS_NO_PARTITIONER_WARNING": "1", "NODE_NO_WARNINGS": "1"},
        check=False,
    )
    assert done.returncode == 0, f"{script.name} said {done.stdout}\n{done.stderr}"
    return json.loads(done.stdout)
