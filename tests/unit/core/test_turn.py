"""A turn: one commit, then what was put off, then one flush for each receiver; and no defect leaves it stuck."""

import pytest

from hubbub.core.commit import Commit, Outcome
from hubbub.core.turn import Turn
from hubbub.model.clock import Action


class Loop:
    """A turn, the loop's list of what is to come, and a diary."""

    def __init__(self) -> None:
        self.soon: list[Action] = []
        self.diary: list[str] = []
        self.turn = Turn(self.soon.append, self.seal)

    def seal(self, commit: Commit) -> None:
        self.diary.append("sealed")
        commit.end(Outcome.OK)

    def note(self, text: str) -> Action:
        return lambda: self.diary.append(text)

    def turn_over(self) -> None:
        while self.soon:
            self.soon.pop(0)()


class Receiver:
    """Notes its flushes; ``then`` happens in each."""

    def __init__(self, loop: Loop, name: str, then: Action = lambda: None) -> None:
        self.loop = loop
        self.name = name
        self.then = then

    def flush(self) -> None:
        self.loop.diary.append(f"flushed {self.name}")
        self.then()


@pytest.fixture
def loop() -> Loop:
    return Loop()


def test_a_turn_in_which_nothing_happens_asks_the_loop_for_nothing(loop: Loop) -> None:
    assert loop.soon == []


def test_a_receiver_is_flushed_once_however_often_it_is_asked_for(loop: Loop) -> None:
    one, other = Receiver(loop, "one"), Receiver(loop, "other")
    for receiver in (one, other, one, one, other):
        loop.turn.flush(receiver)
    assert loop.diary == []
    assert len(loop.soon) == 1
    loop.turn_over()
    assert loop.diary == ["flushed one", "flushed other"]


def test_an_action_that_is_put_off_runs_once_however_often_it_is_asked_for(loop: Loop) -> None:
    action = loop.note("ran")
    loop.turn.later(action)
    loop.turn.later(action)
    loop.turn_over()
    assert loop.diary == ["ran"]


def test_the_commit_comes_first_then_what_was_put_off_then_the_flushes(loop: Loop) -> None:
    loop.turn.flush(Receiver(loop, "one"))
    loop.turn.later(loop.note("ran"))
    loop.turn.commit.join(lambda outcome: loop.diary.append(f"heard {outcome.value}"))
    loop.turn_over()
    assert loop.diary == ["sealed", "heard ok", "ran", "flushed one"]


def test_all_writes_of_a_turn_share_a_commit_and_the_next_turn_has_its_own(loop: Loop) -> None:
    first = loop.turn.commit
    assert loop.turn.commit is first
    loop.turn_over()
    assert first.outcome is Outcome.OK
    assert loop.turn.commit is not first


def test_what_is_answered_when_the_commit_ends_leaves_with_the_same_flush(loop: Loop) -> None:
    one = Receiver(loop, "one")
    loop.turn.commit.join(lambda outcome: loop.turn.flush(one))
    loop.turn.flush(one)
    loop.turn_over()
    assert loop.diary == ["sealed", "flushed one"]


def test_work_that_work_makes_belongs_to_the_same_turn_and_keeps_the_order(loop: Loop) -> None:
    one = Receiver(loop, "one")

    def write() -> None:
        loop.diary.append("wrote")
        loop.turn.commit.join(lambda outcome: loop.turn.flush(one))

    loop.turn.later(write)
    loop.turn.flush(Receiver(loop, "other", then=lambda: loop.turn.later(loop.note("after a flush"))))
    (end,) = loop.soon
    end()
    assert loop.diary == ["wrote", "sealed", "flushed other", "flushed one", "after a flush"]


def test_the_turn_is_asked_for_again_after_it_is_over(loop: Loop) -> None:
    one = Receiver(loop, "one")
    for _ in range(3):
        loop.turn.flush(one)
        loop.turn_over()
    assert loop.diary == ["flushed one"] * 3


def fail() -> None:
    raise ZeroDivisionError


def test_a_defect_in_an_action_leaves_the_rest_for_the_next_pass(loop: Loop) -> None:
    loop.turn.later(loop.note("before"))
    loop.turn.later(fail)
    loop.turn.later(loop.note("behind"))
    loop.turn.flush(Receiver(loop, "one"))
    with pytest.raises(ZeroDivisionError):
        loop.turn_over()
    assert loop.diary == ["before"]
    loop.turn_over()
    assert loop.diary == ["before", "behind", "flushed one"]


def test_a_defect_in_a_flush_leaves_the_other_receivers_for_the_next_pass(loop: Loop) -> None:
    loop.turn.flush(Receiver(loop, "broken", then=fail))
    loop.turn.flush(Receiver(loop, "one"))
    with pytest.raises(ZeroDivisionError):
        loop.turn_over()
    loop.turn_over()
    assert loop.diary == ["flushed broken", "flushed one"]


def test_a_defect_of_who_waited_for_the_commit_costs_the_others_nothing(loop: Loop) -> None:
    one = Receiver(loop, "one")
    loop.turn.commit.join(lambda outcome: fail())
    loop.turn.commit.join(lambda outcome: loop.turn.flush(one))
    with pytest.raises(ZeroDivisionError):
        loop.turn_over()
    loop.turn_over()
    assert loop.diary == ["sealed", "flushed one"]


def test_a_turn_works_on_after_a_defect(loop: Loop) -> None:
    loop.turn.later(fail)
    with pytest.raises(ZeroDivisionError):
        loop.turn_over()
    loop.turn.later(loop.note("ran"))
    loop.turn_over()
    assert loop.diary == ["ran"]
