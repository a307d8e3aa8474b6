# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""InitializeShareGroupState, key 83: versions 0, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class PartitionData(Struct, frozen=True, gc=False):
    partition: int = 0
    state_epoch: int = 0
    start_offset: int = 0


class InitializeStateData(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[PartitionData] = ()


class InitializeShareGroupStateRequest(Struct, frozen=True, gc=False):
    """InitializeShareGroupStateRequest, versions 0."""

    group_id: str = ""
    topics: Sequence[InitializeStateData] = ()


class PartitionResult(Struct, frozen=True, gc=False):
    partition: int = 0
    error_code: int = 0
    error_message: str | None = None


class InitializeStateResult(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[PartitionResult] = ()


class InitializeShareGroupStateResponse(Struct, frozen=True, gc=False):
    """InitializeShareGroupStateResponse, versions 0."""

    results: Sequence[InitializeStateResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    PartitionData: (
        Field("partition", "int32", "0+"),
        Field("state_epoch", "int32", "0+"),
        Field("start_offset", "int64", "0+"),
    ),
    InitializeStateData: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", PartitionData, "0+", many=True),
    ),
    InitializeShareGroupStateRequest: (
        Field("group_id", "string", "0+"),
        Field("topics", InitializeStateData, "0+", many=True),
    ),
    PartitionResult: (
        Field("partition", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
    ),
    InitializeStateResult: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", PartitionResult, "0+", many=True),
    ),
    InitializeShareGroupStateResponse: (
        Field("results", InitializeStateResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=83,
    name="InitializeShareGroupState",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(InitializeShareGroupStateRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(InitializeShareGroupStateResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
