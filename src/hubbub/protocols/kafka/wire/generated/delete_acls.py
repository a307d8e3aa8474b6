# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DeleteAcls, key 31: versions 0-3, flexible from 2."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class DeleteAclsFilter(Struct, frozen=True, gc=False):
    resource_type_filter: int = 0
    resource_name_filter: str | None = ""
    pattern_type_filter: int = 3
    principal_filter: str | None = ""
    host_filter: str | None = ""
    operation: int = 0
    permission_type: int = 0


class DeleteAclsRequest(Struct, frozen=True, gc=False):
    """DeleteAclsRequest, versions 0-3."""

    filters: Sequence[DeleteAclsFilter] = ()


class DeleteAclsMatchingAcl(Struct, frozen=True, gc=False):
    error_code: int = 0
    error_message: str | None = ""
    resource_type: int = 0
    resource_name: str = ""
    pattern_type: int = 3
    principal: str = ""
    host: str = ""
    operation: int = 0
    permission_type: int = 0


class DeleteAclsFilterResult(Struct, frozen=True, gc=False):
    error_code: int = 0
    error_message: str | None = ""
    matching_acls: Sequence[DeleteAclsMatchingAcl] = ()


class DeleteAclsResponse(Struct, frozen=True, gc=False):
    """DeleteAclsResponse, versions 0-3."""

    throttle_time_ms: int = 0
    filter_results: Sequence[DeleteAclsFilterResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    DeleteAclsFilter: (
        Field("resource_type_filter", "int8", "0+"),
        Field("resource_name_filter", "string", "0+", null="0+"),
        Field("pattern_type_filter", "int8", "1+"),
        Field("principal_filter", "string", "0+", null="0+"),
        Field("host_filter", "string", "0+", null="0+"),
        Field("operation", "int8", "0+"),
        Field("permission_type", "int8", "0+"),
    ),
    DeleteAclsRequest: (
        Field("filters", DeleteAclsFilter, "0+", many=True),
    ),
    DeleteAclsMatchingAcl: (
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("resource_type", "int8", "0+"),
        Field("resource_name", "string", "0+"),
        Field("pattern_type", "int8", "1+"),
        Field("principal", "string", "0+"),
        Field("host", "string", "0+"),
        Field("operation", "int8", "0+"),
        Field("permission_type", "int8", "0+"),
    ),
    DeleteAclsFilterResult: (
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("matching_acls", DeleteAclsMatchingAcl, "0+", many=True),
    ),
    DeleteAclsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("filter_results", DeleteAclsFilterResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 3)
FLEXIBLE_FROM: Final = 2

API: Final = Api(
    key=31,
    name="DeleteAcls",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DeleteAclsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DeleteAclsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
