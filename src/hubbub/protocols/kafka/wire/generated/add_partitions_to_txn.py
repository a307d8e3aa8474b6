# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""AddPartitionsToTxn, key 24: versions 0-5, flexible from 3."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class AddPartitionsToTxnTopic(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[int] = ()


class AddPartitionsToTxnTransaction(Struct, frozen=True, gc=False):
    transactional_id: str = ""
    producer_id: int = 0
    producer_epoch: int = 0
    verify_only: bool = False
    topics: Sequence[AddPartitionsToTxnTopic] = ()


class AddPartitionsToTxnRequest(Struct, frozen=True, gc=False):
    """AddPartitionsToTxnRequest, versions 0-5."""

    transactions: Sequence[AddPartitionsToTxnTransaction] = ()
    v3_and_below_transactional_id: str = ""
    v3_and_below_producer_id: int = 0
    v3_and_below_producer_epoch: int = 0
    v3_and_below_topics: Sequence[AddPartitionsToTxnTopic] = ()


class AddPartitionsToTxnPartitionResult(Struct, frozen=True, gc=False):
    partition_index: int = 0
    partition_error_code: int = 0


class AddPartitionsToTxnTopicResult(Struct, frozen=True, gc=False):
    name: str = ""
    results_by_partition: Sequence[AddPartitionsToTxnPartitionResult] = ()


class AddPartitionsToTxnResult(Struct, frozen=True, gc=False):
    transactional_id: str = ""
    topic_results: Sequence[AddPartitionsToTxnTopicResult] = ()


class AddPartitionsToTxnResponse(Struct, frozen=True, gc=False):
    """AddPartitionsToTxnResponse, versions 0-5."""

    throttle_time_ms: int = 0
    error_code: int = 0
    results_by_transaction: Sequence[AddPartitionsToTxnResult] = ()
    results_by_topic_v3_and_below: Sequence[AddPartitionsToTxnTopicResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    AddPartitionsToTxnTopic: (
        Field("name", "string", "0+"),
        Field("partitions", "int32", "0+", many=True),
    ),
    AddPartitionsToTxnTransaction: (
        Field("transactional_id", "string", "4+"),
        Field("producer_id", "int64", "4+"),
        Field("producer_epoch", "int16", "4+"),
        Field("verify_only", "bool", "4+"),
        Field("topics", AddPartitionsToTxnTopic, "4+", many=True),
    ),
    AddPartitionsToTxnRequest: (
        Field("transactions", AddPartitionsToTxnTransaction, "4+", many=True),
        Field("v3_and_below_transactional_id", "string", "0-3"),
        Field("v3_and_below_producer_id", "int64", "0-3"),
        Field("v3_and_below_producer_epoch", "int16", "0-3"),
        Field("v3_and_below_topics", AddPartitionsToTxnTopic, "0-3", many=True),
    ),
    AddPartitionsToTxnPartitionResult: (
        Field("partition_index", "int32", "0+"),
        Field("partition_error_code", "int16", "0+"),
    ),
    AddPartitionsToTxnTopicResult: (
        Field("name", "string", "0+"),
        Field("results_by_partition", AddPartitionsToTxnPartitionResult, "0+", many=True),
    ),
    AddPartitionsToTxnResult: (
        Field("transactional_id", "string", "4+"),
        Field("topic_results", AddPartitionsToTxnTopicResult, "4+", many=True),
    ),
    AddPartitionsToTxnResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "4+"),
        Field("results_by_transaction", AddPartitionsToTxnResult, "4+", many=True),
        Field("results_by_topic_v3_and_below", AddPartitionsToTxnTopicResult, "0-3", many=True),
    ),
}

VERSIONS: Final = (0, 5)
FLEXIBLE_FROM: Final = 3

API: Final = Api(
    key=24,
    name="AddPartitionsToTxn",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(AddPartitionsToTxnRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(AddPartitionsToTxnResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
