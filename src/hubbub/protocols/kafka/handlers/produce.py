"""Produce (0), versions 3-13: append each batch to its partition; answer when all are as safe as the engine promises.

Up to v12 topics have names, in v13 ids. One batch of format 2 for each partition. acks 1 and all mean the same on one node; with acks 0
there is no answer at all. An error concerns its partition alone.
"""

from typing import Final

from hubbub.core.access import Operation
from hubbub.core.commit import Commit
from hubbub.core.errors import Invalid, OutOfSequence, Refusal
from hubbub.core.topics import Topic
from hubbub.octets import batch as batches
from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed
from hubbub.protocols.contract import Later
from hubbub.protocols.kafka.failures import Code, code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.handlers.committed import NOT_KEPT, when_committed
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import produce as wire

API: Final = wire.API
ACKS: Final = (-1, 0, 1)


def handle(guest: Guest, request: Request[wire.ProduceRequest]) -> Later | wire.ProduceResponse | None:
    """Append now, answer when it is safe; nothing at all with acks 0."""
    body = request.body
    if body.acks not in ACKS:
        return refuse_all(guest, body, Code.INVALID_REQUIRED_ACKS, f"acks is {body.acks}; it is -1, 0 or 1")
    commit = guest.broker.turn.commit
    topics = [_append_topic(guest, commit, request, data) for data in body.topic_data]
    if body.acks == 0:
        return None
    reply = wire.ProduceResponse(responses=topics)
    if not guest.broker.engine.outlives:  # what was appended is as safe as it will ever be
        return reply

    def not_kept(why: Code) -> wire.ProduceResponse:
        guest.register.refused(guest, API.key, why, NOT_KEPT)
        return wire.ProduceResponse(responses=[lost(topic, why) for topic in topics])

    return when_committed(guest, reply, not_kept)


def refuse_all(guest: Guest, body: wire.ProduceRequest, why: Code, text: str) -> wire.ProduceResponse:
    """The same error for every partition."""
    guest.register.refused(guest, API.key, why, text)
    return wire.ProduceResponse(
        responses=[
            wire.TopicProduceResponse(
                topic.name, topic.topic_id, [refused(part.index, why, text) for part in topic.partition_data]
            )
            for topic in body.topic_data
        ]
    )


def lost(topic: wire.TopicProduceResponse, why: Code) -> wire.TopicProduceResponse:
    """What was appended is not safe after all; what was refused stays so."""
    return wire.TopicProduceResponse(
        topic.name,
        topic.topic_id,
        [
            part if part.error_code else refused(part.index, why, NOT_KEPT)
            for part in topic.partition_responses
        ],
    )


def refused(index: int, why: Code, text: str) -> wire.PartitionProduceResponse:
    """One partition's error."""
    return wire.PartitionProduceResponse(index, why, -1, error_message=text)


def _append_topic(
    guest: Guest, commit: Commit, request: Request[wire.ProduceRequest], data: wire.TopicProduceData
) -> wire.TopicProduceResponse:
    if request.version >= 13:
        topic = guest.broker.topics.find_id(data.topic_id)
        missing = Code.UNKNOWN_TOPIC_ID
    else:
        topic = guest.broker.topics.find(data.name)
        missing = Code.UNKNOWN_TOPIC_OR_PARTITION
    if topic is None:
        results = [refused(part.index, missing, "there is no such topic") for part in data.partition_data]
    elif not guest.permits(Operation.WRITE, topic.name):
        results = [
            refused(part.index, Code.TOPIC_AUTHORIZATION_FAILED, "not permitted")
            for part in data.partition_data
        ]
    else:
        results = [_append(topic, commit, part.index, part.records) for part in data.partition_data]
    for result in results:
        if result.error_code:
            guest.register.refused(guest, API.key, result.error_code, result.error_message or "")
    return wire.TopicProduceResponse(data.name, data.topic_id, results)


def _append(topic: Topic, commit: Commit, index: int, batch: Buffer | None) -> wire.PartitionProduceResponse:
    if not 0 <= index < len(topic.partitions):
        return refused(
            index,
            Code.UNKNOWN_TOPIC_OR_PARTITION,
            f"topic {topic.name} has {len(topic.partitions)} partitions",
        )
    if not batch:
        return refused(index, Code.INVALID_RECORD, "no record batch")
    partition = topic.partitions[index]
    try:
        header = batches.check_batch(batch)
        if header.is_control or header.is_transactional:
            raise Invalid(
                "transactions are not offered here"
                if header.is_transactional
                else "clients may not write control batches"
            )
        if topic.options.compacts and any(entry.key is None for entry in batches.records(batch)):
            raise Invalid("a record without a key, in a topic that keeps the last record of each key")
        done = partition.append(batch, header, commit)
    except batches.Corrupt as why:
        return refused(index, Code.CORRUPT_MESSAGE, why.reason)
    except Malformed as why:
        return refused(index, Code.INVALID_RECORD, why.reason)
    except Invalid as why:
        return refused(index, Code.INVALID_RECORD, str(why))
    except OutOfSequence as why:
        return refused(index, Code.OUT_OF_ORDER_SEQUENCE_NUMBER, str(why))
    except Refusal as why:
        return refused(index, code(why), str(why))
    return wire.PartitionProduceResponse(index, 0, done.base_offset, done.stamped_at, partition.log.start)
