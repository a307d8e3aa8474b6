"""What the tests of groups say again and again: asking in a version, joining, committing."""

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct

from hubbub.protocols.contract import Later
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.handlers.table import VERBS, answer
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.codec import (
    decode_request,
    decode_response,
    encode,
    encode_request,
    encode_response,
)
from hubbub.protocols.kafka.wire.generated import consumer_protocol
from hubbub.protocols.kafka.wire.generated import join_group as joining
from hubbub.protocols.kafka.wire.generated import offset_commit as committing
from hubbub.protocols.kafka.wire.generated import offset_fetch as fetching
from hubbub.protocols.kafka.wire.generated import sync_group as syncing
from hubbub.protocols.kafka.wire.keys import ApiKey
from hubbub.protocols.kafka.wire.schema import Api
from tests.unit.protocols.kafka.handlers.visit import Visit

Q = TypeVar("Q", bound=Struct)
R = TypeVar("R", bound=Struct)
METADATA = b"".join(
    [
        b"\0\1",
        *encode(
            consumer_protocol.SUBSCRIPTION, 1, consumer_protocol.ConsumerProtocolSubscription(["orders"])
        ),
    ]
)
SUBSCRIBED = [joining.JoinGroupRequestProtocol("range", METADATA)]


def versions(api: Any, first: int = 0) -> list[int]:
    verb = VERBS[ApiKey(api.key)]
    return list(range(max(first, verb.oldest), verb.newest + 1))


def begin(visit: Visit, api: Api[Q, R], body: Q, version: int | None = None) -> Callable[[], R | None]:
    """Ask; the call tells the answer as the client reads it, or None as long as there is none."""
    chosen = VERBS[ApiKey(api.key)].newest if version is None else version
    sent = b"".join(encode_request(api, chosen, body))
    read = decode_request(api, chosen, sent, 0, len(sent))
    reply = answer(visit.guest, Request(api.key, chosen, 1, "tests", read, api))
    visit.end_turn()

    def heard() -> R | None:
        said = reply
        if isinstance(said, Later):
            if not said.is_complete:
                return None
            said = said.reply
        octets = b"".join(encode_response(api, chosen, said))
        return decode_response(api, chosen, octets, 0, len(octets))

    return heard


def join(member_id: str = "", instance: str | None = None, **also: Any) -> joining.JoinGroupRequest:
    said = {
        "group_id": "g",
        "session_timeout_ms": 10_000,
        "rebalance_timeout_ms": 60_000,
        "protocol_type": "consumer",
        "protocols": SUBSCRIBED,
        **also,
    }
    return joining.JoinGroupRequest(member_id=member_id, group_instance_id=instance, **said)


def enter(visit: Visit, version: int = 9, **also: Any) -> joining.JoinGroupResponse:
    """Join as a newcomer does in this version."""
    reply = visit.ask(joining.API, join(**also), version)
    if reply.error_code == Code.MEMBER_ID_REQUIRED:
        reply = visit.ask(joining.API, join(reply.member_id, **also), version)
    assert reply.error_code == Code.NONE
    return reply


def settle(visit: Visit, assignment: bytes = b"all of it", **also: Any) -> joining.JoinGroupResponse:
    """A stable group of one."""
    joined = enter(visit, **also)
    said = syncing.SyncGroupRequest(
        "g",
        joined.generation_id,
        joined.member_id,
        also.get("instance"),
        assignments=[syncing.SyncGroupRequestAssignment(joined.member_id, assignment)],
    )
    assert visit.ask(syncing.API, said).assignment == assignment
    return joined


def commit_request(
    claim: joining.JoinGroupResponse | None = None,
    *parts: committing.OffsetCommitRequestPartition,
    name: str = "orders",
    topic_id: bytes = bytes(16),
) -> committing.OffsetCommitRequest:
    return committing.OffsetCommitRequest(
        "g",
        -1 if claim is None else claim.generation_id,
        "" if claim is None else claim.member_id,
        topics=[
            committing.OffsetCommitRequestTopic(
                name, topic_id, parts or [committing.OffsetCommitRequestPartition(0, 42, 0, -1, "note")]
            )
        ],
    )


def committed(visit: Visit, *indexes: int, topic: str = "orders") -> list[tuple[int, str | None]]:
    asked = fetching.OffsetFetchRequestGroup(
        "g", topics=[fetching.OffsetFetchRequestTopics(topic, partition_indexes=indexes or [0])]
    )
    (group,) = visit.ask(fetching.API, fetching.OffsetFetchRequest(groups=[asked]), 9).groups
    return [(part.committed_offset, part.metadata) for part in group.topics[0].partitions]


def first_code(visit: Visit, body: committing.OffsetCommitRequest, version: int = 9) -> int:
    return visit.ask(committing.API, body, version).topics[0].partitions[0].error_code
