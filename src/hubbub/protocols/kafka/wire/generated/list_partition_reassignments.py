# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""ListPartitionReassignments, key 46: versions 0, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class ListPartitionReassignmentsTopics(Struct, frozen=True, gc=False):
    name: str = ""
    partition_indexes: Sequence[int] = ()


class ListPartitionReassignmentsRequest(Struct, frozen=True, gc=False):
    """ListPartitionReassignmentsRequest, versions 0."""

    timeout_ms: int = 60000
    topics: Sequence[ListPartitionReassignmentsTopics] | None = None


class OngoingPartitionReassignment(Struct, frozen=True, gc=False):
    partition_index: int = 0
    replicas: Sequence[int] = ()
    adding_replicas: Sequence[int] = ()
    removing_replicas: Sequence[int] = ()


class OngoingTopicReassignment(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[OngoingPartitionReassignment] = ()


class ListPartitionReassignmentsResponse(Struct, frozen=True, gc=False):
    """ListPartitionReassignmentsResponse, versions 0."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = ""
    topics: Sequence[OngoingTopicReassignment] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    ListPartitionReassignmentsTopics: (
        Field("name", "string", "0+"),
        Field("partition_indexes", "int32", "0+", many=True),
    ),
    ListPartitionReassignmentsRequest: (
        Field("timeout_ms", "int32", "0+"),
        Field("topics", ListPartitionReassignmentsTopics, "0+", many=True, null="0+"),
    ),
    OngoingPartitionReassignment: (
        Field("partition_index", "int32", "0+"),
        Field("replicas", "int32", "0+", many=True),
        Field("adding_replicas", "int32", "0+", many=True),
        Field("removing_replicas", "int32", "0+", many=True),
    ),
    OngoingTopicReassignment: (
        Field("name", "string", "0+"),
        Field("partitions", OngoingPartitionReassignment, "0+", many=True),
    ),
    ListPartitionReassignmentsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("topics", OngoingTopicReassignment, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=46,
    name="ListPartitionReassignments",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(ListPartitionReassignmentsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(ListPartitionReassignmentsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
