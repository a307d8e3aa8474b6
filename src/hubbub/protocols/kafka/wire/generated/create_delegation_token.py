# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""CreateDelegationToken, key 38: versions 0-3, flexible from 2."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class CreatableRenewers(Struct, frozen=True, gc=False):
    principal_type: str = ""
    principal_name: str = ""


class CreateDelegationTokenRequest(Struct, frozen=True, gc=False):
    """CreateDelegationTokenRequest, versions 0-3."""

    owner_principal_type: str | None = ""
    owner_principal_name: str | None = ""
    renewers: Sequence[CreatableRenewers] = ()
    max_lifetime_ms: int = 0


class CreateDelegationTokenResponse(Struct, frozen=True, gc=False):
    """CreateDelegationTokenResponse, versions 0-3."""

    error_code: int = 0
    principal_type: str = ""
    principal_name: str = ""
    token_requester_principal_type: str = ""
    token_requester_principal_name: str = ""
    issue_timestamp_ms: int = 0
    expiry_timestamp_ms: int = 0
    max_timestamp_ms: int = 0
    token_id: str = ""
    hmac: bytes = b""
    throttle_time_ms: int = 0


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    CreatableRenewers: (
        Field("principal_type", "string", "0+"),
        Field("principal_name", "string", "0+"),
    ),
    CreateDelegationTokenRequest: (
        Field("owner_principal_type", "string", "3+", null="3+"),
        Field("owner_principal_name", "string", "3+", null="3+"),
        Field("renewers", CreatableRenewers, "0+", many=True),
        Field("max_lifetime_ms", "int64", "0+"),
    ),
    CreateDelegationTokenResponse: (
        Field("error_code", "int16", "0+"),
        Field("principal_type", "string", "0+"),
        Field("principal_name", "string", "0+"),
        Field("token_requester_principal_type", "string", "3+"),
        Field("token_requester_principal_name", "string", "3+"),
        Field("issue_timestamp_ms", "int64", "0+"),
        Field("expiry_timestamp_ms", "int64", "0+"),
        Field("max_timestamp_ms", "int64", "0+"),
        Field("token_id", "string", "0+"),
        Field("hmac", "bytes", "0+"),
        Field("throttle_time_ms", "int32", "0+"),
    ),
}

VERSIONS: Final = (0, 3)
FLEXIBLE_FROM: Final = 2

API: Final = Api(
    key=38,
    name="CreateDelegationToken",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(CreateDelegationTokenRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(CreateDelegationTokenResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
