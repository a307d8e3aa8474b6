"""A partition: what may be appended, what the answer says, and whom it tells."""

import pytest

from hubbub.core.commit import Outcome
from hubbub.core.errors import Fenced, OutOfRange, OutOfSequence, TooLarge
from hubbub.core.options import TopicOptions
from hubbub.octets.batch import check_batch, read_header, records
from tests.unit.core.words import NOW, Core, batch, values


@pytest.fixture
def core() -> Core:
    return Core()


def test_batches_lie_one_behind_the_other_and_are_counted(core: Core) -> None:
    partition = core.partition()
    sent = batch(b"a", b"b")
    assert core.append(partition, sent).base_offset == 0
    assert core.append(partition, batch(b"c")).base_offset == 2
    assert values(partition) == [b"a", b"b", b"c"]
    assert partition.high_watermark == 3
    assert partition.records_in == 3
    assert partition.octets_in == len(sent) + len(batch(b"c"))


def test_a_batch_over_the_topics_limit_is_refused_and_leaves_no_trace(core: Core) -> None:
    octets = batch(b"x" * 100)
    partition = core.partition(TopicOptions(max_batch_bytes=len(octets) - 1))
    with pytest.raises(TooLarge, match=str(len(octets) - 1)):
        core.append(partition, octets)
    assert (partition.high_watermark, partition.records_in, partition.octets_in) == (0, 0, 0)
    partition.options = TopicOptions(max_batch_bytes=len(octets))
    assert core.append(partition, octets).base_offset == 0


def test_a_topic_may_stamp_its_records_with_their_arrival(core: Core) -> None:
    partition = core.partition(TopicOptions(stamps_on_append=True))
    answer = core.append(partition, batch(b"a", at=17))
    assert answer.stamped_at == NOW
    (view,) = partition.log.read(0, 1000) or []
    assert check_batch(view).uses_log_append_time
    assert [entry.timestamp for entry in records(view)] == [NOW]
    assert partition.log.newest() == (0, NOW)


def test_a_topic_that_does_not_stamp_says_so(core: Core) -> None:
    partition = core.partition()
    assert core.append(partition, batch(b"a", at=17)).stamped_at == -1
    assert partition.log.newest() == (0, 17)


# producers that number their batches


def test_a_batch_that_was_sent_before_is_not_stored_again_and_is_answered_as_before(core: Core) -> None:
    partition = core.partition(TopicOptions(stamps_on_append=True))
    first = core.append(partition, batch(b"a", b"b", producer=(7, 0, 0)))
    core.append(partition, batch(b"c", producer=(7, 0, 2)))
    core.clock.advance(5.0)
    again = core.append(partition, batch(b"a", b"b", producer=(7, 0, 0)))
    assert (again.base_offset, again.stamped_at) == (first.base_offset, first.stamped_at) == (0, NOW)
    assert values(partition) == [b"a", b"b", b"c"]
    assert partition.records_in == 3


def test_a_gap_and_an_old_epoch_are_refused_and_leave_no_trace(core: Core) -> None:
    partition = core.partition()
    core.append(partition, batch(b"a", producer=(7, 1, 0)))
    with pytest.raises(OutOfSequence):
        core.append(partition, batch(b"c", producer=(7, 1, 2)))
    with pytest.raises(Fenced):
        core.append(partition, batch(b"b", producer=(7, 0, 1)))
    assert values(partition) == [b"a"]
    core.append(partition, batch(b"b", producer=(7, 1, 1)))
    assert values(partition) == [b"a", b"b"]


def test_a_batch_that_was_refused_for_its_size_may_come_again_smaller(core: Core) -> None:
    partition = core.partition(TopicOptions(max_batch_bytes=200))
    with pytest.raises(TooLarge):
        core.append(partition, batch(b"x" * 500, producer=(7, 0, 0)))
    core.append(partition, batch(b"x", producer=(7, 0, 0)))
    assert values(partition) == [b"x"]


# watchers


def test_a_watcher_is_called_once_and_not_before_the_commit(core: Core) -> None:
    partition = core.partition()
    woken: list[int] = []
    partition.watch(lambda: woken.append(partition.high_watermark))
    core.append(partition, batch(b"a"))
    core.append(partition, batch(b"b"))
    assert woken == []
    core.end_turn()
    assert woken == [2]
    core.append(partition, batch(b"c"))
    core.end_turn()
    assert woken == [2], "it is forgotten until it watches again"


def test_a_watcher_that_watches_again_while_it_is_called_hears_of_the_next(core: Core) -> None:
    partition = core.partition()
    woken: list[int] = []

    def look() -> None:
        woken.append(partition.high_watermark)
        partition.watch(look)

    partition.watch(look)
    for _ in range(3):
        core.append(partition, batch(b"a"))
        core.end_turn()
    assert woken == [1, 2, 3]


def test_a_watcher_that_has_let_go_is_not_called(core: Core) -> None:
    partition = core.partition()
    partition.watch(unexpected)
    partition.unwatch(unexpected)
    partition.unwatch(unexpected)
    core.append(partition, batch(b"a"))
    core.end_turn()


def unexpected() -> None:
    raise AssertionError("nobody waits any more")


def test_who_begins_to_watch_before_a_slow_commit_has_ended_is_called_then(core: Core) -> None:
    core.engine.is_quick = False
    partition = core.partition()
    core.append(partition, batch(b"a"))
    core.end_turn()
    woken: list[str] = []
    partition.watch(lambda: woken.append("late"))
    core.engine.end_commits()
    assert woken == ["late"]


def test_each_slow_commit_calls_who_watches_by_then(core: Core) -> None:
    core.engine.is_quick = False
    partition = core.partition()
    woken: list[str] = []
    partition.watch(lambda: woken.append("first"))
    core.append(partition, batch(b"a"))
    core.end_turn()
    core.append(partition, batch(b"b"))
    core.end_turn()
    core.engine.end_commits(count=1)
    assert woken == ["first"]
    partition.watch(lambda: woken.append("second"))
    core.engine.end_commits(count=1)
    assert woken == ["first", "second"]


def test_a_commit_that_failed_is_a_reason_to_look_too(core: Core) -> None:
    core.engine.is_quick = False
    partition = core.partition()
    woken: list[int] = []
    partition.watch(lambda: woken.append(1))
    core.append(partition, batch(b"a"))
    core.end_turn()
    core.engine.end_commits(Outcome.UNAVAILABLE)
    assert woken == [1]


def test_watchers_are_told_when_the_partition_goes(core: Core) -> None:
    partition = core.partition()
    woken: list[bool] = []
    partition.watch(lambda: woken.append(partition.is_deleted))
    partition.retire(core.turn.commit)
    assert woken == [True]


# trimming


@pytest.mark.parametrize(("before", "start"), [(0, 0), (1, 1), (2, 2), (3, 3), (-1, 3)])
def test_trimming_forgets_what_lies_below(core: Core, before: int, start: int) -> None:
    partition = core.partition()
    core.append(partition, batch(b"a"))
    core.append(partition, batch(b"b", b"c"))
    assert partition.trim(before, core.turn.commit) == start
    assert values(partition) == [b"a", b"b", b"c"][start:]


def test_trimming_never_goes_back(core: Core) -> None:
    partition = core.partition()
    core.append(partition, batch(b"a"))
    core.append(partition, batch(b"b"))
    assert partition.trim(2, core.turn.commit) == 2
    assert partition.trim(1, core.turn.commit) == 2


@pytest.mark.parametrize("before", [-2, 4, 1 << 40])
def test_what_was_never_written_cannot_be_trimmed(core: Core, before: int) -> None:
    partition = core.partition()
    core.append(partition, batch(b"a", b"b", b"c"))
    with pytest.raises(OutOfRange, match="3"):
        partition.trim(before, core.turn.commit)


def test_the_stored_batch_names_the_partitions_epoch(core: Core) -> None:
    partition = core.partition()
    core.append(partition, batch(b"a"))
    (view,) = partition.log.read(0, 1000) or []
    assert read_header(view).epoch == partition.epoch
