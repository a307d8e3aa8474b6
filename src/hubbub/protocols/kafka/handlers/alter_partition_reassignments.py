"""AlterPartitionReassignments (45), versions 0-1: move partitions to other nodes; there is one node (KIP-455).

To this node is where each partition is already: done. To any other is refused, and null, which takes a move back, finds none under way.
v1 may insist that the number of replicas stays; it cannot change here.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.handlers.replicas import complaint
from hubbub.protocols.kafka.naming.names import CLUSTER
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import alter_partition_reassignments as wire

API: Final = wire.API
Result = wire.ReassignablePartitionResponse


def handle(
    guest: Guest, request: Request[wire.AlterPartitionReassignmentsRequest]
) -> wire.AlterPartitionReassignmentsResponse:
    """Each partition on its own."""
    body = request.body
    if not guest.permits(Operation.ALTER, CLUSTER):
        return wire.AlterPartitionReassignmentsResponse(
            error_code=Code.CLUSTER_AUTHORIZATION_FAILED, error_message="not permitted"
        )
    return wire.AlterPartitionReassignmentsResponse(
        allow_replication_factor_change=body.allow_replication_factor_change,
        error_message=None,
        responses=[
            wire.ReassignableTopicResponse(
                topic.name, [_reassign(guest, topic.name, part) for part in topic.partitions]
            )
            for topic in body.topics
        ],
    )


def _reassign(guest: Guest, topic: str, asked: wire.ReassignablePartition) -> Result:
    index = asked.partition_index
    if guest.broker.topics.partition(topic, index) is None:
        return Result(index, Code.UNKNOWN_TOPIC_OR_PARTITION, "there is no such partition")
    if asked.replicas is None:
        return Result(index, Code.NO_REASSIGNMENT_IN_PROGRESS, "no reassignment is under way")
    wrong = complaint(asked.replicas, guest.options.broker_id)
    return (
        Result(index, Code.INVALID_REPLICA_ASSIGNMENT, wrong) if wrong else Result(index, error_message=None)
    )
