"""A process that is killed at any moment, under any policy, loses nothing that it had acknowledged."""

import os
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from hubbub.core.store import LogOptions
from tests.engines.disk import DiskBench, open_bench
from tests.engines.words import values

ROOT = Path(__file__).parents[2]


def run_and_kill(data: Path, fsync: str, seed: int, lines: int) -> list[int]:
    """Start the victim, kill it after some lines, and return the last it said."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, str(ROOT / "tests" / "engines" / "victim.py"), str(data), fsync, str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as victim:
        assert victim.stdout is not None
        said = [victim.stdout.readline() for _ in range(lines + 1)]
        victim.kill()
        said += victim.stdout.readlines()
    whole = [line for line in said if line.endswith(b"\n") and line != b"ready\n"]
    return [int(word) for word in whole[-1].split()]


@pytest.mark.parametrize("kills", [4, pytest.param(200, marks=pytest.mark.soak)])
@pytest.mark.parametrize("fsync", ["always", "interval", "never"])
def test_nothing_acknowledged_is_lost_by_a_kill(tmp_path: Path, fsync: str, kills: int) -> None:
    random = Random(fsync)
    data = tmp_path / "data"
    for kill in range(kills):
        said = run_and_kill(data, fsync, kill, random.randint(1, 600))
        survivor = open_bench(data)
        assert not survivor.engine.report.quarantined
        half = (len(said) - 1) // 2
        for number, (end, start) in enumerate(zip(said[:half], said[half:-1], strict=True)):
            survivor.log = survivor.engine.acquire(f"log {number}", LogOptions())
            assert survivor.log.end >= end
            assert survivor.log.start >= start
            check(survivor, number)
        assert int(survivor.engine.state("count").get("n") or b"0") >= said[-1]
        survivor.close()


def check(survivor: DiskBench, number: int) -> None:
    """Every record is there, once, in order, with the value that belongs to its offset."""
    log = survivor.log
    offset = log.start
    while offset < log.end:
        found = [(at, value) for at, value in values(survivor.read(offset, 1 << 20)) if at >= offset]
        for at, value in found:
            assert at == offset
            assert (value or b"").startswith(b"%d/%d/" % (number, at))
            offset += 1
