# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""ConsumerGroupDescribe, key 69: versions 0-1, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class ConsumerGroupDescribeRequest(Struct, frozen=True, gc=False):
    """ConsumerGroupDescribeRequest, versions 0-1."""

    group_ids: Sequence[str] = ()
    include_authorized_operations: bool = False


class TopicPartitions(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    topic_name: str = ""
    partitions: Sequence[int] = ()


class Assignment(Struct, frozen=True, gc=False):
    topic_partitions: Sequence[TopicPartitions] = ()


class Member(Struct, frozen=True, gc=False):
    member_id: str = ""
    instance_id: str | None = None
    rack_id: str | None = None
    member_epoch: int = 0
    client_id: str = ""
    client_host: str = ""
    subscribed_topic_names: Sequence[str] = ()
    subscribed_topic_regex: str | None = None
    assignment: Assignment = Assignment()
    target_assignment: Assignment = Assignment()
    member_type: int = -1


class DescribedGroup(Struct, frozen=True, gc=False):
    error_code: int = 0
    error_message: str | None = None
    group_id: str = ""
    group_state: str = ""
    group_epoch: int = 0
    assignment_epoch: int = 0
    assignor_name: str = ""
    members: Sequence[Member] = ()
    authorized_operations: int = -2147483648


class ConsumerGroupDescribeResponse(Struct, frozen=True, gc=False):
    """ConsumerGroupDescribeResponse, versions 0-1."""

    throttle_time_ms: int = 0
    groups: Sequence[DescribedGroup] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    ConsumerGroupDescribeRequest: (
        Field("group_ids", "string", "0+", many=True),
        Field("include_authorized_operations", "bool", "0+"),
    ),
    TopicPartitions: (
        Field("topic_id", "uuid", "0+"),
        Field("topic_name", "string", "0+"),
        Field("partitions", "int32", "0+", many=True),
    ),
    Assignment: (
        Field("topic_partitions", TopicPartitions, "0+", many=True),
    ),
    Member: (
        Field("member_id", "string", "0+"),
        Field("instance_id", "string", "0+", null="0+"),
        Field("rack_id", "string", "0+", null="0+"),
        Field("member_epoch", "int32", "0+"),
        Field("client_id", "string", "0+"),
        Field("client_host", "string", "0+"),
        Field("subscribed_topic_names", "string", "0+", many=True),
        Field("subscribed_topic_regex", "string", "0+", null="0+"),
        Field("assignment", Assignment, "0+"),
        Field("target_assignment", Assignment, "0+"),
        Field("member_type", "int8", "1+"),
    ),
    DescribedGroup: (
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("group_id", "string", "0+"),
        Field("group_state", "string", "0+"),
        Field("group_epoch", "int32", "0+"),
        Field("assignment_epoch", "int32", "0+"),
        Field("assignor_name", "string", "0+"),
        Field("members", Member, "0+", many=True),
        Field("authorized_operations", "int32", "0+"),
    ),
    ConsumerGroupDescribeResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("groups", DescribedGroup, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 1)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=69,
    name="ConsumerGroupDescribe",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(ConsumerGroupDescribeRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(ConsumerGroupDescribeResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
