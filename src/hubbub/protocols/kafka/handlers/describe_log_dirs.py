"""DescribeLogDirs (35), versions 0-5: how much each partition holds, in octets.

All logs are in one place, whatever the engine; how large it is in all is not known (-1, as in Kafka's own older answers). v3 has an error
for the whole answer, v4 adds total sizes (KIP-827), v5 cordoned directories (none). Kafka 4 begins at v1.
"""

from collections.abc import Iterator
from typing import Final

from hubbub.core.access import Operation
from hubbub.core.partition import Partition
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.naming.names import CLUSTER, LOG_DIR
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import describe_log_dirs as wire

API: Final = wire.API


def handle(guest: Guest, request: Request[wire.DescribeLogDirsRequest]) -> wire.DescribeLogDirsResponse:
    """What is there of what was asked for; the rest is left out."""
    body = request.body
    if not guest.permits(Operation.DESCRIBE, CLUSTER):
        return wire.DescribeLogDirsResponse(error_code=Code.CLUSTER_AUTHORIZATION_FAILED)
    topics = [
        wire.DescribeLogDirsTopic(
            name,
            [wire.DescribeLogDirsPartition(partition.index, partition.log.size) for partition in partitions],
        )
        for name, partitions in _asked_for(guest, body)
        if partitions
    ]
    return wire.DescribeLogDirsResponse(results=[wire.DescribeLogDirsResult(log_dir=LOG_DIR, topics=topics)])


def _asked_for(guest: Guest, body: wire.DescribeLogDirsRequest) -> Iterator[tuple[str, list[Partition]]]:
    if body.topics is None:
        yield from ((topic.name, topic.partitions) for topic in guest.broker.topics)
        return
    for asked in body.topics:
        found = [
            guest.broker.topics.partition(asked.topic, index) for index in dict.fromkeys(asked.partitions)
        ]
        yield asked.topic, [partition for partition in found if partition is not None]
