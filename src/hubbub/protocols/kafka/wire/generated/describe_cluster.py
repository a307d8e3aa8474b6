# Made by tools/generate_kafka_messages.py (`make generate`); do not edit.
"""DescribeCluster, key 60: versions 0-2, flexible from 0."""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from hubbub.protocols.kafka.wire.schema import Api, Field, Message


class DescribeClusterRequest(Struct, frozen=True, gc=False):
    """DescribeClusterRequest, versions 0-2."""

    include_cluster_authorized_operations: bool = False
    endpoint_type: int = 1
    include_fenced_brokers: bool = False


class DescribeClusterBroker(Struct, frozen=True, gc=False):
    broker_id: int = 0
    host: str = ""
    port: int = 0
    rack: str | None = None
    is_fenced: bool = False


class DescribeClusterResponse(Struct, frozen=True, gc=False):
    """DescribeClusterResponse, versions 0-2."""

    throttle_time_ms: int = 0
    error_code: int = 0
    error_message: str | None = None
    endpoint_type: int = 1
    cluster_id: str = ""
    controller_id: int = -1
    brokers: Sequence[DescribeClusterBroker] = ()
    cluster_authorized_operations: int = -2147483648


LAYOUTS: Final[dict[type[Struct], tuple[Field, ...]]] = {
    DescribeClusterRequest: (
        Field("include_cluster_authorized_operations", "bool", "0+"),
        Field("endpoint_type", "int8", "1+"),
        Field("include_fenced_brokers", "bool", "2+"),
    ),
    DescribeClusterBroker: (
        Field("broker_id", "int32", "0+"),
        Field("host", "string", "0+"),
        Field("port", "int32", "0+"),
        Field("rack", "string", "0+", null="0+"),
        Field("is_fenced", "bool", "2+"),
    ),
    DescribeClusterResponse: (
        Field("throttle_time_ms", "int32", "0+"),
        Field("error_code", "int16", "0+"),
        Field("error_message", "string", "0+", null="0+"),
        Field("endpoint_type", "int8", "1+"),
        Field("cluster_id", "string", "0+"),
        Field("controller_id", "int32", "0+"),
        Field("brokers", DescribeClusterBroker, "0+", many=True),
        Field("cluster_authorized_operations", "int32", "0+"),
    ),
}

VERSIONS: Final = (0, 2)
FLEXIBLE_FROM: Final = 0

API: Final = Api(
    key=60,
    name="DescribeCluster",
    versions=VERSIONS,
    flexible_from=FLEXIBLE_FROM,
    request=Message(DescribeClusterRequest, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
    response=Message(DescribeClusterResponse, VERSIONS, FLEXIBLE_FROM, LAYOUTS),
)
