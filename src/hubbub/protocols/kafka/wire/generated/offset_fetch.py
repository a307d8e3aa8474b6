# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""OffsetFetch, key 9: versions 0-10, flexible from 6."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class OffsetFetchRequestTopic(Struct, frozen=True, gc=False):
    name: str = ""
    partition_indexes: Sequence[int] = ()


class OffsetFetchRequestTopics(Struct, frozen=True, gc=False):
    name: str = ""
    topic_id: bytes = NIL
    partition_indexes: Sequence[int] = ()


class OffsetFetchRequestGroup(Struct, frozen=True, gc=False):
    group_id: str = ""
    member_id: str | None = None
    member_epoch: int = -1
    topics: Sequence[OffsetFetchRequestTopics] | None = ()


class OffsetFetchRequest(Struct, frozen=True, gc=False):
    """OffsetFetchRequest, versions 0-10."""

    group_id: str = ""
    topics: Sequence[OffsetFetchRequestTopic] | None = ()
    groups: Sequence[OffsetFetchRequestGroup] = ()
    require_stable: bool = False


class OffsetFetchResponsePartition(Struct, frozen=True, gc=False):
    partition_index: int = 0
    committed_offset: int = 0
    committed_leader_epoch: int = -1
    metadata: str | None = ""
    error_code: int = 0


class OffsetFetchResponseTopic(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[OffsetFetchResponsePartition] = ()


class OffsetFetchResponsePartitions(Struct, frozen=True, gc=False):
    partition_index: int = 0
    committed_offset: int = 0
    committed_leader_epoch: int = -1
    metadata: str | None = ""
    error_code: int = 0


class OffsetFetchResponseTopics(Struct, frozen=True, gc=False):
    name: str = ""
    topic_id: bytes = NIL
    partitions: Sequence[OffsetFetchResponsePartitions] = ()


class OffsetFetchResponseGroup(Struct, frozen=True, gc=False):
    group_id: str = ""
    topics: Sequence[OffsetFetchResponseTopics] = ()
    error_code: int = 0


class OffsetFetchResponse(Struct, frozen=True, gc=False):
    """OffsetFetchResponse, versions 0-10."""

    throttle_time_ms: int = 0
    topics: Sequence[OffsetFetchResponseTopic] = ()
    error_code: int = 0
    groups: Sequence[OffsetFetchResponseGroup] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    OffsetFetchRequestTopic: (
        Field("name", "string", "0-7"),
        Field("partition_indexes", "int32", "0-7", many=True),
    ),
    OffsetFetchRequestTopics: (
        Field("name", "string", "8-9"),
        Field("topic_id", "uuid", "10+"),
        Field("partition_indexes", "int32", "8+", many=True),
    ),
    OffsetFetchRequestGroup: (
        Field("group_id", "string", "8+"),
        Field("member_id", "string", "9+", null="9+"),
        Field("member_epoch", "int32", "9+"),
        Field("topics", OffsetFetchRequestTopics, "8+", many=True, null="8+"),
    ),
    OffsetFetchRequest: (
        Field("group_id", "string", "0-7"),
        Field("topics", OffsetFetchRequestTopic, "0-7", many=True, null="2-7"),
        Field("groups", OffsetFetchRequestGroup, "8+", many=True),
        Field("require_stable", "bool", "7+"),
    ),
    OffsetFetchResponsePartition: (
        Field("partition_index", "int32", "0-7"),
        Field("committed_offset", "int64", "0-7"),
        Field("committed_leader_epoch", "int32", "5-7"),
        Field("metadata", "string", "0-7", null="0-7"),
        Field("error_code", "int16", "0-7"),
    ),
    OffsetFetchResponseTopic: (
        Field("name", "string", "0-7"),
        Field("partitions", OffsetFetchResponsePartition, "0-7", many=True),
    ),
    OffsetFetchResponsePartitions: (
        Field("partition_index", "int32", "8+"),
        Field("committed_offset", "int64", "8+"),
        Field("committed_leader_epoch", "int32", "8+"),
        Field("metadata", "string", "8+", null="8+"),
        Field("error_code", "int16", "8+"),
    ),
    OffsetFetchResponseTopics: (
        Field("name", "string", "8-9"),
        Field("topic_id", "uuid", "10+"),
        Field("partitions", OffsetFetchResponsePartitions, "8+", many=True),
    ),
    OffsetFetchResponseGroup: (
        Field("group_id", "string", "8+"),
        Field("topics", OffsetFetchResponseTopics, "8+", many=True),
        Field("error_code", "int16", "8+"),
    ),
    OffsetFetchResponse: (
        Field("throttle_time_ms", "int32", "3+"),
        Field("topics", OffsetFetchResponseTopic, "0-7", many=True),
        Field("error_code", "int16", "2-7"),
        Field("groups", OffsetFetchResponseGroup, "8+", many=True),
    ),
}

VERSIONS: Final = (0, 10)
FLEXIBLE_FROM: Final = 6

API: Final = Api(
    key=9,
    name="OffsetFetch",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(OffsetFetchRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(OffsetFetchResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
