"""What all benchmarks measure with: a broker's process, its CPU time and memory, and the words for results."""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
SOURCE = Path(__file__).resolve().parents[1] / "src"


class Figures:
    """Of one run: seconds by the clock and of the broker's CPU."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.cpu = 0.0

    def rate(self, count: int, **more: object) -> dict:
        """Messages in all, per second, and per second of the broker's CPU time (None where its process is not known)."""
        per_cpu = round(count / self.cpu) if self.cpu else None
        return {
            "messages": count,
            "per_second": round(count / self.seconds),
            "per_cpu_second": per_cpu or 0,
            **more,
        }


class Broker:
    """What is measured: where it listens, and its process (0: not known)."""

    def __init__(self, host: str, port: int, pid: int, ports: dict[str, int] | None = None) -> None:
        self.address = (host, port)
        self.pid = pid
        self.ports = ports or {}

    @contextlib.contextmanager
    def measured(self) -> Iterator[Figures]:
        figures = Figures()
        cpu = self.cpu()
        started = time.monotonic()
        yield figures
        figures.seconds = time.monotonic() - started
        figures.cpu = self.cpu() - cpu

    def cpu(self) -> float:
        """User and system seconds, of the process and its threads."""
        if not self.pid:
            return 0.0
        fields = Path(f"/proc/{self.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self) -> int:
        """Resident octets."""
        if not self.pid:
            return 0
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) * 1024


@contextlib.contextmanager
def start_hub(args, protocol: str, flags: Sequence[str]) -> Iterator[Broker]:
    """The broker that ``--against`` names, or a hub of our own with only this room, which is stopped at the end."""
    if args.against:
        host, _, port = args.against.rpartition(":")
        yield Broker(host, int(port), args.pid or 0)
        return
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        others = [f"--no-{each}" for each in ("kafka", "mqtt", "amqp") if each != protocol and has_room(each)]
        command = [
            sys.executable,
            "-m",
            "hubbub",
            "serve",
            f"--{protocol}-port",
            "0",
            "--ready-file",
            str(ready),
            "--json",
            *others,
            *flags,
        ]
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(SOURCE)}
        )
        try:
            while not ready.exists():
                if process.poll() is not None:
                    raise SystemExit(f"the hub did not start: {' '.join(command)}")
                time.sleep(0.01)
            ports = json.loads(ready.read_text())["ports"]
            yield Broker("127.0.0.1", ports[protocol], process.pid, ports)
        finally:
            process.terminate()
            process.wait(10)


def has_room(protocol: str) -> bool:
    """Whether this checkout has the room at all."""
    return (SOURCE / "hubbub" / "protocols" / protocol / "room.py").exists()


def percentiles(values: Sequence[float]) -> dict:
    """p50, p99, p99.9 and the greatest, in the values' unit."""
    ordered = sorted(values)
    if not ordered:
        return {}
    return {
        name: round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 4)
        for name, share in (("p50", 0.5), ("p99", 0.99), ("p99_9", 0.999), ("max", 1.0))
    }
