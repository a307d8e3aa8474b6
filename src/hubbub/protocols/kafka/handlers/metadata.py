"""Metadata (3), versions 0-13: which topics there are, and that all of them are here.

v0 asks for all topics with an empty list, later versions with null. v4 says whether missing topics may be made; v10 and v12 ask by id. This
node leads every partition and hands out the address the client came to, unless another is advertised.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.core.errors import Invalid, Refusal
from hubbub.core.topics import Topic
from hubbub.protocols.kafka.failures import Code, code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.handlers.provision import create
from hubbub.protocols.kafka.naming.names import INTERNAL, refuse_bad_name
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import metadata as wire
from hubbub.protocols.kafka.wire.schema import NIL

API: Final = wire.API
TOPIC_OPERATIONS: Final = 0b0000_1101_1111_1000
"""READ, WRITE, CREATE, DELETE, ALTER, DESCRIBE, DESCRIBE_CONFIGS, ALTER_CONFIGS as a bit field (KIP-430)."""
CLUSTER_OPERATIONS: Final = 0b0001_1111_1010_0000
"""CREATE, ALTER, DESCRIBE, CLUSTER_ACTION, DESCRIBE_CONFIGS, ALTER_CONFIGS, IDEMPOTENT_WRITE, the same way."""
NOT_ASKED: Final = -(2**31)


def handle(guest: Guest, request: Request[wire.MetadataRequest]) -> wire.MetadataResponse:
    """Topics asked for, or all; made on the way if they may be."""
    body = request.body
    operations = TOPIC_OPERATIONS if body.include_topic_authorized_operations else NOT_ASKED
    if body.topics is None or (request.version == 0 and not body.topics):
        topics = [
            describe(guest, topic, operations)
            for topic in guest.broker.topics
            if guest.permits(Operation.DESCRIBE, topic.name)
        ]
    else:
        may_create = request.version < 4 or body.allow_auto_topic_creation
        topics = [_asked_for(guest, asked, operations, may_create=may_create) for asked in body.topics]
    host, port = guest.address()
    node = guest.options.broker_id
    return wire.MetadataResponse(
        brokers=[wire.MetadataResponseBroker(node, host, port)],
        cluster_id=guest.broker.hub_id,
        controller_id=node,
        topics=topics,
        cluster_authorized_operations=CLUSTER_OPERATIONS
        if body.include_cluster_authorized_operations
        else NOT_ASKED,
    )


def describe(guest: Guest, topic: Topic, operations: int) -> wire.MetadataResponseTopic:
    """One topic that is there."""
    node = [guest.options.broker_id]
    return wire.MetadataResponseTopic(
        name=topic.name,
        topic_id=topic.id.bytes,
        is_internal=topic.name in INTERNAL,
        partitions=[
            wire.MetadataResponsePartition(0, partition.index, node[0], partition.epoch, node, node)
            for partition in topic.partitions
        ],
        topic_authorized_operations=operations,
    )


def _asked_for(
    guest: Guest, asked: wire.MetadataRequestTopic, operations: int, *, may_create: bool
) -> wire.MetadataResponseTopic:
    name = asked.name
    if asked.topic_id != NIL:
        topic = guest.broker.topics.find_id(asked.topic_id)
        if topic is None:
            return wire.MetadataResponseTopic(Code.UNKNOWN_TOPIC_ID, None, asked.topic_id)
        return describe(guest, topic, operations)
    if name is None:
        return wire.MetadataResponseTopic(Code.INVALID_TOPIC_EXCEPTION, None)
    topic = guest.broker.topics.find(name)
    if topic is None:
        try:
            refuse_bad_name(name)
        except Invalid:
            return wire.MetadataResponseTopic(Code.INVALID_TOPIC_EXCEPTION, name)
        if not (may_create and guest.options.auto_create_topics and guest.permits(Operation.CREATE, name)):
            return wire.MetadataResponseTopic(Code.UNKNOWN_TOPIC_OR_PARTITION, name)
        try:
            topic = create(guest.broker, guest.options, name)
        except Refusal as why:
            return wire.MetadataResponseTopic(code(why), name)
    return describe(guest, topic, operations)
