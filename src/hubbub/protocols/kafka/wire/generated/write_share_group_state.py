# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""WriteShareGroupState, key 85: versions 0-1, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class StateBatch(Struct, frozen=True, gc=False):
    first_offset: int = 0
    last_offset: int = 0
    delivery_state: int = 0
    delivery_count: int = 0


class PartitionData(Struct, frozen=True, gc=False):
    partition: int = 0
    state_epoch: int = 0
    leader_epoch: int = 0
    start_offset: int = 0
    delivery_complete_count: int = -1
    state_batches: Sequence[StateBatch] = ()


class WriteStateData(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[PartitionData] = ()


class WriteShareGroupStateRequest(Struct, frozen=True, gc=False):
    """WriteShareGroupStateRequest, versions 0-1."""

    group_id: str = ""
    topics: Sequence[WriteStateData] = ()


class PartitionResult(Struct, frozen=True, gc=False):
    partition: int = 0
    error_code: int = 0
    error_message: str | None = None


class WriteStateResult(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[PartitionResult] = ()


class WriteShareGroupStateResponse(Struct, frozen=True, gc=False):
    """WriteShareGroupStateResponse, versions 0-1."""

    results: Sequence[WriteStateResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    StateBatch: (
        Field("first_offset", "int64", "0+"),
        Field("last_offset", "int64", "0+"),
        Field("delivery_state", "int8", "0+"),
        Field("delivery_count", "int16", "0+"),
    ),
    PartitionData: (
        Field("partition", "int32", "0+"),
        Field("state_epoch", "int32", "0+"),
        Field("leader_epoch", "int32", "0+"),
        Field("start_offset", "int64", "0+"),
        Field("delivery_complete_count", "int32", "1+"),
        Field("state_batches", StateBatch, "0+", many=True),
    ),
    WriteStateData: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", PartitionData, "0+", many=True),
    ),
    WriteShareGroupStateRequest: (
        Field("group_id", "string", "0+"),
        Field("topics", WriteStateData, "0+", many=True),
    ),
    PartitionResult: (
        Field("partition", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
    ),
    WriteStateResult: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", PartitionResult, "0+", many=True),
    ),
    WriteShareGroupStateResponse: (
        Field("results", WriteStateResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 1)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=85,
    name="WriteShareGroupState",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(WriteShareGroupStateRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(WriteShareGroupStateResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
