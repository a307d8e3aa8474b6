"""OffsetDelete (47), version 0: forget what a group has committed for some partitions (KIP-496).

A consumer group that has members keeps the offsets of topics that these subscribe to (GROUP_SUBSCRIBED_TO_TOPIC); for that alone the
subscriptions are read. A group of another kind must have no members.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.core.groups import Group, State
from hubbub.octets.malformed import Malformed
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.codec import decode
from hubbub.protocols.kafka.wire.generated import consumer_protocol
from hubbub.protocols.kafka.wire.generated import offset_delete as wire

API: Final = wire.API
CONSUMERS: Final = "consumer"
VERSION_OCTETS: Final = 2


def handle(guest: Guest, request: Request[wire.OffsetDeleteRequest]) -> wire.OffsetDeleteResponse:
    """Each partition on its own."""
    body = request.body
    if not guest.permits(Operation.DELETE, body.group_id):
        return wire.OffsetDeleteResponse(Code.GROUP_AUTHORIZATION_FAILED)
    group = guest.broker.groups.find(body.group_id)
    if group is None:
        return wire.OffsetDeleteResponse(Code.GROUP_ID_NOT_FOUND)
    if group.state is not State.EMPTY and group.kind != CONSUMERS:
        return wire.OffsetDeleteResponse(Code.NON_EMPTY_GROUP)
    return wire.OffsetDeleteResponse(topics=[_delete(guest, group, topic) for topic in body.topics])


def _delete(
    guest: Guest, group: Group, asked: wire.OffsetDeleteRequestTopic
) -> wire.OffsetDeleteResponseTopic:
    topics, turn = guest.broker.topics, guest.broker.turn
    why = Code.NONE
    if not guest.permits(Operation.READ, asked.name):
        why = Code.TOPIC_AUTHORIZATION_FAILED
    elif any(_subscribes(member.metadata(group.protocol), asked.name) for member in group.roster):
        why = Code.GROUP_SUBSCRIBED_TO_TOPIC
    results: list[wire.OffsetDeleteResponsePartition] = []
    for part in asked.partitions:
        index = part.partition_index
        refusal = why
        if not why and topics.partition(asked.name, index) is None:
            refusal = Code.UNKNOWN_TOPIC_OR_PARTITION
        elif not why:
            group.offsets.drop(asked.name, index, turn.commit)
        results.append(wire.OffsetDeleteResponsePartition(index, refusal))
    return wire.OffsetDeleteResponseTopic(asked.name, results)


def _subscribes(metadata: bytes, topic: str) -> bool:
    """Whether a consumer that said this of itself wants the topic; what cannot be read may want anything."""
    subscription = consumer_protocol.SUBSCRIPTION
    try:
        version = int.from_bytes(metadata[:VERSION_OCTETS], "big", signed=True)
        if len(metadata) < VERSION_OCTETS or version < 0:
            return True
        # newer versions only add fields at the end
        said, _ = decode(
            subscription, min(version, subscription.max_version), metadata, VERSION_OCTETS, len(metadata)
        )
    except Malformed:
        return True
    return topic in said.topics
