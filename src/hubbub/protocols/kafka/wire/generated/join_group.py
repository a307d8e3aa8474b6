# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""JoinGroup, key 11: versions 0-9, flexible from 6."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class JoinGroupRequestProtocol(Struct, frozen=True, gc=False):
    name: str = ""
    metadata: bytes = b""


class JoinGroupRequest(Struct, frozen=True, gc=False):
    """JoinGroupRequest, versions 0-9."""

    group_id: str = ""
    session_timeout_ms: int = 0
    rebalance_timeout_ms: int = -1
    member_id: str = ""
    group_instance_id: str | None = None
    protocol_type: str = ""
    protocols: Sequence[JoinGroupRequestProtocol] = ()
    reason: str | None = None


class JoinGroupResponseMember(Struct, frozen=True, gc=False):
    member_id: str = ""
    group_instance_id: str | None = None
    metadata: bytes = b""


class JoinGroupResponse(Struct, frozen=True, gc=False):
    """JoinGroupResponse, versions 0-9."""

    throttle_time_ms: int = 0
    error_code: int = 0
    generation_id: int = -1
    protocol_type: str | None = None
    protocol_name: str | None = ""
    leader: str = ""
    skip_assignment: bool = False
    member_id: str = ""
    members: Sequence[JoinGroupResponseMember] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    JoinGroupRequestProtocol: (
        Field("name", "string", "0+"),
        Field("metadata", "bytes", "0+"),
    ),
    JoinGroupRequest: (
        Field("group_id", "string", "0+"),
        Field("session_timeout_ms", "int32", "0+"),
        Field("rebalance_timeout_ms", "int32", "1+"),
        Field("member_id", "string", "0+"),
        Field("group_instance_id", "string", "5+", null="5+"),
        Field("protocol_type", "string", "0+"),
        Field("protocols", JoinGroupRequestProtocol, "0+", many=True),
        Field("reason", "string", "8+", null="8+"),
    ),
    JoinGroupResponseMember: (
        Field("member_id", "string", "0+"),
        Field("group_instance_id", "string", "5+", null="5+"),
        Field("metadata", "bytes", "0+"),
    ),
    JoinGroupResponse: (
        Field("throttle_time_ms", "int32", "2+"),
        Field("error_code", "int16", "0+"),
        Field("generation_id", "int32", "0+"),
        Field("protocol_type", "string", "7+", null="7+"),
        Field("protocol_name", "string", "0+", null="7+"),
        Field("leader", "string", "0+"),
        Field("skip_assignment", "bool", "9+"),
        Field("member_id", "string", "0+"),
        Field("members", JoinGroupResponseMember, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 9)
FLEXIBLE_FROM: Final = 6

API: Final = Api(
    key=11,
    name="JoinGroup",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(JoinGroupRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(JoinGroupResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
