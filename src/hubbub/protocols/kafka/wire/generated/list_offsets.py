# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""ListOffsets, key 2: versions 0-11, flexible from 6."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class ListOffsetsPartition(Struct, frozen=True, gc=False):
    partition_index: int = 0
    current_leader_epoch: int = -1
    timestamp: int = 0
    max_num_offsets: int = 1


class ListOffsetsTopic(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[ListOffsetsPartition] = ()


class ListOffsetsRequest(Struct, frozen=True, gc=False):
    """ListOffsetsRequest, versions 0-11."""

    replica_id: int = 0
    isolation_level: int = 0
    topics: Sequence[ListOffsetsTopic] = ()
    timeout_ms: int = 0


class ListOffsetsPartitionResponse(Struct, frozen=True, gc=False):
    partition_index: int = 0
    error_code: int = 0
    old_style_offsets: Sequence[int] = ()
    timestamp: int = -1
    offset: int = -1
    leader_epoch: int = -1


class ListOffsetsTopicResponse(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[ListOffsetsPartitionResponse] = ()


class ListOffsetsResponse(Struct, frozen=True, gc=False):
    """ListOffsetsResponse, versions 0-11."""

    throttle_time_ms: int = 0
    topics: Sequence[ListOffsetsTopicResponse] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    ListOffsetsPartition: (
        Field("partition_index", "int32", "0+"),
        Field("current_leader_epoch", "int32", "4+"),
        Field("timestamp", "int64", "0+"),
        Field("max_num_offsets", "int32", "0"),
    ),
    ListOffsetsTopic: (
        Field("name", "string", "0+"),
        Field("partitions", ListOffsetsPartition, "0+", many=True),
    ),
    ListOffsetsRequest: (
        Field("replica_id", "int32", "0+"),
        Field("isolation_level", "int8", "2+"),
        Field("topics", ListOffsetsTopic, "0+", many=True),
        Field("timeout_ms", "int32", "10+"),
    ),
    ListOffsetsPartitionResponse: (
        Field("partition_index", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("old_style_offsets", "int64", "0", many=True),
        Field("timestamp", "int64", "1+"),
        Field("offset", "int64", "1+"),
        Field("leader_epoch", "int32", "4+"),
    ),
    ListOffsetsTopicResponse: (
        Field("name", "string", "0+"),
        Field("partitions", ListOffsetsPartitionResponse, "0+", many=True),
    ),
    ListOffsetsResponse: (
        Field("throttle_time_ms", "int32", "2+"),
        Field("topics", ListOffsetsTopicResponse, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 11)
FLEXIBLE_FROM: Final = 6

API: Final = Api(
    key=2,
    name="ListOffsets",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(ListOffsetsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(ListOffsetsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
