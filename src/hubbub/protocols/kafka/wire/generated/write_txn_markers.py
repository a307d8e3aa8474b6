# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""WriteTxnMarkers, key 27: versions 0-2, flexible from 1."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class WritableTxnMarkerTopic(Struct, frozen=True, gc=False):
    name: str = ""
    partition_indexes: Sequence[int] = ()


class WritableTxnMarker(Struct, frozen=True, gc=False):
    producer_id: int = 0
    producer_epoch: int = 0
    transaction_result: bool = False
    topics: Sequence[WritableTxnMarkerTopic] = ()
    coordinator_epoch: int = 0
    transaction_version: int = 0


class WriteTxnMarkersRequest(Struct, frozen=True, gc=False):
    """WriteTxnMarkersRequest, versions 0-2."""

    markers: Sequence[WritableTxnMarker] = ()


class WritableTxnMarkerPartitionResult(Struct, frozen=True, gc=False):
    partition_index: int = 0
    error_code: int = 0


class WritableTxnMarkerTopicResult(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[WritableTxnMarkerPartitionResult] = ()


class WritableTxnMarkerResult(Struct, frozen=True, gc=False):
    producer_id: int = 0
    topics: Sequence[WritableTxnMarkerTopicResult] = ()


class WriteTxnMarkersResponse(Struct, frozen=True, gc=False):
    """WriteTxnMarkersResponse, versions 0-2."""

    markers: Sequence[WritableTxnMarkerResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    WritableTxnMarkerTopic: (
        Field("name", "string", "0+"),
        Field("partition_indexes", "int32", "0+", many=True),
    ),
    WritableTxnMarker: (
        Field("producer_id", "int64", "0+"),
        Field("producer_epoch", "int16", "0+"),
        Field("transaction_result", "bool", "0+"),
        Field("topics", WritableTxnMarkerTopic, "0+", many=True),
        Field("coordinator_epoch", "int32", "0+"),
        Field("transaction_version", "int8", "2+"),
    ),
    WriteTxnMarkersRequest: (
        Field("markers", WritableTxnMarker, "0+", many=True),
    ),
    WritableTxnMarkerPartitionResult: (
        Field("partition_index", "int32", "0+"),
        Field("error_code", "int16", "0+"),
    ),
    WritableTxnMarkerTopicResult: (
        Field("name", "string", "0+"),
        Field("partitions", WritableTxnMarkerPartitionResult, "0+", many=True),
    ),
    WritableTxnMarkerResult: (
        Field("producer_id", "int64", "0+"),
        Field("topics", WritableTxnMarkerTopicResult, "0+", many=True),
    ),
    WriteTxnMarkersResponse: (
        Field("markers", WritableTxnMarkerResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 2)
FLEXIBLE_FROM: Final = 1

API: Final = Api(
    key=27,
    name="WriteTxnMarkers",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(WriteTxnMarkersRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(WriteTxnMarkersResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
