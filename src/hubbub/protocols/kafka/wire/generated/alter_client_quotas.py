# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""AlterClientQuotas, key 49: versions 0-1, flexible from 1."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class EntityData(Struct, frozen=True, gc=False):
    entity_type: str = ""
    entity_name: str | None = ""


class OpData(Struct, frozen=True, gc=False):
    key: str = ""
    value: float = 0.0
    remove: bool = False


class RequestEntryData(Struct, frozen=True, gc=False):
    entity: Sequence[EntityData] = ()
    ops: Sequence[OpData] = ()


class AlterClientQuotasRequest(Struct, frozen=True, gc=False):
    """AlterClientQuotasRequest, versions 0-1."""

    entries: Sequence[RequestEntryData] = ()
    validate_only: bool = False


class ResponseEntryData(Struct, frozen=True, gc=False):
    error_code: int = 0
    error_message: str | None = ""
    entity: Sequence[EntityData] = ()


class AlterClientQuotasResponse(Struct, frozen=True, gc=False):
    """AlterClientQuotasResponse, versions 0-1."""

    throttle_time_ms: int = 0
    entries: Sequence[ResponseEntryData] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    EntityData: (
        Field("entity_type", "string", "0+"),
        Field("entity_name", "string", "0+", null="0+"),
    ),
    OpData: (
        Field("key", "string", "0+"),
        Field("value", "float64", "0+"),
        Field("remove", "bool", "0+"),
    ),
    RequestEntryData: (
        Field("entity", EntityData, "0+", many=True),
        Field("ops", OpData, "0+", many=True),
    ),
    AlterClientQuotasRequest: (
        Field("entries", RequestEntryData, "0+", many=True),
        Field("validate_only", "bool", "0+"),
    ),
    ResponseEntryData: (
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("entity", EntityData, "0+", many=True),
    ),
    AlterClientQuotasResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("entries", ResponseEntryData, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 1)
FLEXIBLE_FROM: Final = 1

API: Final = Api(
    key=49,
    name="AlterClientQuotas",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(AlterClientQuotasRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(AlterClientQuotasResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
