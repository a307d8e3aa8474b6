# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""ExpireDelegationToken, key 40: versions 0-2, flexible from 2."""

from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class ExpireDelegationTokenRequest(Struct, frozen=True, gc=False):
    """ExpireDelegationTokenRequest, versions 0-2."""

    hmac: bytes = b""
    expiry_time_period_ms: int = 0


class ExpireDelegationTokenResponse(Struct, frozen=True, gc=False):
    """ExpireDelegationTokenResponse, versions 0-2."""

    error_code: int = 0
    expiry_timestamp_ms: int = 0
    throttle_time_ms: int = 0


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    ExpireDelegationTokenRequest: (
        Field("hmac", "bytes", "0+"),
        Field("expiry_time_period_ms", "int64", "0+"),
    ),
    ExpireDelegationTokenResponse: (
        Field("error_code", "int16", "0+"),
        Field("expiry_timestamp_ms", "int64", "0+"),
        Field("throttle_time_ms", "int32", "0+"),
    ),
}

VERSIONS: Final = (0, 2)
FLEXIBLE_FROM: Final = 2

API: Final = Api(
    key=40,
    name="ExpireDelegationToken",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(ExpireDelegationTokenRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(ExpireDelegationTokenResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
