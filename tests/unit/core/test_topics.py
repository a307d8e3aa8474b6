"""Topics: by name and by id, kept by the engine, and never mistaken for one another."""

from uuid import UUID

import pytest

from hubbub.core.errors import AlreadyExists, Fenced, Full, Invalid, NotFound
from hubbub.core.options import TopicOptions
from hubbub.core.topics import MAX_PARTITIONS, Topic
from hubbub.storage.memory.options import MemoryOptions
from tests.unit.core.words import NOW, Core, PatientEngine, batch, values

OPTIONS = TopicOptions(retention_ms=60_000, max_batch_bytes=4096)
SETTINGS = {"retention": "a minute"}


@pytest.fixture
def core() -> Core:
    return Core()


def make(core: Core, name: str = "orders", partitions: int = 1) -> Topic:
    return core.topics.create(name, partitions, OPTIONS, SETTINGS, core.turn.commit)


def test_a_topic_is_found_by_its_name_and_by_its_id(core: Core) -> None:
    topic = make(core, "orders", 3)
    assert core.topics.find("orders") is topic
    assert core.topics.find_id(topic.id.bytes) is topic
    assert "orders" in core.topics
    assert list(core.topics) == [topic]
    assert len(core.topics) == 1
    assert [partition.index for partition in topic.partitions] == [0, 1, 2]
    assert topic.created_at == NOW


def test_what_is_not_there_is_not_found(core: Core) -> None:
    make(core, "orders", 2)
    assert core.topics.find("Orders") is None
    assert core.topics.find_id(bytes(16)) is None
    assert core.topics.partition("payments", 0) is None
    assert core.topics.partition("orders", 2) is None
    assert core.topics.partition("orders", -1) is None
    assert core.topics.partition("orders", 1) is not None


def test_a_name_is_taken_once(core: Core) -> None:
    topic = make(core)
    with pytest.raises(AlreadyExists, match="orders"):
        make(core)
    assert list(core.topics) == [topic]


@pytest.mark.parametrize("count", [-1, 0, MAX_PARTITIONS + 1])
def test_a_count_of_partitions_that_cannot_be_is_refused(core: Core, count: int) -> None:
    with pytest.raises(Invalid, match=str(count)):
        make(core, partitions=count)
    assert len(core.topics) == 0
    assert core.engine.logs() == []


def test_topics_and_their_records_are_there_again_when_the_engine_kept_them() -> None:
    engine = PatientEngine()
    before = Core(engine)
    topic = make(before, "orders", 2)
    before.append(topic.partitions[1], batch(b"kept"))
    before.end_turn()
    after = Core(engine).topics.find("orders")
    assert after is not None
    assert after is not topic
    assert after.definition == topic.definition
    assert (after.id, after.options, after.settings) == (topic.id, OPTIONS, SETTINGS)
    assert [values(partition) for partition in after.partitions] == [[], [b"kept"]]


def test_what_was_changed_is_changed_after_a_restart_and_what_was_deleted_is_gone() -> None:
    engine = PatientEngine()
    before = Core(engine)
    topic = make(before, "orders", 2)
    gone = make(before, "gone")
    before.topics.extend(topic, 5, before.turn.commit)
    before.topics.configure(topic, TopicOptions(retention_ms=1), {"retention": "1 ms"}, before.turn.commit)
    before.topics.delete(gone, before.turn.commit)
    before.end_turn()
    after = Core(engine).topics
    found = after.find("orders")
    assert found is not None
    assert len(found.partitions) == 5
    assert found.options == TopicOptions(retention_ms=1)
    assert found.settings == {"retention": "1 ms"}
    assert "gone" not in after


def test_a_topic_that_is_made_again_is_another_and_empty(core: Core) -> None:
    first = make(core)
    core.append(first.partitions[0], batch(b"old"))
    core.topics.delete(first, core.turn.commit)
    second = make(core)
    assert second.id != first.id
    assert core.topics.find_id(first.id.bytes) is None
    assert values(second.partitions[0]) == []
    assert second.partitions[0].high_watermark == 0


def test_deleting_wakes_who_waits_frees_the_records_and_tells_who_asked(core: Core) -> None:
    heard: list[Topic] = []
    woken: list[bool] = []
    core.topics.on_deleted(heard.append)
    topic = make(core, partitions=2)
    core.append(topic.partitions[0], batch(b"gone"))
    for partition in topic.partitions:
        partition.watch(lambda partition=partition: woken.append(partition.is_deleted))
    core.topics.delete(topic, core.turn.commit)
    assert heard == [topic]
    assert woken == [True, True]
    assert core.engine.logs() == []
    with pytest.raises(Fenced):
        core.append(topic.partitions[0], batch(b"too late"))


def test_a_topic_is_deleted_once(core: Core) -> None:
    heard: list[Topic] = []
    core.topics.on_deleted(heard.append)
    topic = make(core)
    core.topics.delete(topic, core.turn.commit)
    with pytest.raises(NotFound):
        core.topics.delete(topic, core.turn.commit)
    again = make(core)
    with pytest.raises(NotFound):
        core.topics.delete(topic, core.turn.commit)
    assert core.topics.find("orders") is again
    assert heard == [topic]


def test_a_topic_grows_and_keeps_its_records(core: Core) -> None:
    topic = make(core)
    core.append(topic.partitions[0], batch(b"kept"))
    core.topics.extend(topic, 3, core.turn.commit)
    assert [partition.index for partition in topic.partitions] == [0, 1, 2]
    assert [values(partition) for partition in topic.partitions] == [[b"kept"], [], []]
    assert all(partition.options == OPTIONS for partition in topic.partitions)


@pytest.mark.parametrize("count", [-1, 0, 2, 3, MAX_PARTITIONS + 1])
def test_a_topic_does_not_shrink_nor_grow_beyond_all_bounds(core: Core, count: int) -> None:
    topic = make(core, partitions=3)
    with pytest.raises(Invalid):
        core.topics.extend(topic, count, core.turn.commit)
    assert len(topic.partitions) == 3


def test_options_hold_from_the_next_record_on(core: Core) -> None:
    topic = make(core)
    partition = topic.partitions[0]
    core.append(partition, batch(b"a"))
    core.topics.configure(topic, TopicOptions(stamps_on_append=True), {}, core.turn.commit)
    assert core.append(partition, batch(b"b")).stamped_at == NOW


def test_the_engine_learns_of_a_new_retention(core: Core) -> None:
    topic = make(core)
    core.append(topic.partitions[0], batch(b"old", at=NOW - 30_000))
    core.engine.tidy(NOW)
    assert values(topic.partitions[0]) == [b"old"]
    core.topics.configure(topic, TopicOptions(retention_ms=10_000), {}, core.turn.commit)
    core.engine.tidy(NOW)
    assert values(topic.partitions[0]) == []


def test_a_topic_that_discards_nothing_keeps_what_is_old(core: Core) -> None:
    topic = make(core)
    core.append(topic.partitions[0], batch(b"old", at=NOW - 30_000))
    core.topics.configure(topic, TopicOptions(retention_ms=10_000, discards=False), {}, core.turn.commit)
    core.engine.tidy(NOW)
    assert values(topic.partitions[0]) == [b"old"]


def test_a_change_for_which_there_is_no_room_changes_nothing() -> None:
    core = Core(PatientEngine(MemoryOptions(max_bytes=2_000)))
    topic = make(core)
    before = topic.definition, core.topics.generation
    endless = {"words": "w" * 2_000}
    with pytest.raises(Full):
        core.topics.configure(topic, TopicOptions(), endless, core.turn.commit)
    with pytest.raises(Full):
        core.topics.create("other", 1, OPTIONS, endless, core.turn.commit)
    assert (topic.definition, core.topics.generation) == before
    assert list(core.topics) == [topic]


def test_every_change_is_seen_in_the_generation(core: Core) -> None:
    seen = [core.topics.generation]
    topic = make(core)
    seen.append(core.topics.generation)
    core.topics.extend(topic, 2, core.turn.commit)
    seen.append(core.topics.generation)
    core.topics.configure(topic, OPTIONS, {}, core.turn.commit)
    seen.append(core.topics.generation)
    core.topics.delete(topic, core.turn.commit)
    seen.append(core.topics.generation)
    assert seen == sorted(set(seen)), "it grows each time"


def test_ids_are_real_ids(core: Core) -> None:
    first, second = make(core, "a"), make(core, "b")
    assert first.id != second.id
    assert UUID(int=0) not in (first.id, second.id)
