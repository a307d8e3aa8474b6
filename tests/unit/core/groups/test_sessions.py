"""Members live as long as they are heard of: heartbeats, leaving, hanging up, static members."""

import pytest

from hubbub.core.groups import GroupOptions, State
from hubbub.core.groups.refusals import FencedInstance, Rebalancing, UnknownMember
from tests.unit.core.groups.words import REBALANCE, SESSION, Hall


def test_a_member_that_is_silent_for_its_session_timeout_is_out() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member()
    hall.stable(one, two)
    for _ in range(3):
        hall.advance(SESSION / 2)
        try:
            one.heartbeat()
        except Rebalancing:
            one.join()
    assert one.joined.members[0].member_id == one.id
    assert len(one.joined.members) == 1
    with pytest.raises(UnknownMember):
        two.heartbeat()


def test_heartbeats_keep_a_member_for_ever_with_one_timer() -> None:
    hall = Hall()
    one = hall.member()
    hall.stable(one)
    for _ in range(1000):
        hall.advance(SESSION - 0.5)
        one.heartbeat()
    assert hall["g"].generation == 1
    assert len(hall.clock._heap) < 10


def test_a_member_that_waits_at_a_barrier_does_not_expire() -> None:
    hall = Hall()
    one, two = hall.member(session=600), hall.member()
    hall.stable(one, two)
    two.protocols = (("range", b"new"),)
    two.join()
    hall.advance(SESSION * 5)
    assert two.is_waiting
    one.join()
    two.sync()
    hall.advance(SESSION * 5)
    assert two.is_waiting
    one.sync({two.id: b"x"})
    assert two.assigned == b"x"


def test_a_session_begins_anew_when_the_assignment_comes() -> None:
    hall = Hall()
    one, two = hall.member(session=600), hall.member()
    hall.stable(one)
    two.join()
    one.join()
    two.sync()
    hall.advance(SESSION - 1)
    one.sync({two.id: b"x"})
    hall.advance(SESSION - 1)
    two.heartbeat()


def test_a_newcomer_does_not_wait_for_ever() -> None:
    hall = Hall(GroupOptions(newcomer_timeout_ms=30_000))
    one = hall.member(session=600, rebalance=100)
    two = hall.member()
    hall.stable(one)
    two.join()
    hall.advance(30)
    assert isinstance(two.refused, UnknownMember)


def test_the_last_member_leaves_an_empty_group_of_a_new_generation() -> None:
    hall = Hall()
    one = hall.member()
    hall.stable(one)
    one.leave()
    assert hall["g"].state is State.EMPTY
    assert hall["g"].generation == 2
    assert hall["g"].protocol == ""
    with pytest.raises(UnknownMember):
        one.heartbeat()


def test_the_others_share_what_a_leaving_member_had() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member()
    hall.stable(one, two)
    one.leave()
    with pytest.raises(Rebalancing):
        two.heartbeat()
    two.join()
    assert two.joined.leader == two.id


def test_who_leaves_while_it_waits_is_answered() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member()
    hall.stable(one)
    two.join()
    two.leave()
    assert isinstance(two.refused, UnknownMember)
    one.join()
    assert one.joined.generation == 2


def test_an_id_that_was_given_out_can_leave() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member()
    two._join()
    two.id = two.refused.member_id
    one.join()
    assert one.is_waiting
    two.leave()
    assert one.joined.generation == 1


def test_a_member_that_never_asks_for_its_assignment_is_out_after_the_rebalance_timeout() -> None:
    hall = Hall()
    one, two = hall.member(session=600), hall.member(session=600)
    hall.stable(one)
    two.join()
    one.join()
    one.sync({})
    hall.advance(REBALANCE)
    with pytest.raises(UnknownMember):
        two.heartbeat()
    with pytest.raises(Rebalancing):
        one.heartbeat()


def test_a_leader_that_dies_before_it_assigns_is_replaced() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member()
    hall.stable(one)
    two.join()
    one.join()
    two.sync()
    hall.advance(SESSION)
    assert isinstance(two.sync_answers[-1], Rebalancing)
    two.join()
    assert two.joined.leader == two.id


def test_a_newcomer_that_hangs_up_is_forgotten() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member()
    hall.stable(one)
    two.join()
    two.hang_up()
    one.join()
    assert one.joined.generation == 2
    assert len(one.joined.members) == 1


def test_a_member_that_hangs_up_at_the_join_barrier_keeps_its_place_for_a_session() -> None:
    hall = Hall()
    one, two, three = hall.member(session=600), hall.member(session=600), hall.member()
    hall.stable(one, two)
    three.join()
    two.join()
    two.hang_up()
    one.join()
    assert one.joined.generation == three.joined.generation
    assert len(one.joined.members) == 3
    assert two.questions[-1].answers == 0


def test_a_member_that_hangs_up_and_stays_away_does_not_hold_the_barrier_beyond_its_session() -> None:
    hall = Hall()
    one, two = hall.member(session=600, rebalance=500), hall.member()
    hall.stable(one, two)
    two.protocols = (("range", b"new"),)
    two.join()
    two.hang_up()
    hall.advance(SESSION)
    one.join()
    assert len(one.joined.members) == 1


def test_a_sync_that_hung_up_can_be_asked_again() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member()
    hall.stable(one)
    two.join()
    one.join()
    two.sync()
    two.hang_up()
    two.sync()
    one.sync({two.id: b"x"})
    assert two.assigned == b"x"
    assert len(two.sync_answers) == 1


# static members


def test_a_static_member_comes_back_under_a_new_id_without_a_rebalance() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member(instance="i2")
    hall.stable(one, two)
    generation = hall["g"].generation
    again = hall.member(instance="i2").join()
    assert again.id != two.id
    assert again.joined.generation == generation
    assert again.joined.leader == one.id
    again.sync()
    assert again.assigned == f"for {two.id}".encode()
    one.heartbeat()
    again.heartbeat()


def test_the_one_before_is_fenced() -> None:
    hall = Hall()
    one = hall.member(instance="i1")
    hall.stable(one)
    hall.member(instance="i1").join()
    with pytest.raises(FencedInstance):
        one.heartbeat()
    with pytest.raises(FencedInstance):
        one.leave()
    one.sync()
    assert isinstance(one.sync_answers[-1], FencedInstance)
    assert isinstance(one.join().refused, FencedInstance)


def test_the_one_before_is_fenced_while_it_waits() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member(instance="i2")
    hall.stable(one)
    two.join()
    again = hall.member(instance="i2").join()
    assert isinstance(two.refused, FencedInstance)
    one.join()
    assert again.joined.generation == one.joined.generation


def test_the_one_before_is_fenced_while_it_waits_for_its_assignment() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member(instance="i2")
    hall.stable(one)
    two.join()
    one.join()
    two.sync()
    hall.member(instance="i2").join()
    assert isinstance(two.sync_answers[-1], FencedInstance)
    assert hall["g"].state is State.PREPARING


def test_a_static_leader_that_comes_back_is_told_to_assign_nothing() -> None:
    hall = Hall()
    one, two = hall.member(instance="i1"), hall.member()
    hall.stable(one, two)
    again = hall.member(instance="i1", may_skip=True).join()
    assert again.joined.leader == again.id
    assert again.joined.skips_assignment
    assert [known.member_id for known in again.joined.members] == [again.id, two.id]
    again.sync()
    assert again.assigned == f"for {one.id}".encode()


def test_an_old_client_that_was_the_static_leader_is_not_told_that_it_leads() -> None:
    hall = Hall()
    one, two = hall.member(instance="i1"), hall.member()
    hall.stable(one, two)
    again = hall.member(instance="i1").join()
    assert again.joined.leader == one.id != again.id
    assert again.joined.members == ()
    assert hall["g"].leader == again.id


def test_a_static_member_that_changes_what_the_group_would_choose_starts_a_rebalance() -> None:
    hall = Hall()
    both = (("a", b""), ("b", b""))
    one, two = hall.member(protocols=both, instance="i1"), hall.member(protocols=both)
    hall.stable(one, two)
    hall.member(protocols=(("b", b""),), instance="i1").join()
    assert hall["g"].state is State.PREPARING


def test_static_members_keep_their_place_through_a_rebalance_they_missed() -> None:
    hall = Hall()
    one, two, three = hall.member(session=600), hall.member(instance="i2", session=600), hall.member()
    hall.stable(one, two)
    three.join()
    one.join()
    hall.advance(REBALANCE)
    assert len(one.joined.members) == 3


def test_when_only_silent_static_members_are_left_they_have_until_their_sessions_end() -> None:
    hall = Hall()
    one, two = hall.member(instance="i1", session=300), hall.member(instance="i2", session=300, rebalance=0)
    hall.stable(one, two)
    third = hall.member()
    third.join()
    third.leave()
    hall.advance(200)
    assert hall["g"].state is State.PREPARING
    hall.advance(200)
    assert hall["g"].state is State.EMPTY


def test_a_static_member_that_comes_back_waits_for_silent_ones_for_a_rebalance_timeout_only() -> None:
    hall = Hall()
    one, two = hall.member(instance="i1", session=900), hall.member(instance="i2", session=900)
    hall.stable(one, two)
    third = hall.member().join()
    third.leave()
    hall.advance(REBALANCE * 1.5)
    one.join()
    assert one.is_waiting
    hall.advance(REBALANCE / 2)
    assert [known.instance for known in one.joined.members] == ["i1", "i2"]


def test_a_static_member_can_be_sent_away_by_its_instance_id_alone() -> None:
    hall = Hall()
    one, two = hall.member(instance="i1"), hall.member()
    hall.stable(one, two)
    hall["g"].leave("", "i1")
    with pytest.raises(UnknownMember):
        one.heartbeat()
    with pytest.raises(UnknownMember):
        hall["g"].leave("", "i1")


def test_a_full_group_takes_its_static_members_back() -> None:
    hall = Hall(GroupOptions(max_members=1))
    one = hall.member(instance="i1")
    hall.stable(one)
    assert hall.member(instance="i1").join().joined.generation == 1
