"""Every test of this directory that asks for a ``bench`` runs on every engine."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hubbub.storage.memory.engine import MemoryEngine
from hubbub.storage.memory.options import MemoryOptions
from tests.engines.disk import open_bench
from tests.engines.words import Bench


def memory(directory: Path) -> Bench:
    """Limits small enough to meet."""
    options = MemoryOptions(
        max_bytes=4 << 20, max_log_bytes=2 << 20, chunk_bytes=64 << 10, pool_bytes=256 << 10
    )
    return Bench(MemoryEngine(options))


def segments(directory: Path) -> Bench:
    """A cache small enough that most is read from files."""
    return open_bench(directory, cache_bytes=512 << 10, chunk_bytes=64 << 10)


def segments_always(directory: Path) -> Bench:
    """Acknowledged when the disk has it."""
    return open_bench(directory, fsync="always", cache_bytes=4 << 20, chunk_bytes=64 << 10)


ENGINES: list[Callable[[Path], Bench]] = [memory, segments, segments_always]


@pytest.fixture(params=ENGINES)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    """An empty engine with a log named "log"."""
    made: Bench = request.param(tmp_path / "data")
    yield made
    made.close()
