"""Times are found to the record, in what readers may still see."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.core.partition import Partition
from hubbub.core.timestamps import first_at_or_after, greatest
from hubbub.octets.batch import Entry, build, check_batch
from hubbub.octets.compression import GZIP
from hubbub.octets.crc import crc32c
from tests.unit.core.words import Core

TIMES = st.lists(st.lists(st.integers(1, 12), min_size=1, max_size=4), max_size=6)


def filled(batches: list[list[int]], compression: int = 0) -> tuple[Core, Partition]:
    """A partition of these batches, each a list of timestamps."""
    core = Core()
    partition = core.partition()
    for times in batches:
        core.append(
            partition, build([Entry(time, None, b"value") for time in times], compression=compression)
        )
    return core, partition


def answer(ask: Callable[..., None], *args: object) -> tuple[int, int] | None:
    told: list[tuple[int, int] | None] = []
    ask(*args, told.append)
    (place,) = told
    return place


@given(TIMES, st.integers(0, 13), st.sampled_from([0, GZIP]), st.data())
def test_the_first_record_that_is_not_older_is_found(
    batches: list[list[int]], timestamp: int, compression: int, data: st.DataObject
) -> None:
    core, partition = filled(batches, compression)
    written = [(offset, time) for offset, time in enumerate(time for times in batches for time in times)]
    start = partition.trim(data.draw(st.integers(0, len(written))), core.turn.commit)
    expected = next((place for place in written if place[0] >= start and place[1] >= timestamp), None)
    assert answer(first_at_or_after, partition, timestamp) == expected


@given(TIMES)
def test_the_first_of_the_greatest_is_found(batches: list[list[int]]) -> None:
    _, partition = filled(batches)
    written = [(offset, time) for offset, time in enumerate(time for times in batches for time in times)]
    assert answer(greatest, partition) == max(written, key=lambda place: (place[1], -place[0]), default=None)


def test_the_greatest_is_one_that_is_still_there() -> None:
    core, partition = filled([[5, 9, 7, 8]])
    partition.trim(2, core.turn.commit)
    assert answer(greatest, partition) == (3, 8)


def test_an_empty_partition_has_no_times() -> None:
    core, partition = filled([[5]])
    partition.trim(-1, core.turn.commit)
    assert answer(first_at_or_after, partition, 0) is None
    assert answer(greatest, partition) is None


@pytest.mark.parametrize(("timestamp", "place"), [(1, (0, 10)), (15, (1, 20)), (20, (1, 20)), (21, None)])
def test_records_that_nobody_can_read_count_as_one(timestamp: int, place: tuple[int, int] | None) -> None:
    core, partition = filled([[10]])
    core.append(partition, unreadable([15, 20]))
    assert answer(first_at_or_after, partition, timestamp) == place
    assert answer(greatest, partition) == (1, 20)


def test_thousands_of_batches_that_promise_what_they_do_not_keep_are_passed() -> None:
    core, partition = filled([])
    lying = promising(1, 50)
    for _ in range(5_000):
        core.append(partition, lying)
    assert answer(first_at_or_after, partition, 50) is None
    core.append(partition, build([Entry(50, None, b"kept")]))
    assert answer(first_at_or_after, partition, 50) == (5_000, 50)


def promising(time: int, promised: int) -> bytes:
    """A batch of one record whose header says that it has a later one."""
    octets = bytearray(build([Entry(time, None, b"value")]))
    octets[35:43] = promised.to_bytes(8)
    octets[17:21] = crc32c(memoryview(octets)[21:]).to_bytes(4)
    check_batch(octets)
    return bytes(octets)


def unreadable(times: list[int]) -> bytes:
    """A batch that is well kept, as a checksum sees it, and has rubbish where compressed records should be."""
    octets = bytearray(build([Entry(time, None, b"value") for time in times]))
    octets[22] |= GZIP
    octets[61:] = b"?" * (len(octets) - 61)
    octets[17:21] = crc32c(memoryview(octets)[21:]).to_bytes(4)
    check_batch(octets)
    return bytes(octets)
