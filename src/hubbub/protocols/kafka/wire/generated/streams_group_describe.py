# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""StreamsGroupDescribe, key 89: versions 0, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class StreamsGroupDescribeRequest(Struct, frozen=True, gc=False):
    """StreamsGroupDescribeRequest, versions 0."""

    group_ids: Sequence[str] = ()
    include_authorized_operations: bool = False


class KeyValue(Struct, frozen=True, gc=False):
    key: str = ""
    value: str = ""


class TopicInfo(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: int = 0
    replication_factor: int = 0
    topic_configs: Sequence[KeyValue] = ()


class Subtopology(Struct, frozen=True, gc=False):
    subtopology_id: str = ""
    source_topics: Sequence[str] = ()
    repartition_sink_topics: Sequence[str] = ()
    state_changelog_topics: Sequence[TopicInfo] = ()
    repartition_source_topics: Sequence[TopicInfo] = ()


class Topology(Struct, frozen=True, gc=False):
    epoch: int = 0
    subtopologies: Sequence[Subtopology] | None = None


class Endpoint(Struct, frozen=True, gc=False):
    host: str = ""
    port: int = 0


class TaskOffset(Struct, frozen=True, gc=False):
    subtopology_id: str = ""
    partition: int = 0
    offset: int = 0


class TaskIds(Struct, frozen=True, gc=False):
    subtopology_id: str = ""
    partitions: Sequence[int] = ()


class Assignment(Struct, frozen=True, gc=False):
    active_tasks: Sequence[TaskIds] = ()
    standby_tasks: Sequence[TaskIds] = ()
    warmup_tasks: Sequence[TaskIds] = ()


class Member(Struct, frozen=True, gc=False):
    member_id: str = ""
    member_epoch: int = 0
    instance_id: str | None = None
    rack_id: str | None = None
    client_id: str = ""
    client_host: str = ""
    topology_epoch: int = 0
    process_id: str = ""
    user_endpoint: Endpoint | None = None
    client_tags: Sequence[KeyValue] = ()
    task_offsets: Sequence[TaskOffset] = ()
    task_end_offsets: Sequence[TaskOffset] = ()
    assignment: Assignment = Assignment()
    target_assignment: Assignment = Assignment()
    is_classic: bool = False


class DescribedGroup(Struct, frozen=True, gc=False):
    error_code: int = 0
    error_message: str | None = None
    group_id: str = ""
    group_state: str = ""
    group_epoch: int = 0
    assignment_epoch: int = 0
    topology: Topology | None = None
    members: Sequence[Member] = ()
    authorized_operations: int = -2147483648


class StreamsGroupDescribeResponse(Struct, frozen=True, gc=False):
    """StreamsGroupDescribeResponse, versions 0."""

    throttle_time_ms: int = 0
    groups: Sequence[DescribedGroup] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    StreamsGroupDescribeRequest: (
        Field("group_ids", "string", "0+", many=True),
        Field("include_authorized_operations", "bool", "0+"),
    ),
    KeyValue: (
        Field("key", "string", "0+"),
        Field("value", "string", "0+"),
    ),
    TopicInfo: (
        Field("name", "string", "0+"),
        Field("partitions", "int32", "0+"),
        Field("replication_factor", "int16", "0+"),
        Field("topic_configs", KeyValue, "0+", many=True),
    ),
    Subtopology: (
        Field("subtopology_id", "string", "0+"),
        Field("source_topics", "string", "0+", many=True),
        Field("repartition_sink_topics", "string", "0+", many=True),
        Field("state_changelog_topics", TopicInfo, "0+", many=True),
        Field("repartition_source_topics", TopicInfo, "0+", many=True),
    ),
    Topology: (
        Field("epoch", "int32", "0+"),
        Field("subtopologies", Subtopology, "0+", many=True, null="0+"),
    ),
    Endpoint: (
        Field("host", "string", "0+"),
        Field("port", "uint16", "0+"),
    ),
    TaskOffset: (
        Field("subtopology_id", "string", "0+"),
        Field("partition", "int32", "0+"),
        Field("offset", "int64", "0+"),
    ),
    TaskIds: (
        Field("subtopology_id", "string", "0+"),
        Field("partitions", "int32", "0+", many=True),
    ),
    Assignment: (
        Field("active_tasks", TaskIds, "0+", many=True),
        Field("standby_tasks", TaskIds, "0+", many=True),
        Field("warmup_tasks", TaskIds, "0+", many=True),
    ),
    Member: (
        Field("member_id", "string", "0+"),
        Field("member_epoch", "int32", "0+"),
        Field("instance_id", "string", "0+", null="0+"),
        Field("rack_id", "string", "0+", null="0+"),
        Field("client_id", "string", "0+"),
        Field("client_host", "string", "0+"),
        Field("topology_epoch", "int32", "0+"),
        Field("process_id", "string", "0+"),
        Field("user_endpoint", Endpoint, "0+", null="0+"),
        Field("client_tags", KeyValue, "0+", many=True),
        Field("task_offsets", TaskOffset, "0+", many=True),
        Field("task_end_offsets", TaskOffset, "0+", many=True),
        Field("assignment", Assignment, "0+"),
        Field("target_assignment", Assignment, "0+"),
        Field("is_classic", "bool", "0+"),
    ),
    DescribedGroup: (
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("group_id", "string", "0+"),
        Field("group_state", "string", "0+"),
        Field("group_epoch", "int32", "0+"),
        Field("assignment_epoch", "int32", "0+"),
        Field("topology", Topology, "0+", null="0+"),
        Field("members", Member, "0+", many=True),
        Field("authorized_operations", "int32", "0+"),
    ),
    StreamsGroupDescribeResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("groups", DescribedGroup, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=89,
    name="StreamsGroupDescribe",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(StreamsGroupDescribeRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(StreamsGroupDescribeResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
