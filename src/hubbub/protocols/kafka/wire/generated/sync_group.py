# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""SyncGroup, key 14: versions 0-5, flexible from 4."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class SyncGroupRequestAssignment(Struct, frozen=True, gc=False):
    member_id: str = ""
    assignment: bytes = b""


class SyncGroupRequest(Struct, frozen=True, gc=False):
    """SyncGroupRequest, versions 0-5."""

    group_id: str = ""
    generation_id: int = 0
    member_id: str = ""
    group_instance_id: str | None = None
    protocol_type: str | None = None
    protocol_name: str | None = None
    assignments: Sequence[SyncGroupRequestAssignment] = ()


class SyncGroupResponse(Struct, frozen=True, gc=False):
    """SyncGroupResponse, versions 0-5."""

    throttle_time_ms: int = 0
    error_code: int = 0
    protocol_type: str | None = None
    protocol_name: str | None = None
    assignment: bytes = b""


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    SyncGroupRequestAssignment: (
        Field("member_id", "string", "0+"),
        Field("assignment", "bytes", "0+"),
    ),
    SyncGroupRequest: (
        Field("group_id", "string", "0+"),
        Field("generation_id", "int32", "0+"),
        Field("member_id", "string", "0+"),
        Field("group_instance_id", "string", "3+", null="3+"),
        Field("protocol_type", "string", "5+", null="5+"),
        Field("protocol_name", "string", "5+", null="5+"),
        Field("assignments", SyncGroupRequestAssignment, "0+", many=True),
    ),
    SyncGroupResponse: (
        Field("throttle_time_ms", "int32", "1+"),
        Field("error_code", "int16", "0+"),
        Field("protocol_type", "string", "5+", null="5+"),
        Field("protocol_name", "string", "5+", null="5+"),
        Field("assignment", "bytes", "0+"),
    ),
}

VERSIONS: Final = (0, 5)
FLEXIBLE_FROM: Final = 4

API: Final = Api(
    key=14,
    name="SyncGroup",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(SyncGroupRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(SyncGroupResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
