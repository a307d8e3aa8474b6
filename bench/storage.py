"""The engines by themselves: append and read throughput, the latency of an acknowledged append, recovery by size, memory.

    python bench/storage.py [--megabytes 256] [--json]

Each row is one engine under one policy, driven through the engine interface on an event loop, with no room and no client around it:
64 KiB batches with 20 commits under way, 200-octet batches one to a commit with 64 under way (64 clients that publish one message each
and wait), and one at a time. Cold reads come after a restart, recovery after the process was killed.

    python bench/storage.py --grow 100,10000

How much memory a log of so many megabytes needs: when it was written, and when it was opened again and read from end to end. Each size has a
process of its own, since memory that was used once is seldom given back.
"""

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from hubbub.core.commit import Commit, Outcome
from hubbub.core.store import Engine, LogOptions, Owned
from hubbub.net.clock import LoopTimer
from hubbub.octets.batch import Entry, build
from hubbub.storage.memory.engine import MemoryEngine
from hubbub.storage.segments.engine import SegmentsEngine
from hubbub.storage.segments.options import SegmentsOptions

LOGS = 4
LARGE, SMALL = 65_536, 200


def batch(size: int) -> memoryview:
    """One record in one batch of so many octets."""
    smallest = len(build([Entry(1, None, b"")]))
    whole = build([Entry(1, None, bytes(size - smallest))])
    return memoryview(build([Entry(1, None, bytes(2 * size - smallest - len(whole)))]))


@contextlib.contextmanager
def opened(policy: str, directory: str) -> Iterator[Engine]:
    if policy == "memory":
        engine: Engine = MemoryEngine()
    else:
        loop = asyncio.get_running_loop()
        options = SegmentsOptions(fsync=policy)
        engine = SegmentsEngine(directory, options, LoopTimer(loop, print).clock, loop.call_soon_threadsafe)
    yield engine
    engine.close()


async def append(logs: list[Owned], engine: Engine, size: int, commits: int, under_way: int) -> dict:
    """Commits per second and how long each took, with at most so many at a time."""
    octets = batch(size)
    waits: list[float] = []
    running: deque[Commit] = deque()
    wake = asyncio.Event()

    def ended(outcome: Outcome, since: float) -> None:
        assert outcome is Outcome.OK
        waits.append(time.perf_counter() - since)
        wake.set()

    began = time.perf_counter()
    for number in range(commits):
        commit = Commit()
        since = time.perf_counter()
        logs[number % LOGS].append(octets, 1, 1, commit)
        commit.join(lambda outcome, since=since: ended(outcome, since))
        engine.seal(commit)
        running.append(commit)
        while running and running[0].outcome is not None:
            running.popleft()
        while len(running) >= under_way or (number + 1 == commits and running):
            wake.clear()
            await wake.wait()
            while running and running[0].outcome is not None:
                running.popleft()
        if number % 16 == 0:
            await asyncio.sleep(0)
    took = time.perf_counter() - began
    waits.sort()
    return {
        "per_second": round(commits / took),
        "mb_per_second": round(commits * len(octets) / took / 1e6),
        "p50_us": round(waits[len(waits) // 2] * 1e6),
        "p99_us": round(waits[len(waits) * 99 // 100] * 1e6),
    }


async def read(log: Owned, size: int) -> dict:
    """The whole log from its start, a megabyte at a time."""
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    octets, offset = 0, log.start
    while offset < log.durable:
        views = log.read(offset, 1 << 20)
        if views is None:
            waiting: asyncio.Future[list[memoryview]] = loop.create_future()
            log.fetch(offset, 1 << 20, waiting.set_result)
            views = await waiting
        found = sum(map(len, views))
        octets += found
        offset += found // size
    return {"mb_per_second": round(octets / (time.perf_counter() - began) / 1e6)}


def resident_mb() -> int:
    status = Path("/proc/self/status")
    return int(status.read_text().split("VmRSS:")[1].split()[0]) // 1024 if status.exists() else 0


def indexes(directory: str) -> list[Path]:
    return list(Path(directory).glob("logs/*/*.index"))


async def measure(policy: str, megabytes: int) -> dict:
    facts: dict[str, object] = {"policy": policy}
    with tempfile.TemporaryDirectory() as folder:
        directory = os.path.join(folder, "data")
        with opened(policy, directory) as engine:
            logs = [engine.acquire(f"log {number}", LogOptions()) for number in range(LOGS)]
            facts["append_64k"] = await append(logs, engine, LARGE, megabytes * 16, 20)
            facts["append_200_x64"] = await append(
                logs, engine, SMALL, 2_000 if policy == "always" else 20_000, 64
            )
            facts["append_200_x1"] = await append(
                logs, engine, SMALL, 500 if policy == "always" else 5_000, 1
            )
            log = engine.acquire("to read", LogOptions())
            await append([log] * LOGS, engine, LARGE, megabytes * 4, 20)
            facts["read_tail"] = await read(log, LARGE)
            facts["resident_mb"] = resident_mb()
        if policy != "memory":
            began = time.perf_counter()
            with opened(policy, directory) as engine:
                facts["clean_start_ms"] = round((time.perf_counter() - began) * 1000)
                facts["read_cold"] = await read(engine.acquire("to read", LogOptions()), LARGE)
            for index in indexes(directory):  # as a killed process leaves it: not closed
                os.truncate(index, index.stat().st_size - 32)
            began = time.perf_counter()
            with opened(policy, directory):
                facts["unclean_start_ms"] = round((time.perf_counter() - began) * 1000)
            for index in indexes(directory):
                index.unlink()
            began = time.perf_counter()
            with opened(policy, directory):
                facts["start_without_index_ms"] = round((time.perf_counter() - began) * 1000)
    return facts


async def grow(megabytes: int) -> dict:
    """Resident memory, in MB, of a process that has one log of this size: written, and opened again and read."""
    facts: dict[str, object] = {"megabytes": megabytes, "empty_mb": resident_mb()}
    with tempfile.TemporaryDirectory() as folder:
        directory = os.path.join(folder, "data")
        with opened("interval", directory) as engine:
            log = engine.acquire("log", LogOptions())
            await append([log] * LOGS, engine, LARGE, megabytes * 16, 20)
            facts["written_mb"] = resident_mb()
        with opened("interval", directory) as engine:
            log = engine.acquire("log", LogOptions())
            facts["opened_mb"] = resident_mb()
            facts["read_cold"] = await read(log, LARGE)
            facts["read_mb"] = resident_mb()
    return facts


def grow_apart(sizes: list[str]) -> None:
    """Each in a process of its own."""
    for size in sizes:
        subprocess.run([sys.executable, __file__, "--grow", size], check=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--megabytes", type=int, default=256, help="written in large batches, per policy")
    parser.add_argument("--policies", default="memory,never,interval,always")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--grow", help="megabytes of one log, one size or several, for its memory alone")
    args = parser.parse_args()
    sizes = args.grow.split(",") if args.grow else []
    if len(sizes) > 1:
        grow_apart(sizes)
        return
    with contextlib.suppress(ImportError):
        import uvloop

        uvloop.install()
    if sizes:
        print(json.dumps(asyncio.run(grow(int(sizes[0])))))
        return
    for policy in args.policies.split(","):
        facts = asyncio.run(measure(policy, args.megabytes))
        if args.json:
            print(json.dumps(facts))
            continue
        print(policy)
        for name, value in facts.items():
            if name != "policy":
                print(f"  {name:24} {value}")


if __name__ == "__main__":
    main()
