"""AlterReplicaLogDirs (34), versions 0-2: move logs to another directory; all are in one place here (KIP-113).

To that place is where each log is already: done. Any other does not exist. The versions differ in their encoding alone. Kafka 4 begins at v1.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.naming.names import CLUSTER, LOG_DIR
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import alter_replica_log_dirs as wire

API: Final = wire.API
Result = wire.AlterReplicaLogDirPartitionResult


def handle(
    guest: Guest, request: Request[wire.AlterReplicaLogDirsRequest]
) -> wire.AlterReplicaLogDirsResponse:
    """Each partition on its own."""
    body = request.body
    results: dict[str, list[Result]] = {}
    for place in body.dirs:
        for topic in place.topics:
            results.setdefault(topic.name, []).extend(
                Result(index, _judge(guest, place.path, topic.name, index)) for index in topic.partitions
            )
    return wire.AlterReplicaLogDirsResponse(
        results=[
            wire.AlterReplicaLogDirTopicResult(topic, partitions) for topic, partitions in results.items()
        ]
    )


def _judge(guest: Guest, path: str, topic: str, index: int) -> Code:
    if not guest.permits(Operation.ALTER, CLUSTER):
        return Code.CLUSTER_AUTHORIZATION_FAILED
    if path != LOG_DIR:
        return Code.LOG_DIR_NOT_FOUND
    return (
        Code.NONE
        if guest.broker.topics.partition(topic, index) is not None
        else Code.UNKNOWN_TOPIC_OR_PARTITION
    )
