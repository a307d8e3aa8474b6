# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DeleteRecords, key 21: versions 0-2, flexible from 2."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class DeleteRecordsPartition(Struct, frozen=True, gc=False):
    partition_index: int = 0
    offset: int = 0


class DeleteRecordsTopic(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[DeleteRecordsPartition] = ()


class DeleteRecordsRequest(Struct, frozen=True, gc=False):
    """DeleteRecordsRequest, versions 0-2."""

    topics: Sequence[DeleteRecordsTopic] = ()
    timeout_ms: int = 0


class DeleteRecordsPartitionResult(Struct, frozen=True, gc=False):
    partition_index: int = 0
    low_watermark: int = 0
    error_code: int = 0


class DeleteRecordsTopicResult(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[DeleteRecordsPartitionResult] = ()


class DeleteRecordsResponse(Struct, frozen=True, gc=False):
    """DeleteRecordsResponse, versions 0-2."""

    throttle_time_ms: int = 0
    topics: Sequence[DeleteRecordsTopicResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    DeleteRecordsPartition: (
        Field("partition_index", "int32", "0+"),
        Field("offset", "int64", "0+"),
    ),
    DeleteRecordsTopic: (
        Field("name", "string", "0+"),
        Field("partitions", DeleteRecordsPartition, "0+", many=True),
    ),
    DeleteRecordsRequest: (
        Field("topics", DeleteRecordsTopic, "0+", many=True),
        Field("timeout_ms", "int32", "0+"),
    ),
    DeleteRecordsPartitionResult: (
        Field("partition_index", "int32", "0+"),
        Field("low_watermark", "int64", "0+"),
        Field("error_code", "int16", "0+"),
    ),
    DeleteRecordsTopicResult: (
        Field("name", "string", "0+"),
        Field("partitions", DeleteRecordsPartitionResult, "0+", many=True),
    ),
    DeleteRecordsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("topics", DeleteRecordsTopicResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 2)
FLEXIBLE_FROM: Final = 2

API: Final = Api(
    key=21,
    name="DeleteRecords",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DeleteRecordsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DeleteRecordsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
