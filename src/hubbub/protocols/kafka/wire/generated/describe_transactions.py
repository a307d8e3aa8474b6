# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DescribeTransactions, key 65: versions 0, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class DescribeTransactionsRequest(Struct, frozen=True, gc=False):
    """DescribeTransactionsRequest, versions 0."""

    transactional_ids: Sequence[str] = ()


class TopicData(Struct, frozen=True, gc=False):
    topic: str = ""
    partitions: Sequence[int] = ()


class TransactionState(Struct, frozen=True, gc=False):
    error_code: int = 0
    transactional_id: str = ""
    transaction_state: str = ""
    transaction_timeout_ms: int = 0
    transaction_start_time_ms: int = 0
    producer_id: int = 0
    producer_epoch: int = 0
    topics: Sequence[TopicData] = ()


class DescribeTransactionsResponse(Struct, frozen=True, gc=False):
    """DescribeTransactionsResponse, versions 0."""

    throttle_time_ms: int = 0
    transaction_states: Sequence[TransactionState] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    DescribeTransactionsRequest: (
        Field("transactional_ids", "string", "0+", many=True),
    ),
    TopicData: (
        Field("topic", "string", "0+"),
        Field("partitions", "int32", "0+", many=True),
    ),
    TransactionState: (
        Field("error_code", "int16", "0+"),
        Field("transactional_id", "string", "0+"),
        Field("transaction_state", "string", "0+"),
        Field("transaction_timeout_ms", "int32", "0+"),
        Field("transaction_start_time_ms", "int64", "0+"),
        Field("producer_id", "int64", "0+"),
        Field("producer_epoch", "int16", "0+"),
        Field("topics", TopicData, "0+", many=True),
    ),
    DescribeTransactionsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("transaction_states", TransactionState, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=65,
    name="DescribeTransactions",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DescribeTransactionsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DescribeTransactionsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
