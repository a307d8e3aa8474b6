"""`examples/testing-java` passes as its README says, with Maven."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples.running import EXAMPLES
from tests.interop.tool_chains import BUILD_SECONDS, tool
from tests.unit.cli.program import environment

pytestmark = pytest.mark.interop


def test_a_service_is_tested_with_java(tmp_path: Path) -> None:
    tool("java")
    folder = shutil.copytree(EXAMPLES / "testing-java", tmp_path / "testing-java")
    command = tmp_path / "hubbub"  # as pip would put it on the path
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m hubbub "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    result = subprocess.run(
        [tool("mvn"), "-B", "test"],
        cwd=folder,
        env=environment({"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}),
        capture_output=True,
        text=True,
        timeout=BUILD_SECONDS,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Tests run: 2, Failures: 0, Errors: 0, Skipped: 0" in result.stdout
