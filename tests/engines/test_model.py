"""Any sequence of operations on a log gives what a plain list would give."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hubbub.core.errors import OutOfRange
from hubbub.core.store import LogOptions
from hubbub.octets.batch import read_header
from tests.engines.conftest import ENGINES
from tests.engines.disk import DiskBench, open_bench
from tests.engines.words import Bench, batch, batches


class Kept(NamedTuple):
    """One batch in the model."""

    base: int
    octets: bytes
    stamp: int
    count: int


STEPS = st.lists(
    st.tuples(st.just("append"), st.integers(1, 4), st.sampled_from((0, 10, 3_000, 20_000)))
    | st.tuples(st.just("append"), st.integers(1, 4), st.sampled_from((0, 10, 3_000, 90_000)))
    | st.tuples(st.just("read"), st.integers(-2, 120), st.sampled_from((0, 100, 10_000, 1 << 30)))
    | st.tuples(st.just("trim"), st.integers(0, 120), st.just(0))
    | st.tuples(st.just("time"), st.integers(0, 40), st.just(0))
    | st.tuples(st.just("restart"), st.integers(0, 100), st.just(0)),
    min_size=5,
    max_size=60,
)


@pytest.mark.parametrize("make", ENGINES)
@given(steps=STEPS, stamps=st.lists(st.integers(0, 40), min_size=60, max_size=60))
@settings(deadline=None, max_examples=150)
def test_a_log_does_what_a_list_would_do(
    make: Callable[[Path], Bench], steps: list[tuple[str, int, int]], stamps: list[int]
) -> None:
    with TemporaryDirectory() as directory:
        bench = make(Path(directory) / "data")
        try:
            bench = play(bench, steps, stamps)
        finally:
            bench.close()


def restart(bench: Bench, torn: int) -> Bench:
    """The same directory opened again, with the first octets of a batch at its end that was not written whole."""
    if not isinstance(bench, DiskBench):
        return bench
    bench.close()
    for path in sorted(bench.directory.glob("logs/*/*.log"))[-1:]:
        with path.open("ab") as file:
            file.write(batch(bytes(200))[:torn])
    return open_bench(bench.directory, chunk_bytes=64 << 10)


def play(bench: Bench, steps: list[tuple[str, int, int]], stamps: list[int]) -> Bench:
    bench.log.configure(LogOptions(segment_bytes=30_000))
    start = end = 0
    model: list[Kept] = []
    for (verb, number, size), stamp in zip(steps, stamps, strict=False):
        log = bench.log
        if verb == "append":
            octets = batch(*(b"%d" % (end + delta) + bytes(size) for delta in range(number)), at=stamp)
            assert bench.append(octets) == end
            model.append(Kept(end, octets, stamp + number - 1, number))
            end += number
        elif verb == "trim":
            bench.trim(number)
            start = max(start, min(number, end))
            model = [kept for kept in model if kept.base + kept.count > start]
        elif verb == "restart":
            bench = restart(bench, number)
            log = bench.log
        elif verb == "time":
            expected = next(((kept.base, kept.stamp) for kept in model if kept.stamp >= number), None)
            assert log.offset_for(number) == expected
            assert log.newest() == max(
                ((k.base, k.stamp) for k in model), key=lambda found: (found[1], -found[0]), default=None
            )
        elif start <= number <= end:
            wanted: list[Kept] = []
            for kept in model:
                if kept.base + kept.count > number:
                    if wanted and sum(len(k.octets) for k in wanted) + len(kept.octets) > size:
                        break
                    wanted.append(kept)
            found = batches(bench.read(number, size))
            assert [part[16:] for part in found] == [kept.octets[16:] for kept in wanted[: len(found)]]
            assert [read_header(part).base_offset for part in found] == [
                kept.base for kept in wanted[: len(found)]
            ]
            assert bool(found) == bool(wanted)
            assert isinstance(bench, DiskBench) or len(found) == len(
                wanted
            )  # what is cold may come in several goes
        else:
            with pytest.raises(OutOfRange):
                log.read(number, size)
        assert (log.start, log.end, log.durable) == (start, end, end)
        assert log.size >= sum(len(kept.octets) for kept in model)
        assert start or log.size == sum(len(kept.octets) for kept in model)
    recent = [pair for pair in bench.everything() if pair[0] >= start]
    assert [offset for offset, _ in recent] == list(range(start, end))
    assert all((value or b"").startswith(b"%d" % offset) for offset, value in recent)
    return bench
