# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""Metadata, key 3: versions 0-13, flexible from 9."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class MetadataRequestTopic(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    name: str | None = ""


class MetadataRequest(Struct, frozen=True, gc=False):
    """MetadataRequest, versions 0-13."""

    topics: Sequence[MetadataRequestTopic] | None = ()
    allow_auto_topic_creation: bool = True
    include_cluster_authorized_operations: bool = False
    include_topic_authorized_operations: bool = False


class MetadataResponseBroker(Struct, frozen=True, gc=False):
    node_id: int = 0
    host: str = ""
    port: int = 0
    rack: str | None = None


class MetadataResponsePartition(Struct, frozen=True, gc=False):
    error_code: int = 0
    partition_index: int = 0
    leader_id: int = 0
    leader_epoch: int = -1
    replica_nodes: Sequence[int] = ()
    isr_nodes: Sequence[int] = ()
    offline_replicas: Sequence[int] = ()


class MetadataResponseTopic(Struct, frozen=True, gc=False):
    error_code: int = 0
    name: str | None = ""
    topic_id: bytes = NIL
    is_internal: bool = False
    partitions: Sequence[MetadataResponsePartition] = ()
    topic_authorized_operations: int = -2147483648


class MetadataResponse(Struct, frozen=True, gc=False):
    """MetadataResponse, versions 0-13."""

    throttle_time_ms: int = 0
    brokers: Sequence[MetadataResponseBroker] = ()
    cluster_id: str | None = None
    controller_id: int = -1
    topics: Sequence[MetadataResponseTopic] = ()
    cluster_authorized_operations: int = -2147483648
    error_code: int = 0


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    MetadataRequestTopic: (
        Field("topic_id", "uuid", "10+"),
        Field("name", "string", "0+", null="10+"),
    ),
    MetadataRequest: (
        Field("topics", MetadataRequestTopic, "0+", many=True, null="1+"),
        Field("allow_auto_topic_creation", "bool", "4+"),
        Field("include_cluster_authorized_operations", "bool", "8-10"),
        Field("include_topic_authorized_operations", "bool", "8+"),
    ),
    MetadataResponseBroker: (
        Field("node_id", "int32", "0+"),
        Field("host", "string", "0+"),
        Field("port", "int32", "0+"),
        Field("rack", "string", "1+", null="1+"),
    ),
    MetadataResponsePartition: (
        Field("error_code", "int16", "0+"),
        Field("partition_index", "int32", "0+"),
        Field("leader_id", "int32", "0+"),
        Field("leader_epoch", "int32", "7+"),
        Field("replica_nodes", "int32", "0+", many=True),
        Field("isr_nodes", "int32", "0+", many=True),
        Field("offline_replicas", "int32", "5+", many=True),
    ),
    MetadataResponseTopic: (
        Field("error_code", "int16", "0+"),
        Field("name", "string", "0+", null="12+"),
        Field("topic_id", "uuid", "10+"),
        Field("is_internal", "bool", "1+"),
        Field("partitions", MetadataResponsePartition, "0+", many=True),
        Field("topic_authorized_operations", "int32", "8+"),
    ),
    MetadataResponse: (
        Field("throttle_time_ms", "int32", "3+"),
        Field("brokers", MetadataResponseBroker, "0+", many=True),
        Field("cluster_id", "string", "2+", null="2+"),
        Field("controller_id", "int32", "1+"),
        Field("topics", MetadataResponseTopic, "0+", many=True),
        Field("cluster_authorized_operations", "int32", "8-10"),
        Field("error_code", "int16", "13+"),
    ),
}

VERSIONS: Final = (0, 13)
FLEXIBLE_FROM: Final = 9

API: Final = Api(
    key=3,
    name="Metadata",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(MetadataRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(MetadataResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
