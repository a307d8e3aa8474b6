"""The clock: order, cancelling, advancing by hand, and what its driver is asked for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hubbub.model.clock import Action, Clock, Timer, nothing

START = 1_700_000_000.5


class Driver:
    """Time that stands still until it is moved, and what the clock asked to be woken for."""

    def __init__(self, elapsed: float = 100.0) -> None:
        self.elapsed = elapsed
        self.armed: list[float] = []
        self.clock = Clock(lambda: self.elapsed, lambda: START, self.armed.append, lambda action: None)

    def wake(self) -> None:
        """What the loop does when the time comes that was asked for last."""
        self.elapsed = max(self.elapsed, self.armed[-1])
        self.clock.run_due()


@pytest.fixture
def driver() -> Driver:
    return Driver()


def test_now_is_whole_milliseconds_of_the_wall_and_elapsed_is_steady_seconds(driver: Driver) -> None:
    assert driver.clock.now() == 1_700_000_000_500
    assert driver.clock.elapsed() == 100.0
    driver.clock.advance(1.25)
    assert driver.clock.now() == 1_700_000_001_750
    assert driver.clock.elapsed() == 101.25


def test_timers_run_in_the_order_of_their_time_then_of_their_making(driver: Driver) -> None:
    ran: list[str] = []
    for name, seconds in [("c", 3.0), ("a", 1.0), ("b", 2.0), ("a2", 1.0)]:
        driver.clock.call_in(seconds, lambda name=name: ran.append(name))
    driver.clock.advance(2.5)
    assert ran == ["a", "a2", "b"]
    driver.clock.advance(0.5)
    assert ran == ["a", "a2", "b", "c"]


def test_a_timer_runs_once(driver: Driver) -> None:
    ran: list[int] = []
    driver.clock.call_in(1.0, lambda: ran.append(1))
    driver.clock.advance(1.0)
    driver.clock.advance(10.0)
    driver.clock.run_due()
    assert ran == [1]


def test_a_cancelled_timer_never_runs_and_lets_go_of_its_action(driver: Driver) -> None:
    ran: list[int] = []
    timer = driver.clock.call_in(1.0, lambda: ran.append(1))
    timer.cancel()
    timer.cancel()
    driver.clock.advance(2.0)
    assert ran == []
    assert timer.is_cancelled
    assert timer.action is nothing


def test_a_timer_that_has_fired_lets_go_of_its_action_too(driver: Driver) -> None:
    timer = driver.clock.call_in(1.0, [].clear)
    driver.clock.advance(1.0)
    assert timer.is_cancelled


def test_a_timer_may_cancel_the_next(driver: Driver) -> None:
    ran: list[str] = []
    timers: list[Timer] = []
    driver.clock.call_in(1.0, lambda: timers[0].cancel())
    timers.append(driver.clock.call_in(1.0, lambda: ran.append("cancelled")))
    driver.clock.call_in(1.0, lambda: ran.append("third"))
    driver.clock.advance(1.0)
    assert ran == ["third"]


def test_advance_runs_timers_that_timers_set_each_at_its_own_time(driver: Driver) -> None:
    seen: list[float] = []

    def tick() -> None:
        seen.append(driver.clock.elapsed())
        driver.clock.call_in(1.0, tick)

    driver.clock.call_in(1.0, tick)
    driver.clock.advance(3.5)
    assert seen == [101.0, 102.0, 103.0]
    assert driver.clock.elapsed() == 103.5


def test_advance_leaves_alone_what_is_not_due(driver: Driver) -> None:
    ran: list[int] = []
    driver.clock.call_in(5.0, lambda: ran.append(1))
    driver.clock.advance(4.999)
    assert ran == []


def test_time_does_not_go_back(driver: Driver) -> None:
    with pytest.raises(ValueError, match="back"):
        driver.clock.advance(-0.1)


def test_the_driver_is_asked_for_the_earliest_timer_alone(driver: Driver) -> None:
    driver.clock.call_in(5.0, nothing_much)
    driver.clock.call_in(9.0, nothing_much)
    assert driver.armed == [105.0]
    driver.clock.call_in(2.0, nothing_much)
    assert driver.armed == [105.0, 102.0]
    driver.wake()
    assert driver.armed == [105.0, 102.0, 105.0]
    driver.wake()
    driver.wake()
    assert driver.armed == [105.0, 102.0, 105.0, 109.0]


def test_an_idle_clock_asks_for_nothing(driver: Driver) -> None:
    driver.clock.call_in(1.0, nothing_much)
    driver.wake()
    assert driver.armed == [101.0]
    driver.clock.run_due()
    driver.clock.advance(60.0)
    assert driver.armed == [101.0]


def test_nobody_is_woken_for_a_timer_that_was_cancelled_behind_the_first(driver: Driver) -> None:
    driver.clock.call_in(1.0, nothing_much)
    driver.clock.call_in(2.0, nothing_much).cancel()
    driver.clock.call_in(3.0, nothing_much)
    driver.wake()
    assert driver.armed == [101.0, 103.0]


def test_a_repeating_timer_asks_its_driver_once_a_round(driver: Driver) -> None:
    def tick() -> None:
        driver.clock.call_in(1.0, tick)

    tick()
    for _ in range(3):
        driver.wake()
    assert driver.armed == [101.0, 102.0, 103.0, 104.0]


def test_the_driver_hears_that_time_was_advanced_under_a_timer(driver: Driver) -> None:
    driver.clock.call_in(10.0, nothing_much)
    driver.clock.advance(4.0)
    assert driver.armed == [110.0, 106.0]


def test_a_defect_in_one_timer_costs_the_others_nothing(driver: Driver) -> None:
    ran: list[str] = []
    driver.clock.call_in(1.0, defect)
    driver.clock.call_in(1.0, lambda: ran.append("beside"))
    driver.clock.call_in(2.0, lambda: ran.append("behind"))
    with pytest.raises(ZeroDivisionError):
        driver.wake()
    assert driver.armed[-1] == 101.0, "the rest is due at once"
    driver.wake()
    driver.wake()
    assert ran == ["beside", "behind"]


def test_a_defect_while_time_is_advanced_leaves_a_clock_that_runs(driver: Driver) -> None:
    ran: list[str] = []
    driver.clock.call_in(1.0, defect)
    driver.clock.call_in(2.0, lambda: ran.append("behind"))
    with pytest.raises(ZeroDivisionError):
        driver.clock.advance(5.0)
    driver.wake()
    assert ran == ["behind"]


def test_cancelled_timers_do_not_pile_up_until_their_time(driver: Driver) -> None:
    lasting = [driver.clock.call_in(3600.0, nothing_much) for _ in range(100)]
    for _ in range(20_000):
        driver.clock.call_in(1800.0, nothing_much).cancel()
    assert len(driver.clock._heap) < 1_000
    assert not any(timer.is_cancelled for timer in lasting)


@given(
    st.lists(st.tuples(st.floats(0, 50), st.booleans()), max_size=600),
    st.lists(st.floats(0, 30), max_size=8),
    st.floats(0, 1e9),
)
def test_whatever_is_set_runs_once_in_order_and_never_early(
    timers: list[tuple[float, bool]], advances: list[float], begin: float
) -> None:
    clock = Driver(begin).clock
    ran: list[tuple[float, int]] = []
    expected: list[tuple[float, int]] = []

    def record(when: float, number: int) -> Action:
        def run() -> None:
            assert clock.elapsed() >= when
            ran.append((when, number))

        return run

    for number, (seconds, is_kept) in enumerate(timers):
        when = begin + seconds
        timer = clock.call_at(when, record(when, number))
        if is_kept:
            expected.append((when, number))
        else:
            timer.cancel()
    for seconds in [0.0, *advances]:
        clock.advance(seconds)
    assert ran == sorted(timer for timer in expected if timer[0] <= clock.elapsed())
    clock.advance(60.0)
    assert ran == sorted(expected)


def nothing_much() -> None: ...


def defect() -> None:
    1 / 0  # noqa: B018 - it is meant to fail
