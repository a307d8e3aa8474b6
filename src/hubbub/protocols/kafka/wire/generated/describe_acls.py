# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DescribeAcls, key 29: versions 0-3, flexible from 2."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class DescribeAclsRequest(Struct, frozen=True, gc=False):
    """DescribeAclsRequest, versions 0-3."""

    resource_type_filter: int = 0
    resource_name_filter: str | None = ""
    pattern_type_filter: int = 3
    principal_filter: str | None = ""
    host_filter: str | None = ""
    operation: int = 0
    permission_type: int = 0


class AclDescription(Struct, frozen=True, gc=False):
    principal: str = ""
    host: str = ""
    operation: int = 0
    permission_type: int = 0


class DescribeAclsResource(Struct, frozen=True, gc=False):
    resource_type: int = 0
    resource_name: str = ""
    pattern_type: int = 3
    acls: Sequence[AclDescription] = ()


class DescribeAclsResponse(Struct, frozen=True, gc=False):
    """DescribeAclsResponse, versions 0-3."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = ""
    resources: Sequence[DescribeAclsResource] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    DescribeAclsRequest: (
        Field("resource_type_filter", "int8", "0+"),
        Field("resource_name_filter", "string", "0+", null="0+"),
        Field("pattern_type_filter", "int8", "1+"),
        Field("principal_filter", "string", "0+", null="0+"),
        Field("host_filter", "string", "0+", null="0+"),
        Field("operation", "int8", "0+"),
        Field("permission_type", "int8", "0+"),
    ),
    AclDescription: (
        Field("principal", "string", "0+"),
        Field("host", "string", "0+"),
        Field("operation", "int8", "0+"),
        Field("permission_type", "int8", "0+"),
    ),
    DescribeAclsResource: (
        Field("resource_type", "int8", "0+"),
        Field("resource_name", "string", "0+"),
        Field("pattern_type", "int8", "1+"),
        Field("acls", AclDescription, "0+", many=True),
    ),
    DescribeAclsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("resources", DescribeAclsResource, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 3)
FLEXIBLE_FROM: Final = 2

API: Final = Api(
    key=29,
    name="DescribeAcls",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DescribeAclsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DescribeAclsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
