# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""ListGroups, key 16: versions 0-5, flexible from 3."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class ListGroupsRequest(Struct, frozen=True, gc=False):
    """ListGroupsRequest, versions 0-5."""

    states_filter: Sequence[str] = ()
    types_filter: Sequence[str] = ()


class ListedGroup(Struct, frozen=True, gc=False):
    group_id: str = ""
    protocol_type: str = ""
    group_state: str = ""
    group_type: str = ""


class ListGroupsResponse(Struct, frozen=True, gc=False):
    """ListGroupsResponse, versions 0-5."""

    throttle_time_ms: int = 0
    error_code: int = 0
    groups: Sequence[ListedGroup] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    ListGroupsRequest: (
        Field("states_filter", "string", "4+", many=True),
        Field("types_filter", "string", "5+", many=True),
    ),
    ListedGroup: (
        Field("group_id", "string", "0+"),
        Field("protocol_type", "string", "0+"),
        Field("group_state", "string", "4+"),
        Field("group_type", "string", "5+"),
    ),
    ListGroupsResponse: (
        Field("throttle_time_ms", "int32", "1+"),
        Field("error_code", "int16", "0+"),
        Field("groups", ListedGroup, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 5)
FLEXIBLE_FROM: Final = 3

API: Final = Api(
    key=16,
    name="ListGroups",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(ListGroupsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(ListGroupsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
