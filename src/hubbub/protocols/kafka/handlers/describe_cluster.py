"""DescribeCluster (60), versions 0-2: this one node, at the address the client should use.

v1 asks for brokers or for controllers (KIP-919): controllers do not listen here. v2 may include brokers that are fenced; there are none.
"""

from typing import Final

from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.handlers.metadata import CLUSTER_OPERATIONS, NOT_ASKED
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import describe_cluster as wire

API: Final = wire.API
BROKERS: Final = 1
CONTROLLERS: Final = 2


def handle(guest: Guest, request: Request[wire.DescribeClusterRequest]) -> wire.DescribeClusterResponse:
    """The cluster, seen from a broker."""
    body = request.body
    if body.endpoint_type == CONTROLLERS:
        return wire.DescribeClusterResponse(
            error_code=Code.MISMATCHED_ENDPOINT_TYPE,
            error_message="this is a broker's port, and controllers were asked for",
        )
    if body.endpoint_type != BROKERS:
        return wire.DescribeClusterResponse(
            error_code=Code.UNSUPPORTED_ENDPOINT_TYPE,
            error_message=f"there are no endpoints of type {body.endpoint_type}",
        )
    host, port = guest.address()
    node = guest.options.broker_id
    return wire.DescribeClusterResponse(
        cluster_id=guest.broker.hub_id,
        controller_id=node,
        brokers=[wire.DescribeClusterBroker(node, host, port)],
        cluster_authorized_operations=CLUSTER_OPERATIONS
        if body.include_cluster_authorized_operations
        else NOT_ASKED,
    )
