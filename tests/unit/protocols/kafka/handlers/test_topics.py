"""Topics are made, extended, emptied and deleted; each mistake has Kafka's code and hurts its own topic alone."""

import pytest

from hubbub.core.commit import Outcome
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.options import KafkaOptions
from hubbub.protocols.kafka.wire.generated import create_partitions as growing
from hubbub.protocols.kafka.wire.generated import create_topics as creating
from hubbub.protocols.kafka.wire.generated import delete_records as trimming
from hubbub.protocols.kafka.wire.generated import delete_topics as deleting
from hubbub.protocols.kafka.wire.schema import NIL
from tests.unit.protocols.kafka.handlers.visit import Visit

Topic = creating.CreatableTopic
Replicas = creating.CreatableReplicaAssignment
Setting = creating.CreatableTopicConfig


def create(visit: Visit, *topics: Topic, validate_only: bool = False) -> list[creating.CreatableTopicResult]:
    body = creating.CreateTopicsRequest(topics=topics, validate_only=validate_only)
    return list(visit.ask(creating.API, body).topics)


def create_one(topic: Topic, options: KafkaOptions | None = None) -> creating.CreatableTopicResult:
    (result,) = create(Visit(options), topic)
    return result


def test_a_created_topic_answers_with_its_id_its_size_and_all_its_settings() -> None:
    visit = Visit()
    (result,) = create(visit, Topic("orders", 4, 1, configs=[Setting("retention.ms", "60000")]))
    made = visit.broker.topics.find("orders")
    assert made is not None
    assert (result.error_code, result.error_message) == (Code.NONE, None)
    assert result.topic_id == made.id.bytes
    assert (result.num_partitions, result.replication_factor) == (4, 1)
    shown = {config.name: (config.value, config.config_source) for config in result.configs or ()}
    assert shown["retention.ms"] == ("60000", 1)
    assert shown["cleanup.policy"] == ("delete", 5)
    assert made.options.retention_ms == 60_000
    assert [partition.options.retention_ms for partition in made.partitions] == [60_000] * 4


def test_minus_one_takes_the_brokers_defaults() -> None:
    result = create_one(Topic("orders", -1, -1), KafkaOptions(default_partitions=5))
    assert (result.num_partitions, result.replication_factor) == (5, 1)


def test_validation_alone_makes_nothing() -> None:
    visit = Visit()
    (result,) = create(visit, Topic("orders", 4, 1), validate_only=True)
    assert (result.error_code, result.num_partitions, result.topic_id) == (Code.NONE, 4, NIL)
    assert "orders" not in visit.broker.topics


def test_one_topics_mistake_does_not_hurt_another() -> None:
    visit = Visit()
    results = create(
        visit, Topic("good", 1, 1), Topic("bad name", 1, 1), Topic("twice", 1, 1), Topic("twice", 2, 1)
    )
    codes = {result.name: result.error_code for result in results}
    assert codes == {
        "good": Code.NONE,
        "bad name": Code.INVALID_TOPIC_EXCEPTION,
        "twice": Code.INVALID_REQUEST,
    }
    assert [topic.name for topic in visit.broker.topics] == ["good"]


def test_a_topic_that_is_there_is_not_made_again() -> None:
    visit = Visit()
    before = visit.topic("orders").id
    (result,) = create(visit, Topic("orders", 9, 1))
    assert result.error_code == Code.TOPIC_ALREADY_EXISTS
    assert result.error_message == "topic 'orders' exists already"
    kept = visit.broker.topics.find("orders")
    assert kept is not None
    assert (kept.id, len(kept.partitions)) == (before, 1)


@pytest.mark.parametrize(
    ("topic", "code"),
    [
        (Topic("t", 0, 1), Code.INVALID_PARTITIONS),
        (Topic("t", -2, 1), Code.INVALID_PARTITIONS),
        (Topic("t", 2**31 - 1, 1), Code.INVALID_PARTITIONS),
        (Topic("t", 1, 0), Code.INVALID_REPLICATION_FACTOR),
        (Topic("t", 1, -7), Code.INVALID_REPLICATION_FACTOR),
        (Topic("t", 1, 1, configs=[Setting("retention.ms", "soon")]), Code.INVALID_CONFIG),
        (Topic("t", 1, 1, configs=[Setting("retention.years", "1")]), Code.INVALID_CONFIG),
        (Topic("t", 1, 1, configs=[Setting("retention.ms", None)]), Code.INVALID_CONFIG),
        (Topic("t", 1, -1, [Replicas(0, [1])]), Code.INVALID_REQUEST),
        (Topic("t", -1, 1, [Replicas(0, [1])]), Code.INVALID_REQUEST),
        (Topic("t", -1, -1, [Replicas(1, [1])]), Code.INVALID_REPLICA_ASSIGNMENT),
        (Topic("t", -1, -1, [Replicas(0, [1]), Replicas(0, [1])]), Code.INVALID_REPLICA_ASSIGNMENT),
        (Topic("t", -1, -1, [Replicas(0, [])]), Code.INVALID_REPLICA_ASSIGNMENT),
        (Topic("t", -1, -1, [Replicas(0, [1, 2])]), Code.INVALID_REPLICA_ASSIGNMENT),
        (Topic("t", -1, -1, [Replicas(0, [1, 1])]), Code.INVALID_REPLICA_ASSIGNMENT),
        (Topic("", 1, 1), Code.INVALID_TOPIC_EXCEPTION),
        (Topic("..", 1, 1), Code.INVALID_TOPIC_EXCEPTION),
        (Topic("x" * 250, 1, 1), Code.INVALID_TOPIC_EXCEPTION),
        (Topic("__cluster_metadata", 1, 1), Code.INVALID_REQUEST),
    ],
)
def test_a_topic_that_cannot_be_is_refused_in_words(topic: Topic, code: Code) -> None:
    result = create_one(topic)
    assert result.error_code == code
    assert result.error_message


def test_a_request_for_too_many_partitions_in_all_makes_none() -> None:
    visit = Visit()
    results = create(visit, *(Topic(f"t{number}", 9_999, 1) for number in range(2)))
    assert [result.error_code for result in results] == [Code.POLICY_VIOLATION] * 2
    assert len(visit.broker.topics) == 0


def test_partitions_can_be_assigned_to_this_node_by_hand() -> None:
    result = create_one(Topic("t", -1, -1, [Replicas(1, [7]), Replicas(0, [7])]), KafkaOptions(broker_id=7))
    assert (result.error_code, result.num_partitions) == (Code.NONE, 2)


def test_three_replicas_become_one_unless_the_options_are_strict() -> None:
    lenient = create_one(Topic("t", 1, 3))
    assert (lenient.error_code, lenient.replication_factor) == (Code.NONE, 1)
    strict = create_one(Topic("t", 1, 3), KafkaOptions(strict_replication=True))
    assert strict.error_code == Code.INVALID_REPLICATION_FACTOR


@pytest.mark.parametrize(
    ("outcome", "code"),
    [(Outcome.UNAVAILABLE, Code.KAFKA_STORAGE_ERROR), (Outcome.FENCED, Code.NOT_LEADER_OR_FOLLOWER)],
)
def test_what_the_storage_could_not_keep_is_not_reported_as_done(outcome: Outcome, code: Code) -> None:
    visit = Visit()
    visit.topic("old")
    visit.topic("grows")
    visit.publish("grows", b"one")
    visit.outcome = outcome
    created = create(visit, Topic("new", 1, 1), Topic("bad name", 1, 1))
    assert [result.error_code for result in created] == [code, Code.INVALID_TOPIC_EXCEPTION]
    grown = visit.ask(
        growing.API, growing.CreatePartitionsRequest(topics=[growing.CreatePartitionsTopic("grows", 5, None)])
    )
    assert [result.error_code for result in grown.results] == [code]
    deleted = visit.ask(deleting.API, deleting.DeleteTopicsRequest(topics=[deleting.DeleteTopicState("old")]))
    assert [result.error_code for result in deleted.responses] == [code]
    trimmed = visit.ask(
        trimming.API,
        trimming.DeleteRecordsRequest(
            topics=[trimming.DeleteRecordsTopic("grows", [trimming.DeleteRecordsPartition(0, -1)])]
        ),
    )
    (partition,) = trimmed.topics[0].partitions
    assert (partition.error_code, partition.low_watermark) == (code, -1)


def delete(visit: Visit, *topics: deleting.DeleteTopicState) -> list[tuple[str | None, bytes, int]]:
    reply = visit.ask(deleting.API, deleting.DeleteTopicsRequest(topics=topics))
    return [(result.name, result.topic_id, result.error_code) for result in reply.responses]


def test_a_topic_is_deleted_by_its_id_and_a_new_one_of_that_name_is_another() -> None:
    visit = Visit()
    first = visit.topic("orders").id.bytes
    assert delete(visit, deleting.DeleteTopicState(None, first)) == [("orders", first, Code.NONE)]
    second = visit.topic("orders").id.bytes
    assert first != second
    assert delete(visit, deleting.DeleteTopicState(None, first)) == [(None, first, Code.UNKNOWN_TOPIC_ID)]
    assert "orders" in visit.broker.topics


def test_a_topic_given_twice_or_in_no_clear_way_is_not_deleted() -> None:
    visit = Visit()
    known = visit.topic("orders").id.bytes
    assert delete(
        visit,
        deleting.DeleteTopicState("orders"),
        deleting.DeleteTopicState(None, known),
        deleting.DeleteTopicState("orders", known),
        deleting.DeleteTopicState(None),
    ) == [
        ("orders", NIL, Code.INVALID_REQUEST),
        (None, known, Code.INVALID_REQUEST),
        ("orders", known, Code.INVALID_REQUEST),
        (None, NIL, Code.INVALID_REQUEST),
    ]
    assert "orders" in visit.broker.topics


def grow(visit: Visit, name: str, count: int, assignments: list[list[int]] | None = None) -> int:
    given = (
        None if assignments is None else [growing.CreatePartitionsAssignment(nodes) for nodes in assignments]
    )
    body = growing.CreatePartitionsRequest(topics=[growing.CreatePartitionsTopic(name, count, given)])
    (result,) = visit.ask(growing.API, body).results
    assert (result.error_message is None) == (result.error_code == Code.NONE)
    return result.error_code


def test_a_topic_gets_more_partitions_and_keeps_what_it_has() -> None:
    visit = Visit()
    topic = visit.topic("orders", 2)
    visit.publish("orders", b"kept", partition=1)
    assert grow(visit, "orders", 4) == Code.NONE
    assert grow(visit, "orders", 5, [[1]]) == Code.NONE
    assert [partition.high_watermark for partition in topic.partitions] == [0, 1, 0, 0, 0]


@pytest.mark.parametrize(
    ("name", "count", "assignments", "code"),
    [
        ("gone", 5, None, Code.UNKNOWN_TOPIC_OR_PARTITION),
        ("orders", 2, None, Code.INVALID_PARTITIONS),
        ("orders", 1, None, Code.INVALID_PARTITIONS),
        ("orders", -1, None, Code.INVALID_PARTITIONS),
        ("orders", 2_000_000, None, Code.INVALID_PARTITIONS),
        ("orders", 3, [], Code.INVALID_REPLICA_ASSIGNMENT),
        ("orders", 3, [[1], [1]], Code.INVALID_REPLICA_ASSIGNMENT),
        ("orders", 3, [[4]], Code.INVALID_REPLICA_ASSIGNMENT),
    ],
)
def test_partitions_that_cannot_be_are_refused(
    name: str, count: int, assignments: list[list[int]] | None, code: Code
) -> None:
    visit = Visit()
    topic = visit.topic("orders", 2)
    assert grow(visit, name, count, assignments) == code
    assert len(topic.partitions) == 2


def test_growing_can_be_validated_alone() -> None:
    visit = Visit()
    topic = visit.topic("orders", 2)
    body = growing.CreatePartitionsRequest(
        topics=[growing.CreatePartitionsTopic("orders", 3, None)], validate_only=True
    )
    (result,) = visit.ask(growing.API, body).results
    assert (result.error_code, len(topic.partitions)) == (Code.NONE, 2)


def trim(visit: Visit, name: str, offset: int, index: int = 0) -> tuple[int, int]:
    body = trimming.DeleteRecordsRequest(
        topics=[trimming.DeleteRecordsTopic(name, [trimming.DeleteRecordsPartition(index, offset)])]
    )
    (result,) = visit.ask(trimming.API, body).topics[0].partitions
    return result.error_code, result.low_watermark


def test_records_below_an_offset_are_forgotten() -> None:
    visit = Visit()
    visit.topic("orders")
    for value in (b"a", b"b", b"c"):
        visit.publish("orders", value)
    assert trim(visit, "orders", 2) == (Code.NONE, 2)
    assert trim(visit, "orders", 1) == (Code.NONE, 2)
    assert trim(visit, "orders", -1) == (Code.NONE, 3)
    assert trim(visit, "orders", 4) == (Code.OFFSET_OUT_OF_RANGE, -1)
    assert trim(visit, "orders", -2) == (Code.OFFSET_OUT_OF_RANGE, -1)
    assert trim(visit, "orders", 0, index=1) == (Code.UNKNOWN_TOPIC_OR_PARTITION, -1)


def test_a_topic_that_only_compacts_keeps_its_records() -> None:
    visit = Visit()
    visit.topic("ledger", cleanup_policy="compact")
    visit.publish("ledger", b"a")
    assert trim(visit, "ledger", -1) == (Code.POLICY_VIOLATION, -1)
