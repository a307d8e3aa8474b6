"""A stopped directory can be looked at, checked and emptied into other hands, and is left as it was."""

import hashlib
from pathlib import Path

import pytest

from hubbub.core.commit import Commit
from hubbub.core.store import LogOptions
from hubbub.storage.segments.inspection import describe, entries, verify
from hubbub.storage.segments.layout import DirectoryInUse, UnknownFormat
from tests.engines.disk import open_bench
from tests.engines.words import batch


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A directory with one log of 300 records in several segments, trimmed to 50, an empty one, and some state."""
    bench = open_bench(tmp_path / "data", chunk_bytes=64 << 10)
    bench.log.configure(LogOptions(segment_bytes=40_000))
    for first in range(0, 300, 3):
        bench.append(batch(*(b"%d" % (first + delta) * 300 for delta in range(3)), at=first))
    bench.trim(50)
    bench.engine.acquire("empty", LogOptions())
    commit = Commit()
    for key in ("a", "b"):
        bench.engine.state("topics").put(key, b"v", commit)
    bench.settle(commit)
    bench.close()
    return tmp_path / "data"


def fingerprint(data: Path) -> dict[str, str]:
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in data.rglob("*")
        if path.is_file() and path.name != "lock" and not path.name.startswith("state.db-")
    }


def test_a_directory_is_described_and_sound(data: Path) -> None:
    before = fingerprint(data)
    for look in (describe, verify):
        found = look(str(data))
        assert found.is_sound
        log, empty = found.logs
        assert (log.name, log.start, log.end, log.newest) == ("log", 50, 300, 299)
        assert log.segments > 2
        assert log.batches * 3 >= 250
        assert (empty.name, empty.segments, empty.end) == ("empty", 0, 0)
        assert found.state == {"topics": 2}
        assert found.quarantine == []
    assert fingerprint(data) == before


def test_damage_is_found_by_verify_and_named(data: Path) -> None:
    path = sorted(data.glob("logs/*/*.log"))[1]
    octets = bytearray(path.read_bytes())
    octets[-500] ^= 1
    path.write_bytes(octets)
    assert describe(str(data)).is_sound
    found = verify(str(data))
    assert not found.is_sound
    (complaint,) = found.logs[0].complaints
    assert path.name in complaint
    assert "no sound batch" in complaint


def test_a_torn_tail_is_seen_without_reading_all(data: Path) -> None:
    path = max(data.glob("logs/*/*.log"))
    path.write_bytes(path.read_bytes()[:-10])
    assert "no sound batch" in describe(str(data)).logs[0].complaints[0]


def test_an_index_that_says_something_else_is_found(data: Path) -> None:
    first, second = sorted(data.glob("logs/*/*.index"))[:2]
    second.write_bytes(first.read_bytes())
    assert any("no batch with offset" in complaint for complaint in verify(str(data)).logs[0].complaints)


def test_records_are_exported_from_the_start_on(data: Path) -> None:
    found = list(entries(str(data), "log"))
    assert [(entry.offset, entry.value) for entry in found] == [
        (offset, b"%d" % offset * 300) for offset in range(50, 300)
    ]
    assert list(entries(str(data), "empty")) == []
    with pytest.raises(KeyError):
        list(entries(str(data), "other"))


def test_a_directory_in_use_is_left_alone(data: Path) -> None:
    bench = open_bench(data)
    for look in (describe, verify):
        with pytest.raises(DirectoryInUse):
            look(str(data))
    bench.close()


def test_what_is_no_data_directory_is_refused(tmp_path: Path, data: Path) -> None:
    with pytest.raises(FileNotFoundError):
        describe(str(tmp_path / "nothing"))
    (data / "FORMAT").write_text("hubbub data 9\n")
    with pytest.raises(UnknownFormat):
        verify(str(data))
