# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DeleteShareGroupOffsets, key 92: versions 0, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class DeleteShareGroupOffsetsRequestTopic(Struct, frozen=True, gc=False):
    topic_name: str = ""


class DeleteShareGroupOffsetsRequest(Struct, frozen=True, gc=False):
    """DeleteShareGroupOffsetsRequest, versions 0."""

    group_id: str = ""
    topics: Sequence[DeleteShareGroupOffsetsRequestTopic] = ()


class DeleteShareGroupOffsetsResponseTopic(Struct, frozen=True, gc=False):
    topic_name: str = ""
    topic_id: bytes = NIL
    error_code: int = 0
    error_message: str | None = None


class DeleteShareGroupOffsetsResponse(Struct, frozen=True, gc=False):
    """DeleteShareGroupOffsetsResponse, versions 0."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = None
    responses: Sequence[DeleteShareGroupOffsetsResponseTopic] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    DeleteShareGroupOffsetsRequestTopic: (
        Field("topic_name", "string", "0+"),
    ),
    DeleteShareGroupOffsetsRequest: (
        Field("group_id", "string", "0+"),
        Field("topics", DeleteShareGroupOffsetsRequestTopic, "0+", many=True),
    ),
    DeleteShareGroupOffsetsResponseTopic: (
        Field("topic_name", "string", "0+"),
        Field("topic_id", "uuid", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
    ),
    DeleteShareGroupOffsetsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("responses", DeleteShareGroupOffsetsResponseTopic, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=92,
    name="DeleteShareGroupOffsets",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DeleteShareGroupOffsetsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DeleteShareGroupOffsetsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
