# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""Produce, key 0: versions 0-13, flexible from 9."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.octets.buffer import Buffer
from hubbub.protocols.kafka.wire.schema import NIL, Api, Field, Message


class PartitionProduceData(Struct, frozen=True, gc=False):
    index: int = 0
    records: Buffer | None = b""


class TopicProduceData(Struct, frozen=True, gc=False):
    name: str = ""
    topic_id: bytes = NIL
    partition_data: Sequence[PartitionProduceData] = ()


class ProduceRequest(Struct, frozen=True, gc=False):
    """ProduceRequest, versions 0-13."""

    transactional_id: str | None = None
    acks: int = 0
    timeout_ms: int = 0
    topic_data: Sequence[TopicProduceData] = ()


class BatchIndexAndErrorMessage(Struct, frozen=True, gc=False):
    batch_index: int = 0
    batch_index_error_message: str | None = None


class LeaderIdAndEpoch(Struct, frozen=True, gc=False):
    leader_id: int = -1
    leader_epoch: int = -1


class PartitionProduceResponse(Struct, frozen=True, gc=False):
    index: int = 0
    error_code: int = 0
    base_offset: int = 0
    log_append_time_ms: int = -1
    log_start_offset: int = -1
    record_errors: Sequence[BatchIndexAndErrorMessage] = ()
    error_message: str | None = None
    current_leader: LeaderIdAndEpoch = LeaderIdAndEpoch()


class TopicProduceResponse(Struct, frozen=True, gc=False):
    name: str = ""
    topic_id: bytes = NIL
    partition_responses: Sequence[PartitionProduceResponse] = ()


class NodeEndpoint(Struct, frozen=True, gc=False):
    node_id: int = 0
    host: str = ""
    port: int = 0
    rack: str | None = None


class ProduceResponse(Struct, frozen=True, gc=False):
    """ProduceResponse, versions 0-13."""

    responses: Sequence[TopicProduceResponse] = ()
    throttle_time_ms: int = 0
    node_endpoints: Sequence[NodeEndpoint] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    PartitionProduceData: (
        Field("index", "int32", "0+"),
        Field("records", "records", "0+", null="0+"),
    ),
    TopicProduceData: (
        Field("name", "string", "0-12"),
        Field("topic_id", "uuid", "13+"),
        Field("partition_data", PartitionProduceData, "0+", many=True),
    ),
    ProduceRequest: (
        Field("transactional_id", "string", "3+", null="3+"),
        Field("acks", "int16", "0+"),
        Field("timeout_ms", "int32", "0+"),
        Field("topic_data", TopicProduceData, "0+", many=True),
    ),
    BatchIndexAndErrorMessage: (
        Field("batch_index", "int32", "8+"),
        Field("batch_index_error_message", "string", "8+", null="8+"),
    ),
    LeaderIdAndEpoch: (
        Field("leader_id", "int32", "10+"),
        Field("leader_epoch", "int32", "10+"),
    ),
    PartitionProduceResponse: (
        Field("index", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("base_offset", "int64", "0+"),
        Field("log_append_time_ms", "int64", "2+"),
        Field("log_start_offset", "int64", "5+"),
        Field("record_errors", BatchIndexAndErrorMessage, "8+", many=True),
        Field("error_message", "string", "8+", null="8+"),
        Field("current_leader", LeaderIdAndEpoch, "10+", tag=0),
    ),
    TopicProduceResponse: (
        Field("name", "string", "0-12"),
        Field("topic_id", "uuid", "13+"),
        Field("partition_responses", PartitionProduceResponse, "0+", many=True),
    ),
    NodeEndpoint: (
        Field("node_id", "int32", "10+"),
        Field("host", "string", "10+"),
        Field("port", "int32", "10+"),
        Field("rack", "string", "10+", null="10+"),
    ),
    ProduceResponse: (
        Field("responses", TopicProduceResponse, "0+", many=True),
        Field("throttle_time_ms", "int32", "1+"),
        Field("node_endpoints", NodeEndpoint, "10+", many=True, tag=0),
    ),
}

VERSIONS: Final = (0, 13)
FLEXIBLE_FROM: Final = 9

API: Final = Api(
    key=0,
    name="Produce",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(ProduceRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(ProduceResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
