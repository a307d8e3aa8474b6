"""py-amqp's and kombu's own integration tests, from their source distributions, against a hub."""

import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import parse

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
VERSIONS = {"amqp": "5.4.2", "kombu": "5.7.0"}
FILES = {"amqp": "t/integration", "kombu": "t/integration/test_py_amqp.py"}
AT_LEAST = {"amqp": 48, "kombu": 51}
"""Tests that have to have run, or the suite skipped itself for some reason of its own."""
PATIENCE = 200.0


def allowed(name: str) -> set[str]:
    return set((HERE / f"allowed-{name}.txt").read_text("utf-8").split("\n")) - {""}


def excluded() -> set[str]:
    return set(re.findall(r"^\| `(.*?)` \|", (HERE / "FINDINGS.md").read_text("utf-8"), re.MULTILINE))


@pytest.mark.row("MF-116")
@pytest.mark.parametrize("name", VERSIONS)
def test_their_own_integration_tests_pass(name: str, hub: Any, tmp_path: Path) -> None:
    archive = ROOT / "build" / "foreign" / f"{name}-{VERSIONS[name]}.tar.gz"
    if not archive.is_file():
        pytest.skip(f"no source distribution of {name} {VERSIONS[name]} here: `make unit` fetches it")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path, filter="data")
    folder = tmp_path / f"{name}-{VERSIONS[name]}"
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-W", "ignore", "-p", "no:cacheprovider", "--tb=short"]
    command += [f"--junit-xml={report}", FILES[name]]
    without = " and ".join(f"not {each}" for each in sorted(excluded()))
    surroundings = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    surroundings |= {"RABBITMQ_HOST": "127.0.0.1", "RABBITMQ_5672_TCP": str(hub.port("amqp"))}
    done = subprocess.run(
        [*command, "-k", without],
        cwd=folder,
        env=surroundings,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    said = done.stdout[-8000:] + done.stderr[-2000:]
    assert report.is_file(), said
    passed, others = set(), set()
    for case in parse(report).iter("testcase"):
        title = f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"
        (others if len(case) else passed).add(title)
    assert others == set(), said
    assert len(passed) >= AT_LEAST[name], said
    missing = allowed(name) - passed
    assert missing == set(), f"these used to pass: {sorted(missing)}"
