# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DeleteGroups, key 42: versions 0-2, flexible from 2."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class DeleteGroupsRequest(Struct, frozen=True, gc=False):
    """DeleteGroupsRequest, versions 0-2."""

    groups_names: Sequence[str] = ()


class DeletableGroupResult(Struct, frozen=True, gc=False):
    group_id: str = ""
    error_code: int = 0


class DeleteGroupsResponse(Struct, frozen=True, gc=False):
    """DeleteGroupsResponse, versions 0-2."""

    throttle_time_ms: int = 0
    results: Sequence[DeletableGroupResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    DeleteGroupsRequest: (
        Field("groups_names", "string", "0+", many=True),
    ),
    DeletableGroupResult: (
        Field("group_id", "string", "0+"),
        Field("error_code", "int16", "0+"),
    ),
    DeleteGroupsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("results", DeletableGroupResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 2)
FLEXIBLE_FROM: Final = 2

API: Final = Api(
    key=42,
    name="DeleteGroups",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DeleteGroupsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DeleteGroupsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
