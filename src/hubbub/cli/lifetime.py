"""The life of a hub that is a process: start, serve until told to stop, drain within a bound, end.

The first SIGINT or SIGTERM drains; from then on the signals do what they do to every program, so that a second one ends
the process at once, whatever it is busy with.
"""

import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Final

from hubbub.app import Hub, Listening
from hubbub.cli.exits import Exit, talk
from hubbub.net.loop import event_loop

TOLD_TO_STOP: Final = (signal.SIGINT, signal.SIGTERM)
MARGIN_SECONDS: Final = 2.0


def live(
    hub: Hub,
    drain_seconds: float,
    on_ready: Callable[[Sequence[Listening]], None],
    on_stopping: Callable[[], None],
) -> Exit:
    """Run ``hub`` on an event loop of its own until a signal comes.

    Raises `CannotListen` when it cannot start; whatever ``on_ready`` raises ends the hub too. ``on_stopping`` is called when the signal has come.
    """
    with asyncio.Runner(loop_factory=event_loop()) as runner:
        return runner.run(until_told(hub, drain_seconds, on_ready, on_stopping))


async def until_told(
    hub: Hub,
    drain_seconds: float,
    on_ready: Callable[[Sequence[Listening]], None],
    on_stopping: Callable[[], None],
) -> Exit:
    """Serve, wait for a signal, drain."""
    told = asyncio.Event()
    on_signals(told.set)
    listening = await hub.start()
    try:
        on_ready(listening)
        await told.wait()
        on_stopping()
        talk(f"stopping; connections have {drain_seconds:g} s to finish. Once more to stop at once.")
    finally:
        stopping = asyncio.ensure_future(hub.stop(drain_seconds))
        done, _ = await asyncio.wait({stopping}, timeout=drain_seconds + MARGIN_SECONDS)
    if not done:
        talk("not everything could be stopped in time")
        return Exit.FAILED
    await stopping
    return Exit.OK


def on_signals(stop: Callable[[], None]) -> None:
    """Call ``stop`` on the loop at the first signal."""
    loop = asyncio.get_running_loop()

    def first() -> None:
        for each in TOLD_TO_STOP:
            loop.remove_signal_handler(each)
            signal.signal(each, signal.SIG_DFL)
        stop()

    def first_on_windows(_number: int, _frame: FrameType | None) -> None:
        for each in TOLD_TO_STOP:
            signal.signal(each, signal.SIG_DFL)
        loop.call_soon_threadsafe(stop)

    for each in TOLD_TO_STOP:
        if sys.platform == "win32":
            signal.signal(each, first_on_windows)
        else:
            loop.add_signal_handler(each, first)
