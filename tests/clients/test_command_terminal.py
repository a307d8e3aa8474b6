"""On a terminal: how far long work is, rewritten in place, and nothing of it in what others read."""

import os
import pty
import subprocess
from pathlib import Path
from typing import Any

from tests.unit.cli.program import COMMAND, PATIENCE, environment


def test_progress_is_shown_on_a_terminal_and_wiped_in_the_end(hub: Any, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    words = ["kafka", "produce", "-t", "t", "-m", "v", "-c", "2000", "--json", "-b", hub.address("kafka")]
    result = subprocess.run(
        [*COMMAND, *words], cwd=tmp_path, env=environment({}), stdout=subprocess.PIPE, stderr=theirs, timeout=PATIENCE, check=False
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert result.returncode == 0
    assert result.stdout.count(b"\n") == 2000
    assert shown.startswith("\rto t: ")
    assert " of 2000 [" in shown
    assert shown.endswith(f"\r{' ' * 60}\r")
