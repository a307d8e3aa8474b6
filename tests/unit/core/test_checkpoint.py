"""What partitions know of producers after a restart: from notes, and from the log behind them."""

import pytest

from hubbub.core import checkpoint
from hubbub.core.catchup import CatchUp
from hubbub.core.errors import OutOfSequence
from hubbub.core.options import TopicOptions
from hubbub.core.partition import Partition
from hubbub.core.producers import Producers
from hubbub.octets.batch import read_header
from tests.unit.core.words import Core, PatientEngine, batch


def started(engine: PatientEngine) -> Core:
    """A hub's core on this engine, with a topic."""
    core = Core(engine)
    if "t" not in core.topics:
        core.topics.create("t", 1, TopicOptions(), {}, core.turn.commit)
    core.end_turn()
    return core


def caught_up(core: Core) -> tuple[Partition, int]:
    """Its partition when it knows its producers, and how many octets were read for that."""
    done: list[None] = []
    catching = CatchUp(core.topics.partitions(), lambda: done.append(None))
    catching.go_on()
    assert len(done) == 1
    partition = core.topics.partition("t", 0)
    assert partition is not None
    return partition, catching.octets


def send(core: Core, partition: Partition, first: int, last: int, size: int = 10) -> list[int]:
    """Batches of one record each, numbered so; the offsets answered."""
    bases = [
        core.append(partition, batch(bytes(size), producer=(7, 0, number))).base_offset
        for number in range(first, last + 1)
    ]
    core.end_turn()
    return bases


def test_without_a_note_the_whole_log_is_read_again() -> None:
    engine = PatientEngine()
    core = started(engine)
    send(core, caught_up(core)[0], 0, 9)
    again = started(engine)
    partition, octets = caught_up(again)
    assert octets == partition.log.size
    assert send(again, partition, 5, 9) == [5, 6, 7, 8, 9]
    assert send(again, partition, 10, 10) == [10]
    with pytest.raises(OutOfSequence):
        send(again, partition, 12, 12)


def test_with_a_note_only_what_is_behind_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "OCTETS", 10_000)
    engine = PatientEngine()
    core = started(engine)
    send(core, caught_up(core)[0], 0, 46, size=1_000)
    again = started(engine)
    partition, octets = caught_up(again)
    assert 0 < octets < 25_000 < partition.log.size
    assert send(again, partition, 42, 46) == [42, 43, 44, 45, 46]


def test_after_a_stop_in_good_order_nothing_is_read() -> None:
    engine = PatientEngine()
    core = started(engine)
    partition, _ = caught_up(core)
    send(core, partition, 0, 9)
    partition.checkpoint(core.turn.commit)
    core.end_turn()
    again = started(engine)
    partition, octets = caught_up(again)
    assert octets == 0
    assert send(again, partition, 9, 9) == [9]


def test_a_note_about_batches_that_were_lost_is_not_believed() -> None:
    """A power cut may take what was behind the last sync, and leave what was noted of it."""
    known = Producers()
    for number in range(4):
        known.remember(read_header(batch(b"v", producer=(7, 0, number))), number, -1)
    again = Producers()
    again.restore(known.kept(4), 2)
    assert [verdict.base_offset for verdict in again.known[7].batches] == [0, 1]
    assert again.examine(read_header(batch(b"v", producer=(7, 0, 2)))) is None
    with pytest.raises(OutOfSequence):
        again.examine(read_header(batch(b"v", producer=(7, 0, 4))))


def test_only_what_is_safe_is_noted() -> None:
    known = Producers()
    for number in range(4):
        known.remember(read_header(batch(b"v", producer=(7, 0, number))), number, -1)
    (kept,) = known.kept(3)
    assert [verdict.base_offset for verdict in kept.batches] == [0, 1, 2]
    assert kept.expected == 3


def test_what_was_taken_back_is_due_again() -> None:
    known = Producers()
    for number in range(6):
        known.remember(read_header(batch(b"v", producer=(7, 0, number))), number, -1)
    known.take_back(4)
    assert known.examine(read_header(batch(b"v", producer=(7, 0, 4)))) is None
    with pytest.raises(OutOfSequence):
        known.examine(read_header(batch(b"v", producer=(7, 0, 5))))
    assert known.examine(read_header(batch(b"v", producer=(7, 0, 3)))) is not None


def test_a_topic_that_goes_takes_its_notes_along() -> None:
    engine = PatientEngine()
    core = started(engine)
    partition, _ = caught_up(core)
    send(core, partition, 0, 3)
    partition.checkpoint(core.turn.commit)
    assert list(engine.state("producers").scan(""))
    topic = core.topics.find("t")
    assert topic is not None
    core.topics.delete(topic, core.turn.commit)
    core.end_turn()
    assert not list(engine.state("producers").scan(""))
