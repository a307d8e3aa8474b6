"""A ledger gives back, after every restart, what came and did not go: in order, whatever failed, and however often its log was written anew."""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from queue import SimpleQueue
from random import Random

import pytest

from hubbub.core.commit import Outcome
from hubbub.core.errors import Refusal
from hubbub.core.queues import book
from hubbub.core.queues.entry import Entry
from hubbub.core.queues.ledger import Ledger
from hubbub.core.store import LogOptions, Owned
from hubbub.core.turn import Turn
from hubbub.model.address import Address, Kind
from hubbub.model.clock import Action, Clock
from hubbub.model.record import NO_PROPERTIES, Record
from hubbub.octets.batch import split
from hubbub.storage.segments.engine import SegmentsEngine
from hubbub.storage.segments.files import Files
from hubbub.storage.segments.options import SegmentsOptions
from tests.engines.test_trouble import FailingFiles

START = 1_700_000_000
PATIENCE = 30
QUEUE = "q"
ADDRESS = Address("amqp", Kind.QUEUE, ("", QUEUE))


class Ground:
    """A ledger on an engine on disk, a loop that passes when it is told, and what the queue is to hold: values by position."""

    def __init__(self, directory: Path, files: Files | None = None) -> None:
        self.directory = directory
        self.files = files
        self.model: dict[int, bytes] = {}
        self.entries: dict[int, Entry] = {}
        self.next = 0
        self._open()

    def _open(self) -> None:
        self.events: SimpleQueue[Action] = SimpleQueue()
        self.clock = Clock(lambda: 0.0, lambda: START, lambda when: None, self.events.put)
        options = SegmentsOptions(cache_bytes=1 << 20, chunk_bytes=1 << 14)
        self.engine = SegmentsEngine(
            str(self.directory), options, self.clock, self.events.put, files=self.files
        )
        self.turn = Turn(self.events.put, self.engine.seal)
        self.ledger = Ledger(self.engine, self.clock, self.turn, lambda queue: queue)

    @property
    def log(self) -> Owned:
        return self.engine.acquire(QUEUE, LogOptions())

    def come(self, value: bytes, key: bytes | None = None) -> int:
        position, self.next = self.next, self.next + 1
        record = Record(ADDRESS, value, key, (), self.clock.now(), NO_PROPERTIES, b"header")
        entry = Entry(record, position)
        self.ledger.came(QUEUE, [entry])
        self.entries[position] = entry
        self.model[position] = value
        return position

    def go(self, position: int) -> None:
        self.ledger.went(QUEUE, self.entries.pop(position))
        del self.model[position]

    def settle(self) -> Outcome | None:
        """Until all that was written, and what is under way in the background, is safe or lost."""
        commit = self.turn.commit
        while commit.outcome is None or not self.events.empty():
            self.events.get(timeout=PATIENCE)()
            self.clock.advance(0.001)
        return commit.outcome

    def settle_all(self, is_done: Callable[[], bool]) -> None:
        while not is_done():
            self.events.get(timeout=PATIENCE)()
            self.clock.advance(1)

    def reopen(self) -> None:
        """End the process in good order, and see what comes back."""
        self.settle()
        self.engine.close()
        self._open()
        heard: list[list[Entry]] = []
        self.ledger.restore(QUEUE, heard.append)
        while not heard:
            self.events.get(timeout=PATIENCE)()
        assert [entry.record.value for entry in heard[0]] == list(self.model.values())
        self.entries = {entry.position: entry for entry in heard[0]}
        self.model = {entry.position: entry.record.value for entry in heard[0]}

    def close(self) -> None:
        self.engine.close()


def test_a_head_that_nobody_acknowledges_does_not_keep_what_went_behind_it(tmp_path: Path) -> None:
    ground = Ground(tmp_path / "data")
    ground.come(b"head" + bytes(60_000))
    most = 0
    for number in range(1, 1_201):
        ground.come(b"%d/" % number + bytes(60_000))
        if number > 10:
            ground.go(number - 10)
        ground.settle()
        ground.settle_all(lambda: not ground.ledger.is_clearing)
        most = max(most, ground.log.size)
    assert ground.log.size < book.WORTH_IT + 2 * book.PART_OCTETS
    assert most < 48 << 20  # of 72 MB that came
    assert ground.log.start == 0
    ground.reopen()
    assert len(ground.model) == 11
    ground.close()


@pytest.mark.parametrize(
    "seed", [*range(12), *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(12, 400))]
)
def test_what_comes_back_is_what_a_dict_would_hold(
    tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(book, "WORTH_IT", 60_000)
    monkeypatch.setattr("hubbub.core.queues.ledger.OPTIONS", LogOptions(segment_bytes=30_000))
    random = Random(seed)
    files = FailingFiles()
    ground = Ground(tmp_path / "data", files)
    sizes = []
    for _ in range(1_500):
        step = random.random()
        if step < 0.45:
            ground.come(b"%d/" % ground.next + bytes(random.choice((0, 100, 3_000))))
        elif step < 0.9 and ground.entries:
            late = list(ground.entries)[1:] or list(ground.entries)
            ground.go(random.choice(late if random.random() < 0.99 else list(ground.entries)))
        elif step < 0.99:
            ground.settle()
        elif step < 0.995:
            ground.reopen()
        elif random.random() < 0.3:
            lose(ground, files, random)
        sizes.append(ground.log.size)
    ground.reopen()
    assert max(sizes) > book.WORTH_IT
    assert any(before - after > 20_000 for before, after in pairwise(sizes))
    ground.close()


def lose(ground: Ground, files: FailingFiles, random: Random) -> None:
    """The disk is full for a while: what comes is lost, what goes is gone all the same."""
    ground.settle()
    files.room = random.randint(0, 2_000)
    lost = [ground.come(b"lost/" + bytes(5_000)) for _ in range(random.randint(1, 4))]
    for position in list(ground.entries)[:3]:
        ground.go(position)
    assert ground.settle() is Outcome.UNAVAILABLE
    with pytest.raises(Refusal):
        ground.come(b"refused")
    ground.next -= 1
    for position in lost:
        if position in ground.model:
            ground.go(position)
    files.room = 1 << 40
    ground.settle_all(lambda: not ground.engine.is_failing)
    ground.clock.advance(1)
    ground.settle()


def test_a_record_whose_key_is_that_of_a_mark_is_none(tmp_path: Path) -> None:
    ground = Ground(tmp_path / "data")
    ground.come(b"v", key=book.GONE)
    ground.go(ground.come(b"w"))
    ground.reopen()
    assert list(ground.model.values()) == [b"v"]
    ground.close()


def test_a_log_that_ends_with_a_long_gap_is_restored_at_once(tmp_path: Path) -> None:
    ground = Ground(tmp_path / "data")
    for number in range(400):
        ground.come(b"%d/" % number + bytes(60_000))
        ground.settle()
    first, end = ground.log.pieces()[0][0], ground.log.pieces()[-1][1]
    commit = ground.turn.commit
    kept = batches_of(ground, first)
    ground.log.rewrite(first, kept[:1], commit, until=end)
    ground.settle()
    for path in sorted((tmp_path / "data" / "logs").glob("*/*"))[2:]:
        path.unlink()  # what came behind never reached the disk
    ground.engine.close()
    ground.model = {0: ground.model[0]}
    ground._open()
    asked: list[int] = []
    heard: list[list[Entry]] = []
    ground.ledger.restore(QUEUE, heard.append)
    while not heard:
        ground.events.get(timeout=PATIENCE)()
        asked.append(1)
    assert len(asked) < 10
    assert [entry.record.value for entry in heard[0]] == list(ground.model.values())
    ground.close()


def batches_of(ground: Ground, offset: int) -> list[bytes]:
    views: list[list[memoryview]] = []
    ground.log.fetch(offset, 200_000, views.append)
    while not views:
        ground.events.get(timeout=PATIENCE)()
    return [bytes(part) for view in views[0] for part in split(view)]
