# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""ReadShareGroupState, key 84: versions 0, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class PartitionData(Struct, frozen=True, gc=False):
    partition: int = 0
    leader_epoch: int = 0


class ReadStateData(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[PartitionData] = ()


class ReadShareGroupStateRequest(Struct, frozen=True, gc=False):
    """ReadShareGroupStateRequest, versions 0."""

    group_id: str = ""
    topics: Sequence[ReadStateData] = ()


class StateBatch(Struct, frozen=True, gc=False):
    first_offset: int = 0
    last_offset: int = 0
    delivery_state: int = 0
    delivery_count: int = 0


class PartitionResult(Struct, frozen=True, gc=False):
    partition: int = 0
    error_code: int = 0
    error_message: str | None = None
    state_epoch: int = 0
    start_offset: int = 0
    state_batches: Sequence[StateBatch] = ()


class ReadStateResult(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[PartitionResult] = ()


class ReadShareGroupStateResponse(Struct, frozen=True, gc=False):
    """ReadShareGroupStateResponse, versions 0."""

    results: Sequence[ReadStateResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    PartitionData: (
        Field("partition", "int32", "0+"),
        Field("leader_epoch", "int32", "0+"),
    ),
    ReadStateData: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", PartitionData, "0+", many=True),
    ),
    ReadShareGroupStateRequest: (
        Field("group_id", "string", "0+"),
        Field("topics", ReadStateData, "0+", many=True),
    ),
    StateBatch: (
        Field("first_offset", "int64", "0+"),
        Field("last_offset", "int64", "0+"),
        Field("delivery_state", "int8", "0+"),
        Field("delivery_count", "int16", "0+"),
    ),
    PartitionResult: (
        Field("partition", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("state_epoch", "int32", "0+"),
        Field("start_offset", "int64", "0+"),
        Field("state_batches", StateBatch, "0+", many=True),
    ),
    ReadStateResult: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", PartitionResult, "0+", many=True),
    ),
    ReadShareGroupStateResponse: (
        Field("results", ReadStateResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=84,
    name="ReadShareGroupState",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(ReadShareGroupStateRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(ReadShareGroupStateResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
