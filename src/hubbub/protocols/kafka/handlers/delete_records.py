"""DeleteRecords (21), versions 0-2: forget the records of a partition below an offset; answer when that is safe.

Offset -1 is the high watermark: all that readers may see. A topic that only compacts refuses, as Kafka does. The versions differ in their
encoding alone.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.core.errors import Refusal
from hubbub.protocols.contract import Later
from hubbub.protocols.kafka.failures import Code, code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.handlers.committed import when_committed
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import delete_records as wire

API: Final = wire.API
NOWHERE: Final = -1
Result = wire.DeleteRecordsPartitionResult


def handle(guest: Guest, request: Request[wire.DeleteRecordsRequest]) -> wire.DeleteRecordsResponse | Later:
    """Each partition on its own, with its first offset from now on."""
    body = request.body
    topics = [
        wire.DeleteRecordsTopicResult(
            topic.name, [_trim(guest, topic.name, part) for part in topic.partitions]
        )
        for topic in body.topics
    ]
    reply = wire.DeleteRecordsResponse(topics=topics)
    if all(part.error_code for topic in topics for part in topic.partitions):
        return reply
    return when_committed(
        guest,
        reply,
        lambda why: wire.DeleteRecordsResponse(
            topics=[
                wire.DeleteRecordsTopicResult(
                    topic.name,
                    [
                        part if part.error_code else Result(part.partition_index, NOWHERE, why)
                        for part in topic.partitions
                    ],
                )
                for topic in topics
            ]
        ),
    )


def _trim(guest: Guest, name: str, asked: wire.DeleteRecordsPartition) -> Result:
    index = asked.partition_index
    partition = guest.broker.topics.partition(name, index)
    if partition is None:
        return Result(index, NOWHERE, Code.UNKNOWN_TOPIC_OR_PARTITION)
    if not guest.permits(Operation.DELETE, name):
        return Result(index, NOWHERE, Code.TOPIC_AUTHORIZATION_FAILED)
    if not partition.options.discards:
        return Result(index, NOWHERE, Code.POLICY_VIOLATION)
    try:
        return Result(index, partition.trim(asked.offset, guest.broker.turn.commit))
    except Refusal as why:
        return Result(index, NOWHERE, code(why))
