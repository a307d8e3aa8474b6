"""amqplib (Node) against a running hub: its script does the asserting and tells how far it came."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
PATH = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
NODE = shutil.which("node", path=PATH)


@pytest.mark.row("MF-125", "MF-141")
def test_amqplib_cannot_tell_the_difference(hub: Any) -> None:
    if NODE is None or not (HERE / "node_modules" / "amqplib").is_dir():
        pytest.skip("needs node and `npm ci` in tests/clients")
    done = subprocess.run(
        [NODE, str(HERE / "amqplib.js"), f"amqp://guest:guest@{hub.address('amqp')}/%2F"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.split("\n")[:-1] == [
        "published, confirmed and consumed",
        "returned",
        "refused",
        "died",
        "chained",
        "cancelled",
    ]
