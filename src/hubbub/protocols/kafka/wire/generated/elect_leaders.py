# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""ElectLeaders, key 43: versions 0-2, flexible from 2."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class TopicPartitions(Struct, frozen=True, gc=False):
    topic: str = ""
    partitions: Sequence[int] = ()


class ElectLeadersRequest(Struct, frozen=True, gc=False):
    """ElectLeadersRequest, versions 0-2."""

    election_type: int = 0
    topic_partitions: Sequence[TopicPartitions] | None = ()
    timeout_ms: int = 60000


class PartitionResult(Struct, frozen=True, gc=False):
    partition_id: int = 0
    error_code: int = 0
    error_message: str | None = ""


class ReplicaElectionResult(Struct, frozen=True, gc=False):
    topic: str = ""
    partition_result: Sequence[PartitionResult] = ()


class ElectLeadersResponse(Struct, frozen=True, gc=False):
    """ElectLeadersResponse, versions 0-2."""

    throttle_time_ms: int = 0
    error_code: int = 0
    replica_election_results: Sequence[ReplicaElectionResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    TopicPartitions: (
        Field("topic", "string", "0+"),
        Field("partitions", "int32", "0+", many=True),
    ),
    ElectLeadersRequest: (
        Field("election_type", "int8", "1+"),
        Field("topic_partitions", TopicPartitions, "0+", many=True, null="0+"),
        Field("timeout_ms", "int32", "0+"),
    ),
    PartitionResult: (
        Field("partition_id", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
    ),
    ReplicaElectionResult: (
        Field("topic", "string", "0+"),
        Field("partition_result", PartitionResult, "0+", many=True),
    ),
    ElectLeadersResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "1+"),
        Field("replica_election_results", ReplicaElectionResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 2)
FLEXIBLE_FROM: Final = 2

API: Final = Api(
    key=43,
    name="ElectLeaders",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(ElectLeadersRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(ElectLeadersResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
