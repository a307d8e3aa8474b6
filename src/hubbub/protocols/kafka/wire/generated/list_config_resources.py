# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""ListConfigResources, key 74: versions 0-1, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class ListConfigResourcesRequest(Struct, frozen=True, gc=False):
    """ListConfigResourcesRequest, versions 0-1."""

    resource_types: Sequence[int] = ()


class ConfigResource(Struct, frozen=True, gc=False):
    resource_name: str = ""
    resource_type: int = 16


class ListConfigResourcesResponse(Struct, frozen=True, gc=False):
    """ListConfigResourcesResponse, versions 0-1."""

    throttle_time_ms: int = 0
    error_code: int = 0
    config_resources: Sequence[ConfigResource] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    ListConfigResourcesRequest: (
        Field("resource_types", "int8", "1+", many=True),
    ),
    ConfigResource: (
        Field("resource_name", "string", "0+"),
        Field("resource_type", "int8", "1+"),
    ),
    ListConfigResourcesResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("config_resources", ConfigResource, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 1)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=74,
    name="ListConfigResources",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(ListConfigResourcesRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(ListConfigResourcesResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
