# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""PushTelemetry, key 72: versions 0, flexible from 0."""

from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class PushTelemetryRequest(Struct, frozen=True, gc=False):
    """PushTelemetryRequest, versions 0."""

    client_instance_id: bytes = NIL
    subscription_id: int = 0
    terminating: bool = False
    compression_type: int = 0
    metrics: bytes = b""


class PushTelemetryResponse(Struct, frozen=True, gc=False):
    """PushTelemetryResponse, versions 0."""

    throttle_time_ms: int = 0
    error_code: int = 0


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    PushTelemetryRequest: (
        Field("client_instance_id", "uuid", "0+"),
        Field("subscription_id", "int32", "0+"),
        Field("terminating", "bool", "0+"),
        Field("compression_type", "int8", "0+"),
        Field("metrics", "bytes", "0+"),
    ),
    PushTelemetryResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=72,
    name="PushTelemetry",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(PushTelemetryRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(PushTelemetryResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
