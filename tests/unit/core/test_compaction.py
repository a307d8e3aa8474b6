"""Compaction: the last record of each key stays, in its place, and markers go when everybody has had time to see them."""

from collections.abc import Callable
from pathlib import Path
from queue import SimpleQueue
from random import Random

import pytest

from hubbub.core.compaction import Compaction
from hubbub.core.options import TopicOptions
from hubbub.core.partition import Partition
from hubbub.core.store import Engine
from hubbub.core.taps import Taps
from hubbub.core.topics import Topics
from hubbub.core.turn import Turn
from hubbub.model.clock import Action, Clock
from hubbub.octets.batch import Entry, build, check_batch, read_header, records, split
from hubbub.storage.memory.engine import MemoryEngine
from hubbub.storage.memory.options import MemoryOptions
from hubbub.storage.segments.engine import SegmentsEngine
from hubbub.storage.segments.options import SegmentsOptions

START = 1_700_000_000
PATIENCE = 30
COMPACT = {"discards": False, "compacts": True, "segment_bytes": 4_000}
DAY = 24 * 3600


class Ground:
    """A topic on an engine, a clock moved by hand, a loop that passes when it is told."""

    def __init__(
        self, open_engine: Callable[[Clock, SimpleQueue[Action]], Engine], **options: object
    ) -> None:
        self.events: SimpleQueue[Action] = SimpleQueue()
        self.clock = Clock(lambda: 0.0, lambda: START, lambda when: None, self.events.put)
        self.engine = open_engine(self.clock, self.events)
        self.turn = Turn(self.events.put, self.engine.seal)
        self.topics = Topics(self.engine, self.clock, Taps(self.clock, self.turn), "room")
        self.compaction = Compaction(self.topics, self.engine, self.clock, self.turn)
        found = self.topics.find("t")
        self.topic = found or self.topics.create(
            "t", 1, TopicOptions(**{**COMPACT, **options}), {}, self.turn.commit
        )
        self.settle()

    @property
    def partition(self) -> Partition:
        return self.topic.partitions[0]

    def settle(self) -> None:
        """Until all that was written is safe."""
        commit = self.turn.commit
        while commit.outcome is None:
            self.events.get(timeout=PATIENCE)()

    def say(self, *pairs: tuple[bytes | None, bytes | None], age: float = 0) -> None:
        """One batch."""
        at = self.clock.now() - int(age * 1000)
        octets = build([Entry(at, key, value) for key, value in pairs])
        self.partition.append(octets, check_batch(octets), self.turn.commit)

    def fill(self) -> None:
        """Enough of one key that nobody else uses for what came before to lie in a piece of its own."""
        before = len(self.partition.log.pieces())
        while len(self.partition.log.pieces()) < before + 2:
            self.say((b"filler", bytes(1_000)))
            self.settle()

    def compact(self) -> None:
        self.compaction.tidy()
        while self.compaction.is_under_way:
            self.events.get(timeout=PATIENCE)()
            self.clock.advance(1)
        self.settle()

    def all(self) -> list[tuple[int, bytes | None, bytes | None]]:
        """Offset, key and value of all that a reader finds but for the filler."""
        log = self.partition.log
        found: list[tuple[int, bytes | None, bytes | None]] = []
        offset = log.start
        while offset < log.durable:
            box: list[list[memoryview]] = []
            views = log.read(offset, 100_000)
            if views is None:
                log.fetch(offset, 100_000, box.append)
                while not box:
                    self.events.get(timeout=PATIENCE)()
                views = box[0]
            for batch in (batch for view in views for batch in split(view)):
                offset_behind = read_header(batch).next_offset
                found += [(e.offset, e.key, e.value) for e in records(batch) if e.offset >= offset]
                offset = offset_behind
        return [each for each in found if each[1] != b"filler"]


Opener = Callable[[Clock, SimpleQueue[Action]], Engine]


def in_memory(folder: Path) -> Opener:
    return lambda clock, events: MemoryEngine(MemoryOptions(chunk_bytes=4096))


def on_disk(folder: Path) -> Opener:
    options = SegmentsOptions(chunk_bytes=4096, cache_bytes=1 << 16)
    return lambda clock, events: SegmentsEngine(str(folder), options, clock, events.put)


@pytest.fixture(params=[in_memory, on_disk])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    opener: Opener = request.param(tmp_path / "data")
    return opener


def test_the_last_record_of_each_key_stays_at_its_offset(opener: Opener) -> None:
    ground = Ground(opener)
    ground.say((b"a", b"1"), (b"b", b"1"), (b"a", b"2"))
    ground.say((b"a", b"3"))
    ground.fill()
    ground.compact()
    assert ground.all() == [(1, b"b", b"1"), (3, b"a", b"3")]
    assert ground.partition.log.start == 0
    ground.engine.close()


def test_what_is_being_filled_is_left_alone(opener: Opener) -> None:
    ground = Ground(opener)
    ground.say((b"a", b"1"))
    ground.fill()
    ground.say((b"a", b"2"))
    ground.settle()
    ground.compact()
    assert ground.all()[0] == (0, b"a", b"1")
    ground.engine.close()


def test_a_later_round_knows_what_the_earlier_ones_kept(opener: Opener) -> None:
    ground = Ground(opener, dirty_ratio=0.0)
    ground.say((b"a", b"1"), (b"b", b"1"))
    ground.fill()
    ground.compact()
    ground.say((b"a", b"2"))
    ground.fill()
    ground.compact()
    assert [found[1:] for found in ground.all()] == [(b"b", b"1"), (b"a", b"2")]
    ground.engine.close()


def test_small_parts_become_one(opener: Opener) -> None:
    ground = Ground(opener, dirty_ratio=0.0, segment_bytes=40_000)
    most = 0
    for number in range(40):
        for _ in range(30):
            ground.say((b"key %d" % (number % 7), b"%d" % number + bytes(1_500)))
        ground.settle()
        ground.compact()
        most = max(most, len(ground.partition.log.pieces()))
    assert 40 * 30 * 1_500 > 40 * 40_000
    assert most < 8
    assert {found[1] for found in ground.all()} == {b"key %d" % number for number in range(7)}
    ground.engine.close()


def test_a_key_that_was_deleted_is_readable_for_its_time_and_then_gone(opener: Opener) -> None:
    ground = Ground(opener, dirty_ratio=0.0, tombstone_ms=DAY * 1000)
    ground.say((b"a", b"1"), (b"b", b"1"))
    ground.say((b"a", None), age=30 * DAY)
    ground.fill()
    ground.compact()
    assert [found[1:] for found in ground.all()] == [(b"b", b"1"), (b"a", None)]
    ground.clock.advance(DAY - 60)
    ground.fill()
    ground.compact()
    assert [found[1:] for found in ground.all()] == [(b"b", b"1"), (b"a", None)]
    ground.clock.advance(120)
    ground.fill()
    ground.compact()
    assert [found[1:] for found in ground.all()] == [(b"b", b"1")]
    ground.engine.close()


def test_young_records_are_safe(opener: Opener) -> None:
    ground = Ground(opener, least_lag_ms=60_000)
    ground.say((b"a", b"1"), (b"a", b"2"))
    ground.fill()
    ground.compact()
    assert len(ground.all()) == 2
    ground.clock.advance(61)
    ground.compact()
    assert ground.all() == [(1, b"a", b"2")]
    ground.engine.close()


def test_little_that_is_new_waits_but_not_for_longer_than_the_topic_allows(opener: Opener) -> None:
    ground = Ground(opener, dirty_ratio=1.0, most_lag_ms=60_000)
    ground.say((b"a", b"1"), (b"a", b"2"))
    ground.fill()
    ground.compact()
    assert len(ground.all()) == 2
    ground.clock.advance(61)
    ground.compact()
    assert ground.all() == [(1, b"a", b"2")]
    ground.engine.close()


def test_records_without_a_key_go(opener: Opener) -> None:
    ground = Ground(opener)
    ground.say((None, b"1"), (b"a", b"1"))
    ground.fill()
    ground.compact()
    assert ground.all() == [(1, b"a", b"1")]
    ground.engine.close()


def test_topics_that_do_not_compact_keep_everything(opener: Opener) -> None:
    ground = Ground(opener, compacts=False)
    ground.say((b"a", b"1"), (b"a", b"2"))
    ground.fill()
    ground.compact()
    assert len(ground.all()) == 2
    assert ground.compaction.rounds == 0
    ground.engine.close()


def test_what_rounds_have_done_is_known_after_a_restart(tmp_path: Path) -> None:
    ground = Ground(on_disk(tmp_path))
    ground.say((b"a", b"1"), (b"a", b"2"), (b"x" * 100, b"1"), (b"x" * 100, b"2"))
    ground.fill()
    ground.compact()
    assert ground.compaction.rounds == 1
    ground.engine.close()
    again = Ground(on_disk(tmp_path))
    again.compact()
    assert again.compaction.rounds == 0
    assert [found[1:] for found in again.all()] == [(b"a", b"2"), (b"x" * 100, b"2")]
    again.engine.close()


def test_a_topic_that_goes_takes_its_past_along(opener: Opener) -> None:
    ground = Ground(opener)
    ground.say((b"a", b"1"))
    ground.fill()
    ground.compact()
    assert list(ground.engine.state("compaction").scan(""))
    ground.topics.delete(ground.topic, ground.turn.commit)
    ground.settle()
    assert not list(ground.engine.state("compaction").scan(""))
    ground.engine.close()


@pytest.mark.parametrize("seed", range(5))
def test_whoever_reads_from_the_beginning_ends_with_the_same_table(opener: Opener, seed: int) -> None:
    random = Random(seed)
    ground = Ground(opener, dirty_ratio=random.choice((0.0, 0.3)), tombstone_ms=3_600_000)
    wanted: dict[bytes, bytes] = {}
    for number in range(300):
        key = b"%d" % random.randrange(20)
        value = None if random.random() < 0.2 else b"%d" % number * random.randint(1, 50)
        wanted.pop(key, None)
        if value is not None:
            wanted[key] = value
        ground.say((key, value))
        if random.random() < 0.3:
            ground.settle()
        if random.random() < 0.1:
            ground.compact()
            ground.clock.advance(random.choice((1, 4_000)))
        if random.random() < 0.02:
            ground.partition.trim(
                random.randint(ground.partition.log.start, ground.partition.high_watermark),
                ground.turn.commit,
            )
            wanted = table(ground)
    ground.settle()
    ground.compact()
    assert table(ground) == wanted
    ground.engine.close()


def table(ground: Ground) -> dict[bytes, bytes]:
    ground.settle()
    found: dict[bytes, bytes] = {}
    for _, key, value in ground.all():
        found.pop(key, None)
        if value is not None:
            found[key] = value
    return found
