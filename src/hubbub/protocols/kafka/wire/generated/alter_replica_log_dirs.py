# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""AlterReplicaLogDirs, key 34: versions 0-2, flexible from 2."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class AlterReplicaLogDirTopic(Struct, frozen=True, gc=False):
    name: str = ""
    partitions: Sequence[int] = ()


class AlterReplicaLogDir(Struct, frozen=True, gc=False):
    path: str = ""
    topics: Sequence[AlterReplicaLogDirTopic] = ()


class AlterReplicaLogDirsRequest(Struct, frozen=True, gc=False):
    """AlterReplicaLogDirsRequest, versions 0-2."""

    dirs: Sequence[AlterReplicaLogDir] = ()


class AlterReplicaLogDirPartitionResult(Struct, frozen=True, gc=False):
    partition_index: int = 0
    error_code: int = 0


class AlterReplicaLogDirTopicResult(Struct, frozen=True, gc=False):
    topic_name: str = ""
    partitions: Sequence[AlterReplicaLogDirPartitionResult] = ()


class AlterReplicaLogDirsResponse(Struct, frozen=True, gc=False):
    """AlterReplicaLogDirsResponse, versions 0-2."""

    throttle_time_ms: int = 0
    results: Sequence[AlterReplicaLogDirTopicResult] = ()


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    AlterReplicaLogDirTopic: (
        Field("name", "string", "0+"),
        Field("partitions", "int32", "0+", many=True),
    ),
    AlterReplicaLogDir: (
        Field("path", "string", "0+"),
        Field("topics", AlterReplicaLogDirTopic, "0+", many=True),
    ),
    AlterReplicaLogDirsRequest: (
        Field("dirs", AlterReplicaLogDir, "0+", many=True),
    ),
    AlterReplicaLogDirPartitionResult: (
        Field("partition_index", "int32", "0+"),
        Field("error_code", "int16", "0+"),
    ),
    AlterReplicaLogDirTopicResult: (
        Field("topic_name", "string", "0+"),
        Field("partitions", AlterReplicaLogDirPartitionResult, "0+", many=True),
    ),
    AlterReplicaLogDirsResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("results", AlterReplicaLogDirTopicResult, "0+", many=True),
    ),
}

VERSIONS: Final = (0, 2)
FLEXIBLE_FROM: Final = 2

API: Final = Api(
    key=34,
    name="AlterReplicaLogDirs",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(AlterReplicaLogDirsRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(AlterReplicaLogDirsResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
