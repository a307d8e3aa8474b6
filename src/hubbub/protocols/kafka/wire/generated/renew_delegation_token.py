# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""RenewDelegationToken, key 39: versions 0-2, flexible from 2."""

from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class RenewDelegationTokenRequest(Struct, frozen=True, gc=False):
    """RenewDelegationTokenRequest, versions 0-2."""

    hmac: bytes = b""
    renew_period_ms: int = 0


class RenewDelegationTokenResponse(Struct, frozen=True, gc=False):
    """RenewDelegationTokenResponse, versions 0-2."""

    error_code: int = 0
    expiry_timestamp_ms: int = 0
    throttle_time_ms: int = 0


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    RenewDelegationTokenRequest: (
        Field("hmac", "bytes", "0+"),
        Field("renew_period_ms", "int64", "0+"),
    ),
    RenewDelegationTokenResponse: (
        Field("error_code", "int16", "0+"),
        Field("expiry_timestamp_ms", "int64", "0+"),
        Field("throttle_time_ms", "int32", "0+"),
    ),
}

VERSIONS: Final = (0, 2)
FLEXIBLE_FROM: Final = 2

API: Final = Api(
    key=39,
    name="RenewDelegationToken",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(RenewDelegationTokenRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(RenewDelegationTokenResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
