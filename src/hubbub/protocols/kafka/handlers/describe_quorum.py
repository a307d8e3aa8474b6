"""DescribeQuorum (55), versions 0-2: one voter, this node, which leads and is never behind itself (KIP-595).

v1 says when replicas last fetched and were caught up, v2 explains errors and names the nodes' addresses (KIP-853). The only log that can be
asked about is that of the controllers; its end is the number of changes to topics since the hub began.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.naming.names import CLUSTER, METADATA_TOPIC
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import describe_quorum as wire

API: Final = wire.API


def handle(guest: Guest, request: Request[wire.DescribeQuorumRequest]) -> wire.DescribeQuorumResponse:
    """The quorum, seen by its only member."""
    body = request.body
    if not guest.permits(Operation.DESCRIBE, CLUSTER):
        return wire.DescribeQuorumResponse(Code.CLUSTER_AUTHORIZATION_FAILED, "not permitted")
    host, port = guest.address()
    return wire.DescribeQuorumResponse(
        error_message=None,
        topics=[
            wire.ResponseTopicData(
                topic.topic_name,
                [_describe(guest, topic.topic_name, part.partition_index) for part in topic.partitions],
            )
            for topic in body.topics
        ],
        nodes=[wire.Node(guest.options.broker_id, [wire.Listener("PLAINTEXT", host, port)])],
    )


def _describe(guest: Guest, topic: str, index: int) -> wire.ResponsePartitionData:
    if (topic, index) != (METADATA_TOPIC, 0):
        text = f"the only log with a quorum is partition 0 of {METADATA_TOPIC}"
        return wire.ResponsePartitionData(index, Code.UNKNOWN_TOPIC_OR_PARTITION, text)
    node = guest.options.broker_id
    end = guest.broker.topics.generation
    now = guest.broker.clock.now()
    voter = wire.ReplicaState(
        node, log_end_offset=end, last_fetch_timestamp=now, last_caught_up_timestamp=now
    )
    return wire.ResponsePartitionData(
        0, error_message=None, leader_id=node, high_watermark=end, current_voters=[voter]
    )
