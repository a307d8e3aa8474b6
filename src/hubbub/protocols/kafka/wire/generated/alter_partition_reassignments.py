# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""AlterPartitionReassignments, key 45: versions 0-1, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class ReassignablePartition(Struct, frozen=True, gc=False):
    partition_index: int = 0
    replicas: Sequence[int] | None = None


class ReassignableTopic(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[ReassignablePartition] = ()


class AlterPartitionReassignmentsRequest(Struct, frozen=True, gc=False):
    """AlterPartitionReassignmentsRequest, versions 0-1."""

    timeout_ms: int = 60000
    allow_replication_factor_change: bool = True
    topics: Sequence[ReassignableTopic] = ()


class ReassignablePartitionResponse(Struct, frozen=True, gc=False):
    partition_index: int = 0
    error_code: int = 0
    error_message: str | None = ""


class ReassignableTopicResponse(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[ReassignablePartitionResponse] = ()


class AlterPartitionReassignmentsResponse(Struct, frozen=True, gc=False):
    """AlterPartitionReassignmentsResponse, versions 0-1."""

    throttle_time_ms: int = 0
    allow_replication_factor_change: bool = True
    error_code: int = 0
    error_message: str | None = ""
    responses: Sequence[ReassignableTopicResponse] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    ReassignablePartition: (
        Field("partition_index", "int32", "0+"),
        Field("replicas", "int32", "0+", many=True, null="0+"),
    ),
    ReassignableTopic: (
        Field("name", "string", "0+"),
        Field("partitions", ReassignablePartition, "0+", many=True),
    ),
    AlterPartitionReassignmentsRequest: (
        Field("timeout_ms", "int32", "0+"),
        Field("allow_replication_factor_change", "bool", "1+"),
        Field("topics", ReassignableTopic, "0+", many=True),
    ),
    ReassignablePartitionResponse: (
        Field("partition_index", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
    ),
    ReassignableTopicResponse: (
        Field("name", "string", "0+"),
        Field("partitions", ReassignablePartitionResponse, "0+", many=True),
    ),
    AlterPartitionReassignmentsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("allow_replication_factor_change", "bool", "1+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("responses", ReassignableTopicResponse, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 1)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=45,
    name="AlterPartitionReassignments",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(AlterPartitionReassignmentsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(AlterPartitionReassignmentsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
