"""The loop's clock: one timer of the loop for all of ours, defects told, silence after closing."""

import asyncio
from collections.abc import Awaitable, Callable

from hubbub.net.clock import LoopTimer

LONG = 3_600.0


def on_a_loop(visit: Callable[[LoopTimer, list[Exception]], Awaitable[None]]) -> None:
    async def run() -> None:
        defects: list[Exception] = []
        timer = LoopTimer(asyncio.get_running_loop(), defects.append)
        try:
            async with asyncio.timeout(20):
                await visit(timer, defects)
        finally:
            timer.close()

    asyncio.run(run())


def fail() -> None:
    raise ZeroDivisionError


def test_a_timer_fires_in_its_time() -> None:
    async def visit(timer: LoopTimer, defects: list[Exception]) -> None:
        fired = asyncio.Event()
        due = timer.clock.elapsed() + 0.01
        timer.clock.call_at(due, fired.set)
        await fired.wait()
        assert timer.clock.elapsed() >= due

    on_a_loop(visit)


def test_what_keeps_the_loop_is_seen_by_how_late_its_timers_are() -> None:
    async def visit(timer: LoopTimer, defects: list[Exception]) -> None:
        fired = asyncio.Event()
        due = timer.clock.elapsed() + 0.001
        timer.clock.call_at(due, fired.set)
        while timer.clock.elapsed() < due + 0.02:  # the loop is kept
            pass
        await fired.wait()
        assert sum(timer.lateness.counts) == 1
        assert timer.lateness.sum >= 0.02

    on_a_loop(visit)


def test_time_that_is_advanced_by_hand_brings_the_loops_timer_forward() -> None:
    async def visit(timer: LoopTimer, defects: list[Exception]) -> None:
        fired = asyncio.Event()
        timer.clock.call_in(LONG, fired.set)
        timer.clock.advance(LONG - 0.01)
        await fired.wait()

    on_a_loop(visit)


def test_a_defect_in_a_timer_is_told_and_stops_no_other() -> None:
    async def visit(timer: LoopTimer, defects: list[Exception]) -> None:
        fired = asyncio.Event()
        timer.clock.call_in(0.0, fail)
        timer.clock.call_in(0.001, fired.set)
        await fired.wait()
        assert [type(defect) for defect in defects] == [ZeroDivisionError]

    on_a_loop(visit)


def test_what_is_put_off_to_the_next_pass_runs_and_its_defects_are_told() -> None:
    async def visit(timer: LoopTimer, defects: list[Exception]) -> None:
        ran = asyncio.Event()
        timer.clock.soon(fail)
        timer.clock.soon(ran.set)
        await ran.wait()
        assert [type(defect) for defect in defects] == [ZeroDivisionError]

    on_a_loop(visit)


def test_nothing_fires_after_closing_not_even_what_is_set_then() -> None:
    async def visit(timer: LoopTimer, defects: list[Exception]) -> None:
        before, after = asyncio.Event(), asyncio.Event()
        timer.clock.call_in(0.0, before.set)
        timer.close()
        timer.clock.call_in(0.0, after.set)
        timer.close()
        passed = asyncio.Event()
        asyncio.get_running_loop().call_later(0.01, passed.set)
        await passed.wait()
        assert not before.is_set()
        assert not after.is_set()

    on_a_loop(visit)
