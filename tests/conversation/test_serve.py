"""The connection loop: order of answers, pausing, parting, and letting go."""

from itertools import permutations

import pytest

from tests.conversation.toy import LIMIT, Visit


@pytest.fixture
def visit() -> Visit:
    return Visit()


def test_answers_leave_in_one_write_in_the_order_of_the_calls(visit: Visit) -> None:
    assert visit.say("a", "b", "quiet", "c") == "a=A\nb=B\nc=C\n"
    assert len(visit.wire.transport.writes) == 1


@pytest.mark.parametrize("order", list(permutations("xyz")))
def test_answers_keep_the_order_of_the_calls_in_whatever_order_they_become_known(
    visit: Visit, order: tuple[str, ...]
) -> None:
    visit.say("later x", "later y", "later z")
    for name in order:
        visit.complete(name)
    assert visit.heard == "later x=X\nlater y=Y\nlater z=Z\n"


def test_what_is_known_waits_behind_what_is_not(visit: Visit) -> None:
    assert visit.say("a", "later x", "b", "now y") == "a=A\n"
    assert visit.complete("x") == "a=A\nlater x=X\nb=B\nnow y=Y\n"


def test_calls_are_handled_while_an_answer_is_outstanding(visit: Visit) -> None:
    visit.say("later x")
    visit.say("b")
    assert visit.guest.handled == ["later x", "b"]


def test_an_answer_that_is_known_at_once_is_sent_at_once(visit: Visit) -> None:
    assert visit.say("now x") == "now x=X\n"


def test_an_answer_may_be_that_there_is_none(visit: Visit) -> None:
    visit.say("later x", "b")
    visit.guest.laters["x"].complete(None)
    assert visit.turn_over() == "b=B\n"


def test_only_the_first_completion_counts(visit: Visit) -> None:
    visit.say("later x")
    visit.complete("x")
    visit.guest.laters["x"].complete("again")
    assert visit.turn_over() == "later x=X\n"


def test_what_waits_for_the_commit_is_answered_in_the_same_write(visit: Visit) -> None:
    assert visit.say("write", "a") == "write=ok\na=A\n"
    assert len(visit.wire.transport.writes) == 1


# pausing


def test_behind_a_call_that_holds_nothing_is_handled(visit: Visit) -> None:
    assert visit.say("a", "hold x", "b", "c") == "a=A\n"
    assert visit.guest.handled == ["a", "hold x"]
    assert visit.complete("x") == "a=A\nhold x=X\nb=B\nc=C\n"
    assert visit.is_read_from


def test_a_peer_that_is_held_is_still_listened_to_so_that_its_end_is_noticed(visit: Visit) -> None:
    visit.say("hold x")
    assert visit.is_read_from
    visit.say("b")
    assert not visit.is_read_from, "what it says meanwhile is kept, once"
    assert visit.guest.handled == ["hold x"]
    assert visit.complete("x") == "hold x=X\nb=B\n"
    assert visit.is_read_from


def test_two_that_hold_hold_one_after_the_other(visit: Visit) -> None:
    visit.say("hold x", "hold y", "b")
    visit.complete("x")
    assert visit.guest.handled == ["hold x", "hold y"]
    visit.complete("y")
    assert visit.heard == "hold x=X\nhold y=Y\nb=B\n"


def test_one_that_holds_behind_an_unanswered_one_holds_until_both_are_answered(visit: Visit) -> None:
    visit.say("later x", "hold y", "b")
    visit.complete("y")
    assert visit.guest.handled == ["later x", "hold y"]
    assert visit.complete("x") == "later x=X\nhold y=Y\nb=B\n"


def test_one_that_held_nothing_up_does_not_pause(visit: Visit) -> None:
    visit.say("hold x")
    visit.complete("x")
    assert visit.say("b") == "hold x=X\nb=B\n"


def test_unanswered_calls_pause_reading_at_the_rooms_limit_and_resume_at_half_of_it(visit: Visit) -> None:
    names = [f"n{number}" for number in range(LIMIT + 2)]
    visit.say(*(f"later {name}" for name in names))
    assert visit.guest.handled == [f"later {name}" for name in names[:LIMIT]]
    assert not visit.is_read_from
    for name in names[: LIMIT // 2 - 1]:
        visit.complete(name)
        assert not visit.is_read_from
    visit.complete(names[LIMIT // 2 - 1])
    assert visit.guest.handled == [f"later {name}" for name in names]
    for name in names[LIMIT // 2 :]:
        visit.complete(name)
    assert visit.is_read_from
    assert visit.heard == "".join(f"later {name}={name.upper()}\n" for name in names)


def test_known_answers_behind_an_unknown_one_count_towards_the_limit(visit: Visit) -> None:
    visit.say("later x", *"abcdefgh")
    assert len(visit.guest.handled) == LIMIT
    visit.complete("x")
    assert visit.heard.count("\n") == 9


def test_frames_that_were_not_looked_at_cost_no_buffer(visit: Visit) -> None:
    visit.wire.feed(b"hold")  # the rest of this line may be long, for all the session knows
    visit.say(" x", "b" * 100_000, "c" * 100_000)
    assert not visit.wire.stream._own
    visit.complete("x")
    assert len(visit.guest.handled) == 3


def test_a_peer_that_does_not_read_its_answers_may_not_ask_for_more(visit: Visit) -> None:
    visit.wire.stream.pause_writing()
    assert not visit.is_read_from
    visit.wire.stream.resume_writing()
    visit.turn_over()
    assert visit.is_read_from
    assert visit.guest.writable_told == [False, True]
    assert visit.say("a") == "a=A\n"


def test_an_answer_that_becomes_known_does_not_let_a_peer_ask_that_does_not_read(visit: Visit) -> None:
    visit.say("hold x", "b")
    visit.wire.stream.pause_writing()
    visit.complete("x")
    assert visit.guest.handled == ["hold x"]
    assert not visit.is_read_from
    visit.wire.stream.resume_writing()
    visit.turn_over()
    assert visit.guest.handled == ["hold x", "b"]


def test_many_large_answers_are_not_gathered_for_a_peer_that_does_not_read_them(visit: Visit) -> None:
    """One read may bring thousands of calls: between them it shows whether their answers are taken."""
    visit.wire.transport.on_write = visit.wire.stream.pause_writing
    visit.say("a large", "b large", "c", "d")
    assert visit.guest.handled == ["a large", "b large"]
    assert not visit.is_read_from
    visit.wire.stream.resume_writing()
    assert visit.turn_over().replace(".", "") == "a large=A LARGE\nb large=B LARGE\nc=C\nd=D\n"


def test_answers_that_become_known_together_wait_until_the_peer_takes_them(visit: Visit) -> None:
    visit.say("later a large", "later b large", "later c large")
    visit.wire.transport.on_write = visit.wire.stream.pause_writing
    for name in ("c large", "b large", "a large"):
        visit.complete(name)
    assert visit.heard.replace(".", "") == "later a large=A LARGE\nlater b large=B LARGE\n"
    visit.wire.stream.resume_writing()
    assert visit.turn_over().replace(".", "").endswith("\nlater c large=C LARGE\n")


def test_a_peer_that_stops_reading_before_its_turn_comes_stays_paused(visit: Visit) -> None:
    visit.wire.stream.pause_writing()
    visit.wire.stream.resume_writing()  # reading resumes with the loop's next pass
    visit.wire.stream.pause_writing()
    visit.turn_over()
    assert not visit.is_read_from
    visit.wire.stream.resume_writing()
    visit.turn_over()
    assert visit.is_read_from


def test_room_in_the_socket_does_not_end_a_hold(visit: Visit) -> None:
    visit.say("hold x", "b")
    visit.wire.stream.pause_writing()
    visit.wire.stream.resume_writing()
    visit.turn_over()
    assert visit.guest.handled == ["hold x"]


# parting


def test_what_was_asked_before_the_protocol_was_broken_is_answered_first(visit: Visit) -> None:
    assert visit.say("a", "write", "!", "b") == "a=A\nwrite=ok\nbye: an exclamation mark\n"
    assert visit.guest.handled == ["a", "write"]
    assert visit.wire.transport.is_closed
    assert visit.wire.defects == []


def test_who_broke_the_protocol_is_not_heard_again(visit: Visit) -> None:
    visit.wire.feed(b"later x\n!\n")
    visit.guest.laters["x"].complete("X")
    assert not visit.is_read_from
    visit.turn_over()
    assert not visit.is_read_from
    assert visit.guest.handled == ["later x"]
    assert visit.heard == "later x=X\nbye: an exclamation mark\n"


def test_an_answer_nobody_knows_yet_does_not_hold_up_a_parting(visit: Visit) -> None:
    assert visit.say("a", "later x", "b", "!") == "a=A\nbye: an exclamation mark\n"
    visit.wire.stream.connection_lost(None)
    assert visit.guest.cancelled == ["x"]


def test_a_hub_that_stops_says_so(visit: Visit) -> None:
    (conversation,) = visit.open
    visit.wire.feed(b"write\n")
    conversation.dismiss()
    conversation.dismiss()
    assert visit.turn_over() == "write=ok\nbye\n"
    assert visit.wire.transport.is_closed


def test_who_has_gone_is_not_dismissed(visit: Visit) -> None:
    (conversation,) = visit.open
    visit.wire.stream.connection_lost(None)
    assert visit.open == set()
    conversation.dismiss()
    assert visit.turn_over() == ""


def test_a_handler_may_close_and_nothing_behind_is_handled(visit: Visit) -> None:
    assert visit.say("a", "close", "b") == "a=A\n"
    assert visit.guest.handled == ["a", "close"]
    assert visit.wire.transport.is_closed


# letting go


def test_a_lost_connection_cancels_what_is_unanswered_and_lets_the_room_let_go(visit: Visit) -> None:
    visit.say("later x", "now y", "later z")
    visit.wire.stream.connection_lost(None)
    assert visit.guest.cancelled == ["x", "z"]
    assert visit.guest.times_gone == 1
    visit.complete("x")
    assert visit.heard == ""


def test_an_answer_that_was_given_is_not_cancelled(visit: Visit) -> None:
    visit.say("later x")
    visit.complete("x")
    visit.wire.stream.connection_lost(None)
    assert visit.guest.cancelled == []


def test_a_defect_in_a_handler_ends_its_connection_and_is_told(visit: Visit) -> None:
    visit.say("fail", "b")
    assert [str(defect) for defect in visit.wire.defects] == ["fail"]
    assert visit.wire.transport.is_aborted
    visit.wire.stream.connection_lost(None)
    assert visit.guest.times_gone == 1
