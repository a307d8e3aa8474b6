# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""AddOffsetsToTxn, key 25: versions 0-4, flexible from 3."""

from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class AddOffsetsToTxnRequest(Struct, frozen=True, gc=False):
    """AddOffsetsToTxnRequest, versions 0-4."""

    transactional_id: str = ""
    producer_id: int = 0
    producer_epoch: int = 0
    group_id: str = ""


class AddOffsetsToTxnResponse(Struct, frozen=True, gc=False):
    """AddOffsetsToTxnResponse, versions 0-4."""

    throttle_time_ms: int = 0
    error_code: int = 0


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    AddOffsetsToTxnRequest: (
        Field("transactional_id", "string", "0+"),
        Field("producer_id", "int64", "0+"),
        Field("producer_epoch", "int16", "0+"),
        Field("group_id", "string", "0+"),
    ),
    AddOffsetsToTxnResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
    ),
}

VERSIONS: Final = (0, 4)
FLEXIBLE_FROM: Final = 3

API: Final = Api(
    key=25,
    name="AddOffsetsToTxn",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(AddOffsetsToTxnRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(AddOffsetsToTxnResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
