# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""FindCoordinator, key 10: versions 0-6, flexible from 3."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class FindCoordinatorRequest(Struct, frozen=True, gc=False):
    """FindCoordinatorRequest, versions 0-6."""

    key: str = ""
    key_type: int = 0
    coordinator_keys: Sequence[str] = ()


class Coordinator(Struct, frozen=True, gc=False):
    key: str = ""
    node_id: int = 0
    host: str = ""
    port: int = 0
    error_code: int = 0
    error_message: str | None = ""


class FindCoordinatorResponse(Struct, frozen=True, gc=False):
    """FindCoordinatorResponse, versions 0-6."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = ""
    node_id: int = 0
    host: str = ""
    port: int = 0
    coordinators: Sequence[Coordinator] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    FindCoordinatorRequest: (
        Field("key", "string", "0-3"),
        Field("key_type", "int8", "1+"),
        Field("coordinator_keys", "string", "4+", many=True),
    ),
    Coordinator: (
        Field("key", "string", "4+"),
        Field("node_id", "int32", "4+"),
        Field("host", "string", "4+"),
        Field("port", "int32", "4+"),
        Field("error_code", "int16", "4+"),
        Field("error_message", "string", "4+", null="4+"),
    ),
    FindCoordinatorResponse: (
        Field("throttle_time_ms", "int32", "1+"),
        Field("error_code", "int16", "0-3"),
        Field("error_message", "string", "1-3", null="1-3"),
        Field("node_id", "int32", "0-3"),
        Field("host", "string", "0-3"),
        Field("port", "int32", "0-3"),
        Field("coordinators", Coordinator, "4+", many=True),
    ),
}

VERSIONS: Final = (0, 6)
FLEXIBLE_FROM: Final = 3

API: Final = Api(
    key=10,
    name="FindCoordinator",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(FindCoordinatorRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(FindCoordinatorResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
