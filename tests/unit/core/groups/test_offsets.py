"""What a group has committed: who may, how long it stays, and what outlives the hub."""

import pytest

from hubbub.core.commit import Outcome
from hubbub.core.groups import Claim, Committed, GroupOptions, State
from hubbub.core.groups.refusals import (
    FencedInstance,
    NoSuchGroup,
    NotEmpty,
    NoteTooLong,
    NotKept,
    OldGeneration,
    Rebalancing,
    UnknownMember,
)
from tests.unit.core.groups.words import START, Hall, LastingEngine, Voice

OUTSIDER = Claim("", -1)
DAY = 24 * 3600
NOW = START * 1000


def at(offset: int, note: str = "", *, when: int = NOW, expires: int = -1) -> Committed:
    return Committed(offset, 3, note, when, expires)


def commit(hall: Hall, claim: Claim, offset: int, topic: str = "t", group: str = "g") -> None:
    assert hall.groups.commit(group, claim, {(topic, 0): at(offset)}, hall.turn.commit) == {}
    hall.end_turn()


def committed(hall: Hall, topic: str = "t", group: str = "g") -> int:
    found = hall[group].offsets.find(topic, 0)
    return -1 if found is None else found.offset


def test_a_member_commits_and_the_next_generation_finds_it() -> None:
    hall = Hall()
    one = hall.member()
    hall.stable(one)
    commit(hall, one.claim, 5)
    one.leave()
    assert committed(hall) == 5


def test_texts_and_epochs_come_back_as_they_were_given() -> None:
    hall = Hall()
    given = at(1, "a note; with ünïcode")
    hall.groups.commit("g", OUTSIDER, {("t", 7): given}, hall.turn.commit)
    assert hall["g"].offsets.find("t", 7) == given
    assert list(hall["g"].offsets) == [("t", 7, given)]


def test_an_outsider_commits_to_a_group_without_members_only() -> None:
    hall = Hall()
    commit(hall, OUTSIDER, 5)
    assert hall["g"].state is State.EMPTY
    one = hall.member()
    hall.stable(one)
    with pytest.raises(UnknownMember):
        commit(hall, OUTSIDER, 6)
    one.leave()
    commit(hall, OUTSIDER, 7)
    assert committed(hall) == 7


def test_only_members_of_this_generation_commit() -> None:
    hall = Hall()
    one = hall.member(instance="i")
    hall.stable(one)
    with pytest.raises(OldGeneration):
        commit(hall, Claim(one.id, one.generation - 1, "i"), 1)
    with pytest.raises(UnknownMember):
        commit(hall, Claim("stranger", one.generation), 1)
    with pytest.raises(FencedInstance):
        commit(hall, Claim("stranger", one.generation, "i"), 1)
    with pytest.raises(NoSuchGroup):
        commit(hall, one.claim, 1, group="another")
    assert len(hall.groups) == 1


def test_members_still_commit_while_the_group_gathers_but_not_before_they_are_assigned() -> None:
    hall = Hall()
    one, two = hall.member(), hall.member()
    hall.stable(one)
    two.join()
    commit(hall, one.claim, 1)
    one.join()
    with pytest.raises(Rebalancing):
        commit(hall, one.claim, 2)
    assert committed(hall) == 1


def test_a_commit_shows_that_a_member_lives() -> None:
    hall = Hall()
    one = hall.member()
    hall.stable(one)
    for offset in range(10):
        hall.advance(9)
        commit(hall, one.claim, offset)
    one.heartbeat()


def test_a_text_that_is_too_long_is_refused_alone() -> None:
    hall = Hall(GroupOptions(max_note_length=4))
    refused = hall.groups.commit(
        "g",
        OUTSIDER,
        {("t", 0): at(1, "four"), ("t", 1): at(1, "fiver"), ("t", 2): at(1, "üüüü")},
        hall.turn.commit,
    )
    assert {place: type(why) for place, why in refused.items()} == {("t", 1): NoteTooLong}
    assert hall["g"].offsets.partitions("t") == [0, 2]


def test_a_commit_of_which_nothing_is_taken_makes_no_group() -> None:
    hall = Hall(GroupOptions(max_note_length=0))
    hall.groups.commit("g", OUTSIDER, {("t", 0): at(1, "x")}, hall.turn.commit)
    assert hall.groups.find("g") is None


def test_offsets_of_a_topic_go_with_the_topic() -> None:
    hall = Hall()
    for topic in ("t", "u"):
        commit(hall, OUTSIDER, 1, topic)
    hall.groups.forget_topic("t")
    assert hall["g"].offsets.topics() == ["u"]
    assert [key for key, _ in hall.engine.state("offsets").scan("")] == ['["g","u",0]']


def test_a_group_without_members_can_be_deleted_with_its_offsets() -> None:
    hall = Hall()
    one = hall.member()
    hall.stable(one)
    commit(hall, one.claim, 1)
    with pytest.raises(NotEmpty):
        hall.groups.delete("g", hall.turn.commit)
    one.leave()
    group = hall["g"]
    hall.groups.delete("g", hall.turn.commit)
    assert group.state is State.DEAD
    assert list(hall.engine.state("offsets").scan("")) == []
    with pytest.raises(NoSuchGroup):
        hall.groups.delete("g", hall.turn.commit)


# time


def test_offsets_outlive_the_last_member_by_the_retention_and_the_group_goes_with_them() -> None:
    hall = Hall(GroupOptions(offset_retention_ms=2 * DAY * 1000))
    one = hall.member()
    hall.stable(one)
    commit(hall, one.claim, 1)
    for _ in range(3 * DAY // 9):  # the group lives on without new commits
        hall.advance(9)
        one.heartbeat()
    one.leave()
    hall.advance(2 * DAY - 601)
    assert committed(hall) == 1
    hall.advance(1202)
    assert hall.groups.find("g") is None


def test_offsets_of_outsiders_count_from_their_commit() -> None:
    hall = Hall(GroupOptions(offset_retention_ms=DAY * 1000))
    commit(hall, OUTSIDER, 1, "old")
    hall.advance(DAY / 2)
    hall.groups.commit("g", OUTSIDER, {("new", 0): at(1, when=hall.clock.now())}, hall.turn.commit)
    hall.advance(DAY / 2 + 600)
    assert hall["g"].offsets.topics() == ["new"]


def test_a_committer_may_set_its_own_time() -> None:
    hall = Hall()
    hall.groups.commit("g", OUTSIDER, {("t", 0): at(1, expires=NOW + 3_600_000)}, hall.turn.commit)
    hall.advance(3000)
    assert committed(hall) == 1
    hall.advance(1200)
    assert hall.groups.find("g") is None


def test_no_groups_no_timers() -> None:
    hall = Hall()
    assert len(hall.clock._heap) == 0
    one = hall.member().join()
    one.leave()
    hall.advance(1200)
    assert hall.groups.find("g") is None
    hall.advance(1200)
    assert all(timer.is_cancelled for timer in hall.clock._heap)


# restarts


def restarted(engine: LastingEngine, voice: Voice, *others: Voice) -> Hall:
    hall = Hall(engine=engine)
    for each in (voice, *others):
        each.hall = hall
    return hall


def test_members_go_on_after_a_restart() -> None:
    engine = LastingEngine()
    hall = Hall(engine=engine)
    one, two = hall.member(instance="i1"), hall.member()
    hall.stable(one, two)
    commit(hall, one.claim, 5)
    hall = restarted(engine, one, two)
    assert hall["g"].state is State.STABLE
    one.heartbeat()
    two.heartbeat()
    one.sync()
    two.sync()
    assert one.assigned == f"for {one.id}".encode()
    assert two.assigned == f"for {two.id}".encode()
    commit(hall, two.claim, 6)
    assert hall["g"].leader == one.id
    assert hall.member(instance="i1").join().joined.generation == two.generation


def test_members_that_do_not_come_back_after_a_restart_expire() -> None:
    engine = LastingEngine()
    hall = Hall(engine=engine)
    one, two = hall.member(), hall.member()
    hall.stable(one, two)
    hall = restarted(engine, one)
    hall.advance(9)
    one.heartbeat()
    hall.advance(9)
    one.join()
    assert len(one.joined.members) == 1


def test_an_empty_group_keeps_its_generation_and_its_offsets_over_a_restart() -> None:
    engine = LastingEngine()
    hall = Hall(engine=engine)
    one = hall.member()
    hall.stable(one)
    commit(hall, one.claim, 5)
    one.leave()
    hall = restarted(engine, one)
    assert hall["g"].state is State.EMPTY
    assert hall["g"].generation == 2
    assert committed(hall) == 5


def test_a_deleted_group_stays_deleted() -> None:
    engine = LastingEngine()
    hall = Hall(engine=engine)
    one = hall.member()
    hall.stable(one)
    one.leave()
    hall.groups.delete("g", hall.turn.commit)
    hall.end_turn()
    assert len(restarted(engine, one).groups) == 0


def test_an_assignment_is_handed_out_when_it_is_safe() -> None:
    engine = LastingEngine()
    hall = Hall(engine=engine)
    one = hall.member().join()
    engine.is_quick = False
    one.sync({one.id: b"all"})
    assert one.is_waiting
    engine.end_commits(Outcome.OK)
    assert one.assigned == b"all"


def test_an_assignment_that_could_not_be_kept_is_not_handed_out() -> None:
    engine = LastingEngine()
    hall = Hall(engine=engine)
    one = hall.member().join()
    engine.is_quick = False
    one.sync({one.id: b"all"})
    engine.end_commits(Outcome.UNAVAILABLE)
    assert isinstance(one.sync_answers[-1], NotKept)
    with pytest.raises(Rebalancing):
        one.heartbeat()


def test_an_assignment_that_is_safe_too_late_is_nobodys() -> None:
    engine = LastingEngine()
    hall = Hall(engine=engine)
    one = hall.member(two_steps=False).join()
    engine.is_quick = False
    one.sync({one.id: b"all"})
    two = hall.member(two_steps=False).join()
    assert isinstance(one.sync_answers[-1], Rebalancing)
    one.join()
    engine.end_commits(Outcome.OK)
    assert hall["g"].state is State.COMPLETING
    assert two.joined.generation == 2
