"""ListOffsets (2), versions 0-11: where a partition begins and ends, and where a time lies in it.

Special timestamps: -1 latest, -2 earliest, -3 the record with the greatest timestamp (v7), -4 earliest local (v8), -5 latest tiered (v9), -6
earliest pending upload (v11). A real timestamp gives the first record at or after it, offset -1 if there is none. v0 answers lists.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.core.partition import Partition
from hubbub.core.timestamps import first_at_or_after, greatest
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import list_offsets as wire

API: Final = wire.API

LATEST: Final = -1
EARLIEST: Final = -2
GREATEST: Final = -3
EARLIEST_LOCAL: Final = -4
LATEST_TIERED: Final = -5
EARLIEST_PENDING: Final = -6
SINCE: Final = {GREATEST: 7, EARLIEST_LOCAL: 8, LATEST_TIERED: 9, EARLIEST_PENDING: 11}
NOTHING: Final = (-1, -1)


def handle(guest: Guest, request: Request[wire.ListOffsetsRequest]) -> wire.ListOffsetsResponse:
    """Each partition on its own."""
    body = request.body
    return wire.ListOffsetsResponse(
        topics=[
            wire.ListOffsetsTopicResponse(
                topic.name, [_look(guest, request.version, topic.name, part) for part in topic.partitions]
            )
            for topic in body.topics
        ]
    )


def _look(
    guest: Guest, version: int, topic: str, asked: wire.ListOffsetsPartition
) -> wire.ListOffsetsPartitionResponse:
    if not guest.permits(Operation.DESCRIBE, topic):
        return wire.ListOffsetsPartitionResponse(
            asked.partition_index, Code.TOPIC_AUTHORIZATION_FAILED, offset=-1
        )
    partition = guest.broker.topics.partition(topic, asked.partition_index)
    if partition is None:
        return wire.ListOffsetsPartitionResponse(
            asked.partition_index, Code.UNKNOWN_TOPIC_OR_PARTITION, offset=-1
        )
    if asked.current_leader_epoch >= 0 and asked.current_leader_epoch != partition.epoch:
        older = asked.current_leader_epoch < partition.epoch
        return wire.ListOffsetsPartitionResponse(
            asked.partition_index, Code.FENCED_LEADER_EPOCH if older else Code.UNKNOWN_LEADER_EPOCH, offset=-1
        )
    if asked.timestamp < 0 and (
        asked.timestamp < EARLIEST_PENDING or version < SINCE.get(asked.timestamp, 0)
    ):
        return wire.ListOffsetsPartitionResponse(asked.partition_index, Code.UNSUPPORTED_VERSION, offset=-1)
    if version == 0:
        return wire.ListOffsetsPartitionResponse(
            asked.partition_index, old_style_offsets=_all(partition, asked)
        )
    offset, timestamp = offset_at(partition, asked.timestamp)
    return wire.ListOffsetsPartitionResponse(
        asked.partition_index,
        timestamp=timestamp,
        offset=offset,
        leader_epoch=partition.epoch if offset >= 0 else -1,
    )


def offset_at(partition: Partition, timestamp: int) -> tuple[int, int]:
    """The offset, and the timestamp of its record where the question was about a time (else -1)."""
    if timestamp == LATEST:
        return partition.high_watermark, -1
    if timestamp in (EARLIEST, EARLIEST_LOCAL):
        return partition.log.start, -1
    if timestamp == EARLIEST_PENDING:
        return -1, -1  # nothing is ever uploaded anywhere
    if timestamp == LATEST_TIERED:
        return -1, -1
    if timestamp == GREATEST:
        return greatest(partition) or NOTHING
    return first_at_or_after(partition, timestamp) or NOTHING


def _all(partition: Partition, asked: wire.ListOffsetsPartition) -> list[int]:
    """Version 0 wants up to ``max_num_offsets`` segment starts, latest first."""
    offset, _ = offset_at(partition, asked.timestamp)
    if asked.timestamp == LATEST:
        return [partition.high_watermark, partition.log.start][: asked.max_num_offsets]
    return [offset][: asked.max_num_offsets] if offset >= 0 else []
