"""Every test of this directory that asks for a ``bench`` runs on every engine."""

from collections.abc import Iterator

import pytest

from hubbub.storage.memory.engine import MemoryEngine
from hubbub.storage.memory.options import MemoryOptions
from tests.engines.words import Bench


def memory() -> Bench:
    """Limits small enough to meet."""
    options = MemoryOptions(
        max_bytes=4 << 20, max_log_bytes=2 << 20, chunk_bytes=64 << 10, pool_bytes=256 << 10
    )
    return Bench(MemoryEngine(options))


ENGINES = [memory]


@pytest.fixture(params=ENGINES)
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    """An empty engine with a log named "log"."""
    made: Bench = request.param()
    yield made
    made.engine.close()
