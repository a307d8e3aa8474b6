"""aio-pika's own tests, from its source distribution, against a hub instead of the container that their fixtures would start."""

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

HERE = Path(__file__).parent
FOREIGN = HERE.parents[2] / "build" / "foreign"
VERSION = "10.2.1"
NEEDS = FOREIGN / "aio-pika-needs"
FILES = [
    "test_amqp.py",
    "test_consumer_cancel_recovery.py",
    "test_master.py",
    "test_nowait.py",
    "test_queue_iterator_close.py",
    "test_rpc.py",
]
AT_LEAST = 300
"""Tests that have to have passed, or the suite skipped itself for some reason of its own."""
PATIENCE = 500.0


def excluded() -> set[str]:
    return set(re.findall(r"^\| `(.*?)` \|", (HERE / "FINDINGS.md").read_text("utf-8"), re.MULTILINE))


def test_its_own_tests_pass(hub: Any, tmp_path: Path) -> None:
    archive = FOREIGN / f"aio_pika-{VERSION}.tar.gz"
    if not archive.is_file() or not NEEDS.is_dir():
        pytest.skip(f"no source distribution of aio-pika {VERSION} here: `make unit` fetches it")
    with tarfile.open(archive) as opened:
        opened.extractall(tmp_path, filter="data")
    folder = tmp_path / f"aio_pika-{VERSION}"
    shutil.copy(HERE / "docker_client.py", folder / "tests")
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-W", "ignore", "-p", "no:cacheprovider", "--tb=short"]
    command += [f"--junit-xml={report}", *(f"tests/{name}" for name in FILES)]
    without = " and ".join(f"not {each}" for each in sorted(excluded()))
    done = subprocess.run(
        [*command, "-k", without],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(NEEDS), "HUBBUB_PORT": str(hub.port("amqp"))},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    said = done.stdout[-8000:] + done.stderr[-2000:]
    assert report.is_file(), said
    cases = list(parse(report).iter("testcase"))
    bad = [case.get("name") for case in cases if {"failure", "error"} & {each.tag for each in case}]
    assert bad == [], said
    assert sum(not len(case) for case in cases) >= AT_LEAST, said
