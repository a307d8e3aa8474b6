# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""CreateAcls, key 30: versions 0-3, flexible from 2."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class AclCreation(Struct, frozen=True, gc=False):
    resource_type: int = 0
    resource_name: str = ""
    resource_pattern_type: int = 3
    principal: str = ""
    host: str = ""
    operation: int = 0
    permission_type: int = 0


class CreateAclsRequest(Struct, frozen=True, gc=False):
    """CreateAclsRequest, versions 0-3."""

    creations: Sequence[AclCreation] = ()


class AclCreationResult(Struct, frozen=True, gc=False):
    error_code: int = 0
    error_message: str | None = ""


class CreateAclsResponse(Struct, frozen=True, gc=False):
    """CreateAclsResponse, versions 0-3."""

    throttle_time_ms: int = 0
    results: Sequence[AclCreationResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    AclCreation: (
        Field("resource_type", "int8", "0+"),
        Field("resource_name", "string", "0+"),
        Field("resource_pattern_type", "int8", "1+"),
        Field("principal", "string", "0+"),
        Field("host", "string", "0+"),
        Field("operation", "int8", "0+"),
        Field("permission_type", "int8", "0+"),
    ),
    CreateAclsRequest: (
        Field("creations", AclCreation, "0+", many=True),
    ),
    AclCreationResult: (
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
    ),
    CreateAclsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("results", AclCreationResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 3)
FLEXIBLE_FROM: Final = 2

API: Final = Api(
    key=30,
    name="CreateAcls",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(CreateAclsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(CreateAclsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
