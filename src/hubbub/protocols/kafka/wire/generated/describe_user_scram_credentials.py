# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DescribeUserScramCredentials, key 50: versions 0, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class UserName(Struct, frozen=True, gc=False):
    name: str = ""


class DescribeUserScramCredentialsRequest(Struct, frozen=True, gc=False):
    """DescribeUserScramCredentialsRequest, versions 0."""

    users: Sequence[UserName] | None = ()


class CredentialInfo(Struct, frozen=True, gc=False):
    mechanism: int = 0
    iterations: int = 0


class DescribeUserScramCredentialsResult(Struct, frozen=True, gc=False):
    user: str = ""
    error_code: int = 0
    error_message: str | None = ""
    credential_infos: Sequence[CredentialInfo] = ()


class DescribeUserScramCredentialsResponse(Struct, frozen=True, gc=False):
    """DescribeUserScramCredentialsResponse, versions 0."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = ""
    results: Sequence[DescribeUserScramCredentialsResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    UserName: (
        Field("name", "string", "0+"),
    ),
    DescribeUserScramCredentialsRequest: (
        Field("users", UserName, "0+", many=True, null="0+"),
    ),
    CredentialInfo: (
        Field("mechanism", "int8", "0+"),
        Field("iterations", "int32", "0+"),
    ),
    DescribeUserScramCredentialsResult: (
        Field("user", "string", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("credential_infos", CredentialInfo, "0+", many=True),
    ),
    DescribeUserScramCredentialsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("results", DescribeUserScramCredentialsResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=50,
    name="DescribeUserScramCredentials",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DescribeUserScramCredentialsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DescribeUserScramCredentialsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
