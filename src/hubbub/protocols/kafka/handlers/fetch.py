"""Fetch (1), versions 4-18: records from an offset on; waits for more if there is little (KIP-74), remembers what is asked (KIP-227).

Up to v12 topics have names, from v13 on ids. v7 brings sessions. What goes out are views of the log itself: whole batches, the
first of which may begin before the offset asked for.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from hubbub.core.access import Operation
from hubbub.core.partition import Partition
from hubbub.core.topics import Topic
from hubbub.protocols.contract import Later
from hubbub.protocols.kafka.delivery import (
    FINAL_EPOCH,
    FIRST_EPOCH,
    NO_SESSION,
    FetchLimits,
    Got,
    Poll,
    Wanted,
    read_all,
    thaw,
)
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import fetch as wire
from hubbub.protocols.kafka.wire.schema import NIL

API: Final = wire.API
BY_ID: Final = 13
READ_COMMITTED: Final = 1


def handle(guest: Guest, request: Request[wire.FetchRequest]) -> wire.FetchResponse | Later:
    """Answer at once with what there is, or `Later`."""
    body = request.body
    session = guest.fetch_session
    by_id = request.version >= BY_ID
    named = [
        Wanted(
            topic.topic_id if by_id else topic.topic,
            part.partition,
            part.fetch_offset,
            part.partition_max_bytes,
            part.current_leader_epoch,
        )
        for topic in body.topics
        for part in topic.partitions
    ]
    is_incremental = body.session_epoch not in (FINAL_EPOCH, FIRST_EPOCH)
    if is_incremental:
        if session.id == NO_SESSION or body.session_id != session.id:
            guest.register.refused(guest, API.key, Code.FETCH_SESSION_ID_NOT_FOUND, "")
            return wire.FetchResponse(error_code=Code.FETCH_SESSION_ID_NOT_FOUND)
        if body.session_epoch != session.epoch:
            guest.register.refused(guest, API.key, Code.INVALID_FETCH_SESSION_EPOCH, "")
            return wire.FetchResponse(error_code=Code.INVALID_FETCH_SESSION_EPOCH, session_id=session.id)
        session.update(
            named,
            [(t.topic_id if by_id else t.topic, p) for t in body.forgotten_topics_data for p in t.partitions],
        )
        wanted: Sequence[Wanted] = list(session.wanted.values())
    else:
        if body.session_epoch == FIRST_EPOCH and request.version >= 7:
            session.open(named)
        else:
            session.close()
        wanted = named
    limits = FetchLimits(
        body.min_bytes, min(body.max_bytes, guest.options.fetch_max_bytes), max(0, body.max_wait_ms)
    )
    find = partial(find_partition, guest, by_id)
    results, octets, is_urgent = read_all(wanted, find, limits.max_bytes)

    def reply(results: list[Got]) -> wire.FetchResponse:
        for got in results:
            if got.octets:
                got.count()
            elif got.code:
                guest.register.refused(guest, API.key, got.code, f"{got.wanted.topic!r}, {got.wanted.index}")
        news = session.changed(results) if session.id != NO_SESSION else results
        return response(news if is_incremental else results, request, session.id)

    is_now = octets >= limits.min_bytes or is_urgent or limits.max_wait_ms == 0 or not wanted
    if is_now and not any(got.cold for got in results):
        return reply(results)
    later = Later()

    def answer(results: list[Got]) -> None:
        later.complete(reply(results))

    if is_now:
        thaw(results, find, answer)
    else:
        poll = Poll(wanted, find, limits, answer, guest.broker.clock, guest.broker.turn)
        later.on_cancel = poll.cancel
    return later


def find_partition(guest: Guest, by_id: bool, wanted: Wanted) -> Partition | Code:
    """The partition, or why this client cannot read it."""
    topic = find_topic(guest, wanted.topic)
    if topic is None:
        return Code.UNKNOWN_TOPIC_ID if by_id else Code.UNKNOWN_TOPIC_OR_PARTITION
    if not guest.permits(Operation.READ, topic.name):
        return Code.TOPIC_AUTHORIZATION_FAILED
    if not 0 <= wanted.index < len(topic.partitions):
        return Code.UNKNOWN_TOPIC_OR_PARTITION
    partition = topic.partitions[wanted.index]
    if wanted.leader_epoch >= 0 and wanted.leader_epoch != partition.epoch:
        return (
            Code.FENCED_LEADER_EPOCH if wanted.leader_epoch < partition.epoch else Code.UNKNOWN_LEADER_EPOCH
        )
    return partition


def find_topic(guest: Guest, topic: str | bytes) -> Topic | None:
    """By name or by id, as the client speaks."""
    topics = guest.broker.topics
    return topics.find_id(topic) if isinstance(topic, bytes) else topics.find(topic)


def response(
    results: Sequence[Got], request: Request[wire.FetchRequest], session_id: int
) -> wire.FetchResponse:
    """Results of one topic stand together; their order is kept."""
    aborted: tuple[()] | None = () if request.body.isolation_level == READ_COMMITTED else None
    topics: dict[str | bytes, list[wire.PartitionData]] = {}
    for got in results:
        topics.setdefault(got.wanted.topic, []).append(
            wire.PartitionData(
                partition_index=got.wanted.index,
                error_code=got.code,
                high_watermark=got.high_watermark,
                last_stable_offset=got.high_watermark,
                log_start_offset=got.start,
                aborted_transactions=aborted,
                records=list(got.views),
            )
        )
    return wire.FetchResponse(
        session_id=session_id,
        responses=[
            wire.FetchableTopicResponse(
                topic=topic if isinstance(topic, str) else "",
                topic_id=topic if isinstance(topic, bytes) else NIL,
                partitions=partitions,
            )
            for topic, partitions in topics.items()
        ],
    )
