# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""EndTxn, key 26: versions 0-5, flexible from 3."""

from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class EndTxnRequest(Struct, frozen=True, gc=False):
    """EndTxnRequest, versions 0-5."""

    transactional_id: str = ""
    producer_id: int = 0
    producer_epoch: int = 0
    committed: bool = False


class EndTxnResponse(Struct, frozen=True, gc=False):
    """EndTxnResponse, versions 0-5."""

    throttle_time_ms: int = 0
    error_code: int = 0
    producer_id: int = -1
    producer_epoch: int = -1


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    EndTxnRequest: (
        Field("transactional_id", "string", "0+"),
        Field("producer_id", "int64", "0+"),
        Field("producer_epoch", "int16", "0+"),
        Field("committed", "bool", "0+"),
    ),
    EndTxnResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("producer_id", "int64", "5+"),
        Field("producer_epoch", "int16", "5+"),
    ),
}

VERSIONS: Final = (0, 5)
FLEXIBLE_FROM: Final = 3

API: Final = Api(
    key=26,
    name="EndTxn",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(EndTxnRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(EndTxnResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
