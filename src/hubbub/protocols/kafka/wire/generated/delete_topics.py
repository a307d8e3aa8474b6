# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DeleteTopics, key 20: versions 0-6, flexible from 4."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class DeleteTopicState(Struct, frozen=True, gc=False):
    name: str | None = None
    topic_id: bytes = NIL


class DeleteTopicsRequest(Struct, frozen=True, gc=False):
    """DeleteTopicsRequest, versions 0-6."""

    topics: Sequence[DeleteTopicState] = ()
    topic_names: Sequence[str] = ()
    timeout_ms: int = 0


class DeletableTopicResult(Struct, frozen=True, gc=False):
    name: str | None = ""
    topic_id: bytes = NIL
    error_code: int = 0
    error_message: str | None = None


class DeleteTopicsResponse(Struct, frozen=True, gc=False):
    """DeleteTopicsResponse, versions 0-6."""

    throttle_time_ms: int = 0
    responses: Sequence[DeletableTopicResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    DeleteTopicState: (
        Field("name", "string", "6+", null="6+"),
        Field("topic_id", "uuid", "6+"),
    ),
    DeleteTopicsRequest: (
        Field("topics", DeleteTopicState, "6+", many=True),
        Field("topic_names", "string", "0-5", many=True),
        Field("timeout_ms", "int32", "0+"),
    ),
    DeletableTopicResult: (
        Field("name", "string", "0+", null="6+"),
        Field("topic_id", "uuid", "6+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "5+", null="5+"),
    ),
    DeleteTopicsResponse: (
        Field("throttle_time_ms", "int32", "1+"),
        Field("responses", DeletableTopicResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 6)
FLEXIBLE_FROM: Final = 4

API: Final = Api(
    key=20,
    name="DeleteTopics",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DeleteTopicsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DeleteTopicsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
