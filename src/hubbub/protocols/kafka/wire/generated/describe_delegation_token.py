# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DescribeDelegationToken, key 41: versions 0-3, flexible from 2."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class DescribeDelegationTokenOwner(Struct, frozen=True, gc=False):
    principal_type: str = ""
    principal_name: str = ""


class DescribeDelegationTokenRequest(Struct, frozen=True, gc=False):
    """DescribeDelegationTokenRequest, versions 0-3."""

    owners: Sequence[DescribeDelegationTokenOwner] | None = ()


class DescribedDelegationTokenRenewer(Struct, frozen=True, gc=False):
    principal_type: str = ""
    principal_name: str = ""


class DescribedDelegationToken(Struct, frozen=True, gc=False):
    principal_type: str = ""
    principal_name: str = ""
    token_requester_principal_type: str = ""
    token_requester_principal_name: str = ""
    issue_timestamp: int = 0
    expiry_timestamp: int = 0
    max_timestamp: int = 0
    token_id: str = ""
    hmac: bytes = b""
    renewers: Sequence[DescribedDelegationTokenRenewer] = ()


class DescribeDelegationTokenResponse(Struct, frozen=True, gc=False):
    """DescribeDelegationTokenResponse, versions 0-3."""

    error_code: int = 0
    tokens: Sequence[DescribedDelegationToken] = ()
    throttle_time_ms: int = 0


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    DescribeDelegationTokenOwner: (
        Field("principal_type", "string", "0+"),
        Field("principal_name", "string", "0+"),
    ),
    DescribeDelegationTokenRequest: (
        Field("owners", DescribeDelegationTokenOwner, "0+", many=True, null="0+"),
    ),
    DescribedDelegationTokenRenewer: (
        Field("principal_type", "string", "0+"),
        Field("principal_name", "string", "0+"),
    ),
    DescribedDelegationToken: (
        Field("principal_type", "string", "0+"),
        Field("principal_name", "string", "0+"),
        Field("token_requester_principal_type", "string", "3+"),
        Field("token_requester_principal_name", "string", "3+"),
        Field("issue_timestamp", "int64", "0+"),
        Field("expiry_timestamp", "int64", "0+"),
        Field("max_timestamp", "int64", "0+"),
        Field("token_id", "string", "0+"),
        Field("hmac", "bytes", "0+"),
        Field("renewers", DescribedDelegationTokenRenewer, "0+", many=True),
    ),
    DescribeDelegationTokenResponse: (
        Field("error_code", "int16", "0+"),
        Field("tokens", DescribedDelegationToken, "0+", many=True),
        Field("throttle_time_ms", "int32", "0+"),
    ),
}

VERSIONS: Final = (0, 3)
FLEXIBLE_FROM: Final = 2

API: Final = Api(
    key=41,
    name="DescribeDelegationToken",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DescribeDelegationTokenRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DescribeDelegationTokenResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
