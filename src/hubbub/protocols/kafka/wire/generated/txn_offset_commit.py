# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""TxnOffsetCommit, key 28: versions 0-5, flexible from 3."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class TxnOffsetCommitRequestPartition(Struct, frozen=True, gc=False):
    partition_index: int = 0
    committed_offset: int = 0
    committed_leader_epoch: int = -1
    committed_metadata: str | None = ""


class TxnOffsetCommitRequestTopic(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[TxnOffsetCommitRequestPartition] = ()


class TxnOffsetCommitRequest(Struct, frozen=True, gc=False):
    """TxnOffsetCommitRequest, versions 0-5."""

    transactional_id: str = ""
    group_id: str = ""
    producer_id: int = 0
    producer_epoch: int = 0
    generation_id: int = -1
    member_id: str = ""
    group_instance_id: str | None = None
    topics: Sequence[TxnOffsetCommitRequestTopic] = ()


class TxnOffsetCommitResponsePartition(Struct, frozen=True, gc=False):
    partition_index: int = 0
    error_code: int = 0


class TxnOffsetCommitResponseTopic(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[TxnOffsetCommitResponsePartition] = ()


class TxnOffsetCommitResponse(Struct, frozen=True, gc=False):
    """TxnOffsetCommitResponse, versions 0-5."""

    throttle_time_ms: int = 0
    topics: Sequence[TxnOffsetCommitResponseTopic] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    TxnOffsetCommitRequestPartition: (
        Field("partition_index", "int32", "0+"),
        Field("committed_offset", "int64", "0+"),
        Field("committed_leader_epoch", "int32", "2+"),
        Field("committed_metadata", "string", "0+", null="0+"),
    ),
    TxnOffsetCommitRequestTopic: (
        Field("name", "string", "0+"),
        Field("partitions", TxnOffsetCommitRequestPartition, "0+", many=True),
    ),
    TxnOffsetCommitRequest: (
        Field("transactional_id", "string", "0+"),
        Field("group_id", "string", "0+"),
        Field("producer_id", "int64", "0+"),
        Field("producer_epoch", "int16", "0+"),
        Field("generation_id", "int32", "3+"),
        Field("member_id", "string", "3+"),
        Field("group_instance_id", "string", "3+", null="3+"),
        Field("topics", TxnOffsetCommitRequestTopic, "0+", many=True),
    ),
    TxnOffsetCommitResponsePartition: (
        Field("partition_index", "int32", "0+"),
        Field("error_code", "int16", "0+"),
    ),
    TxnOffsetCommitResponseTopic: (
        Field("name", "string", "0+"),
        Field("partitions", TxnOffsetCommitResponsePartition, "0+", many=True),
    ),
    TxnOffsetCommitResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("topics", TxnOffsetCommitResponseTopic, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 5)
FLEXIBLE_FROM: Final = 3

API: Final = Api(
    key=28,
    name="TxnOffsetCommit",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(TxnOffsetCommitRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(TxnOffsetCommitResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
