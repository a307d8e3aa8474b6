# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""ListTransactions, key 66: versions 0-2, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class ListTransactionsRequest(Struct, frozen=True, gc=False):
    """ListTransactionsRequest, versions 0-2."""

    state_filters: Sequence[str] = ()
    producer_id_filters: Sequence[int] = ()
    duration_filter: int = -1
    transactional_id_pattern: str | None = None


class TransactionState(Struct, frozen=True, gc=False):
    transactional_id: str = ""
    producer_id: int = 0
    transaction_state: str = ""


class ListTransactionsResponse(Struct, frozen=True, gc=False):
    """ListTransactionsResponse, versions 0-2."""

    throttle_time_ms: int = 0
    error_code: int = 0
    unknown_state_filters: Sequence[str] = ()
    transaction_states: Sequence[TransactionState] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    ListTransactionsRequest: (
        Field("state_filters", "string", "0+", many=True),
        Field("producer_id_filters", "int64", "0+", many=True),
        Field("duration_filter", "int64", "1+"),
        Field("transactional_id_pattern", "string", "2+", null="2+"),
    ),
    TransactionState: (
        Field("transactional_id", "string", "0+"),
        Field("producer_id", "int64", "0+"),
        Field("transaction_state", "string", "0+"),
    ),
    ListTransactionsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("unknown_state_filters", "string", "0+", many=True),
        Field("transaction_states", TransactionState, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 2)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=66,
    name="ListTransactions",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(ListTransactionsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(ListTransactionsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
