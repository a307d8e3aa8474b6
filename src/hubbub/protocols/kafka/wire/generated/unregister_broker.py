# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""UnregisterBroker, key 64: versions 0, flexible from 0."""

from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class UnregisterBrokerRequest(Struct, frozen=True, gc=False):
    """UnregisterBrokerRequest, versions 0."""

    broker_id: int = 0


class UnregisterBrokerResponse(Struct, frozen=True, gc=False):
    """UnregisterBrokerResponse, versions 0."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = ""


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    UnregisterBrokerRequest: (
        Field("broker_id", "int32", "0+"),
    ),
    UnregisterBrokerResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
    ),
}

VERSIONS: Final = (0, 0)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=64,
    name="UnregisterBroker",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(UnregisterBrokerRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(UnregisterBrokerResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
