"""A group's offsets as Kafka's clients see them: committed, fetched and deleted, in all versions."""

from typing import Any

import pytest

from hubbub.core.commit import Outcome
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.wire.generated import join_group as joining
from hubbub.protocols.kafka.wire.generated import offset_commit as committing
from hubbub.protocols.kafka.wire.generated import offset_delete as forgetting
from hubbub.protocols.kafka.wire.generated import offset_fetch as fetching
from tests.unit.protocols.kafka.handlers.group_words import (
    commit_request,
    committed,
    first_code,
    settle,
    versions,
)
from tests.unit.protocols.kafka.handlers.visit import Visit


@pytest.mark.parametrize("version", versions(committing.API))
def test_offsets_are_committed_in_every_version(version: int) -> None:
    visit = Visit()
    topic = visit.topic("orders", 2)
    one = settle(visit) if version >= 1 else None
    parts = [committing.OffsetCommitRequestPartition(index, 42, 0, -1, "note") for index in (0, 7)]
    by_id = version >= 10
    body = commit_request(
        one, *parts, name="" if by_id else "orders", topic_id=topic.id.bytes if by_id else bytes(16)
    )
    (reply,) = visit.ask(committing.API, body, version).topics
    assert (reply.name, reply.topic_id) == (body.topics[0].name, body.topics[0].topic_id)
    assert [(part.partition_index, part.error_code) for part in reply.partitions] == [
        (0, Code.NONE),
        (7, Code.UNKNOWN_TOPIC_OR_PARTITION),
    ]
    assert committed(visit, 0, 1, 7) == [(42, "note"), (-1, ""), (-1, "")]


@pytest.mark.parametrize("version", versions(committing.API))
def test_a_topic_that_is_not_there_is_named_as_the_version_names_it(version: int) -> None:
    visit = Visit()
    visit.topic("orders")
    body = commit_request(None, name="gone", topic_id=b"0123456789abcdef")
    (reply,) = visit.ask(committing.API, body, version).topics
    expected = Code.UNKNOWN_TOPIC_ID if version >= 10 else Code.UNKNOWN_TOPIC_OR_PARTITION
    assert [part.error_code for part in reply.partitions] == [expected]
    assert visit.broker.groups.find("g") is None


def test_a_commit_is_refused_with_its_code() -> None:
    visit = Visit()
    visit.topic("orders")
    stranger = joining.JoinGroupResponse(generation_id=1, member_id="stranger")
    assert first_code(visit, commit_request(stranger), 8) == Code.ILLEGAL_GENERATION
    assert first_code(visit, commit_request(stranger), 9) == Code.GROUP_ID_NOT_FOUND
    one = settle(visit)
    assert first_code(visit, commit_request(stranger)) == Code.UNKNOWN_MEMBER_ID
    assert first_code(visit, commit_request()) == Code.UNKNOWN_MEMBER_ID
    late = joining.JoinGroupResponse(generation_id=0, member_id=one.member_id)
    assert first_code(visit, commit_request(late)) == Code.ILLEGAL_GENERATION
    long = committing.OffsetCommitRequestPartition(0, 1, committed_metadata="x" * 4097)
    assert first_code(visit, commit_request(one, long)) == Code.OFFSET_METADATA_TOO_LARGE
    assert committed(visit) == [(-1, "")]


def test_a_commit_that_could_not_be_kept_says_so() -> None:
    visit = Visit()
    visit.topic("orders")
    visit.outcome = Outcome.UNAVAILABLE
    assert first_code(visit, commit_request()) == Code.COORDINATOR_NOT_AVAILABLE
    visit.outcome = Outcome.FENCED
    assert first_code(visit, commit_request()) == Code.NOT_COORDINATOR


def test_no_metadata_is_empty_metadata() -> None:
    visit = Visit()
    visit.topic("orders")
    first_code(
        visit, commit_request(None, committing.OffsetCommitRequestPartition(0, 1, committed_metadata=None))
    )
    assert committed(visit) == [(1, "")]


def test_old_clients_say_how_long_their_offsets_are_to_be_kept() -> None:
    visit = Visit()
    visit.topic("orders")
    body = committing.OffsetCommitRequest("g", retention_time_ms=60_000, topics=commit_request().topics)
    assert first_code(visit, body, 4) == Code.NONE
    visit.clock.advance(700)
    assert visit.broker.groups.find("g") is None


@pytest.mark.parametrize("version", versions(fetching.API))
def test_offsets_are_fetched_in_every_version(version: int) -> None:
    visit = Visit()
    topic = visit.topic("orders", 2)
    first_code(visit, commit_request(None, committing.OffsetCommitRequestPartition(1, 42, 3, -1, "note")))
    if version < 8:
        old = fetching.OffsetFetchRequest("g", [fetching.OffsetFetchRequestTopic("orders", [0, 1])])
        found = visit.ask(fetching.API, old, version)
        assert found.error_code == Code.NONE
        (reply,) = found.topics
        assert reply.name == "orders"
    else:
        topics = [fetching.OffsetFetchRequestTopics("orders", topic.id.bytes, [0, 1])]
        new = fetching.OffsetFetchRequest(groups=[fetching.OffsetFetchRequestGroup("g", topics=topics)])
        (group,) = visit.ask(fetching.API, new, version).groups
        assert (group.group_id, group.error_code) == ("g", Code.NONE)
        (reply,) = group.topics
        assert (reply.name, reply.topic_id) == (
            ("orders", bytes(16)) if version < 10 else ("", topic.id.bytes)
        )
    epoch = 3 if version >= 5 else -1
    assert [
        (
            part.partition_index,
            part.committed_offset,
            part.committed_leader_epoch,
            part.metadata,
            part.error_code,
        )
        for part in reply.partitions
    ] == [(0, -1, -1, "", 0), (1, 42, epoch, "note", 0)]


@pytest.mark.parametrize("version", versions(fetching.API, 2))
def test_all_offsets_are_fetched_by_asking_for_no_topic(version: int) -> None:
    visit = Visit()
    visit.topic("orders", 2)
    visit.topic("bills")
    first_code(visit, commit_request(None, committing.OffsetCommitRequestPartition(1, 42)))
    first_code(visit, commit_request(None, name="bills"))
    if version < 8:
        topics: Any = visit.ask(fetching.API, fetching.OffsetFetchRequest("g", None), version).topics
    else:
        asked = [fetching.OffsetFetchRequestGroup(name, topics=None) for name in ("g", "nowhere")]
        mine, nowhere = visit.ask(fetching.API, fetching.OffsetFetchRequest(groups=asked), version).groups
        topics = mine.topics
        assert (nowhere.error_code, nowhere.topics) == (Code.NONE, ())
    assert [[part.partition_index for part in topic.partitions] for topic in topics] == [[1], [0]]


def test_an_id_that_no_topic_has_is_unknown() -> None:
    topics = [fetching.OffsetFetchRequestTopics("", b"0123456789abcdef", [3])]
    body = fetching.OffsetFetchRequest(groups=[fetching.OffsetFetchRequestGroup("g", topics=topics)])
    (group,) = Visit().ask(fetching.API, body, 10).groups
    (part,) = group.topics[0].partitions
    assert (part.partition_index, part.committed_offset, part.error_code) == (3, -1, Code.UNKNOWN_TOPIC_ID)


def test_offsets_of_a_deleted_topic_are_gone_when_it_is_made_again() -> None:
    visit = Visit()
    topic = visit.topic("orders")
    first_code(visit, commit_request())
    visit.broker.topics.delete(topic, visit.turn.commit)
    visit.topic("orders")
    assert committed(visit) == [(-1, "")]


def forget(visit: Visit, *topics: str, group: str = "g") -> forgetting.OffsetDeleteResponse:
    asked = [
        forgetting.OffsetDeleteRequestTopic(name, [forgetting.OffsetDeleteRequestPartition(0)])
        for name in topics
    ]
    return visit.ask(forgetting.API, forgetting.OffsetDeleteRequest(group, asked))


def test_offsets_are_deleted_but_not_those_of_subscribed_topics() -> None:
    visit = Visit()
    visit.topic("orders")
    visit.topic("bills")
    one = settle(visit)
    for name in ("orders", "bills"):
        first_code(visit, commit_request(one, name=name))
    reply = forget(visit, "orders", "bills", "gone")
    assert reply.error_code == Code.NONE
    assert [topic.partitions[0].error_code for topic in reply.topics] == [
        Code.GROUP_SUBSCRIBED_TO_TOPIC,
        Code.NONE,
        Code.UNKNOWN_TOPIC_OR_PARTITION,
    ]
    assert visit.broker.groups.named("g").offsets.topics() == ["orders"]


@pytest.mark.parametrize("metadata", [b"", b"\0", b"\xff\xff", b"\0\1\x7f\xff\xff\xff"])
def test_a_consumer_that_cannot_be_understood_may_subscribe_to_anything(metadata: bytes) -> None:
    visit = Visit()
    visit.topic("orders")
    settle(visit, protocols=[joining.JoinGroupRequestProtocol("range", metadata)])
    assert forget(visit, "orders").topics[0].partitions[0].error_code == Code.GROUP_SUBSCRIBED_TO_TOPIC


def test_offsets_of_other_groups_are_deleted_when_they_are_empty() -> None:
    visit = Visit()
    visit.topic("orders")
    assert forget(visit, "orders").error_code == Code.GROUP_ID_NOT_FOUND
    settle(visit, protocol_type="connect")
    assert forget(visit, "orders").error_code == Code.NON_EMPTY_GROUP
