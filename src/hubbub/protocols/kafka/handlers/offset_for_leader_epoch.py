"""OffsetForLeaderEpoch (23), versions 0-4: where an epoch of a partition ends, so that a reader can tell whether it lost its place.

v1 answers with the epoch, v2 brings the reader's view of the present one (KIP-320). A reader sees only what is as safe as the engine
promises, and nothing of that is ever cut off again: so whatever the epoch it asks about, all that it has read still stands, and the answer
is that epoch up to the high watermark. An epoch that has not been is answered with -1. Kafka 4 begins at v2.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import offset_for_leader_epoch as wire

API: Final = wire.API


def handle(
    guest: Guest, request: Request[wire.OffsetForLeaderEpochRequest]
) -> wire.OffsetForLeaderEpochResponse:
    """Each partition on its own."""
    body = request.body
    return wire.OffsetForLeaderEpochResponse(
        topics=[
            wire.OffsetForLeaderTopicResult(
                topic.topic, [_look(guest, topic.topic, part) for part in topic.partitions]
            )
            for topic in body.topics
        ]
    )


def _look(guest: Guest, topic: str, asked: wire.OffsetForLeaderPartition) -> wire.EpochEndOffset:
    if not guest.permits(Operation.DESCRIBE, topic):
        return wire.EpochEndOffset(Code.TOPIC_AUTHORIZATION_FAILED, asked.partition)
    partition = guest.broker.topics.partition(topic, asked.partition)
    if partition is None:
        return wire.EpochEndOffset(Code.UNKNOWN_TOPIC_OR_PARTITION, asked.partition)
    current = asked.current_leader_epoch
    if current >= 0 and current != partition.epoch:
        older = current < partition.epoch
        return wire.EpochEndOffset(
            Code.FENCED_LEADER_EPOCH if older else Code.UNKNOWN_LEADER_EPOCH, asked.partition
        )
    if not 0 <= asked.leader_epoch <= partition.epoch:
        return wire.EpochEndOffset(Code.NONE, asked.partition)
    return wire.EpochEndOffset(Code.NONE, asked.partition, asked.leader_epoch, partition.high_watermark)
