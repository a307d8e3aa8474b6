"""ElectLeaders (43), versions 0-2: this node leads every partition, so no election is ever needed (KIP-183, KIP-460).

v1 tells preferred (0) from unclean (1) elections. Asked about all partitions at once, the answer leaves out those that need none: all.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.naming.names import CLUSTER
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import elect_leaders as wire

API: Final = wire.API
ELECTIONS: Final = (0, 1)


def handle(guest: Guest, request: Request[wire.ElectLeadersRequest]) -> wire.ElectLeadersResponse:
    """Each partition on its own."""
    body = request.body
    if not guest.permits(Operation.ALTER, CLUSTER):
        return wire.ElectLeadersResponse(error_code=Code.CLUSTER_AUTHORIZATION_FAILED)
    if body.election_type not in ELECTIONS:
        return wire.ElectLeadersResponse(error_code=Code.INVALID_REQUEST)
    return wire.ElectLeadersResponse(
        replica_election_results=[
            wire.ReplicaElectionResult(
                asked.topic, [_elect(guest, asked.topic, index) for index in asked.partitions]
            )
            for asked in body.topic_partitions or ()
        ]
    )


def _elect(guest: Guest, topic: str, index: int) -> wire.PartitionResult:
    if guest.broker.topics.partition(topic, index) is None:
        return wire.PartitionResult(index, Code.UNKNOWN_TOPIC_OR_PARTITION, "there is no such partition")
    return wire.PartitionResult(index, Code.ELECTION_NOT_NEEDED, "this node leads the partition already")
