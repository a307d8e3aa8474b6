# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""ShareGroupHeartbeat, key 76: versions 1, flexible from 1."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class ShareGroupHeartbeatRequest(Struct, frozen=True, gc=False):
    """ShareGroupHeartbeatRequest, versions 1."""

    group_id: str = ""
    member_id: str = ""
    member_epoch: int = 0
    rack_id: str | None = None
    subscribed_topic_names: Sequence[str] | None = None


class TopicPartitions(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[int] = ()


class Assignment(Struct, frozen=True, gc=False):
    topic_partitions: Sequence[TopicPartitions] = ()


class ShareGroupHeartbeatResponse(Struct, frozen=True, gc=False):
    """ShareGroupHeartbeatResponse, versions 1."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = None
    member_id: str | None = None
    member_epoch: int = 0
    heartbeat_interval_ms: int = 0
    assignment: Assignment | None = None


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    ShareGroupHeartbeatRequest: (
        Field("group_id", "string", "0+"),
        Field("member_id", "string", "0+"),
        Field("member_epoch", "int32", "0+"),
        Field("rack_id", "string", "0+", null="0+"),
        Field("subscribed_topic_names", "string", "0+", many=True, null="0+"),
    ),
    TopicPartitions: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", "int32", "0+", many=True),
    ),
    Assignment: (
        Field("topic_partitions", TopicPartitions, "0+", many=True),
    ),
    ShareGroupHeartbeatResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("member_id", "string", "0+", null="0+"),
        Field("member_epoch", "int32", "0+"),
        Field("heartbeat_interval_ms", "int32", "0+"),
        Field("assignment", Assignment, "0+", null="0+"),
    ),
}

VERSIONS: Final = (1, 1)
FLEXIBLE_FROM: Final = 1

API: Final = Api(
    key=76,
    name="ShareGroupHeartbeat",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(ShareGroupHeartbeatRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(ShareGroupHeartbeatResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
