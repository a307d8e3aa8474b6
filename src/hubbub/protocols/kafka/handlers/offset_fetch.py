"""OffsetFetch (9), versions 0-10: what groups have committed; -1 where they have not.

v2 asks for all topics with null and has an error for the whole; v5 has leader epochs, v7 asks for offsets of no open transaction only (there are
none), v8 asks for many groups at once, v9 has member ids (of no meaning to classic groups), v10 topic ids instead of names (KIP-848).
"""

from collections.abc import Iterator, Sequence
from typing import Final

from hubbub.core.access import Operation
from hubbub.core.groups import Committed, Group
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import offset_fetch as wire

API: Final = wire.API
NOTHING: Final = Committed(-1, -1, "", -1)


def handle(guest: Guest, request: Request[wire.OffsetFetchRequest]) -> wire.OffsetFetchResponse:
    """One group up to v7, then many."""
    body = request.body
    if request.version >= 8:
        return wire.OffsetFetchResponse(
            groups=[_of_group(guest, request.version, asked) for asked in body.groups]
        )
    if not guest.permits(Operation.DESCRIBE, body.group_id):
        return _refused(request, Code.GROUP_AUTHORIZATION_FAILED)
    group = guest.broker.groups.find(body.group_id)
    if body.topics is None:
        asked: list[tuple[str, Sequence[int]]] = list(_all(guest, group))
    else:
        asked = [(topic.name, topic.partition_indexes) for topic in body.topics]
    return wire.OffsetFetchResponse(
        topics=[
            wire.OffsetFetchResponseTopic(
                name,
                [wire.OffsetFetchResponsePartition(*part) for part in _parts(guest, group, name, indexes)],
            )
            for name, indexes in asked
        ]
    )


def _refused(request: Request[wire.OffsetFetchRequest], why: Code) -> wire.OffsetFetchResponse:
    """Before v2 there is only the partitions' own place for an error."""
    body = request.body
    if request.version >= 2:
        return wire.OffsetFetchResponse(error_code=why)
    return wire.OffsetFetchResponse(
        topics=[
            wire.OffsetFetchResponseTopic(
                topic.name,
                [
                    wire.OffsetFetchResponsePartition(index, -1, -1, "", why)
                    for index in topic.partition_indexes
                ],
            )
            for topic in body.topics or ()
        ]
    )


def _of_group(
    guest: Guest, version: int, asked: wire.OffsetFetchRequestGroup
) -> wire.OffsetFetchResponseGroup:
    if not guest.permits(Operation.DESCRIBE, asked.group_id):
        return wire.OffsetFetchResponseGroup(asked.group_id, error_code=Code.GROUP_AUTHORIZATION_FAILED)
    group = guest.broker.groups.find(asked.group_id)
    if asked.topics is None:
        topics = [_named(guest, group, name, indexes, version) for name, indexes in _all(guest, group)]
    elif version >= 10:
        topics = [_by_id(guest, group, topic) for topic in asked.topics]
    else:
        topics = [
            _named(guest, group, topic.name, topic.partition_indexes, version) for topic in asked.topics
        ]
    return wire.OffsetFetchResponseGroup(asked.group_id, topics)


def _by_id(
    guest: Guest, group: Group | None, asked: wire.OffsetFetchRequestTopics
) -> wire.OffsetFetchResponseTopics:
    topic = guest.broker.topics.find_id(asked.topic_id)
    if topic is None:
        parts = [
            wire.OffsetFetchResponsePartitions(index, -1, -1, "", Code.UNKNOWN_TOPIC_ID)
            for index in asked.partition_indexes
        ]
        return wire.OffsetFetchResponseTopics("", asked.topic_id, parts)
    return _named(guest, group, topic.name, asked.partition_indexes, 10)


def _named(
    guest: Guest, group: Group | None, name: str, indexes: Sequence[int], version: int
) -> wire.OffsetFetchResponseTopics:
    topic = guest.broker.topics.find(name) if version >= 10 else None
    parts = [wire.OffsetFetchResponsePartitions(*part) for part in _parts(guest, group, name, indexes)]
    if topic is None:
        return wire.OffsetFetchResponseTopics(name, partitions=parts)
    return wire.OffsetFetchResponseTopics(name, topic.id.bytes, parts)


def _parts(
    guest: Guest, group: Group | None, topic: str, indexes: Sequence[int]
) -> Iterator[tuple[int, int, int, str, Code]]:
    """Partition, offset, leader epoch, metadata, error."""
    why = Code.NONE if guest.permits(Operation.DESCRIBE, topic) else Code.TOPIC_AUTHORIZATION_FAILED
    for index in indexes:
        committed = None
        if group is not None and not why:
            committed = group.offsets.find(topic, index)
        if committed is None:
            committed = NOTHING
        yield index, committed.offset, committed.leader_epoch, committed.note, why


def _all(guest: Guest, group: Group | None) -> Iterator[tuple[str, Sequence[int]]]:
    """Everything that is committed and may be seen."""
    if group is not None:
        for topic in group.offsets.topics():
            if guest.permits(Operation.DESCRIBE, topic):
                yield topic, group.offsets.partitions(topic)
