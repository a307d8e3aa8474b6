"""DescribeTopicPartitions (75), version 0: topics in order of their names, in pages (KIP-966).

A page holds so many partitions; where more follow, the cursor says where to go on, and may point at a topic that has gone meanwhile. Java
refuses null for the eligible leader replicas: they are empty here, since this node leads everything and nothing lags behind.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.core.errors import Invalid
from hubbub.core.topics import Topic
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.handlers.metadata import TOPIC_OPERATIONS
from hubbub.protocols.kafka.naming.names import INTERNAL, refuse_bad_name
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import describe_topic_partitions as wire

API: Final = wire.API
MOST_PARTITIONS: Final = 2000
"""On one page, whatever the client asks: Kafka's ``max.request.partition.size.limit``."""


def handle(
    guest: Guest, request: Request[wire.DescribeTopicPartitionsRequest]
) -> wire.DescribeTopicPartitionsResponse:
    """One page."""
    body = request.body
    names = sorted({topic.name for topic in body.topics} or {topic.name for topic in guest.broker.topics})
    start = body.cursor or wire.Cursor()
    if start.partition_index < 0:
        return wire.DescribeTopicPartitionsResponse(
            topics=[_refused(name, Code.INVALID_REQUEST) for name in names]
        )
    left = max(1, min(body.response_partition_limit, MOST_PARTITIONS))
    page: list[wire.DescribeTopicPartitionsResponseTopic] = []
    for name in names:
        if name < start.topic_name:
            continue
        if left == 0:
            return wire.DescribeTopicPartitionsResponse(topics=page, next_cursor=wire.Cursor(name, 0))
        found = _find(guest, name)
        if not isinstance(found, Topic):
            if body.topics:
                page.append(_refused(name, found))
            continue
        first = start.partition_index if name == start.topic_name else 0
        described = _describe(guest, found, first, left)
        page.append(described)
        end = first + len(described.partitions)
        if end < len(found.partitions):
            return wire.DescribeTopicPartitionsResponse(topics=page, next_cursor=wire.Cursor(name, end))
        left -= len(described.partitions)
    return wire.DescribeTopicPartitionsResponse(topics=page)


def _find(guest: Guest, name: str) -> Topic | Code:
    try:
        refuse_bad_name(name)
    except Invalid:
        return Code.INVALID_TOPIC_EXCEPTION
    if not guest.permits(Operation.DESCRIBE, name):
        return Code.TOPIC_AUTHORIZATION_FAILED
    return guest.broker.topics.find(name) or Code.UNKNOWN_TOPIC_OR_PARTITION


def _refused(name: str, why: Code) -> wire.DescribeTopicPartitionsResponseTopic:
    return wire.DescribeTopicPartitionsResponseTopic(why, name)


def _describe(guest: Guest, topic: Topic, first: int, most: int) -> wire.DescribeTopicPartitionsResponseTopic:
    node = [guest.options.broker_id]
    return wire.DescribeTopicPartitionsResponseTopic(
        name=topic.name,
        topic_id=topic.id.bytes,
        is_internal=topic.name in INTERNAL,
        partitions=[
            wire.DescribeTopicPartitionsResponsePartition(
                partition_index=partition.index,
                leader_id=node[0],
                leader_epoch=partition.epoch,
                replica_nodes=node,
                isr_nodes=node,
                eligible_leader_replicas=(),
                last_known_elr=(),
            )
            for partition in topic.partitions[first : first + most]
        ],
        topic_authorized_operations=TOPIC_OPERATIONS,
    )
