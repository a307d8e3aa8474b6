"""What every engine promises when parts of a log are written anew with fewer records."""

from itertools import pairwise

import pytest

from hubbub.core.commit import Commit, Outcome
from hubbub.core.errors import NotFound
from hubbub.core.store import LogOptions
from hubbub.octets.batch import read_header, retain
from tests.engines.disk import DiskBench, open_bench
from tests.engines.words import Bench, batch, batches


def filled(bench: Bench) -> list[tuple[int, bytes | None]]:
    bench.log.configure(LogOptions(segment_bytes=40_000))
    for first in range(0, 300, 3):
        bench.append(batch(*(b"%d" % (first + delta) * 300 for delta in range(3))))
    return bench.everything()


def thin_out(bench: Bench, first: int, following: int, divisor: int) -> None:
    """Keep only the records of a piece whose offsets ``divisor`` divides."""
    kept = []
    offset = first
    while offset < following:
        for part in batches(bench.read(offset, 10_000)):
            offset = read_header(part).next_offset
            thinner = retain(part, lambda entry: entry.offset % divisor == 0)
            if thinner is not None and offset <= following:
                kept.append(thinner)
    commit = Commit()
    bench.log.rewrite(first, kept, commit)
    assert bench.settle(commit) is Outcome.OK


def test_pieces_follow_each_other_and_the_one_being_filled_is_none(bench: Bench) -> None:
    assert bench.log.pieces() == []
    filled(bench)
    pieces = bench.log.pieces()
    assert len(pieces) >= 2
    assert pieces[0][0] == 0
    assert all(left[1] == right[0] for left, right in pairwise(pieces))
    assert pieces[-1][1] < 300


@pytest.mark.parametrize("divisor", [2, 7, 100_000])
def test_rewritten_pieces_hold_what_was_kept_at_the_offsets_it_had(bench: Bench, divisor: int) -> None:
    before = filled(bench)
    size = bench.log.size
    pieces = bench.log.pieces()
    for first, following in pieces:
        thin_out(bench, first, following, divisor)
    end = pieces[-1][1]
    wanted = [(offset, value) for offset, value in before if offset >= end or offset % divisor == 0]
    assert bench.everything() == wanted
    assert bench.log.size < size
    assert (bench.log.start, bench.log.end) == (0, 300)
    for offset in range(300):
        assert read_header(batches(bench.read(offset, 1))[0]).next_offset > offset
    assert bench.append(batch(b"next")) == 300
    bench.trim(end - 1)
    assert [found for found in bench.everything() if found[0] >= end] == [
        *wanted[-(300 - end) :],
        (300, b"next"),
    ]
    if isinstance(bench, DiskBench):
        root = bench.directory
        bench.close()
        again = open_bench(root)
        assert [found for found in again.everything() if found[0] >= end] == [
            *wanted[-(300 - end) :],
            (300, b"next"),
        ]
        again.close()


def test_views_of_what_was_rewritten_stay(bench: Bench) -> None:
    filled(bench)
    views = bench.read(0, 30_000)
    before = batches(views)
    first, following = bench.log.pieces()[0]
    thin_out(bench, first, following, 100)
    for number in range(100):
        bench.append(batch(b"%d" % number * 3_000))
    assert batches(views) == before


def test_a_piece_that_is_not_there_cannot_be_rewritten(bench: Bench) -> None:
    filled(bench)
    with pytest.raises(NotFound):
        bench.log.rewrite(1, [], Commit())
    with pytest.raises(NotFound):
        bench.log.rewrite(bench.log.pieces()[-1][1], [], Commit())


def kept_in(bench: Bench, first: int, until: int, divisor: int) -> list[bytes]:
    """What stays of the batches between two offsets when only records whose offsets ``divisor`` divides are kept."""
    kept: list[bytes] = []
    offset = first
    while offset < until:
        for part in batches(bench.read(offset, 10_000)):
            offset = read_header(part).next_offset
            thinner = retain(part, lambda entry: entry.offset % divisor == 0)
            if thinner is not None and offset <= until:
                kept.append(thinner)
    return kept


@pytest.mark.parametrize("divisor", [7, 100_000])
def test_neighbours_become_one_piece(bench: Bench, divisor: int) -> None:
    before = filled(bench)
    pieces = bench.log.pieces()
    first, until = pieces[0][0], pieces[-2][1]
    commit = Commit()
    bench.log.rewrite(first, kept_in(bench, first, until, divisor), commit, until=until)
    assert bench.settle(commit) is Outcome.OK
    wanted = [(offset, value) for offset, value in before if offset >= until or offset % divisor == 0]
    assert bench.everything() == wanted
    assert len(bench.log.pieces()) <= 2
    assert bench.log.pieces()[-1] == pieces[-1]
    assert bench.append(batch(b"next")) == 300
    bench.trim(until - 1)
    assert [found for found in bench.everything() if found[0] >= until] == [
        *[found for found in wanted if found[0] >= until],
        (300, b"next"),
    ]
    if isinstance(bench, DiskBench):
        wanted = bench.everything()
        bench.close()
        again = open_bench(bench.directory)
        assert again.everything() == wanted
        again.close()


def test_pieces_that_are_not_neighbours_up_to_the_end_asked_for_stay(bench: Bench) -> None:
    before = filled(bench)
    pieces = bench.log.pieces()
    for until in (pieces[0][1] + 1, 300, 10_000):
        with pytest.raises(NotFound):
            bench.log.rewrite(pieces[0][0], [], Commit(), until=until)
    assert bench.everything() == before
