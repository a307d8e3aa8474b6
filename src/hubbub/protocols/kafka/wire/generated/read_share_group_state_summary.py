# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""ReadShareGroupStateSummary, key 87: versions 0-1, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class PartitionData(Struct, frozen=True, gc=False):
    partition: int = 0
    leader_epoch: int = 0


class ReadStateSummaryData(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[PartitionData] = ()


class ReadShareGroupStateSummaryRequest(Struct, frozen=True, gc=False):
    """ReadShareGroupStateSummaryRequest, versions 0-1."""

    group_id: str = ""
    topics: Sequence[ReadStateSummaryData] = ()


class PartitionResult(Struct, frozen=True, gc=False):
    partition: int = 0
    error_code: int = 0
    error_message: str | None = None
    state_epoch: int = 0
    leader_epoch: int = 0
    start_offset: int = 0
    delivery_complete_count: int = -1


class ReadStateSummaryResult(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[PartitionResult] = ()


class ReadShareGroupStateSummaryResponse(Struct, frozen=True, gc=False):
    """ReadShareGroupStateSummaryResponse, versions 0-1."""

    results: Sequence[ReadStateSummaryResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    PartitionData: (
        Field("partition", "int32", "0+"),
        Field("leader_epoch", "int32", "0+"),
    ),
    ReadStateSummaryData: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", PartitionData, "0+", many=True),
    ),
    ReadShareGroupStateSummaryRequest: (
        Field("group_id", "string", "0+"),
        Field("topics", ReadStateSummaryData, "0+", many=True),
    ),
    PartitionResult: (
        Field("partition", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("state_epoch", "int32", "0+"),
        Field("leader_epoch", "int32", "0+"),
        Field("start_offset", "int64", "0+"),
        Field("delivery_complete_count", "int32", "1+"),
    ),
    ReadStateSummaryResult: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", PartitionResult, "0+", many=True),
    ),
    ReadShareGroupStateSummaryResponse: (
        Field("results", ReadStateSummaryResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 1)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=87,
    name="ReadShareGroupStateSummary",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(ReadShareGroupStateSummaryRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(ReadShareGroupStateSummaryResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
