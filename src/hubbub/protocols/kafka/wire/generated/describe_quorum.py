# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DescribeQuorum, key 55: versions 0-2, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class RequestPartitionData(Struct, frozen=True, gc=False):
    partition_index: int = 0


class RequestTopicData(Struct, frozen=True, gc=False):
    topic_name: str = ""
    partitions: Sequence[RequestPartitionData] = ()


class DescribeQuorumRequest(Struct, frozen=True, gc=False):
    """DescribeQuorumRequest, versions 0-2."""

    topics: Sequence[RequestTopicData] = ()


class ReplicaState(Struct, frozen=True, gc=False):
    replica_id: int = 0
    replica_directory_id: bytes = NIL
    log_end_offset: int = 0
    last_fetch_timestamp: int = -1
    last_caught_up_timestamp: int = -1


class ResponsePartitionData(Struct, frozen=True, gc=False):
    partition_index: int = 0
    error_code: int = 0
    error_message: str | None = ""
    leader_id: int = 0
    leader_epoch: int = 0
    high_watermark: int = 0
    current_voters: Sequence[ReplicaState] = ()
    observers: Sequence[ReplicaState] = ()


class ResponseTopicData(Struct, frozen=True, gc=False):
    topic_name: str = ""
    partitions: Sequence[ResponsePartitionData] = ()


class Listener(Struct, frozen=True, gc=False):
    name: str = ""
    host: str = ""
    port: int = 0


class Node(Struct, frozen=True, gc=False):
    node_id: int = 0
    listeners: Sequence[Listener] = ()


class DescribeQuorumResponse(Struct, frozen=True, gc=False):
    """DescribeQuorumResponse, versions 0-2."""

    error_code: int = 0
    error_message: str | None = ""
    topics: Sequence[ResponseTopicData] = ()
    nodes: Sequence[Node] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    RequestPartitionData: (
        Field("partition_index", "int32", "0+"),
    ),
    RequestTopicData: (
        Field("topic_name", "string", "0+"),
        Field("partitions", RequestPartitionData, "0+", many=True),
    ),
    DescribeQuorumRequest: (
        Field("topics", RequestTopicData, "0+", many=True),
    ),
    ReplicaState: (
        Field("replica_id", "int32", "0+"),
        Field("replica_directory_id", "uuid", "2+"),
        Field("log_end_offset", "int64", "0+"),
        Field("last_fetch_timestamp", "int64", "1+"),
        Field("last_caught_up_timestamp", "int64", "1+"),
    ),
    ResponsePartitionData: (
        Field("partition_index", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "2+", null="2+"),
        Field("leader_id", "int32", "0+"),
        Field("leader_epoch", "int32", "0+"),
        Field("high_watermark", "int64", "0+"),
        Field("current_voters", ReplicaState, "0+", many=True),
        Field("observers", ReplicaState, "0+", many=True),
    ),
    ResponseTopicData: (
        Field("topic_name", "string", "0+"),
        Field("partitions", ResponsePartitionData, "0+", many=True),
    ),
    Listener: (
        Field("name", "string", "2+"),
        Field("host", "string", "2+"),
        Field("port", "uint16", "2+"),
    ),
    Node: (
        Field("node_id", "int32", "2+"),
        Field("listeners", Listener, "2+", many=True),
    ),
    DescribeQuorumResponse: (
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "2+", null="2+"),
        Field("topics", ResponseTopicData, "0+", many=True),
        Field("nodes", Node, "2+", many=True),
    ),
}

VERSIONS: Final = (0, 2)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=55,
    name="DescribeQuorum",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DescribeQuorumRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DescribeQuorumResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
