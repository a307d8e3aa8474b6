"""Waits for what only the hub can know, without sleeping: each looks again whenever a turn of the hub has ended.

Some things change in no turn (the last of a queue is acknowledged, and nothing is to be said); so it is looked at from time to time as well. A hub
in a process of its own is asked from time to time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Generator
from contextlib import suppress
from typing import Final, Protocol

from hubbub.client.running import RunningHub
from hubbub.core.broker import Broker
from hubbub.testing.looks import Lack, Looks
from hubbub.testing.patience import Ledger, TooLate, block, has_loop

TICK_SECONDS: Final = 0.01


class Waited:
    """A wait that is over; in a test with a loop, one that is over when it was awaited. Both functions return what is lacking in the end."""

    def __init__(self, awaited: Callable[[], Awaitable[str]], blocked: Callable[[], str]) -> None:
        self._awaited = awaited
        self._blocked = blocked
        self.is_settled = False

    def __await__(self) -> Generator[object, None, None]:
        __tracebackhide__ = True
        self.is_settled = True
        self._answered((yield from self._awaited().__await__()))

    def block(self) -> None:
        """Wait here and now."""
        __tracebackhide__ = True
        self.is_settled = True
        self._answered(self._blocked())

    def settle(self) -> None:
        """See `patience.Pending`: by now it is too late."""
        __tracebackhide__ = True
        raise TooLate("a wait was not awaited: write `await hub.wait...` in a test with a loop")

    def _answered(self, lack: str) -> None:
        __tracebackhide__ = True
        if lack:
            raise TooLate(lack)


class Waiting(Protocol):
    """How a hub is looked at again and again."""

    def until(self, lack: Callable[[], Lack], seconds: float) -> Waited:
        """A wait until nothing is lacking. ``lack`` makes, where and when the wait begins, what is then called again and again."""
        ...


class Waits:
    """``hub.wait``. Each takes ``within``, in seconds, and raises `TooLate` with what is lacking. In a test with a loop: ``await`` it."""

    def __init__(self, looks: Looks, waiting: Waiting, ledger: Ledger) -> None:
        self._looks = looks
        self._waiting = waiting
        self._ledger = ledger

    def group_caught_up(self, group: str, *, topic: str = "", within: float | None = None) -> Waited:
        """The group has committed all that there is in the topic; without one: in all topics for which it has committed anything."""
        __tracebackhide__ = True
        return self._until(lambda: self._looks.group_behind(group, topic), within)

    def queue_empty(self, queue: str, *, virtual_host: str = "/", within: float | None = None) -> Waited:
        """Nothing is in the queue, and nothing of it is out with a consumer."""
        __tracebackhide__ = True
        return self._until(lambda: self._looks.queue_full(virtual_host, queue), within)

    def group_stable(self, group: str, *, members: int = 1, within: float | None = None) -> Waited:
        """The group has so many members, or more, and each knows what is its part."""
        __tracebackhide__ = True
        return self._until(lambda: self._looks.group_unstable(group, members), within)

    def queue_consumed(self, queue: str, *, virtual_host: str = "/", within: float | None = None) -> Waited:
        """Somebody consumes from the queue."""
        __tracebackhide__ = True
        return self._until(lambda: self._looks.queue_idle(virtual_host, queue), within)

    def subscribed(self, pattern: str, *, within: float | None = None) -> Waited:
        """An MQTT client has subscribed to exactly this filter."""
        __tracebackhide__ = True
        return self._until(lambda: self._looks.unheard(pattern), within)

    def idle(self, *, quiet: float = 0.05, within: float | None = None) -> Waited:
        """Nothing was published, and nothing went to or came from any client, for so many seconds."""
        __tracebackhide__ = True
        return self._begin(lambda: Quiet(self._looks, quiet).lack, within)

    # inside

    def _until(self, lack: Lack, within: float | None) -> Waited:
        __tracebackhide__ = True
        return self._begin(lambda: lack, within)

    def _begin(self, lack: Callable[[], Lack], within: float | None) -> Waited:
        __tracebackhide__ = True
        waited = self._waiting.until(lack, self._ledger.patience if within is None else within)
        if has_loop():
            self._ledger.owe(waited)
        else:
            waited.block()
        return waited


class Quiet:
    """How long it has been quiet."""

    def __init__(self, looks: Looks, seconds: float) -> None:
        self._looks = looks
        self._seconds = seconds
        self._since, self._last = looks.moved()

    def lack(self) -> str:
        """Whether it was not quiet for long enough."""
        now, moved = self._looks.moved()
        if moved != self._last:
            self._last, self._since = moved, now
        quiet = now - self._since
        return "" if quiet >= self._seconds else f"it was never quiet for {self._seconds:g} s"


class BesideTheHub:
    """`Waiting` on the hub's own thread, which is told of each turn."""

    def __init__(self, hub: RunningHub) -> None:
        self._hub = hub

    def until(self, lack: Callable[[], Lack], seconds: float) -> Waited:
        async def wait() -> str:
            return in_vain(await until(self._hub.hub.inside.broker, lack(), seconds), seconds)

        return Waited(lambda: asyncio.wrap_future(self._hub.submit(wait())), lambda: self._hub.call(wait()))


class FromAfar:
    """`Waiting` for a hub that is asked from time to time; each look may block."""

    def until(self, lack: Callable[[], Lack], seconds: float) -> Waited:
        async def wait() -> str:
            look = await asyncio.to_thread(lack)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    while await asyncio.to_thread(look):
                        await pause()
                    return ""
            return in_vain(await asyncio.to_thread(look), seconds)

        return Waited(wait, lambda: block(wait()))


async def pause() -> None:
    """Let a moment pass."""
    with suppress(TimeoutError):
        async with asyncio.timeout(TICK_SECONDS):
            await asyncio.Event().wait()


async def until(broker: Broker, lack: Lack, seconds: float) -> str:
    """Return when nothing is lacking any more, or what is when the time is over. On the hub's loop."""
    changed = asyncio.Event()
    broker.turn.watch(changed.set)
    try:
        async with asyncio.timeout(seconds):
            while lack():
                changed.clear()
                tick = broker.clock.call_in(TICK_SECONDS, changed.set)
                await changed.wait()
                tick.cancel()
        return ""
    except TimeoutError:
        return lack()
    finally:
        broker.turn.unwatch(changed.set)


def in_vain(lack: str, seconds: float) -> str:
    """What was lacking, and for how long it was waited."""
    return f"{lack}, after {seconds:g} s" if lack else ""
