# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""CreatePartitions, key 37: versions 0-3, flexible from 2."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class CreatePartitionsAssignment(Struct, frozen=True, gc=False):
    broker_ids: Sequence[int] = ()


class CreatePartitionsTopic(Struct, frozen=True, gc=False):
    name: str = ""
    count: int = 0
    assignments: Sequence[CreatePartitionsAssignment] | None = ()


class CreatePartitionsRequest(Struct, frozen=True, gc=False):
    """CreatePartitionsRequest, versions 0-3."""

    topics: Sequence[CreatePartitionsTopic] = ()
    timeout_ms: int = 0
    validate_only: bool = False


class CreatePartitionsTopicResult(Struct, frozen=True, gc=False):
    name: str = ""
    error_code: int = 0
    error_message: str | None = None


class CreatePartitionsResponse(Struct, frozen=True, gc=False):
    """CreatePartitionsResponse, versions 0-3."""

    throttle_time_ms: int = 0
    results: Sequence[CreatePartitionsTopicResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    CreatePartitionsAssignment: (
        Field("broker_ids", "int32", "0+", many=True),
    ),
    CreatePartitionsTopic: (
        Field("name", "string", "0+"),
        Field("count", "int32", "0+"),
        Field("assignments", CreatePartitionsAssignment, "0+", many=True, null="0+"),
    ),
    CreatePartitionsRequest: (
        Field("topics", CreatePartitionsTopic, "0+", many=True),
        Field("timeout_ms", "int32", "0+"),
        Field("validate_only", "bool", "0+"),
    ),
    CreatePartitionsTopicResult: (
        Field("name", "string", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
    ),
    CreatePartitionsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("results", CreatePartitionsTopicResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 3)
FLEXIBLE_FROM: Final = 2

API: Final = Api(
    key=37,
    name="CreatePartitions",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(CreatePartitionsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(CreatePartitionsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
