# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""UpdateFeatures, key 57: versions 0-2, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class FeatureUpdateKey(Struct, frozen=True, gc=False):
    feature: str = ""
    max_version_level: int = 0
    allow_downgrade: bool = False
    upgrade_type: int = 1


class UpdateFeaturesRequest(Struct, frozen=True, gc=False):
    """UpdateFeaturesRequest, versions 0-2."""

    timeout_ms: int = 60000
    feature_updates: Sequence[FeatureUpdateKey] = ()
    validate_only: bool = False


class UpdatableFeatureResult(Struct, frozen=True, gc=False):
    feature: str = ""
    error_code: int = 0
    error_message: str | None = ""


class UpdateFeaturesResponse(Struct, frozen=True, gc=False):
    """UpdateFeaturesResponse, versions 0-2."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = ""
    results: Sequence[UpdatableFeatureResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    FeatureUpdateKey: (
        Field("feature", "string", "0+"),
        Field("max_version_level", "int16", "0+"),
        Field("allow_downgrade", "bool", "0"),
        Field("upgrade_type", "int8", "1+"),
    ),
    UpdateFeaturesRequest: (
        Field("timeout_ms", "int32", "0+"),
        Field("feature_updates", FeatureUpdateKey, "0+", many=True),
        Field("validate_only", "bool", "1+"),
    ),
    UpdatableFeatureResult: (
        Field("feature", "string", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
    ),
    UpdateFeaturesResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("results", UpdatableFeatureResult, "0-1", many=True),
    ),
}

VERSIONS: Final = (0, 2)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=57,
    name="UpdateFeatures",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(UpdateFeaturesRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(UpdateFeaturesResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
