# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""AlterUserScramCredentials, key 51: versions 0, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class ScramCredentialDeletion(Struct, frozen=True, gc=False):
    name: str = ""
    mechanism: int = 0


class ScramCredentialUpsertion(Struct, frozen=True, gc=False):
    name: str = ""
    mechanism: int = 0
    iterations: int = 0
    salt: bytes = b""
    salted_password: bytes = b""


class AlterUserScramCredentialsRequest(Struct, frozen=True, gc=False):
    """AlterUserScramCredentialsRequest, versions 0."""

    deletions: Sequence[ScramCredentialDeletion] = ()
    upsertions: Sequence[ScramCredentialUpsertion] = ()


class AlterUserScramCredentialsResult(Struct, frozen=True, gc=False):
    user: str = ""
    error_code: int = 0
    error_message: str | None = ""


class AlterUserScramCredentialsResponse(Struct, frozen=True, gc=False):
    """AlterUserScramCredentialsResponse, versions 0."""

    throttle_time_ms: int = 0
    results: Sequence[AlterUserScramCredentialsResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    ScramCredentialDeletion: (
        Field("name", "string", "0+"),
        Field("mechanism", "int8", "0+"),
    ),
    ScramCredentialUpsertion: (
        Field("name", "string", "0+"),
        Field("mechanism", "int8", "0+"),
        Field("iterations", "int32", "0+"),
        Field("salt", "bytes", "0+"),
        Field("salted_password", "bytes", "0+"),
    ),
    AlterUserScramCredentialsRequest: (
        Field("deletions", ScramCredentialDeletion, "0+", many=True),
        Field("upsertions", ScramCredentialUpsertion, "0+", many=True),
    ),
    AlterUserScramCredentialsResult: (
        Field("user", "string", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
    ),
    AlterUserScramCredentialsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("results", AlterUserScramCredentialsResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=51,
    name="AlterUserScramCredentials",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(AlterUserScramCredentialsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(AlterUserScramCredentialsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
