# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""Fetch, key 1: versions 0-18, flexible from 12."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message, Records


class ReplicaState(Struct, frozen=True, gc=False):
    replica_id: int = -1
    replica_epoch: int = -1


class FetchPartition(Struct, frozen=True, gc=False):
    partition: int = 0
    current_leader_epoch: int = -1
    fetch_offset: int = 0
    last_fetched_epoch: int = -1
    log_start_offset: int = -1
    partition_max_bytes: int = 0
    replica_directory_id: bytes = NIL
    high_watermark: int = 9223372036854775807


class FetchTopic(Struct, frozen=True, gc=False):
    topic: str = ""
    topic_id: bytes = NIL
    partitions: Sequence[FetchPartition] = ()


class ForgottenTopic(Struct, frozen=True, gc=False):
    topic: str = ""
    topic_id: bytes = NIL
    partitions: Sequence[int] = ()


class FetchRequest(Struct, frozen=True, gc=False):
    """FetchRequest, versions 0-18."""

    cluster_id: str | None = None
    replica_id: int = -1
    replica_state: ReplicaState = ReplicaState()
    max_wait_ms: int = 0
    min_bytes: int = 0
    max_bytes: int = 2147483647
    isolation_level: int = 0
    session_id: int = 0
    session_epoch: int = -1
    topics: Sequence[FetchTopic] = ()
    forgotten_topics_data: Sequence[ForgottenTopic] = ()
    rack_id: str = ""


class EpochEndOffset(Struct, frozen=True, gc=False):
    epoch: int = -1
    end_offset: int = -1


class LeaderIdAndEpoch(Struct, frozen=True, gc=False):
    leader_id: int = -1
    leader_epoch: int = -1


class SnapshotId(Struct, frozen=True, gc=False):
    end_offset: int = -1
    epoch: int = -1


class AbortedTransaction(Struct, frozen=True, gc=False):
    producer_id: int = 0
    first_offset: int = 0


class PartitionData(Struct, frozen=True, gc=False):
    partition_index: int = 0
    error_code: int = 0
    high_watermark: int = 0
    last_stable_offset: int = -1
    log_start_offset: int = -1
    diverging_epoch: EpochEndOffset = EpochEndOffset()
    current_leader: LeaderIdAndEpoch = LeaderIdAndEpoch()
    snapshot_id: SnapshotId = SnapshotId()
    aborted_transactions: Sequence[AbortedTransaction] | None = ()
    preferred_read_replica: int = -1
    records: Records = b""


class FetchableTopicResponse(Struct, frozen=True, gc=False):
    topic: str = ""
    topic_id: bytes = NIL
    partitions: Sequence[PartitionData] = ()


class NodeEndpoint(Struct, frozen=True, gc=False):
    node_id: int = 0
    host: str = ""
    port: int = 0
    rack: str | None = None


class FetchResponse(Struct, frozen=True, gc=False):
    """FetchResponse, versions 0-18."""

    throttle_time_ms: int = 0
    error_code: int = 0
    session_id: int = 0
    responses: Sequence[FetchableTopicResponse] = ()
    node_endpoints: Sequence[NodeEndpoint] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    ReplicaState: (
        Field("replica_id", "int32", "15+"),
        Field("replica_epoch", "int64", "15+"),
    ),
    FetchPartition: (
        Field("partition", "int32", "0+"),
        Field("current_leader_epoch", "int32", "9+"),
        Field("fetch_offset", "int64", "0+"),
        Field("last_fetched_epoch", "int32", "12+"),
        Field("log_start_offset", "int64", "5+"),
        Field("partition_max_bytes", "int32", "0+"),
        Field("replica_directory_id", "uuid", "17+", tag=0),
        Field("high_watermark", "int64", "18+", tag=1),
    ),
    FetchTopic: (
        Field("topic", "string", "0-12"),
        Field("topic_id", "uuid", "13+"),
        Field("partitions", FetchPartition, "0+", many=True),
    ),
    ForgottenTopic: (
        Field("topic", "string", "7-12"),
        Field("topic_id", "uuid", "13+"),
        Field("partitions", "int32", "7+", many=True),
    ),
    FetchRequest: (
        Field("cluster_id", "string", "12+", null="12+", tag=0),
        Field("replica_id", "int32", "0-14"),
        Field("replica_state", ReplicaState, "15+", tag=1),
        Field("max_wait_ms", "int32", "0+"),
        Field("min_bytes", "int32", "0+"),
        Field("max_bytes", "int32", "3+"),
        Field("isolation_level", "int8", "4+"),
        Field("session_id", "int32", "7+"),
        Field("session_epoch", "int32", "7+"),
        Field("topics", FetchTopic, "0+", many=True),
        Field("forgotten_topics_data", ForgottenTopic, "7+", many=True),
        Field("rack_id", "string", "11+"),
    ),
    EpochEndOffset: (
        Field("epoch", "int32", "12+"),
        Field("end_offset", "int64", "12+"),
    ),
    LeaderIdAndEpoch: (
        Field("leader_id", "int32", "12+"),
        Field("leader_epoch", "int32", "12+"),
    ),
    SnapshotId: (
        Field("end_offset", "int64", "0+"),
        Field("epoch", "int32", "0+"),
    ),
    AbortedTransaction: (
        Field("producer_id", "int64", "4+"),
        Field("first_offset", "int64", "4+"),
    ),
    PartitionData: (
        Field("partition_index", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("high_watermark", "int64", "0+"),
        Field("last_stable_offset", "int64", "4+"),
        Field("log_start_offset", "int64", "5+"),
        Field("diverging_epoch", EpochEndOffset, "12+", tag=0),
        Field("current_leader", LeaderIdAndEpoch, "12+", tag=1),
        Field("snapshot_id", SnapshotId, "12+", tag=2),
        Field("aborted_transactions", AbortedTransaction, "4+", many=True, null="4+"),
        Field("preferred_read_replica", "int32", "11+"),
        Field("records", "records", "0+", null="0+"),
    ),
    FetchableTopicResponse: (
        Field("topic", "string", "0-12"),
        Field("topic_id", "uuid", "13+"),
        Field("partitions", PartitionData, "0+", many=True),
    ),
    NodeEndpoint: (
        Field("node_id", "int32", "16+"),
        Field("host", "string", "16+"),
        Field("port", "int32", "16+"),
        Field("rack", "string", "16+", null="16+"),
    ),
    FetchResponse: (
        Field("throttle_time_ms", "int32", "1+"),
        Field("error_code", "int16", "7+"),
        Field("session_id", "int32", "7+"),
        Field("responses", FetchableTopicResponse, "0+", many=True),
        Field("node_endpoints", NodeEndpoint, "16+", many=True, tag=0),
    ),
}

VERSIONS: Final = (0, 18)
FLEXIBLE_FROM: Final = 12

API: Final = Api(
    key=1,
    name="Fetch",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(FetchRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(FetchResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
