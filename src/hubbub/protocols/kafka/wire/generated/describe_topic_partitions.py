# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DescribeTopicPartitions, key 75: versions 0, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class TopicRequest(Struct, frozen=True, gc=False):
    name: str = ""


class Cursor(Struct, frozen=True, gc=False):
    topic_name: str = ""
    partition_index: int = 0


class DescribeTopicPartitionsRequest(Struct, frozen=True, gc=False):
    """DescribeTopicPartitionsRequest, versions 0."""

    topics: Sequence[TopicRequest] = ()
    response_partition_limit: int = 2000
    cursor: Cursor | None = None


class DescribeTopicPartitionsResponsePartition(Struct, frozen=True, gc=False):
    error_code: int = 0
    partition_index: int = 0
    leader_id: int = 0
    leader_epoch: int = -1
    replica_nodes: Sequence[int] = ()
    isr_nodes: Sequence[int] = ()
    eligible_leader_replicas: Sequence[int] | None = None
    last_known_elr: Sequence[int] | None = None
    offline_replicas: Sequence[int] = ()


class DescribeTopicPartitionsResponseTopic(Struct, frozen=True, gc=False):
    error_code: int = 0
    name: str | None = ""
    topic_id: bytes = NIL
    is_internal: bool = False
    partitions: Sequence[DescribeTopicPartitionsResponsePartition] = ()
    topic_authorized_operations: int = -2147483648


class DescribeTopicPartitionsResponse(Struct, frozen=True, gc=False):
    """DescribeTopicPartitionsResponse, versions 0."""

    throttle_time_ms: int = 0
    topics: Sequence[DescribeTopicPartitionsResponseTopic] = ()
    next_cursor: Cursor | None = None


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    TopicRequest: (
        Field("name", "string", "0+"),
    ),
    Cursor: (
        Field("topic_name", "string", "0+"),
        Field("partition_index", "int32", "0+"),
    ),
    DescribeTopicPartitionsRequest: (
        Field("topics", TopicRequest, "0+", many=True),
        Field("response_partition_limit", "int32", "0+"),
        Field("cursor", Cursor, "0+", null="0+"),
    ),
    DescribeTopicPartitionsResponsePartition: (
        Field("error_code", "int16", "0+"),
        Field("partition_index", "int32", "0+"),
        Field("leader_id", "int32", "0+"),
        Field("leader_epoch", "int32", "0+"),
        Field("replica_nodes", "int32", "0+", many=True),
        Field("isr_nodes", "int32", "0+", many=True),
        Field("eligible_leader_replicas", "int32", "0+", many=True, null="0+"),
        Field("last_known_elr", "int32", "0+", many=True, null="0+"),
        Field("offline_replicas", "int32", "0+", many=True),
    ),
    DescribeTopicPartitionsResponseTopic: (
        Field("error_code", "int16", "0+"),
        Field("name", "string", "0+", null="0+"),
        Field("topic_id", "uuid", "0+"),
        Field("is_internal", "bool", "0+"),
        Field("partitions", DescribeTopicPartitionsResponsePartition, "0+", many=True),
        Field("topic_authorized_operations", "int32", "0+"),
    ),
    DescribeTopicPartitionsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("topics", DescribeTopicPartitionsResponseTopic, "0+", many=True),
        Field("next_cursor", Cursor, "0+", null="0+"),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=75,
    name="DescribeTopicPartitions",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DescribeTopicPartitionsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DescribeTopicPartitionsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
