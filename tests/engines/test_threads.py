"""The engine's threads meet at every moment that could hurt: a file is put in another's place while one syncs, reads or has failed."""

import errno
import threading
from pathlib import Path

import pytest

from hubbub.core.commit import Commit, Outcome
from hubbub.core.errors import NotFound
from hubbub.core.store import LogOptions
from hubbub.octets.batch import read_header
from hubbub.storage.segments.files import Files
from hubbub.storage.segments.inspection import verify
from hubbub.storage.segments.segment import Mark, pack_mark, read_marks
from tests.engines.disk import PATIENCE, DiskBench, open_bench
from tests.engines.test_trouble import recover
from tests.engines.words import batch, batches


class SlowSyncs(Files):
    """Real files whose syncs at intervals wait until somebody lets them; ``began`` says that one waits."""

    __slots__ = ("began", "may_go_on")

    def __init__(self) -> None:
        self.began = threading.Event()
        self.may_go_on = threading.Event()

    def sync(self, descriptor: int) -> None:
        if threading.current_thread().name == "hubbub-syncer":
            self.began.set()
            assert self.may_go_on.wait(PATIENCE)
        super().sync(descriptor)


class ForgetfulDirectories(Files):
    """Real files on a disk that fails to keep names while ``fails``."""

    __slots__ = ("fails",)

    def __init__(self) -> None:
        self.fails = False

    def sync_directory(self, path: str) -> None:
        if self.fails:
            raise OSError(errno.EIO, "Input/output error")
        super().sync_directory(path)


def fill(bench: DiskBench) -> None:
    """Pieces of batches of many sizes, of which some have an index entry and others have none."""
    bench.log.configure(LogOptions(segment_bytes=400_000))
    for number in range(60):
        bench.append(batch(b"%d/" % number + bytes(7_000 + 997 * (number % 23))))


def kept_of(bench: DiskBench, piece: tuple[int, int], divisor: int) -> list[bytes]:
    """The batches of a piece whose base offsets ``divisor`` does not divide."""
    first, following = piece
    found: list[bytes] = []
    offset = first
    while offset < following:
        some = batches(bench.read(offset, 100_000))
        found += some
        offset = read_header(some[-1]).next_offset
    bases = [(part, read_header(part).base_offset) for part in found]
    return [part for part, base in bases if base < following and base % divisor]


def thin_out(bench: DiskBench, piece: tuple[int, int], divisor: int) -> None:
    """Write a piece anew without some of its batches."""
    commit = Commit()
    bench.log.rewrite(piece[0], kept_of(bench, piece, divisor), commit)
    assert bench.settle(commit) is Outcome.OK


def offsets_of(bench: DiskBench) -> list[int]:
    """The offsets of all records, each seen to have the value that belongs to it."""
    found = bench.everything()
    assert all(value is not None and value.startswith(b"%d/" % offset) for offset, value in found)
    return [offset for offset, _ in found]


def check_again(directory: Path, wanted: list[int]) -> None:
    """The directory is sound, and so is what an engine finds there, wherever it begins to read."""
    assert verify(str(directory)).is_sound
    again = open_bench(directory)
    assert again.engine.report.cut == []
    assert offsets_of(again) == wanted
    for offset in range(60):
        assert batches(again.read(offset, 30_000))
    again.close()


def test_a_sync_that_ends_when_the_file_was_written_anew_says_nothing_of_the_new_one(tmp_path: Path) -> None:
    files = SlowSyncs()
    bench = open_bench(tmp_path / "data", files=files)
    fill(bench)
    bench.clock.advance(1)
    assert files.began.wait(PATIENCE)
    pieces = bench.log.pieces()
    for piece in pieces:
        thin_out(bench, piece, 3)
    files.may_go_on.set()
    end = pieces[-1][1]
    wanted = [offset for offset in range(60) if offset >= end or offset % 3]
    bench.close()
    check_again(bench.directory, wanted)


def test_a_sync_that_ends_when_the_file_is_gone_leaves_nothing_in_its_place(tmp_path: Path) -> None:
    files = SlowSyncs()
    bench = open_bench(tmp_path / "data", files=files)
    fill(bench)
    bench.clock.advance(1)
    assert files.began.wait(PATIENCE)
    bench.trim(59)
    dropped = bench.engine.acquire("dropped", LogOptions())
    bench.append(batch(b"v"), dropped)
    commit = Commit()
    bench.engine.drop("dropped", commit)
    assert bench.settle(commit) is Outcome.OK
    files.may_go_on.set()
    bench.close()
    (directory,) = (bench.directory / "logs").iterdir()
    stems = {path.stem for path in directory.glob("*.log")}
    assert len(stems) == 1
    assert {path.stem for path in directory.glob("*.index")} == stems
    again = open_bench(bench.directory)
    assert offsets_of(again)[-1] == 59
    again.close()


def test_a_file_that_is_being_synced_is_not_closed_as_idle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hubbub.storage.segments.handles.OPEN_FILES", 1)
    files = SlowSyncs()
    bench = open_bench(tmp_path / "data", files=files)
    fill(bench)
    bench.clock.advance(1)
    assert files.began.wait(PATIENCE)
    other = bench.engine.acquire("other", LogOptions())
    bench.append(batch(b"v"), other)
    files.may_go_on.set()
    bench.close()
    for path in bench.directory.glob("logs/*/*.index"):
        entries = [path.read_bytes()[at : at + 28] for at in range(0, path.stat().st_size, 32)]
        assert [entry[24:] for entry in entries].index(b"\0\0\0\1") == len(entries) - 1
        assert entries == sorted(entries)
    check_again(bench.directory, list(range(60)))


@pytest.mark.parametrize("joins", [False, True])
def test_a_reader_that_comes_too_late_for_the_old_file_reads_the_new_one_as_what_it_is(
    tmp_path: Path, joins: bool
) -> None:
    bench = open_bench(tmp_path / "data")
    fill(bench)
    pieces = bench.log.pieces()
    kept = [kept_of(bench, piece, 3) for piece in pieces]
    bench.close()
    bench = open_bench(tmp_path / "data")  # nothing of it is in memory, or open
    commit = Commit()
    if joins:
        bench.log.rewrite(pieces[0][0], [part for some in kept for part in some], commit, until=pieces[-1][1])
    else:
        for (first, _), some in zip(pieces, kept, strict=True):
            bench.log.rewrite(first, some, commit)
    bench.engine.seal(commit)
    event = bench.events.get(
        timeout=PATIENCE
    )  # the files are in their places, and the loop has not heard of it
    heard: list[list[memoryview]] = []
    offsets = range(pieces[-1][1])
    for offset in offsets:
        bench.log.fetch(offset, 30_000, heard.append)
    stamped = bench.log.offset_for(0)
    event()
    assert commit.outcome is Outcome.OK
    while len(heard) < len(offsets):
        bench.wait()
    for offset, views in zip(offsets, heard, strict=True):
        assert read_header(batches(views)[0]).base_offset == offset + (offset % 3 == 0)
    assert stamped == (1, 1_000)
    bench.close()


def test_a_commit_that_fails_when_the_file_was_written_anew_leaves_readers_with_the_new_one(
    tmp_path: Path,
) -> None:
    files = ForgetfulDirectories()
    bench = open_bench(tmp_path / "data", files=files, fsync="always")
    fill(bench)
    piece = bench.log.pieces()[1]
    kept = kept_of(bench, piece, 3)
    commit = Commit()
    bench.log.rewrite(piece[0], kept, commit)
    bench.join(batch(b"60/"), commit)
    files.fails = True
    assert bench.settle(commit) is Outcome.UNAVAILABLE
    files.fails = False
    recover(bench)
    assert bench.append(batch(b"60/")) == 60
    wanted = [offset for offset in range(61) if offset not in range(*piece) or offset % 3]
    assert offsets_of(bench) == wanted
    thin_out(bench, piece, 2)
    assert offsets_of(bench) == [offset for offset in wanted if offset not in range(*piece) or offset % 2]
    bench.close()


def test_a_piece_that_is_being_written_anew_is_not_taken_again(tmp_path: Path) -> None:
    bench = open_bench(tmp_path / "data")
    fill(bench)
    piece = bench.log.pieces()[0]
    kept = kept_of(bench, piece, 3)
    commit = Commit()
    bench.log.rewrite(piece[0], kept, commit)
    with pytest.raises(NotFound, match="already"):
        bench.log.rewrite(piece[0], kept[:2], Commit())
    assert bench.settle(commit) is Outcome.OK
    thin_out(bench, piece, 2)
    wanted = [offset for offset in range(60) if offset >= piece[1] or (offset % 3 and offset % 2)]
    assert offsets_of(bench) == wanted
    bench.close()


def test_an_index_that_points_between_batches_is_made_anew(tmp_path: Path) -> None:
    bench = open_bench(tmp_path / "data")
    fill(bench)
    bench.close()
    for path in bench.directory.glob("logs/*/*.index"):
        marks = read_marks(path.read_bytes())
        moved = Mark(marks[-2].offset, marks[-2].position + 100, marks[-2].newest)
        path.write_bytes(b"".join(map(pack_mark, [*marks[:-2], moved, marks[-1]])))
    assert not verify(str(bench.directory)).is_sound
    again = open_bench(bench.directory)
    assert again.engine.report.read > 0
    assert offsets_of(again) == list(range(60))
    again.close()
    check_again(bench.directory, list(range(60)))


def test_an_index_that_goes_backwards_is_made_anew(tmp_path: Path) -> None:
    bench = open_bench(tmp_path / "data")
    fill(bench)
    bench.close()
    path = min(bench.directory.glob("logs/*/*.index"))
    marks = read_marks(path.read_bytes())
    path.write_bytes(b"".join(map(pack_mark, [*marks, *marks[2:]])))
    again = open_bench(bench.directory)
    assert again.engine.report.read > path.with_suffix(".log").stat().st_size - 100
    again.close()
    check_again(bench.directory, list(range(60)))


class StubbornFiles(Files):
    """Real files in a directory from which none can be removed while ``keeps``, but for those that are not segments."""

    __slots__ = ("keeps",)

    def __init__(self) -> None:
        self.keeps = False

    def remove(self, path: str) -> None:
        if self.keeps and path.endswith(".log"):
            raise OSError(errno.EPERM, "Operation not permitted")
        super().remove(path)


def join(bench: DiskBench, divisor: int) -> tuple[Commit, int]:
    """Make one of all pieces, without some of their batches; the commit, and the offset that follows."""
    pieces = bench.log.pieces()
    assert len(pieces) > 1
    kept = [batch for piece in pieces for batch in kept_of(bench, piece, divisor)]
    commit = Commit()
    bench.log.rewrite(pieces[0][0], kept, commit, until=pieces[-1][1])
    return commit, pieces[-1][1]


def test_files_that_should_have_gone_when_they_became_one_go_at_the_next_start(tmp_path: Path) -> None:
    files = StubbornFiles()
    bench = open_bench(tmp_path / "data", files=files)
    fill(bench)
    files.keeps = True
    commit, end = join(bench, 3)
    assert bench.settle(commit) is Outcome.OK
    wanted = [offset for offset in range(60) if offset >= end or offset % 3]
    assert offsets_of(bench) == wanted
    bench.close()
    assert len(list(bench.directory.glob("logs/*/*.log"))) > 2
    for index in bench.directory.glob("logs/*/*.index"):
        index.unlink()
    assert verify(str(bench.directory)).is_sound
    check_again(bench.directory, wanted)
    assert len(list(bench.directory.glob("logs/*/*.log"))) == 2


def test_a_trim_while_files_become_one_removes_nothing_that_the_one_holds(tmp_path: Path) -> None:
    bench = open_bench(tmp_path / "data")
    fill(bench)
    _, following = bench.log.pieces()[-1]
    middle = following - 2
    commit, _ = join(bench, 100)
    bench.engine.seal(commit)
    bench.trim(middle)
    while commit.outcome is None:
        bench.wait()
    assert offsets_of(bench)[-1] == 59
    bench.trim(middle + 1)
    assert {offset for offset in offsets_of(bench) if offset > middle} == set(range(middle + 1, 60))
    bench.close()
    again = open_bench(bench.directory)
    assert {offset for offset in offsets_of(again) if offset > middle} == set(range(middle + 1, 60))
    again.close()


def test_what_is_split_off_a_damaged_file_that_stands_for_several_is_not_taken_for_one_of_them(
    tmp_path: Path,
) -> None:
    bench = open_bench(tmp_path / "data")
    fill(bench)
    commit, end = join(bench, 3)
    assert bench.settle(commit) is Outcome.OK
    bench.close()
    path = min(bench.directory.glob("logs/*/*.log"))
    octets = bytearray(path.read_bytes())
    octets[200_000] ^= 1
    path.write_bytes(octets)
    path.with_suffix(".index").unlink()
    again = open_bench(bench.directory)
    assert len(again.engine.report.quarantined) == 1
    wanted = offsets_of(again)
    lost = {offset for offset in range(60) if offset >= end or offset % 3} - set(wanted)
    assert len(lost) == 1
    again.close()
    check_again(bench.directory, wanted)
    check_again(bench.directory, wanted)


class NamedFiles(Files):
    """Real files; ``synced`` are the directories whose names are on the disk, as the thread that syncs at intervals saw to it."""

    __slots__ = ("synced",)

    def __init__(self) -> None:
        self.synced: set[str] = set()

    def sync_directory(self, path: str) -> None:
        super().sync_directory(path)
        if threading.current_thread().name == "hubbub-syncer":
            self.synced.add(path)


def test_the_names_of_new_files_are_synced_with_what_is_in_them(tmp_path: Path) -> None:
    files = NamedFiles()
    bench = open_bench(tmp_path / "data", files=files)
    other = bench.engine.acquire("other", LogOptions())
    for log in (bench.log, other):
        bench.append(batch(b"v"), log)
    bench.clock.advance(1)
    bench.close()
    logs = tmp_path / "data" / "logs"
    assert files.synced == {str(logs), *(str(path) for path in logs.iterdir())}
