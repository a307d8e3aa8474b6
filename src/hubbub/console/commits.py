"""Waiting until what was done is as safe as the hub keeps things."""

import asyncio

from hubbub.core.broker import Broker
from hubbub.core.commit import OK, Outcome
from hubbub.core.errors import Unavailable


async def safe(broker: Broker) -> None:
    """Return when all that was written in this turn is. Raises `Unavailable`."""
    heard: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()

    def ended(outcome: Outcome) -> None:
        if not heard.done():
            heard.set_result(outcome)

    broker.turn.commit.join(ended)
    if await heard is not OK:
        raise Unavailable("it could not be kept")
