"""What the memory engine promises beyond the rest: bounds, recycled chunks, cheap empty logs."""

import tracemalloc

import pytest

from hubbub.core.commit import Commit
from hubbub.core.errors import Full
from hubbub.core.store import LogOptions
from hubbub.storage.memory.engine import MemoryEngine
from hubbub.storage.memory.options import MemoryOptions
from tests.engines.words import Bench, batch, values


def bench(**limits: int) -> Bench:
    return Bench(MemoryEngine(MemoryOptions(chunk_bytes=64 << 10, **limits)))


def test_a_logs_own_limit_drops_its_oldest_and_counts_them() -> None:
    full = bench(max_log_bytes=1 << 20)
    for _ in range(1_000):
        full.append(batch(bytes(4_000)))
    log = full.engine.acquire("log", LogOptions())
    assert 700_000 < log.size <= 1 << 20
    assert log.start > 700
    assert log.dropped == log.start
    assert values(full.read(log.start))[-1][0] == 999


def test_chunks_are_recycled_and_the_budget_holds() -> None:
    full = bench(max_bytes=1 << 20, max_log_bytes=512 << 10)
    for _ in range(3_000):
        full.append(batch(bytes(4_000)))
    assert isinstance(full.engine, MemoryEngine)
    assert full.engine.in_use <= 512 << 10


def test_a_chunk_that_somebody_looks_at_is_not_recycled() -> None:
    full = bench(max_log_bytes=256 << 10)
    seen = []
    for number in range(2_000):
        full.append(batch(b"%04d" % number * 1_000))
        if number % 100 == 0:
            seen += full.read(number)
    assert [value for _, value in values(seen)][::1] == [
        b"%04d" % number * 1_000 for number in range(0, 2_000, 100)
    ]


def test_dropping_and_trimming_give_the_memory_back() -> None:
    full = bench(max_bytes=1 << 20)
    assert isinstance(full.engine, MemoryEngine)
    for _ in range(3):
        for _ in range(100):
            full.append(batch(bytes(4_000)))
        full.trim(full.log.end)
        full.engine.tidy(0)
        assert full.engine.in_use == 0
    full.append(batch(b"v"))
    full.engine.drop("log", Commit())
    assert full.engine.in_use == 0


def test_size_counts_what_was_not_trimmed_to_the_batch() -> None:
    full = bench()
    sizes = [len(batch(b"v" * length)) for length in range(1, 200)]
    for length in range(1, 200):
        full.append(batch(b"v" * length))
    assert full.log.size == sum(sizes)
    full.trim(120)
    assert full.log.size == sum(sizes[120:])
    full.trim(1_000)
    assert full.log.size == 0


def test_state_counts_towards_the_budget() -> None:
    full = bench(max_bytes=100_000)
    state = full.engine.state("s")
    state.put("a", bytes(60_000), Commit())
    with pytest.raises(Full):
        state.put("b", bytes(60_000), Commit())
    assert state.get("b") is None
    state.put("a", bytes(90_000), Commit())
    state.delete("a", Commit())
    state.put("b", bytes(90_000), Commit())


def test_an_empty_log_costs_less_than_a_kilobyte() -> None:
    engine = MemoryEngine()
    options = LogOptions()
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for number in range(1_000):
            engine.acquire(f"log {number}", options)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 1_000_000
    assert engine.in_use == 0
