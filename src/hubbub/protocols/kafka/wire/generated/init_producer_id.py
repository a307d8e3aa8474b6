# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""InitProducerId, key 22: versions 0-5, flexible from 2."""

from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class InitProducerIdRequest(Struct, frozen=True, gc=False):
    """InitProducerIdRequest, versions 0-5."""

    transactional_id: str | None = ""
    transaction_timeout_ms: int = 0
    producer_id: int = -1
    producer_epoch: int = -1


class InitProducerIdResponse(Struct, frozen=True, gc=False):
    """InitProducerIdResponse, versions 0-5."""

    throttle_time_ms: int = 0
    error_code: int = 0
    producer_id: int = -1
    producer_epoch: int = 0


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    InitProducerIdRequest: (
        Field("transactional_id", "string", "0+", null="0+"),
        Field("transaction_timeout_ms", "int32", "0+"),
        Field("producer_id", "int64", "3+"),
        Field("producer_epoch", "int16", "3+"),
    ),
    InitProducerIdResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("producer_id", "int64", "0+"),
        Field("producer_epoch", "int16", "0+"),
    ),
}

VERSIONS: Final = (0, 5)
FLEXIBLE_FROM: Final = 2

API: Final = Api(
    key=22,
    name="InitProducerId",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(InitProducerIdRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(InitProducerIdResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
