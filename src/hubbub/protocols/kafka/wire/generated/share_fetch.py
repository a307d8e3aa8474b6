# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""ShareFetch, key 78: versions 1-2, flexible from 1."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message, Records


class AcknowledgementBatch(Struct, frozen=True, gc=False):
    first_offset: int = 0
    last_offset: int = 0
    acknowledge_types: Sequence[int] = ()


class FetchPartition(Struct, frozen=True, gc=False):
    partition_index: int = 0
    acknowledgement_batches: Sequence[AcknowledgementBatch] = ()


class FetchTopic(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[FetchPartition] = ()


class ForgottenTopic(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[int] = ()


class ShareFetchRequest(Struct, frozen=True, gc=False):
    """ShareFetchRequest, versions 1-2."""

    group_id: str | None = None
    member_id: str | None = ""
    share_session_epoch: int = 0
    max_wait_ms: int = 0
    min_bytes: int = 0
    max_bytes: int = 2147483647
    max_records: int = 0
    batch_size: int = 0
    share_acquire_mode: int = 0
    is_renew_ack: bool = False
    topics: Sequence[FetchTopic] = ()
    forgotten_topics_data: Sequence[ForgottenTopic] = ()


class LeaderIdAndEpoch(Struct, frozen=True, gc=False):
    leader_id: int = 0
    leader_epoch: int = 0


class AcquiredRecords(Struct, frozen=True, gc=False):
    first_offset: int = 0
    last_offset: int = 0
    delivery_count: int = 0


class PartitionData(Struct, frozen=True, gc=False):
    partition_index: int = 0
    error_code: int = 0
    error_message: str | None = None
    acknowledge_error_code: int = 0
    acknowledge_error_message: str | None = None
    current_leader: LeaderIdAndEpoch = LeaderIdAndEpoch()
    records: Records = b""
    acquired_records: Sequence[AcquiredRecords] = ()


class ShareFetchableTopicResponse(Struct, frozen=True, gc=False):
    topic_id: bytes = NIL
    partitions: Sequence[PartitionData] = ()


class NodeEndpoint(Struct, frozen=True, gc=False):
    node_id: int = 0
    host: str = ""
    port: int = 0
    rack: str | None = None


class ShareFetchResponse(Struct, frozen=True, gc=False):
    """ShareFetchResponse, versions 1-2."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = None
    acquisition_lock_timeout_ms: int = 0
    responses: Sequence[ShareFetchableTopicResponse] = ()
    node_endpoints: Sequence[NodeEndpoint] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    AcknowledgementBatch: (
        Field("first_offset", "int64", "0+"),
        Field("last_offset", "int64", "0+"),
        Field("acknowledge_types", "int8", "0+", many=True),
    ),
    FetchPartition: (
        Field("partition_index", "int32", "0+"),
        Field("acknowledgement_batches", AcknowledgementBatch, "0+", many=True),
    ),
    FetchTopic: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", FetchPartition, "0+", many=True),
    ),
    ForgottenTopic: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", "int32", "0+", many=True),
    ),
    ShareFetchRequest: (
        Field("group_id", "string", "0+", null="0+"),
        Field("member_id", "string", "0+", null="0+"),
        Field("share_session_epoch", "int32", "0+"),
        Field("max_wait_ms", "int32", "0+"),
        Field("min_bytes", "int32", "0+"),
        Field("max_bytes", "int32", "0+"),
        Field("max_records", "int32", "1+"),
        Field("batch_size", "int32", "1+"),
        Field("share_acquire_mode", "int8", "2+"),
        Field("is_renew_ack", "bool", "2+"),
        Field("topics", FetchTopic, "0+", many=True),
        Field("forgotten_topics_data", ForgottenTopic, "0+", many=True),
    ),
    LeaderIdAndEpoch: (
        Field("leader_id", "int32", "0+"),
        Field("leader_epoch", "int32", "0+"),
    ),
    AcquiredRecords: (
        Field("first_offset", "int64", "0+"),
        Field("last_offset", "int64", "0+"),
        Field("delivery_count", "int16", "0+"),
    ),
    PartitionData: (
        Field("partition_index", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("acknowledge_error_code", "int16", "0+"),
        Field("acknowledge_error_message", "string", "0+", null="0+"),
        Field("current_leader", LeaderIdAndEpoch, "0+"),
        Field("records", "records", "0+", null="0"),
        Field("acquired_records", AcquiredRecords, "0+", many=True),
    ),
    ShareFetchableTopicResponse: (
        Field("topic_id", "uuid", "0+"),
        Field("partitions", PartitionData, "0+", many=True),
    ),
    NodeEndpoint: (
        Field("node_id", "int32", "0+"),
        Field("host", "string", "0+"),
        Field("port", "int32", "0+"),
        Field("rack", "string", "0+", null="0+"),
    ),
    ShareFetchResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("acquisition_lock_timeout_ms", "int32", "1+"),
        Field("responses", ShareFetchableTopicResponse, "0+", many=True),
        Field("node_endpoints", NodeEndpoint, "0+", many=True),
    ),
}

VERSIONS: Final = (1, 2)
FLEXIBLE_FROM: Final = 1

API: Final = Api(
    key=78,
    name="ShareFetch",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(ShareFetchRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(ShareFetchResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
