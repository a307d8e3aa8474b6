# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DescribeConfigs, key 32: versions 0-4, flexible from 4."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class DescribeConfigsResource(Struct, frozen=True, gc=False):
    resource_type: int = 0
    resource_name: str = ""
    configuration_keys: Sequence[str] | None = ()


class DescribeConfigsRequest(Struct, frozen=True, gc=False):
    """DescribeConfigsRequest, versions 0-4."""

    resources: Sequence[DescribeConfigsResource] = ()
    include_synonyms: bool = False
    include_documentation: bool = False


class DescribeConfigsSynonym(Struct, frozen=True, gc=False):
    name: str = ""
    value: str | None = ""
    source: int = 0


class DescribeConfigsResourceResult(Struct, frozen=True, gc=False):
    name: str = ""
    value: str | None = ""
    read_only: bool = False
    is_default: bool = False
    config_source: int = -1
    is_sensitive: bool = False
    synonyms: Sequence[DescribeConfigsSynonym] = ()
    config_type: int = 0
    documentation: str | None = ""


class DescribeConfigsResult(Struct, frozen=True, gc=False):
    error_code: int = 0
    error_message: str | None = ""
    resource_type: int = 0
    resource_name: str = ""
    configs: Sequence[DescribeConfigsResourceResult] = ()


class DescribeConfigsResponse(Struct, frozen=True, gc=False):
    """DescribeConfigsResponse, versions 0-4."""

    throttle_time_ms: int = 0
    results: Sequence[DescribeConfigsResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    DescribeConfigsResource: (
        Field("resource_type", "int8", "0+"),
        Field("resource_name", "string", "0+"),
        Field("configuration_keys", "string", "0+", many=True, null="0+"),
    ),
    DescribeConfigsRequest: (
        Field("resources", DescribeConfigsResource, "0+", many=True),
        Field("include_synonyms", "bool", "1+"),
        Field("include_documentation", "bool", "3+"),
    ),
    DescribeConfigsSynonym: (
        Field("name", "string", "1+"),
        Field("value", "string", "1+", null="0+"),
        Field("source", "int8", "1+"),
    ),
    DescribeConfigsResourceResult: (
        Field("name", "string", "0+"),
        Field("value", "string", "0+", null="0+"),
        Field("read_only", "bool", "0+"),
        Field("is_default", "bool", "0"),
        Field("config_source", "int8", "1+"),
        Field("is_sensitive", "bool", "0+"),
        Field("synonyms", DescribeConfigsSynonym, "1+", many=True),
        Field("config_type", "int8", "3+"),
        Field("documentation", "string", "3+", null="0+"),
    ),
    DescribeConfigsResult: (
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("resource_type", "int8", "0+"),
        Field("resource_name", "string", "0+"),
        Field("configs", DescribeConfigsResourceResult, "0+", many=True),
    ),
    DescribeConfigsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("results", DescribeConfigsResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 4)
FLEXIBLE_FROM: Final = 4

API: Final = Api(
    key=32,
    name="DescribeConfigs",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DescribeConfigsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DescribeConfigsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
