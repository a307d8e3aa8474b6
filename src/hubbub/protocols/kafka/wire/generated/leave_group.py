# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""LeaveGroup, key 13: versions 0-5, flexible from 4."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class MemberIdentity(Struct, frozen=True, gc=False):
    member_id: str = ""
    group_instance_id: str | None = None
    reason: str | None = None


class LeaveGroupRequest(Struct, frozen=True, gc=False):
    """LeaveGroupRequest, versions 0-5."""

    group_id: str = ""
    member_id: str = ""
    members: Sequence[MemberIdentity] = ()


class MemberResponse(Struct, frozen=True, gc=False):
    member_id: str = ""
    group_instance_id: str | None = ""
    error_code: int = 0


class LeaveGroupResponse(Struct, frozen=True, gc=False):
    """LeaveGroupResponse, versions 0-5."""

    throttle_time_ms: int = 0
    error_code: int = 0
    members: Sequence[MemberResponse] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    MemberIdentity: (
        Field("member_id", "string", "3+"),
        Field("group_instance_id", "string", "3+", null="3+"),
        Field("reason", "string", "5+", null="5+"),
    ),
    LeaveGroupRequest: (
        Field("group_id", "string", "0+"),
        Field("member_id", "string", "0-2"),
        Field("members", MemberIdentity, "3+", many=True),
    ),
    MemberResponse: (
        Field("member_id", "string", "3+"),
        Field("group_instance_id", "string", "3+", null="3+"),
        Field("error_code", "int16", "3+"),
    ),
    LeaveGroupResponse: (
        Field("throttle_time_ms", "int32", "1+"),
        Field("error_code", "int16", "0+"),
        Field("members", MemberResponse, "3+", many=True),
    ),
}

VERSIONS: Final = (0, 5)
FLEXIBLE_FROM: Final = 4

API: Final = Api(
    key=13,
    name="LeaveGroup",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(LeaveGroupRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(LeaveGroupResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
