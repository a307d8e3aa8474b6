# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""ApiVersions, key 18: versions 0-4, flexible from 3."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class ApiVersionsRequest(Struct, frozen=True, gc=False):
    """ApiVersionsRequest, versions 0-4."""

    client_software_name: str = ""
    client_software_version: str = ""


class ApiVersion(Struct, frozen=True, gc=False):
    api_key: int = 0
    min_version: int = 0
    max_version: int = 0


class SupportedFeatureKey(Struct, frozen=True, gc=False):
    name: str = ""
    min_version: int = 0
    max_version: int = 0


class FinalizedFeatureKey(Struct, frozen=True, gc=False):
    name: str = ""
    max_version_level: int = 0
    min_version_level: int = 0


class ApiVersionsResponse(Struct, frozen=True, gc=False):
    """ApiVersionsResponse, versions 0-4."""

    error_code: int = 0
    api_keys: Sequence[ApiVersion] = ()
    throttle_time_ms: int = 0
    supported_features: Sequence[SupportedFeatureKey] = ()
    finalized_features_epoch: int = -1
    finalized_features: Sequence[FinalizedFeatureKey] = ()
    zk_migration_ready: bool = False


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    ApiVersionsRequest: (
        Field("client_software_name", "string", "3+"),
        Field("client_software_version", "string", "3+"),
    ),
    ApiVersion: (
        Field("api_key", "int16", "0+"),
        Field("min_version", "int16", "0+"),
        Field("max_version", "int16", "0+"),
    ),
    SupportedFeatureKey: (
        Field("name", "string", "3+"),
        Field("min_version", "int16", "3+"),
        Field("max_version", "int16", "3+"),
    ),
    FinalizedFeatureKey: (
        Field("name", "string", "3+"),
        Field("max_version_level", "int16", "3+"),
        Field("min_version_level", "int16", "3+"),
    ),
    ApiVersionsResponse: (
        Field("error_code", "int16", "0+"),
        Field("api_keys", ApiVersion, "0+", many=True),
        Field("throttle_time_ms", "int32", "1+"),
        Field("supported_features", SupportedFeatureKey, "3+", many=True, tag=0),
        Field("finalized_features_epoch", "int64", "3+", tag=1),
        Field("finalized_features", FinalizedFeatureKey, "3+", many=True, tag=2),
        Field("zk_migration_ready", "bool", "3+", tag=3),
    ),
}

VERSIONS: Final = (0, 4)
FLEXIBLE_FROM: Final = 3

API: Final = Api(
    key=18,
    name="ApiVersions",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(ApiVersionsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(ApiVersionsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
