"""CreateTopics (19), versions 0-7: make topics, each on its own; answer when they are safe.

v1 can only validate and explains errors, v5 answers with the topic's settings, v7 with its id. -1 partitions and -1 replication are the
broker's defaults. This is one node: a replication factor above 1 becomes 1, or is refused where the options say so; replicas on nodes
that are not there are always refused. One request makes a bounded number of partitions. Kafka 4 begins at v2.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from hubbub.core.access import Operation
from hubbub.core.errors import Invalid, Refusal
from hubbub.core.options import TopicOptions
from hubbub.core.topics import MAX_PARTITIONS, check_partitions
from hubbub.protocols.contract import Later
from hubbub.protocols.kafka.failures import Code, code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.handlers.committed import NOT_KEPT, when_committed
from hubbub.protocols.kafka.handlers.replicas import complaint
from hubbub.protocols.kafka.naming.names import METADATA_TOPIC, refuse_bad_name
from hubbub.protocols.kafka.naming.settings import topic_options, topic_values
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import create_topics as wire
from hubbub.protocols.kafka.wire.schema import NIL

API: Final = wire.API
DEFAULT: Final = -1


class Refused(Refusal):
    """One topic cannot be made, for a reason that has a code of its own here."""

    def __init__(self, why: Code, text: str) -> None:
        super().__init__(text)
        self.code: Final = why


def handle(guest: Guest, request: Request[wire.CreateTopicsRequest]) -> wire.CreateTopicsResponse | Later:
    """Each topic once; a name that stands twice in the request is refused for all its places."""
    body = request.body
    times = Counter(topic.name for topic in body.topics)
    if sum(_size(guest, topic) for topic in body.topics) > MAX_PARTITIONS:
        text = f"one request makes at most {MAX_PARTITIONS} partitions"
        return wire.CreateTopicsResponse(
            topics=[refused(name, Code.POLICY_VIOLATION, text) for name in times]
        )
    results = [
        refused(name, Code.INVALID_REQUEST, "duplicate topic name")
        for name, count in times.items()
        if count > 1
    ]
    results += [
        _create(guest, topic, validate_only=body.validate_only)
        for topic in body.topics
        if times[topic.name] == 1
    ]
    reply = wire.CreateTopicsResponse(topics=results)
    if body.validate_only or all(result.error_code for result in results):
        return reply
    return when_committed(
        guest,
        reply,
        lambda why: wire.CreateTopicsResponse(
            topics=[
                result if result.error_code else refused(result.name, why, NOT_KEPT) for result in results
            ]
        ),
    )


def _size(guest: Guest, asked: wire.CreatableTopic) -> int:
    """The partitions that a topic asks for, as far as it may have so many at all."""
    count = len(asked.assignments) or (
        guest.options.default_partitions if asked.num_partitions == DEFAULT else asked.num_partitions
    )
    return count if 1 <= count <= MAX_PARTITIONS else 0


def refused(name: str, why: Code, text: str) -> wire.CreatableTopicResult:
    """One topic's error."""
    return wire.CreatableTopicResult(name, error_code=why, error_message=text)


def _create(guest: Guest, asked: wire.CreatableTopic, *, validate_only: bool) -> wire.CreatableTopicResult:
    name = asked.name
    if not guest.permits(Operation.CREATE, name):
        return refused(name, Code.TOPIC_AUTHORIZATION_FAILED, "not permitted")
    topics = guest.broker.topics
    try:
        _refuse_name(name)
        if name in topics:
            raise Refused(Code.TOPIC_ALREADY_EXISTS, f"topic {name!r} exists already")
        partitions = _partitions(guest, asked)
        settings = _settings(asked.configs)
        options = _options(guest, settings)
        topic_id = NIL
        topics.check_room(partitions)
        if not validate_only:
            topic_id = topics.create(name, partitions, options, settings, guest.broker.turn.commit).id.bytes
    except Refused as why:
        return refused(name, why.code, str(why))
    except Refusal as why:
        return refused(name, code(why), str(why))
    return wire.CreatableTopicResult(
        name,
        topic_id,
        error_message=None,
        num_partitions=partitions,
        replication_factor=1,
        configs=[
            wire.CreatableTopicConfigs(setting, value.text, config_source=value.source)
            for setting, value in topic_values(settings, guest.options).items()
        ],
    )


def _refuse_name(name: str) -> None:
    if name == METADATA_TOPIC:
        raise Refused(Code.INVALID_REQUEST, f"{METADATA_TOPIC} belongs to the controllers")
    try:
        refuse_bad_name(name)
    except Invalid as why:
        raise Refused(Code.INVALID_TOPIC_EXCEPTION, str(why)) from None


def _partitions(guest: Guest, asked: wire.CreatableTopic) -> int:
    """How many; raises `Refused` for numbers and assignments that cannot be."""
    if asked.assignments:
        return _assigned(guest, asked)
    _refuse_replication(guest, asked.replication_factor)
    if asked.num_partitions == DEFAULT:
        return guest.options.default_partitions
    try:
        check_partitions(asked.num_partitions)
    except Invalid as why:
        raise Refused(Code.INVALID_PARTITIONS, str(why)) from None
    return asked.num_partitions


def _assigned(guest: Guest, asked: wire.CreatableTopic) -> int:
    if asked.num_partitions != DEFAULT or asked.replication_factor != DEFAULT:
        raise Refused(
            Code.INVALID_REQUEST,
            "replicas are assigned by hand: the number of partitions and the replication factor must be -1",
        )
    indexes = sorted(assignment.partition_index for assignment in asked.assignments)
    if indexes != list(range(len(indexes))):
        raise Refused(
            Code.INVALID_REPLICA_ASSIGNMENT,
            f"partitions are numbered from 0 without gaps; these are {indexes[:20]}",
        )
    for assignment in asked.assignments:
        wrong = complaint(assignment.broker_ids, guest.options.broker_id)
        if wrong:
            raise Refused(Code.INVALID_REPLICA_ASSIGNMENT, f"partition {assignment.partition_index}: {wrong}")
    return len(indexes)


def _refuse_replication(guest: Guest, factor: int) -> None:
    if factor != DEFAULT and factor < 1:
        raise Refused(
            Code.INVALID_REPLICATION_FACTOR,
            f"a replication factor of {factor}: it is at least 1, or -1 for the default",
        )
    if factor > 1 and guest.options.strict_replication:
        raise Refused(
            Code.INVALID_REPLICATION_FACTOR,
            f"a replication factor of {factor} cannot be reached: this is one node",
        )


def _settings(configs: Sequence[wire.CreatableTopicConfig]) -> dict[str, str]:
    settings: dict[str, str] = {}
    for config in configs:
        if config.value is None:
            raise Refused(Code.INVALID_CONFIG, f"{config.name} has no value")
        settings[config.name] = config.value
    return settings


def _options(guest: Guest, settings: dict[str, str]) -> TopicOptions:
    try:
        return topic_options(settings, guest.options)
    except Invalid as why:
        raise Refused(Code.INVALID_CONFIG, str(why)) from None
