# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""IncrementalAlterConfigs, key 44: versions 0-1, flexible from 1."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class AlterableConfig(Struct, frozen=True, gc=False):
    name: str = ""
    config_operation: int = 0
    value: str | None = ""


class AlterConfigsResource(Struct, frozen=True, gc=False):
    resource_type: int = 0
    resource_name: str = ""
    configs: Sequence[AlterableConfig] = ()


class IncrementalAlterConfigsRequest(Struct, frozen=True, gc=False):
    """IncrementalAlterConfigsRequest, versions 0-1."""

    resources: Sequence[AlterConfigsResource] = ()
    validate_only: bool = False


class AlterConfigsResourceResponse(Struct, frozen=True, gc=False):
    error_code: int = 0
    error_message: str | None = ""
    resource_type: int = 0
    resource_name: str = ""


class IncrementalAlterConfigsResponse(Struct, frozen=True, gc=False):
    """IncrementalAlterConfigsResponse, versions 0-1."""

    throttle_time_ms: int = 0
    responses: Sequence[AlterConfigsResourceResponse] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    AlterableConfig: (
        Field("name", "string", "0+"),
        Field("config_operation", "int8", "0+"),
        Field("value", "string", "0+", null="0+"),
    ),
    AlterConfigsResource: (
        Field("resource_type", "int8", "0+"),
        Field("resource_name", "string", "0+"),
        Field("configs", AlterableConfig, "0+", many=True),
    ),
    IncrementalAlterConfigsRequest: (
        Field("resources", AlterConfigsResource, "0+", many=True),
        Field("validate_only", "bool", "0+"),
    ),
    AlterConfigsResourceResponse: (
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("resource_type", "int8", "0+"),
        Field("resource_name", "string", "0+"),
    ),
    IncrementalAlterConfigsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("responses", AlterConfigsResourceResponse, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 1)
FLEXIBLE_FROM: Final = 1

API: Final = Api(
    key=44,
    name="IncrementalAlterConfigs",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(IncrementalAlterConfigsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(IncrementalAlterConfigsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
