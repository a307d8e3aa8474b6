"""ListOffsets (2), versions 0-11: where a partition begins and ends, and where a time lies in it.

Special timestamps: -1 latest, -2 earliest, -3 the record with the greatest timestamp (v7), -4 earliest local (v8), -5 latest tiered (v9), -6
earliest pending upload (v11). A real timestamp gives the first record at or after it, offset -1 if there is none. v0 answers lists.
"""

from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

from hubbub.core.access import Operation
from hubbub.core.partition import Partition
from hubbub.core.timestamps import Place, Told, first_at_or_after, greatest
from hubbub.protocols.contract import Later
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import list_offsets as wire

API: Final = wire.API
Answer: TypeAlias = wire.ListOffsetsPartitionResponse

LATEST: Final = -1
EARLIEST: Final = -2
GREATEST: Final = -3
EARLIEST_LOCAL: Final = -4
LATEST_TIERED: Final = -5
EARLIEST_PENDING: Final = -6
SINCE: Final = {GREATEST: 7, EARLIEST_LOCAL: 8, LATEST_TIERED: 9, EARLIEST_PENDING: 11}
NOTHING: Final = (-1, -1)


def handle(guest: Guest, request: Request[wire.ListOffsetsRequest]) -> wire.ListOffsetsResponse | Later:
    """Each partition on its own; `Later` where a time lies in records that are not at hand."""
    topics = request.body.topics
    found: dict[tuple[int, int], Answer] = {}
    asked = [(t, p) for t, topic in enumerate(topics) for p in range(len(topic.partitions))]
    later = Later()

    def response() -> wire.ListOffsetsResponse:
        return wire.ListOffsetsResponse(
            topics=[
                wire.ListOffsetsTopicResponse(topic.name, [found[t, p] for p in range(len(topic.partitions))])
                for t, topic in enumerate(topics)
            ]
        )

    def tell(t: int, p: int, answer: Answer) -> None:
        found[t, p] = answer
        if len(found) == len(asked):
            later.complete(response())

    for t, p in asked:
        look(guest, request.version, topics[t].name, topics[t].partitions[p], partial(tell, t, p))
    return later if asked else response()


def look(
    guest: Guest, version: int, topic: str, asked: wire.ListOffsetsPartition, tell: Callable[[Answer], None]
) -> None:
    """Tell the answer for one partition."""
    index = asked.partition_index
    partition = guest.broker.topics.partition(topic, index)
    if not guest.permits(Operation.DESCRIBE, topic):
        tell(Answer(index, Code.TOPIC_AUTHORIZATION_FAILED, offset=-1))
    elif partition is None:
        tell(Answer(index, Code.UNKNOWN_TOPIC_OR_PARTITION, offset=-1))
    elif asked.current_leader_epoch >= 0 and asked.current_leader_epoch != partition.epoch:
        older = asked.current_leader_epoch < partition.epoch
        tell(Answer(index, Code.FENCED_LEADER_EPOCH if older else Code.UNKNOWN_LEADER_EPOCH, offset=-1))
    elif asked.timestamp < 0 and (
        asked.timestamp < EARLIEST_PENDING or version < SINCE.get(asked.timestamp, 0)
    ):
        tell(Answer(index, Code.UNSUPPORTED_VERSION, offset=-1))
    elif version == 0 and asked.timestamp == LATEST:
        ends = [partition.high_watermark, partition.log.start]
        tell(Answer(index, old_style_offsets=ends[: asked.max_num_offsets]))
    else:
        epoch = partition.epoch

        def told(place: Place | None) -> None:
            offset, timestamp = place or NOTHING
            if version == 0:
                tell(Answer(index, old_style_offsets=[offset][: asked.max_num_offsets] if place else []))
            else:
                tell(Answer(index, timestamp=timestamp, offset=offset, leader_epoch=epoch if place else -1))

        find(partition, asked.timestamp, told)


def find(partition: Partition, timestamp: int, told: Told) -> None:
    """Tell the offset, and the timestamp of its record where the question was about a time (else -1)."""
    if timestamp == LATEST:
        told((partition.high_watermark, -1))
    elif timestamp in (EARLIEST, EARLIEST_LOCAL):
        told((partition.log.start, -1))
    elif timestamp in (EARLIEST_PENDING, LATEST_TIERED):
        told(None)  # nothing is ever moved elsewhere
    elif timestamp == GREATEST:
        greatest(partition, told)
    else:
        first_at_or_after(partition, timestamp, told)
