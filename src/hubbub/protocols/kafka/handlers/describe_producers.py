"""DescribeProducers (61), version 0: the numbering producers a partition remembers, with their last batch (KIP-664).

No producer has an open transaction here, so its start and its coordinator's epoch are -1.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import describe_producers as wire

API: Final = wire.API


def handle(guest: Guest, request: Request[wire.DescribeProducersRequest]) -> wire.DescribeProducersResponse:
    """Each partition on its own, and once however often it is asked about: an answer may not grow far beyond its question."""
    body = request.body
    asked: dict[str, dict[int, None]] = {}
    for topic in body.topics:
        asked.setdefault(topic.name, {}).update(dict.fromkeys(topic.partition_indexes))
    return wire.DescribeProducersResponse(
        topics=[
            wire.TopicResponse(name, [_describe(guest, name, index) for index in indexes])
            for name, indexes in asked.items()
        ]
    )


def _describe(guest: Guest, topic: str, index: int) -> wire.PartitionResponse:
    if not guest.permits(Operation.READ, topic):
        return wire.PartitionResponse(index, Code.TOPIC_AUTHORIZATION_FAILED, "not permitted")
    partition = guest.broker.topics.partition(topic, index)
    if partition is None:
        return wire.PartitionResponse(index, Code.UNKNOWN_TOPIC_OR_PARTITION, "there is no such partition")
    return wire.PartitionResponse(
        index,
        active_producers=[
            wire.ProducerState(
                producer_id,
                producer.epoch,
                producer.batches[-1].last_sequence if producer.batches else -1,
                producer.last_timestamp,
                coordinator_epoch=-1,
            )
            for producer_id, producer in partition.producers.known.items()
        ],
    )
