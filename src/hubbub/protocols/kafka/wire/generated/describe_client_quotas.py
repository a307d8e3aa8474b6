# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DescribeClientQuotas, key 48: versions 0-1, flexible from 1."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class ComponentData(Struct, frozen=True, gc=False):
    entity_type: str = ""
    match_type: int = 0
    match: str | None = ""


class DescribeClientQuotasRequest(Struct, frozen=True, gc=False):
    """DescribeClientQuotasRequest, versions 0-1."""

    components: Sequence[ComponentData] = ()
    strict: bool = False


class EntityData(Struct, frozen=True, gc=False):
    entity_type: str = ""
    entity_name: str | None = ""


class ValueData(Struct, frozen=True, gc=False):
    key: str = ""
    value: float = 0.0


class EntryData(Struct, frozen=True, gc=False):
    entity: Sequence[EntityData] = ()
    values: Sequence[ValueData] = ()


class DescribeClientQuotasResponse(Struct, frozen=True, gc=False):
    """DescribeClientQuotasResponse, versions 0-1."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = ""
    entries: Sequence[EntryData] | None = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    ComponentData: (
        Field("entity_type", "string", "0+"),
        Field("match_type", "int8", "0+"),
        Field("match", "string", "0+", null="0+"),
    ),
    DescribeClientQuotasRequest: (
        Field("components", ComponentData, "0+", many=True),
        Field("strict", "bool", "0+"),
    ),
    EntityData: (
        Field("entity_type", "string", "0+"),
        Field("entity_name", "string", "0+", null="0+"),
    ),
    ValueData: (
        Field("key", "string", "0+"),
        Field("value", "float64", "0+"),
    ),
    EntryData: (
        Field("entity", EntityData, "0+", many=True),
        Field("values", ValueData, "0+", many=True),
    ),
    DescribeClientQuotasResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("entries", EntryData, "0+", many=True, null="0+"),
    ),
}

VERSIONS: Final = (0, 1)
FLEXIBLE_FROM: Final = 1

API: Final = Api(
    key=48,
    name="DescribeClientQuotas",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DescribeClientQuotasRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DescribeClientQuotasResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
