"""What every engine promises of a log."""

import pytest

from hubbub.core.commit import Commit, Outcome
from hubbub.core.errors import Fenced, Full, OutOfRange
from hubbub.core.store import LogOptions
from hubbub.octets.batch import is_sound, read_header
from tests.engines.words import Bench, batch, batches, values


def test_a_new_log_is_empty(bench: Bench) -> None:
    log = bench.log
    assert (log.start, log.end, log.durable, log.size) == (0, 0, 0, 0)
    assert log.epoch >= 0
    assert bench.read(0) == []
    assert log.offset_for(0) is None
    assert log.newest() is None


def test_offsets_follow_each_other_and_are_written_into_the_batches_with_the_epoch(bench: Bench) -> None:
    assert [bench.append(batch(b"a", b"b")), bench.append(batch(b"c")), bench.append(batch(b"d"))] == [
        0,
        2,
        3,
    ]
    assert (bench.log.start, bench.log.end, bench.log.durable) == (0, 4, 4)
    stored = batches(bench.read(0))
    assert [read_header(part).base_offset for part in stored] == [0, 2, 3]
    assert {read_header(part).epoch for part in stored} == {bench.log.epoch}
    assert all(is_sound(part) for part in stored)
    assert values(bench.read(0)) == [(0, b"a"), (1, b"b"), (2, b"c"), (3, b"d")]
    assert bench.log.size == sum(len(part) for part in stored)


def test_all_else_is_stored_octet_by_octet_as_it_came(bench: Bench) -> None:
    sent = batch(b"x" * 300, b"y")
    bench.append(sent)
    (stored,) = batches(bench.read(0))
    assert stored[8:12] + stored[16:] == sent[8:12] + sent[16:]


def test_the_callers_buffer_may_be_reused_at_once(bench: Bench) -> None:
    buffer = bytearray(batch(b"precious"))
    commit = Commit()
    bench.log.append(memoryview(buffer), 1, 1_000, commit)
    buffer[:] = bytes(len(buffer))
    bench.settle(commit)
    assert values(bench.read(0)) == [(0, b"precious")]


def test_an_offset_inside_a_batch_gives_the_whole_batch(bench: Bench) -> None:
    for first in range(0, 30, 3):
        bench.append(batch(*(b"%d" % (first + delta) for delta in range(3))))
    for offset in range(30):
        found = values(bench.read(offset, 1))
        assert found == [(n, b"%d" % n) for n in range(offset // 3 * 3, offset // 3 * 3 + 3)]


def test_a_read_stops_at_max_bytes_with_whole_batches_but_gives_at_least_one(bench: Bench) -> None:
    for number in range(10):
        bench.append(batch(b"%04d" % number))
    size = len(batch(b"0000"))
    for room, expected in (
        (0, 1),
        (size - 1, 1),
        (size, 1),
        (2 * size - 1, 1),
        (2 * size, 2),
        (5 * size + 1, 5),
        (100 * size, 8),
    ):
        assert len(batches(bench.read(2, room))) == expected, room


def test_a_long_read_gives_long_views(bench: Bench) -> None:
    one = batch(bytes(9_000))
    for _ in range(100):
        bench.append(one)
    views = bench.read(0)
    assert sum(map(len, views)) == 100 * len(one)
    assert len(views) <= 30
    assert [offset for offset, _ in values(views)] == list(range(100))


def test_a_batch_larger_than_any_chunk_is_kept_whole(bench: Bench) -> None:
    bench.append(batch(b"before"))
    bench.append(batch(bytes(300_000)))
    bench.append(batch(b"after"))
    assert [len(value or b"") for _, value in values(bench.read(0))] == [6, 300_000, 5]
    assert len(values(bench.read(1, 10))) == 1


def test_the_end_reads_empty_and_beyond_it_or_below_the_start_is_out_of_range(bench: Bench) -> None:
    for _ in range(5):
        bench.append(batch(b"a"))
    bench.trim(3)
    assert bench.read(5) == []
    for offset in (-1, 0, 2, 6, 1 << 60):
        with pytest.raises(OutOfRange):
            bench.log.read(offset, 100)
        heard: list[list[memoryview]] = []
        bench.log.fetch(offset, 100, heard.append)
        while not heard:
            bench.wait()
        assert heard == [[]]


def test_views_stay_as_they_are_whatever_happens_to_the_log(bench: Bench) -> None:
    for number in range(50):
        bench.append(batch(b"%d" % number * 1000))
    views = bench.read(10)
    before = batches(views)
    bench.trim(40)
    for number in range(300):
        bench.append(batch(b"later %d" % number * 1000))
    commit = Commit()
    bench.engine.drop("log", commit)
    bench.settle(commit)
    other = bench.engine.acquire("other", LogOptions())
    for number in range(100):
        bench.append(batch(b"other %d" % number * 1000), other)
    assert batches(views) == before


def test_views_cannot_be_written_through(bench: Bench) -> None:
    bench.append(batch(b"a"))
    (view,) = bench.read(0)
    assert view.readonly


def test_trimming_forgets_whole_batches_and_moves_the_start_to_the_offset(bench: Bench) -> None:
    for first in range(0, 300, 3):
        bench.append(batch(*(b"%d" % (first + delta) * 500 for delta in range(3))))
    bench.trim(100)
    assert bench.log.start == 100
    assert values(bench.read(100, 1))[0][0] == 99
    bench.trim(50)
    assert bench.log.start == 100
    bench.trim(10_000)
    assert (bench.log.start, bench.log.end) == (300, 300)
    assert bench.read(300) == []
    assert bench.append(batch(b"next")) == 300
    assert values(bench.read(300)) == [(300, b"next")]


def test_trimming_an_empty_log_changes_nothing(bench: Bench) -> None:
    bench.trim(5)
    bench.trim(0)
    assert (bench.log.start, bench.log.end) == (0, 0)


def test_a_timestamp_finds_the_first_batch_that_reaches_it(bench: Bench) -> None:
    stamps = [100, 300, 200, 500, 400, 600]
    for stamp in stamps:
        bench.append(batch(b"v", at=stamp))
    expected = {0: (0, 100), 100: (0, 100), 101: (1, 300), 300: (1, 300), 301: (3, 500), 600: (5, 600)}
    assert {stamp: bench.log.offset_for(stamp) for stamp in expected} == expected
    assert bench.log.offset_for(601) is None
    bench.trim(2)
    assert bench.log.offset_for(0) == (2, 200)
    bench.trim(6)
    assert bench.log.offset_for(0) is None


def test_the_newest_batch_is_the_earliest_with_the_greatest_timestamp(bench: Bench) -> None:
    for stamp in (100, 900, 500, 900, 300):
        bench.append(batch(b"v" * 40_000, at=stamp))
    assert bench.log.newest() == (1, 900)
    bench.trim(2)
    assert bench.log.newest() == (3, 900)
    bench.trim(4)
    assert bench.log.newest() == (4, 300)
    bench.trim(5)
    assert bench.log.newest() is None


def test_retention_by_time_forgets_the_old(bench: Bench) -> None:
    bench.log.configure(LogOptions(retention_ms=10_000, segment_bytes=20_000))
    for second in range(100):
        bench.append(batch(b"v" * 3_000, at=second * 1_000))
    bench.engine.tidy(90_000)
    assert bench.log.start > 60
    assert bench.log.start <= 80
    assert values(bench.read(bench.log.start))[-1][0] == 99
    bench.engine.tidy(1_000_000)
    assert (bench.log.start, bench.log.end) == (100, 100)
    assert bench.append(batch(b"next")) == 100


def test_retention_by_size_keeps_at_least_what_it_says(bench: Bench) -> None:
    bench.log.configure(LogOptions(retention_bytes=100_000, segment_bytes=20_000))
    for _ in range(200):
        bench.append(batch(b"v" * 3_000))
    bench.engine.tidy(2_000)
    assert 100_000 <= bench.log.size < 130_000
    assert bench.log.start > 150
    assert values(bench.read(bench.log.start))[-1][0] == 199


def test_retention_by_number_keeps_just_as_many(bench: Bench) -> None:
    bench.log.configure(LogOptions(retention_records=25, segment_bytes=20_000))
    for _ in range(30):
        bench.append(batch(*[b"v" * 1_000] * 3))
    size = bench.log.size
    bench.engine.tidy(2_000)
    assert (bench.log.start, bench.log.end) == (65, 90)
    assert bench.log.size < size - 20_000
    assert [offset for offset, _ in bench.everything() if offset >= 65] == list(range(65, 90))
    bench.log.configure(LogOptions(retention_records=0))
    bench.engine.tidy(2_000)
    assert (bench.log.start, bench.log.end) == (90, 90)
    assert bench.append(batch(b"next")) == 90
    bench.engine.tidy(2_000)
    assert (bench.log.start, bench.log.end) == (91, 91)


def test_without_bounds_nothing_is_forgotten(bench: Bench) -> None:
    for _ in range(20):
        bench.append(batch(b"v" * 3_000))
    bench.engine.tidy(1 << 50)
    assert bench.log.start == 0


def test_logs_are_listed_in_order_and_owning_twice_is_owning_once(bench: Bench) -> None:
    made = [bench.engine.acquire(name, LogOptions()) for name in ("b/1", "a", "ü/%2", "A")]
    assert bench.engine.logs() == ["A", "a", "b/1", "log", "ü/%2"]
    assert bench.engine.acquire("a", LogOptions()) is made[1]


def test_a_dropped_log_is_gone_and_one_made_again_is_empty(bench: Bench) -> None:
    bench.append(batch(b"a"))
    gone = bench.log
    commit = Commit()
    bench.engine.drop("log", commit)
    bench.engine.drop("log", commit)
    assert bench.settle(commit) is Outcome.OK
    assert bench.engine.logs() == []
    with pytest.raises(Fenced):
        gone.append(batch(b"b"), 1, 1, Commit())
    bench.log = bench.engine.acquire("log", LogOptions())
    assert (bench.log.start, bench.log.end) == (0, 0)
    assert bench.append(batch(b"c")) == 0
    assert values(bench.read(0)) == [(0, b"c")]
    with pytest.raises(Fenced):
        gone.append(batch(b"b"), 1, 1, Commit())


def test_what_is_refused_for_want_of_room_changes_nothing(bench: Bench) -> None:
    logs = [bench.engine.acquire(f"log {number}", LogOptions()) for number in range(40)]
    octets = batch(bytes(10_000))
    refused = None
    commit = Commit()
    for turn in range(1_000):
        try:
            bench.join(octets, commit, logs[turn % 40])
        except Full:
            refused = logs[turn % 40]
            break
    assert refused is not None
    end, size = refused.end, refused.size
    with pytest.raises(Full, match="octets"):
        bench.join(octets, Commit(), refused)
    assert (refused.end, refused.size) == (end, size)
    refused.trim(end, commit)
    assert bench.settle(commit) is Outcome.OK
    bench.engine.tidy(0)
    assert bench.append(octets, refused) == end


def test_commits_end_in_the_order_they_were_sealed(bench: Bench) -> None:
    heard: list[int] = []
    commits = [Commit() for _ in range(20)]
    for number, commit in enumerate(commits):
        bench.join(batch(b"v"), commit)
        commit.join(lambda outcome, number=number: heard.append(number))
        bench.engine.seal(commit)
    while len(heard) < 20:
        bench.wait()
    assert heard == list(range(20))
    assert bench.log.durable == 20


def test_a_commit_without_writes_ends_well(bench: Bench) -> None:
    assert bench.settle(Commit()) is Outcome.OK


def test_closing_twice_is_closing_once(bench: Bench) -> None:
    bench.append(batch(b"v"))
    bench.close()
    bench.close()
