"""Groups as Kafka's clients see them: each request in all its versions, and each refusal with its code."""

from typing import Any

import pytest

from hubbub.protocols.contract import Later
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.handlers.table import answer
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import delete_groups as deleting
from hubbub.protocols.kafka.wire.generated import describe_groups as describing
from hubbub.protocols.kafka.wire.generated import find_coordinator as finding
from hubbub.protocols.kafka.wire.generated import heartbeat as beating
from hubbub.protocols.kafka.wire.generated import join_group as joining
from hubbub.protocols.kafka.wire.generated import leave_group as leaving
from hubbub.protocols.kafka.wire.generated import list_groups as listing
from hubbub.protocols.kafka.wire.generated import offset_commit as committing
from hubbub.protocols.kafka.wire.generated import sync_group as syncing
from tests.unit.protocols.kafka.handlers.group_words import (
    METADATA,
    begin,
    commit_request,
    enter,
    first_code,
    join,
    settle,
    versions,
)
from tests.unit.protocols.kafka.handlers.visit import Visit

# joining, syncing, living, leaving


@pytest.mark.parametrize("version", versions(joining.API))
def test_a_newcomer_joins_in_every_version(version: int) -> None:
    visit = Visit()
    first = visit.ask(joining.API, join(), version)
    if version >= 4:
        assert (first.error_code, first.generation_id) == (Code.MEMBER_ID_REQUIRED, -1)
        assert first.member_id.startswith("tests-")
        reply = visit.ask(joining.API, join(first.member_id), version)
        assert reply.member_id == first.member_id
    else:
        reply = first
    assert (reply.error_code, reply.generation_id, reply.protocol_name) == (Code.NONE, 1, "range")
    assert reply.leader == reply.member_id
    assert [(known.member_id, known.metadata) for known in reply.members] == [(reply.member_id, METADATA)]
    assert reply.protocol_type == ("consumer" if version >= 7 else None)


@pytest.mark.parametrize("version", versions(joining.API))
def test_a_refused_join_has_no_generation_in_every_version(version: int) -> None:
    reply = Visit().ask(joining.API, join(session_timeout_ms=1), version)
    assert (reply.error_code, reply.generation_id) == (Code.INVALID_SESSION_TIMEOUT, -1)
    assert reply.protocol_name == (None if version >= 7 else "")
    assert reply.members == ()


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (join(group_id=""), Code.INVALID_GROUP_ID),
        (join(protocols=[]), Code.INCONSISTENT_GROUP_PROTOCOL),
        (join("stranger"), Code.UNKNOWN_MEMBER_ID),
        (join("stranger", "instance"), Code.UNKNOWN_MEMBER_ID),
    ],
)
def test_a_join_is_refused_with_its_code(body: joining.JoinGroupRequest, code: Code) -> None:
    reply = Visit().ask(joining.API, body)
    assert (reply.error_code, reply.member_id) == (code, body.member_id)


def test_before_rebalance_timeouts_the_session_timeout_stood_for_them() -> None:
    visit = Visit()
    enter(visit, 0)
    other = begin(visit, joining.API, join(), 0)
    visit.clock.advance(9.9)
    assert other() is None
    visit.clock.advance(0.2)
    reply = other()
    assert reply is not None
    assert reply.generation_id == 2


def test_a_join_waits_for_the_members_that_are_there() -> None:
    visit = Visit()
    one = settle(visit)
    two = begin(visit, joining.API, join(), 3)
    assert two() is None
    beat = beating.HeartbeatRequest("g", one.generation_id, one.member_id)
    assert visit.ask(beating.API, beat).error_code == Code.REBALANCE_IN_PROGRESS
    again = visit.ask(joining.API, join(one.member_id))
    follower = two()
    assert follower is not None
    assert again.generation_id == follower.generation_id == 2
    assert len(again.members) == 2
    assert follower.members == ()
    assert follower.leader == one.member_id


def test_a_join_whose_connection_goes_is_forgotten() -> None:
    visit = Visit()
    one = settle(visit)
    later = answer(visit.guest, Request(11, 3, 1, "tests", join(), joining.API))
    assert isinstance(later, Later)
    assert later.holds
    later.cancel()
    assert len(visit.ask(joining.API, join(one.member_id)).members) == 1


@pytest.mark.parametrize("version", versions(syncing.API))
def test_the_leaders_octets_reach_members_in_every_version(version: int) -> None:
    visit = Visit()
    one = enter(visit)
    said = syncing.SyncGroupRequest(
        "g",
        1,
        one.member_id,
        protocol_type="consumer" if version >= 5 else None,
        protocol_name="range" if version >= 5 else None,
        assignments=[syncing.SyncGroupRequestAssignment(one.member_id, b"\0\1octets")],
    )
    reply = visit.ask(syncing.API, said, version)
    assert (reply.error_code, reply.assignment) == (Code.NONE, b"\0\1octets")
    names = ("consumer", "range") if version >= 5 else (None, None)
    assert (reply.protocol_type, reply.protocol_name) == names
    refused = visit.ask(syncing.API, syncing.SyncGroupRequest("g", 9, one.member_id), version)
    assert (refused.error_code, refused.assignment) == (Code.ILLEGAL_GENERATION, b"")


def test_a_sync_must_name_the_groups_own_protocol() -> None:
    visit = Visit()
    one = enter(visit)
    said = syncing.SyncGroupRequest("g", 1, one.member_id, protocol_type="consumer", protocol_name="sticky")
    assert visit.ask(syncing.API, said).error_code == Code.INCONSISTENT_GROUP_PROTOCOL
    nowhere = syncing.SyncGroupRequest("nowhere", 1, one.member_id)
    assert visit.ask(syncing.API, nowhere).error_code == Code.UNKNOWN_MEMBER_ID


@pytest.mark.parametrize("version", versions(beating.API))
def test_heartbeats_are_answered_in_every_version(version: int) -> None:
    visit = Visit()
    one = settle(visit)

    def beat(group: str, generation: int, member: str) -> int:
        return visit.ask(beating.API, beating.HeartbeatRequest(group, generation, member), version).error_code

    assert beat("g", 1, one.member_id) == Code.NONE
    assert beat("g", 0, one.member_id) == Code.ILLEGAL_GENERATION
    assert beat("g", 1, "stranger") == Code.UNKNOWN_MEMBER_ID
    assert beat("nowhere", 1, one.member_id) == Code.UNKNOWN_MEMBER_ID
    assert beat("", 1, one.member_id) == Code.INVALID_GROUP_ID


def test_the_one_before_under_the_same_instance_id_is_fenced() -> None:
    visit = Visit()
    one = settle(visit, instance="i")
    two = visit.ask(joining.API, join(instance="i"))
    assert (two.error_code, two.generation_id, two.skip_assignment) == (Code.NONE, 1, True)
    beat = beating.HeartbeatRequest("g", 1, one.member_id, "i")
    assert visit.ask(beating.API, beat).error_code == Code.FENCED_INSTANCE_ID
    old = visit.ask(joining.API, join(instance="i"), 8)
    assert (old.leader, old.members) == (two.member_id, ())


@pytest.mark.parametrize("version", versions(leaving.API))
def test_a_member_leaves_in_every_version(version: int) -> None:
    visit = Visit()
    one = settle(visit)

    def leave(member: str) -> int:
        said = leaving.LeaveGroupRequest("g", member)
        if version >= 3:
            said = leaving.LeaveGroupRequest("g", members=[leaving.MemberIdentity(member)])
        reply = visit.ask(leaving.API, said, version)
        if version >= 3:
            assert reply.error_code == Code.NONE
            return reply.members[0].error_code
        return reply.error_code

    assert leave(one.member_id) == Code.NONE
    assert leave(one.member_id) == Code.UNKNOWN_MEMBER_ID
    assert visit.ask(leaving.API, leaving.LeaveGroupRequest(""), version).error_code == Code.INVALID_GROUP_ID


def test_many_leave_at_once_each_with_its_answer() -> None:
    visit = Visit()
    one = settle(visit, instance="i")
    said = [
        leaving.MemberIdentity("", "i"),
        leaving.MemberIdentity(one.member_id),
        leaving.MemberIdentity("", "nobody"),
    ]
    reply = visit.ask(leaving.API, leaving.LeaveGroupRequest("g", members=said))
    assert [(member.group_instance_id, member.error_code) for member in reply.members] == [
        ("i", Code.NONE),
        (None, Code.UNKNOWN_MEMBER_ID),
        ("nobody", Code.UNKNOWN_MEMBER_ID),
    ]
    nowhere = visit.ask(leaving.API, leaving.LeaveGroupRequest("nowhere", members=said[:1]))
    assert [member.error_code for member in nowhere.members] == [Code.UNKNOWN_MEMBER_ID]


# looking at groups


@pytest.mark.parametrize("version", versions(finding.API))
def test_every_group_is_coordinated_here(version: int) -> None:
    visit = Visit()
    here = (visit.options.broker_id, "broker.example", 19092, Code.NONE)
    if version < 4:
        one = visit.ask(finding.API, finding.FindCoordinatorRequest("g", 0), version)
        assert (one.node_id, one.host, one.port, one.error_code) == here
        assert one.error_message is None or version == 0
    else:
        body = finding.FindCoordinatorRequest(key_type=0, coordinator_keys=["g", "h"])
        found = visit.ask(finding.API, body, version).coordinators
        assert [each.key for each in found] == ["g", "h"]
        assert {(each.node_id, each.host, each.port, each.error_code) for each in found} == {here}


@pytest.mark.parametrize("version", versions(finding.API, 1))
@pytest.mark.parametrize(
    ("key_type", "code"),
    [(1, Code.TRANSACTIONAL_ID_AUTHORIZATION_FAILED), (2, Code.INVALID_REQUEST), (9, Code.INVALID_REQUEST)],
)
def test_nobody_coordinates_what_is_not_there(version: int, key_type: int, code: Code) -> None:
    reply: Any = Visit().ask(finding.API, finding.FindCoordinatorRequest("g", key_type, ["g"]), version)
    found = reply.coordinators[0] if version >= 4 else reply
    assert (found.error_code, found.node_id, found.port) == (code, -1, -1)


@pytest.mark.parametrize("version", versions(listing.API))
def test_groups_are_listed_in_every_version(version: int) -> None:
    visit = Visit()
    visit.topic("orders")
    settle(visit)
    other = committing.OffsetCommitRequest("only offsets", topics=commit_request().topics)
    first_code(visit, other)

    def names(states: list[str], types: list[str]) -> list[str]:
        body = listing.ListGroupsRequest(states if version >= 4 else [], types if version >= 5 else [])
        return [group.group_id for group in visit.ask(listing.API, body, version).groups]

    assert names([], []) == ["g", "only offsets"]
    first, second = visit.ask(listing.API, listing.ListGroupsRequest(), version).groups
    assert (first.protocol_type, second.protocol_type) == ("consumer", "")
    if version >= 4:
        assert (first.group_state, second.group_state) == ("Stable", "Empty")
        assert names(["stable"], []) == ["g"]
        assert names(["Empty", "Dead"], []) == ["only offsets"]
    if version >= 5:
        assert first.group_type == second.group_type == "classic"
        assert names([], ["Classic"]) == ["g", "only offsets"]
        assert names([], ["share"]) == []


@pytest.mark.parametrize("version", versions(describing.API))
def test_groups_are_described_in_every_version(version: int) -> None:
    visit = Visit()
    visit.topic("orders")
    one = settle(visit, instance="i")
    first_code(visit, committing.OffsetCommitRequest("only offsets", topics=commit_request().topics))
    body = describing.DescribeGroupsRequest(["g", "only offsets", "nowhere"], version >= 3)
    stable, empty, nowhere = visit.ask(describing.API, body, version).groups
    assert (stable.group_state, stable.protocol_type, stable.protocol_data) == ("Stable", "consumer", "range")
    (member,) = stable.members
    assert (member.member_id, member.client_id) == (one.member_id, "tests")
    assert member.client_host.startswith("/")
    assert (member.member_metadata, member.member_assignment) == (METADATA, b"all of it")
    assert member.group_instance_id == ("i" if version >= 4 else None)
    assert (empty.error_code, empty.group_state, empty.members) == (Code.NONE, "Empty", ())
    missing = Code.GROUP_ID_NOT_FOUND if version >= 6 else Code.NONE
    assert (nowhere.error_code, nowhere.group_state) == (missing, "Dead")
    if version >= 3:
        assert stable.authorized_operations == 0b1101_0100_1000


def test_members_of_a_group_that_rebalances_are_described_without_what_they_say() -> None:
    visit = Visit()
    settle(visit)
    begin(visit, joining.API, join(), 3)
    (group,) = visit.ask(describing.API, describing.DescribeGroupsRequest(["g"])).groups
    assert (group.group_state, group.protocol_data) == ("PreparingRebalance", "")
    assert {member.member_metadata for member in group.members} == {b""}


@pytest.mark.parametrize("version", versions(deleting.API))
def test_groups_are_deleted_in_every_version(version: int) -> None:
    visit = Visit()
    visit.topic("orders")
    settle(visit)
    first_code(visit, committing.OffsetCommitRequest("empty", topics=commit_request().topics))
    reply = visit.ask(deleting.API, deleting.DeleteGroupsRequest(["g", "empty", "nowhere"]), version)
    assert [(result.group_id, result.error_code) for result in reply.results] == [
        ("g", Code.NON_EMPTY_GROUP),
        ("empty", Code.NONE),
        ("nowhere", Code.GROUP_ID_NOT_FOUND),
    ]
    assert [group.name for group in visit.broker.groups] == ["g"]
