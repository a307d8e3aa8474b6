# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""GetTelemetrySubscriptions, key 71: versions 0, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class GetTelemetrySubscriptionsRequest(Struct, frozen=True, gc=False):
    """GetTelemetrySubscriptionsRequest, versions 0."""

    client_instance_id: bytes = NIL


class GetTelemetrySubscriptionsResponse(Struct, frozen=True, gc=False):
    """GetTelemetrySubscriptionsResponse, versions 0."""

    throttle_time_ms: int = 0
    error_code: int = 0
    client_instance_id: bytes = NIL
    subscription_id: int = 0
    accepted_compression_types: Sequence[int] = ()
    push_interval_ms: int = 0
    telemetry_max_bytes: int = 0
    delta_temporality: bool = False
    requested_metrics: Sequence[str] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    GetTelemetrySubscriptionsRequest: (
        Field("client_instance_id", "uuid", "0+"),
    ),
    GetTelemetrySubscriptionsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("client_instance_id", "uuid", "0+"),
        Field("subscription_id", "int32", "0+"),
        Field("accepted_compression_types", "int8", "0+", many=True),
        Field("push_interval_ms", "int32", "0+"),
        Field("telemetry_max_bytes", "int32", "0+"),
        Field("delta_temporality", "bool", "0+"),
        Field("requested_metrics", "string", "0+", many=True),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=71,
    name="GetTelemetrySubscriptions",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(GetTelemetrySubscriptionsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(GetTelemetrySubscriptionsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
