"""What the segments engine promises across the end of its process: all that was acknowledged is there, in order, and found again."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from hubbub.core.commit import Commit, Outcome
from hubbub.core.errors import OutOfRange
from hubbub.core.store import LogOptions
from hubbub.octets.batch import read_header
from hubbub.storage.segments.layout import DirectoryInUse, UnknownFormat
from tests.engines.disk import DiskBench, open_bench
from tests.engines.words import batch, batches, values


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def leave(bench: DiskBench, directory: Path) -> Path:
    """What lies on the disk as if the process had been killed now: a copy, while the engine still has it open."""
    left = directory.with_name(directory.name + " left")
    shutil.rmtree(left, ignore_errors=True)
    shutil.copytree(directory, left)
    bench.close()
    return left


def close(bench: DiskBench, directory: Path) -> Path:
    bench.close()
    return directory


ENDS = pytest.mark.parametrize("end", [leave, close])


def segment_files(data: Path) -> list[Path]:
    return sorted(data.glob("logs/*/*.log"))


@ENDS
@pytest.mark.parametrize("fsync", ["always", "interval", "never"])
def test_everything_acknowledged_is_there_again(
    data: Path, end: Callable[[DiskBench, Path], Path], fsync: str
) -> None:
    bench = open_bench(data, fsync=fsync, chunk_bytes=64 << 10)
    bench.log.configure(LogOptions(segment_bytes=30_000))
    for number in range(200):
        bench.append(batch(b"%d" % number * 200, at=number))
    state = bench.engine.state("topics")
    commit = Commit()
    state.put("a", b"1", commit)
    state.put("b", b"2", commit)
    state.delete("a", commit)
    assert bench.settle(commit) is Outcome.OK
    epoch = bench.log.epoch
    again = open_bench(end(bench, data))
    assert again.log.epoch == epoch + 1
    assert again.everything() == [(number, b"%d" % number * 200) for number in range(200)]
    assert (again.log.start, again.log.end, again.log.durable) == (0, 200, 200)
    assert list(again.engine.state("topics").scan("")) == [("b", b"2")]
    assert again.log.offset_for(150) == (150, 150)
    assert again.log.newest() == (199, 199)
    assert again.append(batch(b"more")) == 200
    assert values(again.read(199))[-1] == (200, b"more")
    assert read_header(batches(again.read(200))[-1]).epoch == epoch + 1
    again.close()


@ENDS
def test_where_a_log_begins_is_remembered(data: Path, end: Callable[[DiskBench, Path], Path]) -> None:
    bench = open_bench(data)
    for _ in range(10):
        bench.append(batch(b"a", b"b"))
    bench.trim(7)
    again = open_bench(end(bench, data))
    assert (again.log.start, again.log.end) == (7, 20)
    assert values(again.read(7, 1)) == [(6, b"a"), (7, b"b")]
    with pytest.raises(OutOfRange):
        again.log.read(6, 1)
    again.close()


@ENDS
def test_a_log_that_was_trimmed_to_its_end_goes_on_there(
    data: Path, end: Callable[[DiskBench, Path], Path]
) -> None:
    bench = open_bench(data)
    for _ in range(10):
        bench.append(batch(b"a"))
    bench.trim(10)
    data = end(bench, data)
    bench = open_bench(data)
    assert (bench.log.start, bench.log.end) == (10, 10)
    assert bench.append(batch(b"b")) == 10
    bench.trim(11)
    assert bench.append(batch(b"c")) == 11
    bench.trim(11)
    again = open_bench(end(bench, data))
    assert (again.log.start, again.log.end) == (11, 12)
    assert again.everything() == [(11, b"c")]
    again.close()


def test_a_log_that_is_trimmed_as_it_grows_stays_small(data: Path) -> None:
    bench = open_bench(data)
    for number in range(3_000):
        bench.append(batch(b"v" * 8_000))
        bench.trim(number + 1)
    assert 1 <= len(segment_files(data)) <= 2
    assert bench.log.size < 10_000_000
    assert bench.engine.in_use < 4_000_000
    bench = open_bench(close(bench, data))
    assert (bench.log.start, bench.log.end) == (3_000, 3_000)
    assert len(segment_files(data)) <= 2
    bench.close()


def test_segments_that_a_killed_process_had_not_deleted_yet_are_deleted(data: Path) -> None:
    bench = open_bench(data)
    bench.log.configure(LogOptions(segment_bytes=20_000))
    for _ in range(50):
        bench.append(batch(b"v" * 3_000))
    left = leave(bench, data)
    with sqlite3.connect(left / "state.db") as database:  # it had got so far
        database.execute("UPDATE logs SET start = 48")
    database.close()
    assert len(segment_files(left)) >= 4
    again = open_bench(left)
    assert again.log.start == 48
    again.close()
    assert len(segment_files(left)) == 1


@ENDS
def test_a_dropped_log_stays_dropped_and_empty_ones_stay(
    data: Path, end: Callable[[DiskBench, Path], Path]
) -> None:
    bench = open_bench(data)
    bench.append(batch(b"a"))
    empty = bench.engine.acquire("empty", LogOptions())
    commit = Commit()
    bench.engine.drop("log", commit)
    assert bench.settle(commit) is Outcome.OK
    again = open_bench(end(bench, data))
    assert again.log.end == 0
    assert again.engine.logs() == ["empty", "log"]
    assert again.engine.acquire("empty", LogOptions()).epoch == empty.epoch + 1
    assert segment_files(data) == []
    again.close()


def test_a_closed_directory_is_opened_without_reading_it(data: Path) -> None:
    bench = open_bench(data)
    for _ in range(100):
        bench.append(batch(bytes(3_000)))
    bench.close()
    again = open_bench(data)
    assert again.engine.report.read == 0
    assert again.engine.report.octets == again.log.size
    again.close()


def test_a_torn_tail_is_cut_and_nothing_else(data: Path) -> None:
    bench = open_bench(data)
    for number in range(10):
        bench.append(batch(b"%d" % number * 100))
    left = leave(bench, data)
    (path,) = segment_files(left)
    whole = path.read_bytes()
    last = len(batch(b"9" * 100))
    for cut in (1, 60, 61, 62, last - 1):
        path.write_bytes(whole[: len(whole) - cut])
        again = open_bench(left)
        assert [offset for offset, _ in again.everything()] == list(range(9))
        assert len(again.engine.report.cut) == 1
        assert "'log' from offset 9 on" in str(again.engine.report)
        assert again.append(batch(b"again")) == 9
        again.close()
        assert values(open_and_read(left)) == [(9, b"again")]
        for index in left.glob("logs/*/*.index"):
            index.unlink()


def open_and_read(data: Path) -> list[memoryview]:
    bench = open_bench(data)
    views = bench.read(9)
    bench.close()
    return views


def test_damage_in_the_middle_goes_to_quarantine_and_the_rest_stays(data: Path) -> None:
    bench = open_bench(data)
    for number in range(10):
        bench.append(batch(b"%d" % number * 100))
    left = leave(bench, data)
    (path,) = segment_files(left)
    octets = bytearray(path.read_bytes())
    one = len(batch(b"0" * 100))
    begin = len(octets) - 10 * one
    octets[begin + 4 * one + 80] ^= 0x55
    damaged = bytes(octets[begin + 4 * one : begin + 5 * one])
    path.write_bytes(octets)
    again = open_bench(left)
    assert "offsets 4 to 4 of 'log', damaged" in str(again.engine.report)
    assert [part.read_bytes() for part in (left / "quarantine").iterdir()] == [damaged]
    assert [offset for offset, _ in again.everything()] == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    assert values(again.read(4, 1)) == [(5, b"5" * 100)]
    assert again.append(batch(b"more")) == 10
    again.close()
    third = open_bench(left)
    assert not third.engine.report.quarantined
    assert [offset for offset, _ in third.everything()] == [0, 1, 2, 3, 5, 6, 7, 8, 9, 10]
    third.close()


def test_a_log_whose_first_file_is_gone_begins_with_the_next_and_says_so(data: Path) -> None:
    bench = open_bench(data)
    bench.log.configure(LogOptions(segment_bytes=30_000))
    for number in range(10):
        bench.append(batch(b"%d" % number + bytes(10_000)))
    bench.close()
    first, second, *_ = sorted(data.glob("logs/*/*.log"))
    first.unlink()
    again = open_bench(data)
    base = int(second.stem)
    assert again.log.start == base > 0
    assert f"missing: offsets 0 to {base - 1} of 'log'" in str(again.engine.report)
    with pytest.raises(OutOfRange):
        again.log.read(0, 1_000)
    assert [offset for offset, _ in again.everything()] == list(range(base, 10))
    again.close()


def test_after_a_power_cut_all_behind_a_hole_is_cut_but_kept_aside(data: Path) -> None:
    bench = open_bench(data)
    for number in range(10):
        bench.append(batch(b"%d" % number * 100))
    left = leave(bench, data)
    (path,) = segment_files(left)
    octets = bytearray(path.read_bytes())
    one = len(batch(b"0" * 100))
    hole = len(octets) - 6 * one
    octets[hole : hole + one] = bytes(one)
    path.write_bytes(octets)
    (left / "boot").write_text("another-boot interval\n")
    again = open_bench(left)
    assert [offset for offset, _ in again.everything()] == [0, 1, 2, 3]
    assert "behind a hole" in str(again.engine.report)
    assert [part.read_bytes() for part in (left / "quarantine").iterdir()] == [bytes(octets[hole:])]
    again.close()


def test_indexes_are_made_again_where_they_are_gone_or_broken(data: Path) -> None:
    bench = open_bench(data)
    bench.log.configure(LogOptions(segment_bytes=400_000))
    for number in range(500):
        bench.append(batch(b"%03d" % number * 1_000, at=number))
    bench.close()
    expected = [(number, b"%03d" % number * 1_000) for number in range(500)]
    for spoil in (
        lambda index: index.unlink(),
        lambda index: index.write_bytes(b"\x01" * 320),
        lambda index: index.write_bytes(b""),
    ):
        for index in data.glob("logs/*/*.index"):
            spoil(index)
        again = open_bench(data)
        assert again.engine.report.read > 1_400_000
        assert again.everything() == expected
        assert again.log.offset_for(321) == (321, 321)
        again.close()


def test_a_lost_database_leaves_the_logs(data: Path) -> None:
    bench = open_bench(data)
    bench.append(batch(b"a"))
    bench.close()
    for path in data.glob("state.db*"):
        path.unlink()
    again = open_bench(data)
    assert again.everything() == [(0, b"a")]
    again.close()


def test_a_directory_has_one_owner(data: Path) -> None:
    bench = open_bench(data)
    with pytest.raises(DirectoryInUse, match=f"in use by process {os.getpid()}"):
        open_bench(data)
    bench.append(batch(b"a"))
    bench.close()
    open_bench(data).close()


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ("hubbub data 2", "data format 2, this Hubbub reads format 1"),
        ("something else", "'something else'"),
        ("hubbub data x", "'hubbub data x'"),
    ],
)
def test_another_format_is_refused_and_left_alone(data: Path, found: str, said: str) -> None:
    open_bench(data).close()
    (data / "FORMAT").write_text(found + "\n")
    before = sorted(path.name for path in data.iterdir())
    with pytest.raises(UnknownFormat, match=said):
        open_bench(data)
    assert sorted(path.name for path in data.iterdir()) == before


def test_a_directory_with_other_things_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(UnknownFormat, match=r"thesis\.tex"):
        open_bench(tmp_path)


def test_what_was_just_made_and_never_filled_is_no_trouble(data: Path) -> None:
    bench = open_bench(data)
    bench.append(batch(b"a"))
    left = leave(bench, data)
    (path,) = segment_files(left)
    path.with_name("00000000000000000001.log").write_bytes(b"")
    path.with_name("00000000000000000002.log").write_bytes(path.read_bytes()[:20])
    again = open_bench(left)
    assert again.everything() == [(0, b"a")]
    assert again.append(batch(b"b")) == 1
    again.close()


def test_more_logs_than_files_may_be_open(data: Path) -> None:
    bench = open_bench(data)
    logs = [bench.engine.acquire(f"log {number}", LogOptions()) for number in range(400)]
    for turn in range(3):
        for some in range(0, 400, 50):
            commit = Commit()
            for log in logs[some : some + 50]:
                bench.join(batch(b"%d" % turn), commit, log)
            assert bench.settle(commit) is Outcome.OK
        bench.clock.advance(1)
    bench.close()
    again = open_bench(data)
    for number in range(400):
        again.log = again.engine.acquire(f"log {number}", LogOptions())
        assert again.everything() == [(0, b"0"), (1, b"1"), (2, b"2")]
    again.close()
