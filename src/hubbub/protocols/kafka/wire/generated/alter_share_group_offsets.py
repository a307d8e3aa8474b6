# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""AlterShareGroupOffsets, key 91: versions 0, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class AlterShareGroupOffsetsRequestPartition(Struct, frozen=True, gc=False):
    partition_index: int = 0
    start_offset: int = 0


class AlterShareGroupOffsetsRequestTopic(Struct, frozen=True, gc=False):
    topic_name: str = ""
    partitions: Sequence[AlterShareGroupOffsetsRequestPartition] = ()


class AlterShareGroupOffsetsRequest(Struct, frozen=True, gc=False):
    """AlterShareGroupOffsetsRequest, versions 0."""

    group_id: str = ""
    topics: Sequence[AlterShareGroupOffsetsRequestTopic] = ()


class AlterShareGroupOffsetsResponsePartition(Struct, frozen=True, gc=False):
    partition_index: int = 0
    error_code: int = 0
    error_message: str | None = None


class AlterShareGroupOffsetsResponseTopic(Struct, frozen=True, gc=False):
    topic_name: str = ""
    topic_id: bytes = NIL
    partitions: Sequence[AlterShareGroupOffsetsResponsePartition] = ()


class AlterShareGroupOffsetsResponse(Struct, frozen=True, gc=False):
    """AlterShareGroupOffsetsResponse, versions 0."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = None
    responses: Sequence[AlterShareGroupOffsetsResponseTopic] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    AlterShareGroupOffsetsRequestPartition: (
        Field("partition_index", "int32", "0+"),
        Field("start_offset", "int64", "0+"),
    ),
    AlterShareGroupOffsetsRequestTopic: (
        Field("topic_name", "string", "0+"),
        Field("partitions", AlterShareGroupOffsetsRequestPartition, "0+", many=True),
    ),
    AlterShareGroupOffsetsRequest: (
        Field("group_id", "string", "0+"),
        Field("topics", AlterShareGroupOffsetsRequestTopic, "0+", many=True),
    ),
    AlterShareGroupOffsetsResponsePartition: (
        Field("partition_index", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
    ),
    AlterShareGroupOffsetsResponseTopic: (
        Field("topic_name", "string", "0+"),
        Field("topic_id", "uuid", "0+"),
        Field("partitions", AlterShareGroupOffsetsResponsePartition, "0+", many=True),
    ),
    AlterShareGroupOffsetsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("responses", AlterShareGroupOffsetsResponseTopic, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=91,
    name="AlterShareGroupOffsets",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(AlterShareGroupOffsetsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(AlterShareGroupOffsetsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
