"""DeleteTopics (20), versions 0-6: forget topics, by name or (v6) by id, each on its own; answer when that is safe.

v5 explains errors. A topic made again under the same name is another topic, with another id. Kafka 4 begins at v1.
"""

from collections import Counter
from typing import Final

from hubbub.core.access import Operation
from hubbub.core.errors import Refusal
from hubbub.core.topics import Topic
from hubbub.protocols.contract import Later
from hubbub.protocols.kafka.failures import Code, code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.handlers.committed import NOT_KEPT, when_committed
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import delete_topics as wire
from hubbub.protocols.kafka.wire.schema import NIL

API: Final = wire.API
BY_ID: Final = 6


def handle(guest: Guest, request: Request[wire.DeleteTopicsRequest]) -> wire.DeleteTopicsResponse | Later:
    """Each topic once; one that stands twice in the request, by name or by id, is refused."""
    body = request.body
    asked = (
        body.topics
        if request.version >= BY_ID
        else [wire.DeleteTopicState(name) for name in body.topic_names]
    )
    found = {each: _find(guest, each) for each in asked}
    times = Counter(topic.name for each in asked if (topic := found[each]) is not None)
    results: list[wire.DeletableTopicResult] = []
    for each, topic in found.items():
        if (each.name is None) == (each.topic_id == NIL):
            results.append(
                _refused(each, Code.INVALID_REQUEST, "a topic is named, or given by its id: one of the two")
            )
        elif topic is None:
            missing = Code.UNKNOWN_TOPIC_OR_PARTITION if each.topic_id == NIL else Code.UNKNOWN_TOPIC_ID
            results.append(_refused(each, missing, "there is no such topic"))
        elif times[topic.name] > 1:
            results.append(_refused(each, Code.INVALID_REQUEST, "the request has this topic twice"))
        else:
            results.append(_delete(guest, each, topic))
    reply = wire.DeleteTopicsResponse(responses=results)
    if all(result.error_code for result in results):
        return reply
    return when_committed(
        guest,
        reply,
        lambda why: wire.DeleteTopicsResponse(
            responses=[
                result
                if result.error_code
                else wire.DeletableTopicResult(result.name, result.topic_id, why, NOT_KEPT)
                for result in results
            ]
        ),
    )


def _find(guest: Guest, asked: wire.DeleteTopicState) -> Topic | None:
    topics = guest.broker.topics
    return topics.find(asked.name) if asked.name is not None else topics.find_id(asked.topic_id)


def _refused(asked: wire.DeleteTopicState, why: Code, text: str) -> wire.DeletableTopicResult:
    return wire.DeletableTopicResult(asked.name, asked.topic_id, why, text)


def _delete(guest: Guest, asked: wire.DeleteTopicState, topic: Topic) -> wire.DeletableTopicResult:
    if not guest.permits(Operation.DELETE, topic.name):
        return _refused(asked, Code.TOPIC_AUTHORIZATION_FAILED, "not permitted")
    try:
        guest.broker.topics.delete(topic, guest.broker.turn.commit)
    except Refusal as why:
        return _refused(asked, code(why), str(why))
    return wire.DeletableTopicResult(topic.name, topic.id.bytes)
