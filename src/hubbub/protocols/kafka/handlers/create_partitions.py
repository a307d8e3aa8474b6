"""CreatePartitions (37), versions 0-3: let topics have more partitions; answer when that is safe.

The count is the new total. Assignments, where given, are one list of replicas for each new partition: this node, each. The versions
differ in their encoding alone.
"""

from collections import Counter
from typing import Final

from hubbub.core.access import Operation
from hubbub.core.errors import Invalid, Refusal
from hubbub.core.topics import check_partitions
from hubbub.protocols.contract import Later
from hubbub.protocols.kafka.failures import Code, code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.handlers.committed import NOT_KEPT, when_committed
from hubbub.protocols.kafka.handlers.replicas import complaint
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import create_partitions as wire

API: Final = wire.API
Result = wire.CreatePartitionsTopicResult


def handle(
    guest: Guest, request: Request[wire.CreatePartitionsRequest]
) -> wire.CreatePartitionsResponse | Later:
    """Each topic once; a name that stands twice in the request is refused for all its places."""
    body = request.body
    times = Counter(topic.name for topic in body.topics)
    results = [
        Result(name, Code.INVALID_REQUEST, "duplicate topic name")
        for name, count in times.items()
        if count > 1
    ]
    results += [
        _extend(guest, topic, validate_only=body.validate_only)
        for topic in body.topics
        if times[topic.name] == 1
    ]
    reply = wire.CreatePartitionsResponse(results=results)
    if body.validate_only or all(result.error_code for result in results):
        return reply
    return when_committed(
        guest,
        reply,
        lambda why: wire.CreatePartitionsResponse(
            results=[
                result if result.error_code else Result(result.name, why, NOT_KEPT) for result in results
            ]
        ),
    )


def _extend(guest: Guest, asked: wire.CreatePartitionsTopic, *, validate_only: bool) -> Result:
    name, count = asked.name, asked.count
    topic = guest.broker.topics.find(name)
    if topic is None:
        return Result(name, Code.UNKNOWN_TOPIC_OR_PARTITION, "there is no such topic")
    if not guest.permits(Operation.ALTER, name):
        return Result(name, Code.TOPIC_AUTHORIZATION_FAILED, "not permitted")
    has = len(topic.partitions)
    if count <= has:
        return Result(
            name, Code.INVALID_PARTITIONS, f"topic {name!r} has {has} partitions; {count} would not be more"
        )
    try:
        check_partitions(count)
    except Invalid as why:
        return Result(name, Code.INVALID_PARTITIONS, str(why))
    if asked.assignments is not None:
        if len(asked.assignments) != count - has:
            text = f"{count - has} partitions are to be added, with {len(asked.assignments)} assignments"
            return Result(name, Code.INVALID_REPLICA_ASSIGNMENT, text)
        for assignment in asked.assignments:
            wrong = complaint(assignment.broker_ids, guest.options.broker_id)
            if wrong:
                return Result(name, Code.INVALID_REPLICA_ASSIGNMENT, wrong)
    try:
        guest.broker.topics.check_room(count - has)
        if not validate_only:
            guest.broker.topics.extend(topic, count, guest.broker.turn.commit)
    except Refusal as why:
        return Result(name, code(why), str(why))
    return Result(name)
