"""kafka-python's own integration tests, from its source distribution, against a hub."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import parse

import pytest

from hubbub.protocols.kafka.options import KafkaOptions

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
VERSION = "3.0.12"
SUITE = ROOT / "build" / "foreign" / f"kafka_python-{VERSION}.tar.gz"
KAFKA_VERSION = "4.3"
FILES = ("test_admin_integration.py", "test_consumer_integration.py", "test_producer_integration.py")
AT_LEAST = 52
"""Tests that have to have run, or the suite skipped itself for some reason of its own."""
PATIENCE = 300.0


def allowed() -> set[str]:
    return set((HERE / "allowed.txt").read_text("utf-8").split())


def excluded() -> set[str]:
    return set(re.findall(r"^\| `(test_.*?)` \|", (HERE / "FINDINGS.md").read_text("utf-8"), re.MULTILINE))


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """The suite, unpacked and made whole."""
    if not SUITE.is_file():
        pytest.skip(f"no source distribution of kafka-python {VERSION} here: `make unit` fetches it")
    with tarfile.open(SUITE) as archive:
        archive.extractall(tmp_path, filter="data")
    folder = tmp_path / f"kafka_python-{VERSION}"
    (folder / "test" / "__init__.py").touch()
    shutil.copy(HERE / "service.py", folder / "test")
    return folder


def test_no_test_is_in_both_lists() -> None:
    assert allowed() & excluded() == set()
    assert len(allowed()) >= AT_LEAST


def run_suite(suite: Path, address: str, names: list[str]) -> tuple[set[str], set[str], str]:
    """Run these files or tests once: who passed, who did not, and what was said."""
    report = suite / "report.xml"
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-o",
        "addopts=",
        "-W",
        "ignore",
        "-p",
        "no:cacheprovider",
    ]
    command += [f"--junit-xml={report}", "--tb=short", "--show-capture=no"]
    command += [f"--deselect=test/integration/{each}" for each in excluded()]
    command += [f"test/integration/{each}" for each in names]
    surroundings = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    surroundings |= {
        "KAFKA_URI": f"kafka://{address}",
        "KAFKA_VERSION": KAFKA_VERSION,
        "KAFKA_ROOT": str(suite),
    }
    done = subprocess.run(
        command, cwd=suite, env=surroundings, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    said = done.stdout[-8000:] + done.stderr[-2000:]
    assert report.is_file(), said
    passed, others = set(), set()
    for case in parse(report).iter("testcase"):
        name = f"{case.get('classname', '').rpartition('.')[2]}.py::{case.get('name')}"
        (others if len(case) else passed).add(name)
    return passed, others, said


@pytest.mark.row("MF-17", "MF-18")
def test_kafka_pythons_own_integration_tests_pass(suite: Path, run_hub: Any) -> None:
    hub = run_hub(kafka=KafkaOptions(port=0, broker_id=0))
    passed, others, said = run_suite(suite, hub.address("kafka"), sorted(FILES))
    if (
        others
    ):  # a poll that ends while it joins leaves this client without heartbeats for good: see FINDINGS.md
        again, others, said = run_suite(suite, hub.address("kafka"), sorted(others))
        passed |= again
    assert others == set(), said
    assert len(passed) >= AT_LEAST, said
    assert passed == allowed(), "allowed.txt lists what passes: it grows with the suite, and never shrinks"
