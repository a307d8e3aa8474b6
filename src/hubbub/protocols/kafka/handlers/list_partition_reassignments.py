"""ListPartitionReassignments (46), version 0: none is ever under way, since one node keeps everything (KIP-455)."""

from typing import Final

from hubbub.core.access import Operation
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.naming.names import CLUSTER
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import list_partition_reassignments as wire

API: Final = wire.API


def handle(
    guest: Guest, request: Request[wire.ListPartitionReassignmentsRequest]
) -> wire.ListPartitionReassignmentsResponse:
    """An empty list."""
    if not guest.permits(Operation.DESCRIBE, CLUSTER):
        return wire.ListPartitionReassignmentsResponse(
            error_code=Code.CLUSTER_AUTHORIZATION_FAILED, error_message="not permitted"
        )
    return wire.ListPartitionReassignmentsResponse(error_message=None)
