"""OffsetCommit (8), versions 0-10: how far a group has come; answered when that is as safe as the engine promises.

v0 knows no members. v1 has a timestamp for each offset, v2-4 a retention time for all; since v5 the broker's retention holds. v6 has leader
epochs, v7 instance ids. Before v9 a member of a group that is not there hears ILLEGAL_GENERATION, then GROUP_ID_NOT_FOUND. v10 has topic
ids instead of names (KIP-848). An error concerns its partition alone.
"""

from typing import Final, TypeAlias

from hubbub.core.access import Operation
from hubbub.core.commit import Outcome
from hubbub.core.errors import Refusal
from hubbub.core.groups import Claim, Committed
from hubbub.core.groups.refusals import NoSuchGroup
from hubbub.core.topics import Topic
from hubbub.protocols.contract import Later
from hubbub.protocols.kafka.failures import Code, code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import offset_commit as wire

API: Final = wire.API
OUTCOMES: Final = {
    Outcome.OK: Code.NONE,
    Outcome.FENCED: Code.NOT_COORDINATOR,
    Outcome.UNAVAILABLE: Code.COORDINATOR_NOT_AVAILABLE,
}
Result: TypeAlias = tuple[wire.OffsetCommitRequestTopic, list[tuple[int, Code]]]
"""A topic as it was asked for, and what became of each of its partitions."""


def handle(guest: Guest, request: Request[wire.OffsetCommitRequest]) -> wire.OffsetCommitResponse | Later:
    """Write now, answer later."""
    body = request.body
    offsets: dict[tuple[str, int], Committed] = {}
    found = [(asked, *_find(guest, request.version, asked)) for asked in body.topics]
    for asked, topic, _ in found:
        if topic is not None:
            for part in asked.partitions:
                if 0 <= part.partition_index < len(topic.partitions):
                    offsets[topic.name, part.partition_index] = _committed(guest, body, part)
    broker = guest.broker
    refusals: dict[tuple[str, int], Code] = {}
    if not guest.permits(Operation.READ, body.group_id):
        refusals = dict.fromkeys(offsets, Code.GROUP_AUTHORIZATION_FAILED)
    elif offsets:
        claim = Claim(body.member_id, body.generation_id_or_member_epoch, body.group_instance_id)
        try:
            refused = broker.groups.commit(body.group_id, claim, offsets, broker.turn.commit)
            refusals = {place: code(why) for place, why in refused.items()}
        except Refusal as why:
            refusals = dict.fromkeys(offsets, _code(request.version, why))
    results: list[Result] = []
    for asked, topic, missing in found:
        codes: list[tuple[int, Code]] = []
        for part in asked.partitions:
            index = part.partition_index
            if topic is None or (topic.name, index) not in offsets:
                codes.append((index, missing))
            else:
                codes.append((index, refusals.get((topic.name, index), Code.NONE)))
        results.append((asked, codes))
    if len(refusals) == len(offsets):
        return respond(results, Code.NONE)
    later = Later()
    broker.turn.commit.join(lambda outcome: later.complete(respond(results, OUTCOMES[outcome])))
    return later


def respond(results: list[Result], outcome: Code) -> wire.OffsetCommitResponse:
    """What was refused stays so; for the rest, the outcome."""
    return wire.OffsetCommitResponse(
        topics=[
            wire.OffsetCommitResponseTopic(
                asked.name,
                asked.topic_id,
                [wire.OffsetCommitResponsePartition(index, refusal or outcome) for index, refusal in codes],
            )
            for asked, codes in results
        ]
    )


def _find(guest: Guest, version: int, asked: wire.OffsetCommitRequestTopic) -> tuple[Topic | None, Code]:
    """The topic, and what to say of partitions that are not there."""
    topics = guest.broker.topics
    if version >= 10:
        topic = topics.find_id(asked.topic_id)
        if topic is None:
            return None, Code.UNKNOWN_TOPIC_ID
    else:
        topic = topics.find(asked.name)
    if topic is not None and not guest.permits(Operation.READ, topic.name):
        return None, Code.TOPIC_AUTHORIZATION_FAILED
    return topic, Code.UNKNOWN_TOPIC_OR_PARTITION


def _committed(
    guest: Guest, body: wire.OffsetCommitRequest, part: wire.OffsetCommitRequestPartition
) -> Committed:
    at = part.commit_timestamp if part.commit_timestamp >= 0 else guest.broker.clock.now()
    return Committed(
        part.committed_offset,
        part.committed_leader_epoch,
        part.committed_metadata or "",
        at,
        at + body.retention_time_ms if body.retention_time_ms >= 0 else -1,
    )


def _code(version: int, refusal: Refusal) -> Code:
    if isinstance(refusal, NoSuchGroup) and version < 9:
        return Code.ILLEGAL_GENERATION
    return code(refusal)
