# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DescribeLogDirs, key 35: versions 0-5, flexible from 2."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class DescribableLogDirTopic(Struct, frozen=True, gc=False):
    topic: str = ""
    partitions: Sequence[int] = ()


class DescribeLogDirsRequest(Struct, frozen=True, gc=False):
    """DescribeLogDirsRequest, versions 0-5."""

    topics: Sequence[DescribableLogDirTopic] | None = ()


class DescribeLogDirsPartition(Struct, frozen=True, gc=False):
    partition_index: int = 0
    partition_size: int = 0
    offset_lag: int = 0
    is_future_key: bool = False


class DescribeLogDirsTopic(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[DescribeLogDirsPartition] = ()


class DescribeLogDirsResult(Struct, frozen=True, gc=False):
    error_code: int = 0
    log_dir: str = ""
    topics: Sequence[DescribeLogDirsTopic] = ()
    total_bytes: int = -1
    usable_bytes: int = -1
    is_cordoned: bool = False


class DescribeLogDirsResponse(Struct, frozen=True, gc=False):
    """DescribeLogDirsResponse, versions 0-5."""

    throttle_time_ms: int = 0
    error_code: int = 0
    results: Sequence[DescribeLogDirsResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    DescribableLogDirTopic: (
        Field("topic", "string", "0+"),
        Field("partitions", "int32", "0+", many=True),
    ),
    DescribeLogDirsRequest: (
        Field("topics", DescribableLogDirTopic, "0+", many=True, null="0+"),
    ),
    DescribeLogDirsPartition: (
        Field("partition_index", "int32", "0+"),
        Field("partition_size", "int64", "0+"),
        Field("offset_lag", "int64", "0+"),
        Field("is_future_key", "bool", "0+"),
    ),
    DescribeLogDirsTopic: (
        Field("name", "string", "0+"),
        Field("partitions", DescribeLogDirsPartition, "0+", many=True),
    ),
    DescribeLogDirsResult: (
        Field("error_code", "int16", "0+"),
        Field("log_dir", "string", "0+"),
        Field("topics", DescribeLogDirsTopic, "0+", many=True),
        Field("total_bytes", "int64", "4+"),
        Field("usable_bytes", "int64", "4+"),
        Field("is_cordoned", "bool", "5+"),
    ),
    DescribeLogDirsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "3+"),
        Field("results", DescribeLogDirsResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 5)
FLEXIBLE_FROM: Final = 2

API: Final = Api(
    key=35,
    name="DescribeLogDirs",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DescribeLogDirsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DescribeLogDirsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
