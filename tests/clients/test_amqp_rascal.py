"""rascal (Node, on amqplib) against a running hub: its script does the asserting and tells how far it came."""

import subprocess
from typing import Any

import pytest

from tests.clients.javascript import HERE, executable


def test_rascal_lays_out_retries_and_buries(hub: Any) -> None:
    if not (HERE / "node_modules" / "rascal").is_dir():
        pytest.skip("needs `npm ci` in tests/clients")
    done = subprocess.run(
        [executable("node"), str(HERE / "rascal.js"), f"amqp://guest:guest@{hub.address('amqp')}/"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.split("\n")[:-1] == ["connected", "confirmed", "buried", "retried", "shut down"]
