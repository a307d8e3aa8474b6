# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""ConsumerGroupHeartbeat, key 68: versions 0-1, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class TopicPartitions(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[int] = ()


class ConsumerGroupHeartbeatRequest(Struct, frozen=True, gc=False):
    """ConsumerGroupHeartbeatRequest, versions 0-1."""

    group_id: str = ""
    member_id: str = ""
    member_epoch: int = 0
    instance_id: str | None = None
    rack_id: str | None = None
    rebalance_timeout_ms: int = -1
    subscribed_topic_names: Sequence[str] | None = None
    subscribed_topic_regex: str | None = None
    server_assignor: str | None = None
    topic_partitions: Sequence[TopicPartitions] | None = None


class Assignment(Struct, frozen=True, gc=False):
    topic_partitions: Sequence[TopicPartitions] = ()


class ConsumerGroupHeartbeatResponse(Struct, frozen=True, gc=False):
    """ConsumerGroupHeartbeatResponse, versions 0-1."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = None
    member_id: str | None = None
    member_epoch: int = 0
    heartbeat_interval_ms: int = 0
    assignment: Assignment | None = None


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    TopicPartitions: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", "int32", "0+", many=True),
    ),
    ConsumerGroupHeartbeatRequest: (
        Field("group_id", "string", "0+"),
        Field("member_id", "string", "0+"),
        Field("member_epoch", "int32", "0+"),
        Field("instance_id", "string", "0+", null="0+"),
        Field("rack_id", "string", "0+", null="0+"),
        Field("rebalance_timeout_ms", "int32", "0+"),
        Field("subscribed_topic_names", "string", "0+", many=True, null="0+"),
        Field("subscribed_topic_regex", "string", "1+", null="1+"),
        Field("server_assignor", "string", "0+", null="0+"),
        Field("topic_partitions", TopicPartitions, "0+", many=True, null="0+"),
    ),
    Assignment: (
        Field("topic_partitions", TopicPartitions, "0+", many=True),
    ),
    ConsumerGroupHeartbeatResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("member_id", "string", "0+", null="0+"),
        Field("member_epoch", "int32", "0+"),
        Field("heartbeat_interval_ms", "int32", "0+"),
        Field("assignment", Assignment, "0+", null="0+"),
    ),
}

VERSIONS: Final = (0, 1)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=68,
    name="ConsumerGroupHeartbeat",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(ConsumerGroupHeartbeatRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(ConsumerGroupHeartbeatResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
