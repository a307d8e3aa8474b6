# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""AlterConfigs, key 33: versions 0-2, flexible from 2."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class AlterableConfig(Struct, frozen=True, gc=False):
    name: str = ""
    value: str | None = ""


class AlterConfigsResource(Struct, frozen=True, gc=False):
    resource_type: int = 0
    resource_name: str = ""
    configs: Sequence[AlterableConfig] = ()


class AlterConfigsRequest(Struct, frozen=True, gc=False):
    """AlterConfigsRequest, versions 0-2."""

    resources: Sequence[AlterConfigsResource] = ()
    validate_only: bool = False


class AlterConfigsResourceResponse(Struct, frozen=True, gc=False):
    error_code: int = 0
    error_message: str | None = ""
    resource_type: int = 0
    resource_name: str = ""


class AlterConfigsResponse(Struct, frozen=True, gc=False):
    """AlterConfigsResponse, versions 0-2."""

    throttle_time_ms: int = 0
    responses: Sequence[AlterConfigsResourceResponse] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    AlterableConfig: (
        Field("name", "string", "0+"),
        Field("value", "string", "0+", null="0+"),
    ),
    AlterConfigsResource: (
        Field("resource_type", "int8", "0+"),
        Field("resource_name", "string", "0+"),
        Field("configs", AlterableConfig, "0+", many=True),
    ),
    AlterConfigsRequest: (
        Field("resources", AlterConfigsResource, "0+", many=True),
        Field("validate_only", "bool", "0+"),
    ),
    AlterConfigsResourceResponse: (
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("resource_type", "int8", "0+"),
        Field("resource_name", "string", "0+"),
    ),
    AlterConfigsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("responses", AlterConfigsResourceResponse, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 2)
FLEXIBLE_FROM: Final = 2

API: Final = Api(
    key=33,
    name="AlterConfigs",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(AlterConfigsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(AlterConfigsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
