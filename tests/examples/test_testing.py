"""The examples of tests: each suite passes, and fails when its service is broken."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clients import javascript
from tests.examples.running import EXAMPLES
from tests.testing_plugin.inside import NAMED, environment_alone
from tests.unit.cli.program import environment


def run_pytest(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pytest", *NAMED, "-q"],
        cwd=folder,
        env=environment_alone(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def copied(example: str, folder: Path) -> Path:
    return Path(shutil.copytree(EXAMPLES / example, folder / example))


@pytest.mark.row("EX-64")
def test_a_service_is_tested_with_pytest() -> None:
    result = run_pytest(EXAMPLES / "testing-pytest")
    assert result.returncode == 0, result.stdout
    assert "5 passed" in result.stdout


def test_a_broken_service_is_found_out(tmp_path: Path) -> None:
    folder = copied("testing-pytest", tmp_path)
    service = folder / "checkout.py"
    text = service.read_text(encoding="utf-8")
    service.write_text(text.replace("self.stock[sku] -= 1", "pass"), encoding="utf-8")
    suite = folder / "test_checkout.py"
    suite.write_text(suite.read_text(encoding="utf-8").replace("within(10)", "within(1)"), encoding="utf-8")
    result = run_pytest(folder)
    assert "2 failed, 3 passed" in result.stdout
    assert "json.left: expected 2, came 3" in result.stdout


def test_a_service_is_tested_with_node(tmp_path: Path) -> None:
    javascript.install()
    folder = copied("testing-node", tmp_path)
    (folder / "node_modules").symlink_to(javascript.MODULES)
    command = tmp_path / "hubbub"  # as pip would put it on the path
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m hubbub "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    result = subprocess.run(
        [javascript.executable("node"), "--test"],
        cwd=folder,
        env=environment({"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "pass 2" in result.stdout
