# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""StreamsGroupHeartbeat, key 88: versions 0, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class KeyValue(Struct, frozen=True, gc=False):
    key: str = ""
    value: str = ""


class TopicInfo(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: int = 0
    replication_factor: int = 0
    topic_configs: Sequence[KeyValue] = ()


class CopartitionGroup(Struct, frozen=True, gc=False):
    source_topics: Sequence[int] = ()
    source_topic_regex: Sequence[int] = ()
    repartition_source_topics: Sequence[int] = ()


class Subtopology(Struct, frozen=True, gc=False):
    subtopology_id: str = ""
    source_topics: Sequence[str] = ()
    source_topic_regex: Sequence[str] = ()
    state_changelog_topics: Sequence[TopicInfo] = ()
    repartition_sink_topics: Sequence[str] = ()
    repartition_source_topics: Sequence[TopicInfo] = ()
    copartition_groups: Sequence[CopartitionGroup] = ()


class Topology(Struct, frozen=True, gc=False):
    epoch: int = 0
    subtopologies: Sequence[Subtopology] = ()


class TaskIds(Struct, frozen=True, gc=False):
    subtopology_id: str = ""
    partitions: Sequence[int] = ()


class Endpoint(Struct, frozen=True, gc=False):
    host: str = ""
    port: int = 0


class TaskOffset(Struct, frozen=True, gc=False):
    subtopology_id: str = ""
    partition: int = 0
    offset: int = 0


class StreamsGroupHeartbeatRequest(Struct, frozen=True, gc=False):
    """StreamsGroupHeartbeatRequest, versions 0."""

    group_id: str = ""
    member_id: str = ""
    member_epoch: int = 0
    endpoint_information_epoch: int = 0
    instance_id: str | None = None
    rack_id: str | None = None
    rebalance_timeout_ms: int = -1
    topology: Topology | None = None
    active_tasks: Sequence[TaskIds] | None = None
    standby_tasks: Sequence[TaskIds] | None = None
    warmup_tasks: Sequence[TaskIds] | None = None
    process_id: str | None = None
    user_endpoint: Endpoint | None = None
    client_tags: Sequence[KeyValue] | None = None
    task_offsets: Sequence[TaskOffset] | None = None
    task_end_offsets: Sequence[TaskOffset] | None = None
    shutdown_application: bool = False


class Status(Struct, frozen=True, gc=False):
    status_code: int = 0
    status_detail: str = ""


class TopicPartition(Struct, frozen=True, gc=False):
    topic: str = ""
    partitions: Sequence[int] = ()


class EndpointToPartitions(Struct, frozen=True, gc=False):
    user_endpoint: Endpoint = Endpoint()
    active_partitions: Sequence[TopicPartition] = ()
    standby_partitions: Sequence[TopicPartition] = ()


class StreamsGroupHeartbeatResponse(Struct, frozen=True, gc=False):
    """StreamsGroupHeartbeatResponse, versions 0."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = None
    member_id: str = ""
    member_epoch: int = 0
    heartbeat_interval_ms: int = 0
    acceptable_recovery_lag: int = 0
    task_offset_interval_ms: int = 0
    status: Sequence[Status] | None = ()
    active_tasks: Sequence[TaskIds] | None = None
    standby_tasks: Sequence[TaskIds] | None = None
    warmup_tasks: Sequence[TaskIds] | None = None
    endpoint_information_epoch: int = 0
    partitions_by_user_endpoint: Sequence[EndpointToPartitions] | None = None


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
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
    CopartitionGroup: (
        Field("source_topics", "int16", "0+", many=True),
        Field("source_topic_regex", "int16", "0+", many=True),
        Field("repartition_source_topics", "int16", "0+", many=True),
    ),
    Subtopology: (
        Field("subtopology_id", "string", "0+"),
        Field("source_topics", "string", "0+", many=True),
        Field("source_topic_regex", "string", "0+", many=True),
        Field("state_changelog_topics", TopicInfo, "0+", many=True),
        Field("repartition_sink_topics", "string", "0+", many=True),
        Field("repartition_source_topics", TopicInfo, "0+", many=True),
        Field("copartition_groups", CopartitionGroup, "0+", many=True),
    ),
    Topology: (
        Field("epoch", "int32", "0+"),
        Field("subtopologies", Subtopology, "0+", many=True),
    ),
    TaskIds: (
        Field("subtopology_id", "string", "0+"),
        Field("partitions", "int32", "0+", many=True),
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
    StreamsGroupHeartbeatRequest: (
        Field("group_id", "string", "0+"),
        Field("member_id", "string", "0+"),
        Field("member_epoch", "int32", "0+"),
        Field("endpoint_information_epoch", "int32", "0+"),
        Field("instance_id", "string", "0+", null="0+"),
        Field("rack_id", "string", "0+", null="0+"),
        Field("rebalance_timeout_ms", "int32", "0+"),
        Field("topology", Topology, "0+", null="0+"),
        Field("active_tasks", TaskIds, "0+", many=True, null="0+"),
        Field("standby_tasks", TaskIds, "0+", many=True, null="0+"),
        Field("warmup_tasks", TaskIds, "0+", many=True, null="0+"),
        Field("process_id", "string", "0+", null="0+"),
        Field("user_endpoint", Endpoint, "0+", null="0+"),
        Field("client_tags", KeyValue, "0+", many=True, null="0+"),
        Field("task_offsets", TaskOffset, "0+", many=True, null="0+"),
        Field("task_end_offsets", TaskOffset, "0+", many=True, null="0+"),
        Field("shutdown_application", "bool", "0+"),
    ),
    Status: (
        Field("status_code", "int8", "0+"),
        Field("status_detail", "string", "0+"),
    ),
    TopicPartition: (
        Field("topic", "string", "0+"),
        Field("partitions", "int32", "0+", many=True),
    ),
    EndpointToPartitions: (
        Field("user_endpoint", Endpoint, "0+"),
        Field("active_partitions", TopicPartition, "0+", many=True),
        Field("standby_partitions", TopicPartition, "0+", many=True),
    ),
    StreamsGroupHeartbeatResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("member_id", "string", "0+"),
        Field("member_epoch", "int32", "0+"),
        Field("heartbeat_interval_ms", "int32", "0+"),
        Field("acceptable_recovery_lag", "int32", "0+"),
        Field("task_offset_interval_ms", "int32", "0+"),
        Field("status", Status, "0+", many=True, null="0+"),
        Field("active_tasks", TaskIds, "0+", many=True, null="0+"),
        Field("standby_tasks", TaskIds, "0+", many=True, null="0+"),
        Field("warmup_tasks", TaskIds, "0+", many=True, null="0+"),
        Field("endpoint_information_epoch", "int32", "0+"),
        Field("partitions_by_user_endpoint", EndpointToPartitions, "0+", many=True, null="0+"),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=88,
    name="StreamsGroupHeartbeat",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(StreamsGroupHeartbeatRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(StreamsGroupHeartbeatResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
