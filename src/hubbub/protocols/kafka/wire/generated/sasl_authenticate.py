# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""SaslAuthenticate, key 36: versions 0-2, flexible from 2."""

from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class SaslAuthenticateRequest(Struct, frozen=True, gc=False):
    """SaslAuthenticateRequest, versions 0-2."""

    auth_bytes: bytes = b""


class SaslAuthenticateResponse(Struct, frozen=True, gc=False):
    """SaslAuthenticateResponse, versions 0-2."""

    error_code: int = 0
    error_message: str | None = ""
    auth_bytes: bytes = b""
    session_lifetime_ms: int = 0


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    SaslAuthenticateRequest: (
        Field("auth_bytes", "bytes", "0+"),
    ),
    SaslAuthenticateResponse: (
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("auth_bytes", "bytes", "0+"),
        Field("session_lifetime_ms", "int64", "1+"),
    ),
}

VERSIONS: Final = (0, 2)
FLEXIBLE_FROM: Final = 2

API: Final = Api(
    key=36,
    name="SaslAuthenticate",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(SaslAuthenticateRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(SaslAuthenticateResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
