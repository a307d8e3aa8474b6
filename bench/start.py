"""First touch: from the start of the process to the ready line, what an idle hub weighs and uses, and how fast `--help` is.

    python bench/start.py [--runs 10] [--json]

Each figure is the median of the runs, with the best and the worst. Budgets (docs/architecture.md): listening in under 250 ms, under
45 MB when idle, help in under 100 ms.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from hubbub.settings import Settings
from hubbub.settings.options import options

FREE_PORTS = [
    word
    for option in options(Settings)
    if option.path[-1].endswith("port") and not option.path[-1].startswith("advertised")
    for word in (option.flag, "0")
]
COMMAND = [sys.executable, "-m", "hubbub"]
IDLE_SECONDS = 1.0


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def helped() -> dict[str, float]:
    """`hubbub --help`, and a bare interpreter for comparison."""

    def run(command: list[str]) -> Callable[[], object]:
        return lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True)

    return {
        "bare_python_ms": milliseconds(run([sys.executable, "-c", "pass"])),
        "help_ms": milliseconds(run([*COMMAND, "--help"])),
    }


def served(folder: str) -> dict[str, float]:
    """One hub, from start to stop."""
    began = time.perf_counter()
    hub = subprocess.Popen(
        [*COMMAND, "serve", "--json", *FREE_PORTS],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
    )
    assert hub.stdout is not None
    ready = json.loads(hub.stdout.readline())
    took = (time.perf_counter() - began) * 1000
    assert ready["ready"]
    before = cpu_seconds(hub.pid)
    time.sleep(IDLE_SECONDS)
    facts = {
        "listening_ms": took,
        "idle_mb": resident_kb(hub.pid) / 1024,
        "idle_cpu_percent": (cpu_seconds(hub.pid) - before) / IDLE_SECONDS * 100,
    }
    hub.send_signal(signal.SIGTERM)
    facts["stopped_ms"] = milliseconds(hub.wait)
    return facts


def resident_kb(process: int) -> int:
    """Resident memory, from /proc where there is one, else from ps."""
    status = Path(f"/proc/{process}/status")
    if status.exists():
        return int(status.read_text(encoding="utf-8").split("VmRSS:")[1].split()[0])
    return int(subprocess.check_output(["ps", "-o", "rss=", "-p", str(process)]))


def cpu_seconds(process: int) -> float:
    """User and system time so far; 0 where there is no /proc."""
    stat = Path(f"/proc/{process}/stat")
    if not stat.exists():
        return 0.0
    times = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[11:13]
    return sum(map(int, times)) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with TemporaryDirectory() as folder:
        runs = [helped() | served(folder) for _ in range(arguments.runs)]
    figures = {
        name: {"median": statistics.median(values), "best": min(values), "worst": max(values)}
        for name in runs[0]
        if (values := [run[name] for run in runs])
    }
    if arguments.json:
        print(json.dumps({"runs": arguments.runs, "figures": figures}))
        return
    print(f"{'figure':<18}{'median':>10}{'best':>10}{'worst':>10}   ({arguments.runs} runs)")
    for name, each in figures.items():
        print(f"{name:<18}{each['median']:>10.1f}{each['best']:>10.1f}{each['worst']:>10.1f}")


if __name__ == "__main__":
    main()
