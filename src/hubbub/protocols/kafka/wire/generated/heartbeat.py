# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""Heartbeat, key 12: versions 0-4, flexible from 4."""

from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class HeartbeatRequest(Struct, frozen=True, gc=False):
    """HeartbeatRequest, versions 0-4."""

    group_id: str = ""
    generation_id: int = 0
    member_id: str = ""
    group_instance_id: str | None = None


class HeartbeatResponse(Struct, frozen=True, gc=False):
    """HeartbeatResponse, versions 0-4."""

    throttle_time_ms: int = 0
    error_code: int = 0


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    HeartbeatRequest: (
        Field("group_id", "string", "0+"),
        Field("generation_id", "int32", "0+"),
        Field("member_id", "string", "0+"),
        Field("group_instance_id", "string", "3+", null="3+"),
    ),
    HeartbeatResponse: (
        Field("throttle_time_ms", "int32", "1+"),
        Field("error_code", "int16", "0+"),
    ),
}

VERSIONS: Final = (0, 4)
FLEXIBLE_FROM: Final = 4

API: Final = Api(
    key=12,
    name="Heartbeat",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(HeartbeatRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(HeartbeatResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
