# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DescribeShareGroupOffsets, key 90: versions 0-1, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class DescribeShareGroupOffsetsRequestTopic(Struct, frozen=True, gc=False):
    topic_name: str = ""
    partitions: Sequence[int] = ()


class DescribeShareGroupOffsetsRequestGroup(Struct, frozen=True, gc=False):
    group_id: str = ""
    topics: Sequence[DescribeShareGroupOffsetsRequestTopic] | None = ()


class DescribeShareGroupOffsetsRequest(Struct, frozen=True, gc=False):
    """DescribeShareGroupOffsetsRequest, versions 0-1."""

    groups: Sequence[DescribeShareGroupOffsetsRequestGroup] = ()


class DescribeShareGroupOffsetsResponsePartition(Struct, frozen=True, gc=False):
    partition_index: int = 0
    start_offset: int = 0
    leader_epoch: int = 0
    lag: int = -1
    error_code: int = 0
    error_message: str | None = None


class DescribeShareGroupOffsetsResponseTopic(Struct, frozen=True, gc=False):
    topic_name: str = ""
    topic_id: bytes = NIL
    partitions: Sequence[DescribeShareGroupOffsetsResponsePartition] = ()


class DescribeShareGroupOffsetsResponseGroup(Struct, frozen=True, gc=False):
    group_id: str = ""
    topics: Sequence[DescribeShareGroupOffsetsResponseTopic] = ()
    error_code: int = 0
    error_message: str | None = None


class DescribeShareGroupOffsetsResponse(Struct, frozen=True, gc=False):
    """DescribeShareGroupOffsetsResponse, versions 0-1."""

    throttle_time_ms: int = 0
    groups: Sequence[DescribeShareGroupOffsetsResponseGroup] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    DescribeShareGroupOffsetsRequestTopic: (
        Field("topic_name", "string", "0+"),
        Field("partitions", "int32", "0+", many=True),
    ),
    DescribeShareGroupOffsetsRequestGroup: (
        Field("group_id", "string", "0+"),
        Field("topics", DescribeShareGroupOffsetsRequestTopic, "0+", many=True, null="0+"),
    ),
    DescribeShareGroupOffsetsRequest: (
        Field("groups", DescribeShareGroupOffsetsRequestGroup, "0+", many=True),
    ),
    DescribeShareGroupOffsetsResponsePartition: (
        Field("partition_index", "int32", "0+"),
        Field("start_offset", "int64", "0+"),
        Field("leader_epoch", "int32", "0+"),
        Field("lag", "int64", "1+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
    ),
    DescribeShareGroupOffsetsResponseTopic: (
        Field("topic_name", "string", "0+"),
        Field("topic_id", "uuid", "0+"),
        Field("partitions", DescribeShareGroupOffsetsResponsePartition, "0+", many=True),
    ),
    DescribeShareGroupOffsetsResponseGroup: (
        Field("group_id", "string", "0+"),
        Field("topics", DescribeShareGroupOffsetsResponseTopic, "0+", many=True),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
    ),
    DescribeShareGroupOffsetsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("groups", DescribeShareGroupOffsetsResponseGroup, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 1)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=90,
    name="DescribeShareGroupOffsets",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DescribeShareGroupOffsetsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DescribeShareGroupOffsetsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
