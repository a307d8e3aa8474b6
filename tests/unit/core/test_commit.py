"""A Commit tells everybody once, in order, whatever happens to one of them."""

import pytest

from hubbub.core.commit import Commit, Outcome


@pytest.mark.parametrize("outcome", Outcome)
def test_all_who_joined_hear_the_outcome_once_in_the_order_of_joining(outcome: Outcome) -> None:
    commit = Commit()
    heard: list[tuple[int, Outcome]] = []
    for number in range(3):
        commit.join(lambda outcome, number=number: heard.append((number, outcome)))
    assert heard == []
    commit.end(outcome)
    assert heard == [(0, outcome), (1, outcome), (2, outcome)]
    assert commit.outcome is outcome


def test_who_joins_after_the_end_hears_at_once() -> None:
    commit = Commit()
    commit.end(Outcome.FENCED)
    heard: list[Outcome] = []
    commit.join(heard.append)
    assert heard == [Outcome.FENCED]


def test_who_joins_while_others_hear_is_not_forgotten() -> None:
    commit = Commit()
    heard: list[Outcome] = []
    commit.join(lambda outcome: commit.join(heard.append))
    commit.end(Outcome.OK)
    assert heard == [Outcome.OK]


def test_a_commit_ends_once() -> None:
    commit = Commit()
    commit.end(Outcome.UNAVAILABLE)
    with pytest.raises(RuntimeError, match="unavailable"):
        commit.end(Outcome.OK)
    assert commit.outcome is Outcome.UNAVAILABLE


def test_the_defects_of_some_waiters_cost_the_others_no_answer() -> None:
    commit = Commit()
    heard: list[int] = []

    def tell(number: int) -> None:
        if number % 3 == 1:
            raise ZeroDivisionError(number)
        heard.append(number)

    for number in range(10):
        commit.join(lambda outcome, number=number: tell(number))
    with pytest.raises(ZeroDivisionError):
        commit.end(Outcome.OK)
    assert heard == [0, 2, 3, 5, 6, 8, 9]
