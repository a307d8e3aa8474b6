"""Members come together in generations: the join barrier, the leader, the sync barrier."""

import pytest

from hubbub.core.groups import GroupOptions, State
from hubbub.core.groups.refusals import (
    BadName,
    BadSessionTimeout,
    GroupFull,
    IdRequired,
    Inconsistent,
    OldGeneration,
    Rebalancing,
    UnknownMember,
)
from tests.unit.core.groups.words import REBALANCE, SESSION, Hall


def test_a_newcomer_is_told_its_id_before_it_is_a_member() -> None:
    hall = Hall()
    member = hall.member().join()
    first, second = member.join_answers
    assert isinstance(first, IdRequired)
    assert first.member_id == second.member_id == member.id
    assert member.id.startswith("test-")


def test_an_old_client_is_a_member_at_once() -> None:
    member = Hall().member(two_steps=False).join()
    assert member.joined.generation == 1
    assert member.joined.leader == member.id


def test_the_first_member_leads_and_hears_of_all_the_others_who_hear_of_nobody() -> None:
    hall = Hall()
    one, two, three = hall.member(), hall.member(), hall.member()
    hall.stable(one, two, three)
    assert {voice.joined.leader for voice in (one, two, three)} == {one.id}
    assert {voice.joined.generation for voice in (one, two, three)} == {hall["g"].generation}
    assert [known.member_id for known in one.joined.members] == [one.id, two.id, three.id]
    assert one.joined.members[0].metadata == b"range of all"
    assert two.joined.members == three.joined.members == ()


def test_each_member_gets_the_leaders_octets_unchanged() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member()
    hall.stable(one, two)
    assert one.assigned == f"for {one.id}".encode()
    assert two.assigned == f"for {two.id}".encode()
    assert hall["g"].state is State.STABLE


def test_who_gets_nothing_from_the_leader_gets_empty_octets() -> None:
    hall = Hall()
    one = hall.member().join()
    one.sync({})
    assert one.assigned == b""


def test_a_join_waits_until_the_others_have_come_again() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member()
    hall.stable(one)
    two.join()
    assert two.is_waiting
    with pytest.raises(Rebalancing):
        one.heartbeat()
    one.join()
    assert not two.is_waiting
    assert one.joined.generation == two.joined.generation == 2


def test_an_id_that_was_given_out_holds_the_barrier_until_its_time_is_up() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member()
    two._join()  # got an id, and has not come again
    one.join()
    assert one.is_waiting
    hall.advance(SESSION)
    assert one.joined.generation == 1


def test_who_does_not_come_again_within_the_rebalance_timeout_is_out() -> None:
    hall = Hall()
    one, two = hall.member(session=600), hall.member()
    hall.stable(one)
    two.join()
    hall.advance(REBALANCE)
    assert two.joined.generation == 2
    assert two.joined.leader == two.id
    with pytest.raises(UnknownMember):
        one.heartbeat()


def test_a_sync_waits_for_the_leader() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member()
    hall.stable(one)
    two.join()
    one.join()
    two.sync()
    assert two.is_waiting
    one.sync({two.id: b"all"})
    assert two.assigned == b"all"


def test_a_sync_that_waits_when_the_group_rebalances_is_sent_back_to_join() -> None:
    hall = Hall()
    one, two, three = hall.member(), hall.member(), hall.member()
    hall.stable(one)
    two.join()
    one.join()
    two.sync()
    three.join()
    assert isinstance(two.sync_answers[-1], Rebalancing)
    one.sync({})
    assert isinstance(one.sync_answers[-1], Rebalancing)


def test_a_sync_in_a_stable_group_is_answered_again() -> None:
    hall = Hall()
    one = hall.member()
    hall.stable(one)
    one.sync()
    assert one.sync_answers[0] == one.sync_answers[1]


def test_a_sync_must_name_the_group_as_it_is() -> None:
    hall = Hall()
    one = hall.member().join()
    one.sync({}, kind="connect")
    one.sync({}, protocol="sticky")
    assert all(isinstance(answer, Inconsistent) for answer in one.sync_answers)
    one.sync({}, kind="consumer", protocol="range")
    assert one.assigned == b""


def test_members_of_another_generation_are_told_so() -> None:
    hall = Hall()
    one = hall.member()
    hall.stable(one)
    one.generation += 1
    with pytest.raises(OldGeneration):
        one.heartbeat()
    one.sync()
    assert isinstance(one.sync_answers[-1], OldGeneration)


def test_a_member_that_lost_its_answer_gets_it_again_without_a_rebalance() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member()
    hall.stable(one, two)
    generation = hall["g"].generation
    two.join()
    assert two.joined.generation == generation
    assert hall["g"].state is State.STABLE


def test_a_leader_that_joins_again_starts_a_rebalance() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member()
    hall.stable(one, two)
    one.join()
    assert hall["g"].state is State.PREPARING


def test_a_member_that_says_something_new_starts_a_rebalance() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member()
    hall.stable(one, two)
    two.protocols = (("range", b"other topics"),)
    two.join()
    assert hall["g"].state is State.PREPARING
    one.join()
    assert [known.metadata for known in one.joined.members] == [b"range of all", b"other topics"]


def test_who_joins_twice_is_answered_twice() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member()
    hall.stable(one)
    two.join()
    two.join()
    assert isinstance(two.join_answers[-1], Rebalancing)
    one.join()
    assert two.joined.generation == 2
    assert not two.is_waiting


def test_a_protocol_is_chosen_that_all_know_by_the_most_votes() -> None:
    hall = Hall()
    one = hall.member(protocols=(("only mine", b""), ("a", b"1a"), ("b", b"1b")))
    two = hall.member(protocols=(("b", b"2b"), ("a", b"2a")))
    three = hall.member(protocols=(("b", b"3b"), ("a", b"3a")))
    hall.stable(one, two, three)
    assert one.joined.protocol == "b"
    assert [known.metadata for known in one.joined.members] == [b"1b", b"2b", b"3b"]


def test_who_has_nothing_in_common_with_the_others_stays_outside() -> None:
    hall = Hall()
    one = hall.member(protocols=(("a", b""), ("b", b"")))
    hall.stable(one)
    assert isinstance(hall.member(protocols=(("c", b""),)).join().refused, Inconsistent)
    assert isinstance(hall.member(kind="connect").join().refused, Inconsistent)
    assert isinstance(hall.member(protocols=()).join().refused, Inconsistent)
    assert isinstance(hall.member(kind="").join().refused, Inconsistent)
    one.heartbeat()


def test_a_group_that_everybody_left_may_become_of_another_kind() -> None:
    hall = Hall()
    one = hall.member()
    hall.stable(one)
    one.leave()
    other = hall.member(kind="connect", protocols=(("eager", b""),)).join()
    assert other.joined.kind == "connect"


def test_session_timeouts_have_bounds() -> None:
    hall = Hall(GroupOptions(min_session_timeout_ms=1000, max_session_timeout_ms=2000))
    assert isinstance(hall.member(session=0.9).join().refused, BadSessionTimeout)
    assert isinstance(hall.member(session=2.1).join().refused, BadSessionTimeout)
    assert hall.member(session=2).join().joined.generation == 1


def test_a_group_without_a_name_has_no_members() -> None:
    hall = Hall()
    assert isinstance(hall.member("").join().refused, BadName)
    assert len(hall.groups) == 0


def test_an_id_that_nobody_gave_out_is_unknown() -> None:
    hall = Hall()
    stranger = hall.member()
    stranger.id = "stranger"
    assert isinstance(stranger.join().refused, UnknownMember)
    hall.stable(hall.member())
    assert isinstance(stranger.join().refused, UnknownMember)
    with pytest.raises(UnknownMember):
        stranger.leave()


def test_a_group_has_at_most_so_many_members() -> None:
    hall = Hall(GroupOptions(max_members=2))
    one, two, three = hall.member(), hall.member(), hall.member()
    hall.stable(one, two)
    assert isinstance(three.join().refused, GroupFull)
    hall[one.group].leave(two.id, None)
    three.join()
    one.join()
    assert one.joined.generation == three.joined.generation


def test_places_at_the_barrier_go_to_those_who_come_first() -> None:
    hall = Hall(GroupOptions(max_members=2))
    one, two, three, four = (hall.member(two_steps=False) for _ in range(4))
    hall.stable(one, two)
    one.leave()
    three.join()
    four.join()
    assert isinstance(two.join().refused, GroupFull)
    assert three.joined.generation == four.joined.generation
    assert len(hall["g"].roster) == 2


def test_the_first_generation_may_wait_for_more_members() -> None:
    hall = Hall(GroupOptions(initial_delay_ms=3000))
    one, two = hall.member().join(), hall.member()
    hall.advance(2)
    two.join()
    hall.advance(1)
    assert one.is_waiting, "somebody came meanwhile: the delay begins anew"
    hall.advance(3)
    assert one.joined.generation == two.joined.generation == 1
    assert len(one.joined.members) == 2


def test_the_initial_wait_ends_with_the_rebalance_timeout_at_the_latest() -> None:
    hall = Hall(GroupOptions(initial_delay_ms=3000))
    one = hall.member(rebalance=5).join()
    voices = [one]
    for _ in range(4):
        hall.advance(1)
        voices.append(hall.member(rebalance=5).join())
    assert one.is_waiting
    hall.advance(1)
    assert {voice.joined.generation for voice in voices} == {1}
