# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""CreateTopics, key 19: versions 0-7, flexible from 5."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class CreatableReplicaAssignment(Struct, frozen=True, gc=False):
    partition_index: int = 0
    broker_ids: Sequence[int] = ()


class CreatableTopicConfig(Struct, frozen=True, gc=False):
    name: str = ""
    value: str | None = ""


class CreatableTopic(Struct, frozen=True, gc=False):
    name: str = ""
    num_partitions: int = 0
    replication_factor: int = 0
    assignments: Sequence[CreatableReplicaAssignment] = ()
    configs: Sequence[CreatableTopicConfig] = ()


class CreateTopicsRequest(Struct, frozen=True, gc=False):
    """CreateTopicsRequest, versions 0-7."""

    topics: Sequence[CreatableTopic] = ()
    timeout_ms: int = 60000
    validate_only: bool = False


class CreatableTopicConfigs(Struct, frozen=True, gc=False):
    name: str = ""
    value: str | None = ""
    read_only: bool = False
    config_source: int = -1
    is_sensitive: bool = False


class CreatableTopicResult(Struct, frozen=True, gc=False):
    name: str = ""
    topic_id: bytes = NIL
    error_code: int = 0
    error_message: str | None = ""
    topic_config_error_code: int = 0
    num_partitions: int = -1
    replication_factor: int = -1
    configs: Sequence[CreatableTopicConfigs] | None = ()


class CreateTopicsResponse(Struct, frozen=True, gc=False):
    """CreateTopicsResponse, versions 0-7."""

    throttle_time_ms: int = 0
    topics: Sequence[CreatableTopicResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    CreatableReplicaAssignment: (
        Field("partition_index", "int32", "0+"),
        Field("broker_ids", "int32", "0+", many=True),
    ),
    CreatableTopicConfig: (
        Field("name", "string", "0+"),
        Field("value", "string", "0+", null="0+"),
    ),
    CreatableTopic: (
        Field("name", "string", "0+"),
        Field("num_partitions", "int32", "0+"),
        Field("replication_factor", "int16", "0+"),
        Field("assignments", CreatableReplicaAssignment, "0+", many=True),
        Field("configs", CreatableTopicConfig, "0+", many=True),
    ),
    CreateTopicsRequest: (
        Field("topics", CreatableTopic, "0+", many=True),
        Field("timeout_ms", "int32", "0+"),
        Field("validate_only", "bool", "1+"),
    ),
    CreatableTopicConfigs: (
        Field("name", "string", "5+"),
        Field("value", "string", "5+", null="5+"),
        Field("read_only", "bool", "5+"),
        Field("config_source", "int8", "5+"),
        Field("is_sensitive", "bool", "5+"),
    ),
    CreatableTopicResult: (
        Field("name", "string", "0+"),
        Field("topic_id", "uuid", "7+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "1+", null="0+"),
        Field("topic_config_error_code", "int16", "5+", tag=0),
        Field("num_partitions", "int32", "5+"),
        Field("replication_factor", "int16", "5+"),
        Field("configs", CreatableTopicConfigs, "5+", many=True, null="5+"),
    ),
    CreateTopicsResponse: (
        Field("throttle_time_ms", "int32", "2+"),
        Field("topics", CreatableTopicResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 7)
FLEXIBLE_FROM: Final = 5

API: Final = Api(
    key=19,
    name="CreateTopics",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(CreateTopicsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(CreateTopicsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
