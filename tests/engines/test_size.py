"""A long log needs no more memory than a short one."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MARKS_MB = 4
"""What the sparse index of the larger log may take: 24 octets for every 64 KiB, and the room that arrays grow into."""
NOISE_MB = 24


def resident(megabytes: int) -> dict[str, int]:
    command = [sys.executable, str(ROOT / "bench" / "storage.py"), "--grow", str(megabytes)]
    found: dict[str, int] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return found


@pytest.mark.parametrize(("short", "long"), [(200, 600), pytest.param(200, 2_000, marks=pytest.mark.soak)])
def test_a_long_log_needs_no_more_memory_than_a_short_one(short: int, long: int) -> None:
    small, large = resident(short), resident(long)
    for when in ("written_mb", "opened_mb", "read_mb"):
        assert large[when] < small[when] + MARKS_MB + NOISE_MB
