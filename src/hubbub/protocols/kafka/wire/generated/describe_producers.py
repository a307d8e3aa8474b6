# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DescribeProducers, key 61: versions 0, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class TopicRequest(Struct, frozen=True, gc=False):
    name: str = ""
    partition_indexes: Sequence[int] = ()


class DescribeProducersRequest(Struct, frozen=True, gc=False):
    """DescribeProducersRequest, versions 0."""

    topics: Sequence[TopicRequest] = ()


class ProducerState(Struct, frozen=True, gc=False):
    producer_id: int = 0
    producer_epoch: int = 0
    last_sequence: int = -1
    last_timestamp: int = -1
    coordinator_epoch: int = 0
    current_txn_start_offset: int = -1


class PartitionResponse(Struct, frozen=True, gc=False):
    partition_index: int = 0
    error_code: int = 0
    error_message: str | None = None
    active_producers: Sequence[ProducerState] = ()


class TopicResponse(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[PartitionResponse] = ()


class DescribeProducersResponse(Struct, frozen=True, gc=False):
    """DescribeProducersResponse, versions 0."""

    throttle_time_ms: int = 0
    topics: Sequence[TopicResponse] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    TopicRequest: (
        Field("name", "string", "0+"),
        Field("partition_indexes", "int32", "0+", many=True),
    ),
    DescribeProducersRequest: (
        Field("topics", TopicRequest, "0+", many=True),
    ),
    ProducerState: (
        Field("producer_id", "int64", "0+"),
        Field("producer_epoch", "int32", "0+"),
        Field("last_sequence", "int32", "0+"),
        Field("last_timestamp", "int64", "0+"),
        Field("coordinator_epoch", "int32", "0+"),
        Field("current_txn_start_offset", "int64", "0+"),
    ),
    PartitionResponse: (
        Field("partition_index", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("active_producers", ProducerState, "0+", many=True),
    ),
    TopicResponse: (
        Field("name", "string", "0+"),
        Field("partitions", PartitionResponse, "0+", many=True),
    ),
    DescribeProducersResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("topics", TopicResponse, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=61,
    name="DescribeProducers",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DescribeProducersRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DescribeProducersResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
