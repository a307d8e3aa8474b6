# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""ShareAcknowledge, key 79: versions 1-2, flexible from 1."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class AcknowledgementBatch(Struct, frozen=True, gc=False):
    first_offset: int = 0
    last_offset: int = 0
    acknowledge_types: Sequence[int] = ()


class AcknowledgePartition(Struct, frozen=True, gc=False):
    partition_index: int = 0
    acknowledgement_batches: Sequence[AcknowledgementBatch] = ()


class AcknowledgeTopic(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[AcknowledgePartition] = ()


class ShareAcknowledgeRequest(Struct, frozen=True, gc=False):
    """ShareAcknowledgeRequest, versions 1-2."""

    group_id: str | None = None
    member_id: str | None = ""
    share_session_epoch: int = 0
    is_renew_ack: bool = False
    topics: Sequence[AcknowledgeTopic] = ()


class LeaderIdAndEpoch(Struct, frozen=True, gc=False):
    leader_id: int = 0
    leader_epoch: int = 0


class PartitionData(Struct, frozen=True, gc=False):
    partition_index: int = 0
    error_code: int = 0
    error_message: str | None = None
    current_leader: LeaderIdAndEpoch = LeaderIdAndEpoch()


class ShareAcknowledgeTopicResponse(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[PartitionData] = ()


class NodeEndpoint(Struct, frozen=True, gc=False):
    node_id: int = 0
    host: str = ""
    port: int = 0
    rack: str | None = None


class ShareAcknowledgeResponse(Struct, frozen=True, gc=False):
    """ShareAcknowledgeResponse, versions 1-2."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = None
    acquisition_lock_timeout_ms: int = 0
    responses: Sequence[ShareAcknowledgeTopicResponse] = ()
    node_endpoints: Sequence[NodeEndpoint] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    AcknowledgementBatch: (
        Field("first_offset", "int64", "0+"),
        Field("last_offset", "int64", "0+"),
        Field("acknowledge_types", "int8", "0+", many=True),
    ),
    AcknowledgePartition: (
        Field("partition_index", "int32", "0+"),
        Field("acknowledgement_batches", AcknowledgementBatch, "0+", many=True),
    ),
    AcknowledgeTopic: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", AcknowledgePartition, "0+", many=True),
    ),
    ShareAcknowledgeRequest: (
        Field("group_id", "string", "0+", null="0+"),
        Field("member_id", "string", "0+", null="0+"),
        Field("share_session_epoch", "int32", "0+"),
        Field("is_renew_ack", "bool", "2+"),
        Field("topics", AcknowledgeTopic, "0+", many=True),
    ),
    LeaderIdAndEpoch: (
        Field("leader_id", "int32", "0+"),
        Field("leader_epoch", "int32", "0+"),
    ),
    PartitionData: (
        Field("partition_index", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("current_leader", LeaderIdAndEpoch, "0+"),
    ),
    ShareAcknowledgeTopicResponse: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", PartitionData, "0+", many=True),
    ),
    NodeEndpoint: (
        Field("node_id", "int32", "0+"),
        Field("host", "string", "0+"),
        Field("port", "int32", "0+"),
        Field("rack", "string", "0+", null="0+"),
    ),
    ShareAcknowledgeResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("acquisition_lock_timeout_ms", "int32", "2+"),
        Field("responses", ShareAcknowledgeTopicResponse, "0+", many=True),
        Field("node_endpoints", NodeEndpoint, "0+", many=True),
    ),
}

VERSIONS: Final = (1, 2)
FLEXIBLE_FROM: Final = 1

API: Final = Api(
    key=79,
    name="ShareAcknowledge",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(ShareAcknowledgeRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(ShareAcknowledgeResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
