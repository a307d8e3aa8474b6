# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DescribeGroups, key 15: versions 0-6, flexible from 5."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class DescribeGroupsRequest(Struct, frozen=True, gc=False):
    """DescribeGroupsRequest, versions 0-6."""

    groups: Sequence[str] = ()
    include_authorized_operations: bool = False


class DescribedGroupMember(Struct, frozen=True, gc=False):
    member_id: str = ""
    group_instance_id: str | None = None
    client_id: str = ""
    client_host: str = ""
    member_metadata: bytes = b""
    member_assignment: bytes = b""


class DescribedGroup(Struct, frozen=True, gc=False):
    error_code: int = 0
    error_message: str | None = None
    group_id: str = ""
    group_state: str = ""
    protocol_type: str = ""
    protocol_data: str = ""
    members: Sequence[DescribedGroupMember] = ()
    authorized_operations: int = -2147483648


class DescribeGroupsResponse(Struct, frozen=True, gc=False):
    """DescribeGroupsResponse, versions 0-6."""

    throttle_time_ms: int = 0
    groups: Sequence[DescribedGroup] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    DescribeGroupsRequest: (
        Field("groups", "string", "0+", many=True),
        Field("include_authorized_operations", "bool", "3+"),
    ),
    DescribedGroupMember: (
        Field("member_id", "string", "0+"),
        Field("group_instance_id", "string", "4+", null="4+"),
        Field("client_id", "string", "0+"),
        Field("client_host", "string", "0+"),
        Field("member_metadata", "bytes", "0+"),
        Field("member_assignment", "bytes", "0+"),
    ),
    DescribedGroup: (
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "6+", null="6+"),
        Field("group_id", "string", "0+"),
        Field("group_state", "string", "0+"),
        Field("protocol_type", "string", "0+"),
        Field("protocol_data", "string", "0+"),
        Field("members", DescribedGroupMember, "0+", many=True),
        Field("authorized_operations", "int32", "3+"),
    ),
    DescribeGroupsResponse: (
        Field("throttle_time_ms", "int32", "1+"),
        Field("groups", DescribedGroup, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 6)
FLEXIBLE_FROM: Final = 5

API: Final = Api(
    key=15,
    name="DescribeGroups",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DescribeGroupsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DescribeGroupsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
