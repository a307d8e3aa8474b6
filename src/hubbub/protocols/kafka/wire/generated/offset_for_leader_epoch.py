# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""OffsetForLeaderEpoch, key 23: versions 0-4, flexible from 4."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class OffsetForLeaderPartition(Struct, frozen=True, gc=False):
    partition: int = 0
    current_leader_epoch: int = -1
    leader_epoch: int = 0


class OffsetForLeaderTopic(Struct, frozen=True, gc=False):
    topic: str = ""
    partitions: Sequence[OffsetForLeaderPartition] = ()


class OffsetForLeaderEpochRequest(Struct, frozen=True, gc=False):
    """OffsetForLeaderEpochRequest, versions 0-4."""

    replica_id: int = -2
    topics: Sequence[OffsetForLeaderTopic] = ()


class EpochEndOffset(Struct, frozen=True, gc=False):
    error_code: int = 0
    partition: int = 0
    leader_epoch: int = -1
    end_offset: int = -1


class OffsetForLeaderTopicResult(Struct, frozen=True, gc=False):
    topic: str = ""
    partitions: Sequence[EpochEndOffset] = ()


class OffsetForLeaderEpochResponse(Struct, frozen=True, gc=False):
    """OffsetForLeaderEpochResponse, versions 0-4."""

    throttle_time_ms: int = 0
    topics: Sequence[OffsetForLeaderTopicResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    OffsetForLeaderPartition: (
        Field("partition", "int32", "0+"),
        Field("current_leader_epoch", "int32", "2+"),
        Field("leader_epoch", "int32", "0+"),
    ),
    OffsetForLeaderTopic: (
        Field("topic", "string", "0+"),
        Field("partitions", OffsetForLeaderPartition, "0+", many=True),
    ),
    OffsetForLeaderEpochRequest: (
        Field("replica_id", "int32", "3+"),
        Field("topics", OffsetForLeaderTopic, "0+", many=True),
    ),
    EpochEndOffset: (
        Field("error_code", "int16", "0+"),
        Field("partition", "int32", "0+"),
        Field("leader_epoch", "int32", "1+"),
        Field("end_offset", "int64", "0+"),
    ),
    OffsetForLeaderTopicResult: (
        Field("topic", "string", "0+"),
        Field("partitions", EpochEndOffset, "0+", many=True),
    ),
    OffsetForLeaderEpochResponse: (
        Field("throttle_time_ms", "int32", "2+"),
        Field("topics", OffsetForLeaderTopicResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 4)
FLEXIBLE_FROM: Final = 4

API: Final = Api(
    key=23,
    name="OffsetForLeaderEpoch",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(OffsetForLeaderEpochRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(OffsetForLeaderEpochResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
