# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DeleteShareGroupState, key 86: versions 0, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class PartitionData(Struct, frozen=True, gc=False):
    partition: int = 0


class DeleteStateData(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[PartitionData] = ()


class DeleteShareGroupStateRequest(Struct, frozen=True, gc=False):
    """DeleteShareGroupStateRequest, versions 0."""

    group_id: str = ""
    topics: Sequence[DeleteStateData] = ()


class PartitionResult(Struct, frozen=True, gc=False):
    partition: int = 0
    error_code: int = 0
    error_message: str | None = None


class DeleteStateResult(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[PartitionResult] = ()


class DeleteShareGroupStateResponse(Struct, frozen=True, gc=False):
    """DeleteShareGroupStateResponse, versions 0."""

    results: Sequence[DeleteStateResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    PartitionData: (
        Field("partition", "int32", "0+"),
    ),
    DeleteStateData: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", PartitionData, "0+", many=True),
    ),
    DeleteShareGroupStateRequest: (
        Field("group_id", "string", "0+"),
        Field("topics", DeleteStateData, "0+", many=True),
    ),
    PartitionResult: (
        Field("partition", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
    ),
    DeleteStateResult: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", PartitionResult, "0+", many=True),
    ),
    DeleteShareGroupStateResponse: (
        Field("results", DeleteStateResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=86,
    name="DeleteShareGroupState",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DeleteShareGroupStateRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DeleteShareGroupStateResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
