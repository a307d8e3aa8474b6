"""Disk full, permission lost, a disk that fails to sync: writers hear it, readers do not, and the engine goes on by itself."""

import errno
from collections.abc import Sequence
from pathlib import Path

import pytest

from hubbub.core.checkpoint import Checkpoint
from hubbub.core.commit import Commit, Outcome
from hubbub.core.errors import OutOfSequence, Unavailable
from hubbub.core.options import TopicOptions
from hubbub.core.partition import Around, Partition
from hubbub.core.store import LogOptions
from hubbub.core.taps import Taps
from hubbub.core.turn import Turn
from hubbub.model.address import Address, Kind
from hubbub.octets.batch import Entry, Producer, build, check_batch
from hubbub.octets.buffer import Buffer
from hubbub.storage.segments.files import Files
from hubbub.storage.segments.inspection import verify
from hubbub.storage.segments.segment import Head, pack_head
from tests.engines.disk import NOW, DiskBench, open_bench
from tests.engines.words import batch


class FailingFiles(Files):
    """Real files on a disk that has ``room`` octets left, and may fail to sync."""

    __slots__ = ("fails_to_sync", "room")

    def __init__(self) -> None:
        self.room = 1 << 40
        self.fails_to_sync = False

    def append(self, descriptor: int, views: Sequence[Buffer]) -> None:
        for view in views:
            part = memoryview(view)[: max(0, self.room)]
            self.room -= len(view)
            super().append(descriptor, [part])
            if self.room < 0:
                raise OSError(errno.ENOSPC, "No space left on device")

    def sync(self, descriptor: int) -> None:
        if self.fails_to_sync:
            raise OSError(errno.EIO, "Input/output error")
        super().sync(descriptor)


def partition_on(bench: DiskBench) -> Partition:
    """The bench's log as a partition that belongs to no topic."""
    checkpoint = Checkpoint("log", bench.engine.state("producers"), is_lasting=True)
    taps = Taps(bench.clock, Turn(bench.clock.soon, bench.engine.seal))
    address = Address("room", Kind.STREAM, ("t",))
    return Partition(address, 0, bench.log, TopicOptions(), Around(bench.clock, taps), checkpoint)


def recover(bench: DiskBench) -> None:
    """Let the engine try again until it says that it works."""
    while bench.engine.is_failing:
        bench.clock.advance(1)
        bench.wait()


def test_a_full_disk_refuses_writes_serves_reads_and_recovers(tmp_path: Path) -> None:
    files = FailingFiles()
    bench = open_bench(tmp_path / "data", files=files)
    for number in range(5):
        bench.append(batch(b"%d" % number * 100))
    files.room = 250
    lost = Commit()
    assert bench.join(batch(b"lost" * 100), lost) == 5
    assert bench.settle(lost) is Outcome.UNAVAILABLE
    assert (bench.log.end, bench.log.durable) == (5, 5)
    assert [offset for offset, _ in bench.everything()] == [0, 1, 2, 3, 4]
    with pytest.raises(Unavailable):
        bench.log.append(batch(b"refused"), 1, 1, Commit())
    with pytest.raises(Unavailable):
        bench.engine.state("s").put("k", b"v", Commit())
    bench.clock.advance(1)
    bench.wait()
    assert bench.engine.is_failing
    files.room = 1 << 40
    recover(bench)
    assert len(bench.trouble) == 2
    assert "No space left" in bench.trouble[0]
    assert bench.trouble[1] == "writing works again"
    assert bench.append(batch(b"after")) == 5
    bench.close()
    again = open_bench(tmp_path / "data")
    assert again.everything()[4:] == [(4, b"4" * 100), (5, b"after")]
    again.close()


def test_a_numbered_batch_whose_commit_failed_is_not_said_to_be_there_when_it_comes_again(
    tmp_path: Path,
) -> None:
    """KIP-98: a producer repeats what was refused, and goes on behind it."""
    files = FailingFiles()
    bench = open_bench(tmp_path / "data", files=files)
    partition = partition_on(bench)

    def publish(sequence: int) -> tuple[int, Outcome]:
        octets = build([Entry(0, None, b"%d" % sequence * 100)], producer=Producer(7, 0, sequence))
        commit = Commit()
        done = partition.append(octets, check_batch(octets), commit)
        return done.base_offset, bench.settle(commit)

    assert publish(0) == (0, Outcome.OK)
    files.room = 0
    assert publish(1)[1] is Outcome.UNAVAILABLE
    files.room = 1 << 40
    recover(bench)
    with pytest.raises(OutOfSequence):
        publish(2)
    assert publish(1) == (1, Outcome.OK)
    assert publish(1) == (1, Outcome.OK)
    assert publish(2) == (2, Outcome.OK)
    assert [value[:1] for _, value in bench.everything()] == [b"0", b"1", b"2"]
    bench.close()


def test_a_numbered_batch_that_comes_again_while_it_is_written_is_not_answered_yet(tmp_path: Path) -> None:
    bench = open_bench(tmp_path / "data")
    partition = partition_on(bench)
    octets = build([Entry(0, None, b"once")], producer=Producer(7, 0, 0))
    commit = Commit()
    partition.append(octets, check_batch(octets), commit)
    with pytest.raises(Unavailable, match="being written"):
        partition.append(octets, check_batch(octets), commit)
    assert bench.settle(commit) is Outcome.OK
    assert partition.append(octets, check_batch(octets), Commit()).base_offset == 0
    bench.close()


def test_all_that_was_sealed_behind_a_failure_fails_with_it_in_order(tmp_path: Path) -> None:
    files = FailingFiles()
    bench = open_bench(tmp_path / "data", files=files)
    other = bench.engine.acquire("other", LogOptions())
    bench.append(batch(b"kept"))
    files.room = 0
    heard: list[tuple[int, Outcome]] = []
    for number in range(6):
        commit = Commit()
        bench.join(batch(b"%d" % number), commit, other if number % 2 else bench.log)
        commit.join(lambda outcome, number=number: heard.append((number, outcome)))
        bench.engine.seal(commit)
    late = Commit()  # written before the loop hears of it, sealed after
    bench.join(batch(b"late"), late)
    while len(heard) < 6:
        bench.wait()
    assert heard == [(number, Outcome.UNAVAILABLE) for number in range(6)]
    assert bench.settle(late) is Outcome.UNAVAILABLE
    assert (bench.log.end, other.end) == (1, 0)
    files.room = 1 << 40
    recover(bench)
    assert bench.append(batch(b"a"), other) == 0
    assert bench.append(batch(b"b")) == 1
    assert [value for _, value in bench.everything()] == [b"kept", b"b"]
    bench.close()


def test_a_file_whose_removal_failed_with_all_it_held_is_not_removed_when_it_is_there_again(
    tmp_path: Path,
) -> None:
    files = FailingFiles()
    bench = open_bench(tmp_path / "data", files=files)
    bench.log.configure(LogOptions(segment_bytes=30_000))
    files.room = 0
    commit = Commit()
    for number in range(10):
        bench.join(batch(b"%d" % number + bytes(10_000)), commit)
    bench.log.trim(9, commit)
    assert bench.settle(commit) is Outcome.UNAVAILABLE
    files.room = 1 << 40
    recover(bench)
    for number in range(10):
        assert bench.append(batch(b"%d" % number + bytes(10_000))) == number
    wanted = bench.everything()
    assert len(wanted) == 10
    bench.close()
    again = open_bench(tmp_path / "data")
    assert again.everything() == wanted
    again.close()


def test_a_file_that_was_made_by_a_write_that_failed_is_no_end_of_the_log(tmp_path: Path) -> None:
    files = FailingFiles()
    bench = open_bench(tmp_path / "data", files=files)
    bench.log.configure(LogOptions(segment_bytes=30_000))
    bench.append(batch(b"0"))
    commit = Commit()
    for number in range(1, 10):
        bench.join(batch(b"%d" % number + bytes(10_000)), commit)
    files.room = 35_000
    assert bench.settle(commit) is Outcome.UNAVAILABLE
    files.room = 1 << 40
    recover(bench)
    assert len(list(bench.directory.glob("logs/*/*.log"))) == 1
    for number in range(1, 10):
        bench.append(batch(b"%d" % number))
    wanted = bench.everything()
    bench.close()
    directory = next(bench.directory.glob("logs/*"))
    for index in directory.glob("*.index"):
        index.unlink()
    first = min(directory.glob("*.log"))
    head = Head(5, 5, 0, NOW, "log")
    (directory / f"{5:020d}.log").write_bytes(pack_head(head))  # as one that could not be removed
    (directory / f"{6:020d}.log").write_bytes(first.read_bytes()[:20])
    again = open_bench(tmp_path / "data")
    assert again.everything() == wanted
    assert again.engine.report.cut == []
    again.close()
    assert len(list(directory.glob("*.log"))) == 2


def test_a_sync_that_fails_is_a_write_that_failed(tmp_path: Path) -> None:
    files = FailingFiles()
    bench = open_bench(tmp_path / "data", files=files, fsync="always")
    bench.append(batch(b"a"))
    files.fails_to_sync = True
    commit = Commit()
    bench.join(batch(b"lost"), commit)
    assert bench.settle(commit) is Outcome.UNAVAILABLE
    files.fails_to_sync = False
    recover(bench)
    assert bench.append(batch(b"b")) == 1
    bench.close()
    again = open_bench(tmp_path / "data")
    assert again.everything() == [(0, b"a"), (1, b"b")]
    again.close()


def test_a_sync_that_fails_at_its_interval_is_told(tmp_path: Path) -> None:
    files = FailingFiles()
    bench = open_bench(tmp_path / "data", files=files)
    bench.append(batch(b"a"))
    files.fails_to_sync = True
    bench.clock.advance(1)
    while not bench.trouble:
        bench.wait()
    assert "could not be synced" in bench.trouble[0]
    files.fails_to_sync = False
    bench.close()


def test_state_that_could_not_be_saved_is_saved_when_there_is_room(tmp_path: Path) -> None:
    files = FailingFiles()
    bench = open_bench(tmp_path / "data", files=files)
    files.room = 0
    commit = Commit()
    bench.join(batch(b"lost"), commit)
    bench.engine.state("s").put("k", b"v", commit)
    assert bench.settle(commit) is Outcome.UNAVAILABLE
    files.room = 1 << 40
    recover(bench)
    bench.close()
    again = open_bench(tmp_path / "data")
    assert again.engine.state("s").get("k") == b"v"
    assert again.log.end == 0
    again.close()


def test_what_cannot_be_written_fast_enough_is_refused_not_hoarded(tmp_path: Path) -> None:
    bench = open_bench(tmp_path / "data", cache_bytes=1 << 20, chunk_bytes=64 << 10)
    for _ in range(2_000):
        bench.append(batch(bytes(4_000)))
        assert bench.engine.in_use <= 1 << 20
    assert [offset for offset, _ in bench.everything()] == list(range(2_000))
    bench.close()


def test_a_bug_in_one_who_waits_costs_the_others_nothing(tmp_path: Path) -> None:
    bench = open_bench(tmp_path / "data")
    heard: list[int] = []
    for number in range(4):
        commit = Commit()
        bench.join(batch(b"v"), commit)
        commit.join(lambda outcome, number=number: heard.append(number // (1 - number % 2)))
        bench.engine.seal(commit)
    while len(heard) < 2:
        try:
            bench.wait()
        except ZeroDivisionError:
            continue
    assert heard == [0, 2]
    assert bench.log.durable == 4
    bench.close()


class CountedFiles(FailingFiles):
    """Counts how many files are open to be written; ``most`` were so at once."""

    __slots__ = ("most", "open_now")

    def __init__(self) -> None:
        super().__init__()
        self.most = 0
        self.open_now: set[int] = set()

    def open(self, path: str) -> int:
        descriptor = super().open(path)
        self.open_now.add(descriptor)
        self.most = max(self.most, len(self.open_now))
        return descriptor

    def close(self, descriptor: int) -> None:
        self.open_now.discard(descriptor)
        super().close(descriptor)


@pytest.mark.parametrize("fsync", ["always", "interval", "never"])
def test_a_thousand_logs_are_written_at_once_with_a_few_open_files(tmp_path: Path, fsync: str) -> None:
    files = CountedFiles()
    bench = open_bench(tmp_path / "data", files=files, fsync=fsync)
    logs = [bench.engine.acquire(f"log {number}", LogOptions()) for number in range(1_000)]

    def write_all(value: bytes) -> Outcome:
        commit = Commit()
        for number, log in enumerate(logs):
            bench.join(batch(value + b"%d" % number), commit, log)
        return bench.settle(commit)

    assert write_all(b"a") is Outcome.OK
    files.room = 40_000  # some of them, not all
    assert write_all(b"lost") is Outcome.UNAVAILABLE
    files.room = 1 << 40
    recover(bench)
    bench.clock.advance(1)
    assert write_all(b"b") is Outcome.OK
    assert files.most < 250
    bench.close()
    assert verify(str(bench.directory)).is_sound
    again = open_bench(bench.directory)
    for number in range(0, 1_000, 7):
        again.log = again.engine.acquire(f"log {number}", LogOptions())
        assert again.everything() == [(0, b"a%d" % number), (1, b"b%d" % number)]
    again.close()
