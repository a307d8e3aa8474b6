# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""OffsetCommit, key 8: versions 0-10, flexible from 8."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class OffsetCommitRequestPartition(Struct, frozen=True, gc=False):
    partition_index: int = 0
    committed_offset: int = 0
    committed_leader_epoch: int = -1
    commit_timestamp: int = -1
    committed_metadata: str | None = ""


class OffsetCommitRequestTopic(Struct, frozen=True, gc=False):
    name: str = ""
    topic_id: bytes = NIL
    partitions: Sequence[OffsetCommitRequestPartition] = ()


class OffsetCommitRequest(Struct, frozen=True, gc=False):
    """OffsetCommitRequest, versions 0-10."""

    group_id: str = ""
    generation_id_or_member_epoch: int = -1
    member_id: str = ""
    group_instance_id: str | None = None
    retention_time_ms: int = -1
    topics: Sequence[OffsetCommitRequestTopic] = ()


class OffsetCommitResponsePartition(Struct, frozen=True, gc=False):
    partition_index: int = 0
    error_code: int = 0


class OffsetCommitResponseTopic(Struct, frozen=True, gc=False):
    name: str = ""
    topic_id: bytes = NIL
    partitions: Sequence[OffsetCommitResponsePartition] = ()


class OffsetCommitResponse(Struct, frozen=True, gc=False):
    """OffsetCommitResponse, versions 0-10."""

    throttle_time_ms: int = 0
    topics: Sequence[OffsetCommitResponseTopic] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    OffsetCommitRequestPartition: (
        Field("partition_index", "int32", "0+"),
        Field("committed_offset", "int64", "0+"),
        Field("committed_leader_epoch", "int32", "6+"),
        Field("commit_timestamp", "int64", "1"),
        Field("committed_metadata", "string", "0+", null="0+"),
    ),
    OffsetCommitRequestTopic: (
        Field("name", "string", "0-9"),
        Field("topic_id", "uuid", "10+"),
        Field("partitions", OffsetCommitRequestPartition, "0+", many=True),
    ),
    OffsetCommitRequest: (
        Field("group_id", "string", "0+"),
        Field("generation_id_or_member_epoch", "int32", "1+"),
        Field("member_id", "string", "1+"),
        Field("group_instance_id", "string", "7+", null="7+"),
        Field("retention_time_ms", "int64", "2-4"),
        Field("topics", OffsetCommitRequestTopic, "0+", many=True),
    ),
    OffsetCommitResponsePartition: (
        Field("partition_index", "int32", "0+"),
        Field("error_code", "int16", "0+"),
    ),
    OffsetCommitResponseTopic: (
        Field("name", "string", "0-9"),
        Field("topic_id", "uuid", "10+"),
        Field("partitions", OffsetCommitResponsePartition, "0+", many=True),
    ),
    OffsetCommitResponse: (
        Field("throttle_time_ms", "int32", "3+"),
        Field("topics", OffsetCommitResponseTopic, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 10)
FLEXIBLE_FROM: Final = 8

API: Final = Api(
    key=8,
    name="OffsetCommit",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(OffsetCommitRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(OffsetCommitResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
