# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""OffsetDelete, key 47: versions 0, never flexible."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NEVER, Api, Field, Message


class OffsetDeleteRequestPartition(Struct, frozen=True, gc=False):
    partition_index: int = 0


class OffsetDeleteRequestTopic(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[OffsetDeleteRequestPartition] = ()


class OffsetDeleteRequest(Struct, frozen=True, gc=False):
    """OffsetDeleteRequest, versions 0."""

    group_id: str = ""
    topics: Sequence[OffsetDeleteRequestTopic] = ()


class OffsetDeleteResponsePartition(Struct, frozen=True, gc=False):
    partition_index: int = 0
    error_code: int = 0


class OffsetDeleteResponseTopic(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[OffsetDeleteResponsePartition] = ()


class OffsetDeleteResponse(Struct, frozen=True, gc=False):
    """OffsetDeleteResponse, versions 0."""

    error_code: int = 0
    throttle_time_ms: int = 0
    topics: Sequence[OffsetDeleteResponseTopic] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    OffsetDeleteRequestPartition: (
        Field("partition_index", "int32", "0+"),
    ),
    OffsetDeleteRequestTopic: (
        Field("name", "string", "0+"),
        Field("partitions", OffsetDeleteRequestPartition, "0+", many=True),
    ),
    OffsetDeleteRequest: (
        Field("group_id", "string", "0+"),
        Field("topics", OffsetDeleteRequestTopic, "0+", many=True),
    ),
    OffsetDeleteResponsePartition: (
        Field("partition_index", "int32", "0+"),
        Field("error_code", "int16", "0+"),
    ),
    OffsetDeleteResponseTopic: (
        Field("name", "string", "0+"),
        Field("partitions", OffsetDeleteResponsePartition, "0+", many=True),
    ),
    OffsetDeleteResponse: (
        Field("error_code", "int16", "0+"),
        Field("throttle_time_ms", "int32", "0+"),
        Field("topics", OffsetDeleteResponseTopic, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = NEVER

API: Final = Api(
    key=47,
    name="OffsetDelete",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(OffsetDeleteRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(OffsetDeleteResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
