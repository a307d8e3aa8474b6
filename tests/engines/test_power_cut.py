"""With ``fsync: always``, a power cut at any moment loses nothing that was acknowledged, and what it leaves is in order."""

from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from hubbub.core.commit import Commit, Outcome
from hubbub.core.errors import NotFound, Unavailable
from hubbub.core.store import LogOptions, Owned
from hubbub.octets.batch import read_header
from tests.engines.disk import DiskBench, open_bench
from tests.engines.vanishing import VanishingFiles
from tests.engines.words import batch, batches, values

LOGS = 3
CUTS = 3


def value_of(log: int, offset: int, random: Random) -> bytes:
    return b"%d/%d/" % (log, offset) + bytes(random.choice((0, 10, 700, 5_000)))


def thin_out(bench: DiskBench, log: Owned, commit: Commit, random: Random) -> set[int]:
    """Write a piece of the log anew, without some of its batches; their offsets."""
    if not log.pieces():
        return set()
    pieces = log.pieces()
    number = random.randrange(len(pieces))
    first, following = pieces[number][0], pieces[min(number + random.randrange(3), len(pieces) - 1)][1]
    bench.log = log
    kept: list[bytes] = []
    gone: set[int] = set()
    for part in batches_from(bench, first):
        header = read_header(part)
        if header.base_offset < following and random.random() < 0.6:
            kept.append(part)
        elif header.base_offset < following:
            gone.update(range(header.base_offset, header.next_offset))
    with suppress(NotFound):  # it is being written anew already
        log.rewrite(first, kept, commit, until=following)
    return gone


def work(
    bench: DiskBench, random: Random, acknowledged: list[int], starts: list[int], gone: list[set[int]]
) -> None:
    """Publish into all logs and write them anew, several commits under way at a time, until the power is gone."""
    logs = [bench.engine.acquire(f"log {number}", LogOptions(segment_bytes=20_000)) for number in range(LOGS)]
    for _ in range(500):
        commit = Commit()
        ends = list(acknowledged)
        trims = list(starts)
        try:
            for _ in range(random.randint(1, 5)):
                number = random.randrange(LOGS)
                log = logs[number]
                count = random.randint(1, 3)
                log.append(
                    batch(*(value_of(number, log.end + delta, random) for delta in range(count))),
                    count,
                    1_002,
                    commit,
                )
                ends[number] = log.end
                if random.random() < 0.05:
                    log.trim(random.randint(log.start, log.end), commit)
                    trims[number] = log.start
                elif random.random() < 0.05:
                    gone[number] |= thin_out(bench, log, commit, random)
        except Unavailable:
            return

        def heard(outcome: Outcome, ends: list[int] = ends, trims: list[int] = trims) -> None:
            if outcome is Outcome.OK:
                acknowledged[:] = map(max, acknowledged, ends)
                starts[:] = map(max, starts, trims)

        commit.join(heard)
        bench.engine.seal(commit)
        while random.random() < 0.6 and not bench.events.empty():
            bench.wait()
        if random.random() < 0.1:
            while commit.outcome is None:
                bench.wait()


@pytest.mark.parametrize(
    "seed", [*range(25), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(25, 1_000))]
)
def test_nothing_acknowledged_is_lost(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    data = tmp_path / "data"
    acknowledged, starts = [0] * LOGS, [0] * LOGS
    gone: list[set[int]] = [set() for _ in range(LOGS)]
    for _ in range(CUTS):
        files = VanishingFiles(str(data), random.randint(5, 400), random)
        try:
            bench = open_bench(data, files=files, fsync="always", chunk_bytes=64 << 10)
        except OSError:  # the power went while it was being opened
            continue
        work(bench, random, acknowledged, starts, gone)
        bench.close()
        files.lose()
        (data / "boot").write_text("the boot before always\n")
        survivor = open_bench(data)
        for number in range(LOGS):
            log = survivor.log = survivor.engine.acquire(f"log {number}", LogOptions())
            assert log.end >= acknowledged[number]
            assert log.start >= starts[number]
            found = values(memoryview(part) for part in batches_from(survivor, log.start))
            offsets = [offset for offset, _ in found if offset >= log.start]
            assert offsets == sorted(set(offsets))
            assert set(range(log.start, log.end)) - set(offsets) <= gone[number]
            assert all(
                value is not None and value.startswith(b"%d/%d/" % (number, offset))
                for offset, value in found
            )
            acknowledged[number], starts[number] = log.end, log.start
        survivor.close()


def batches_from(bench: DiskBench, offset: int) -> list[bytes]:
    """All durable batches from an offset on."""
    found: list[bytes] = []
    offset = max(offset, bench.log.start)
    while offset < bench.log.durable and (some := batches(bench.read(offset, 20_000))):
        found += some
        offset = read_header(some[-1]).next_offset
    return found
