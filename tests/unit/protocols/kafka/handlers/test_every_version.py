"""Each verb answers each version it is listed with, and the answer survives the codec with nothing null that Kafka does not send as null."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any

import msgspec
import pytest
from msgspec.structs import asdict

from hubbub.protocols.kafka.handlers.table import VERBS
from hubbub.protocols.kafka.wire.generated import (
    alter_configs,
    alter_partition_reassignments,
    alter_replica_log_dirs,
    create_partitions,
    create_topics,
    delete_records,
    delete_topics,
    describe_acls,
    describe_client_quotas,
    describe_cluster,
    describe_configs,
    describe_log_dirs,
    describe_producers,
    describe_quorum,
    describe_topic_partitions,
    describe_transactions,
    elect_leaders,
    incremental_alter_configs,
    list_config_resources,
    list_partition_reassignments,
    list_transactions,
    offset_for_leader_epoch,
)
from hubbub.protocols.kafka.wire.keys import ApiKey
from tests.unit.protocols.kafka.handlers.visit import Visit

QUESTIONS: list[tuple[Any, list[Any]]] = [
    (
        create_topics,
        [
            create_topics.CreatableTopic(
                "new", 2, 1, configs=[create_topics.CreatableTopicConfig("retention.ms", "1")]
            ),
            create_topics.CreatableTopic("here", 1, 1),
            create_topics.CreatableTopic("bad name", 1, 1),
        ],
    ),
    (
        create_partitions,
        [
            create_partitions.CreatePartitionsTopic("here", 3, None),
            create_partitions.CreatePartitionsTopic("gone", 3),
        ],
    ),
    (
        delete_records,
        [
            delete_records.DeleteRecordsTopic(
                "here",
                [delete_records.DeleteRecordsPartition(0, 1), delete_records.DeleteRecordsPartition(9, 1)],
            )
        ],
    ),
    (
        describe_configs,
        [
            describe_configs.DescribeConfigsResource(2, "here", None),
            describe_configs.DescribeConfigsResource(2, "gone", None),
            describe_configs.DescribeConfigsResource(4, "1", None),
            describe_configs.DescribeConfigsResource(4, "", None),
            describe_configs.DescribeConfigsResource(8, "1", None),
            describe_configs.DescribeConfigsResource(99, "1", None),
        ],
    ),
    (
        alter_configs,
        [
            alter_configs.AlterConfigsResource(
                2, "here", [alter_configs.AlterableConfig("retention.ms", "5")]
            ),
            alter_configs.AlterConfigsResource(2, "gone"),
            alter_configs.AlterConfigsResource(4, "1"),
        ],
    ),
    (
        incremental_alter_configs,
        [
            incremental_alter_configs.AlterConfigsResource(
                2, "here", [incremental_alter_configs.AlterableConfig("retention.ms", 0, "5")]
            ),
            incremental_alter_configs.AlterConfigsResource(2, "gone"),
        ],
    ),
    (
        offset_for_leader_epoch,
        [
            offset_for_leader_epoch.OffsetForLeaderTopic(
                "here",
                [
                    offset_for_leader_epoch.OffsetForLeaderPartition(0),
                    offset_for_leader_epoch.OffsetForLeaderPartition(7),
                ],
            )
        ],
    ),
    (describe_producers, [describe_producers.TopicRequest("here", [0, 9])]),
    (
        alter_partition_reassignments,
        [
            alter_partition_reassignments.ReassignableTopic(
                "here",
                [
                    alter_partition_reassignments.ReassignablePartition(0, [1]),
                    alter_partition_reassignments.ReassignablePartition(0, [2]),
                    alter_partition_reassignments.ReassignablePartition(0, None),
                ],
            )
        ],
    ),
    (
        alter_replica_log_dirs,
        [
            alter_replica_log_dirs.AlterReplicaLogDir(
                "/tmp", [alter_replica_log_dirs.AlterReplicaLogDirTopic("here", [0])]
            )
        ],
    ),
    (elect_leaders, [elect_leaders.TopicPartitions("here", [0, 5])]),
    (describe_client_quotas, [describe_client_quotas.ComponentData("user", 2, None)]),
    (
        describe_quorum,
        [describe_quorum.RequestTopicData("__cluster_metadata", [describe_quorum.RequestPartitionData(0)])],
    ),
    (describe_transactions, ["payments"]),
    (
        describe_topic_partitions,
        [describe_topic_partitions.TopicRequest("here"), describe_topic_partitions.TopicRequest("gone")],
    ),
    (describe_log_dirs, [describe_log_dirs.DescribableLogDirTopic("here", [0, 5])]),
    (describe_cluster, []),
    (describe_acls, []),
    (list_config_resources, []),
    (list_partition_reassignments, []),
    (list_transactions, []),
]

LISTS = {
    create_topics: "topics",
    create_partitions: "topics",
    delete_records: "topics",
    describe_configs: "resources",
    alter_configs: "resources",
    incremental_alter_configs: "resources",
    offset_for_leader_epoch: "topics",
    describe_producers: "topics",
    alter_partition_reassignments: "topics",
    alter_replica_log_dirs: "dirs",
    elect_leaders: "topic_partitions",
    describe_client_quotas: "components",
    describe_quorum: "topics",
    describe_transactions: "transactional_ids",
    describe_topic_partitions: "topics",
    describe_log_dirs: "topics",
}

MAY_BE_NULL = {
    "error_message",
    "documentation",
    "rack",
    "next_cursor",
    "value",
}
"""What Kafka itself sends as null in answers that succeed."""


def questions() -> Iterator[Any]:
    for module, items in QUESTIONS:
        api = module.API
        body = api.request.struct(**{LISTS[module]: items} if items else {})
        verb = VERBS[ApiKey(api.key)]
        for version in range(verb.oldest, verb.newest + 1):
            yield pytest.param(api, body, version, id=f"{api.name}-v{version}")


@pytest.mark.parametrize(("api", "body", "version"), list(questions()))
def test_the_answer_reads_the_same_at_the_other_end(api: Any, body: Any, version: int) -> None:
    visit = Visit()
    visit.topic("here", 2)
    visit.publish("here", b"one", b"two")
    reply = visit.ask(api, body, version)
    assert isinstance(reply, api.response.struct)
    assert set(nulls(reply)) <= MAY_BE_NULL


@pytest.mark.parametrize("version", range(7))
def test_topics_are_deleted_by_name_in_every_version(version: int) -> None:
    visit = Visit()
    visit.topic("here")
    if version < 6:
        body = delete_topics.DeleteTopicsRequest(topic_names=["here", "gone"])
    else:
        body = delete_topics.DeleteTopicsRequest(
            topics=[delete_topics.DeleteTopicState("here"), delete_topics.DeleteTopicState("gone")]
        )
    reply = visit.ask(delete_topics.API, body, version)
    assert [(each.name, each.error_code) for each in reply.responses] == [("here", 0), ("gone", 3)]
    assert len(visit.broker.topics) == 0


def test_every_listed_verb_is_one_file_with_its_own_messages() -> None:
    for key, verb in VERBS.items():
        module = import_module(f"hubbub.protocols.kafka.handlers.{verb.module}")
        assert key == module.API.key
        assert module.API.min_version <= verb.oldest <= verb.newest <= module.API.max_version
        assert f"({int(key)}), version" in module.__doc__


def nulls(value: Any) -> Iterator[str]:
    """Names of the fields that are null, wherever they are."""
    if isinstance(value, msgspec.Struct):
        for name, inner in asdict(value).items():
            if inner is None:
                yield name
            yield from nulls(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from nulls(inner)
