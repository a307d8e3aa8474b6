"""Breath: how work that takes long makes room for others."""

import asyncio
from functools import partial
from typing import Final

from hubbub.model.clock import Clock

AT_ONCE: Final = 2000
"""Small things that are looked at before others get their turn."""


async def breathe(clock: Clock) -> None:
    """Come back in the loop's next pass."""
    passed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    clock.soon(partial(let_go, passed))
    await passed


def let_go(waiting: "asyncio.Future[None]") -> None:
    """It may be that nobody waits any more."""
    if not waiting.done():
        waiting.set_result(None)
