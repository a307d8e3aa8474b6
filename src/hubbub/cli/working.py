"""How a command that talks to a broker runs: on a loop of its own, until it is done or told to stop.

What client libraries log (retries, above all) is for their developers; the command says itself what went wrong, in one line.
"""

import asyncio
import logging
import signal
import sys
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Final

from hubbub.cli.exits import Exit

TOLD_TO_STOP: Final = (signal.SIGINT, signal.SIGTERM)


def run(work: Coroutine[object, object, Exit], *, until_told: bool = False) -> Exit:
    """Do ``work`` to its end. The first SIGINT or SIGTERM cancels it, and it cleans up.

    ``until_told``: being told is how it ends well (a consumer's work), and not an interruption.
    """
    with silenced(), asyncio.Runner() as runner:
        return runner.run(supervised(work, until_told=until_told))


async def supervised(work: Coroutine[object, object, Exit], *, until_told: bool) -> Exit:
    """The work as a task that the signals cancel."""
    task = asyncio.ensure_future(work)
    told = asyncio.Event()

    def tell() -> None:
        told.set()
        task.cancel()

    loop = asyncio.get_running_loop()
    if sys.platform != "win32" and threading.current_thread() is threading.main_thread():
        for each in TOLD_TO_STOP:
            loop.add_signal_handler(each, tell)
    try:
        return await task
    except asyncio.CancelledError:
        if not told.is_set():
            raise
        return Exit.OK if until_told else Exit.INTERRUPTED


@contextmanager
def silenced() -> Iterator[None]:
    """No line of a library's, until here."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


async def wait(seconds: float) -> None:
    """Nothing for a while."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.Event().wait()
