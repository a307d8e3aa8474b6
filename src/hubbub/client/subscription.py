"""What goes through the hub, from now on, message by message. It loses nothing, or says that it did."""

import asyncio
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

from hubbub.client.errors import LateError, MissedError
from hubbub.client.messages import Message, messages_of
from hubbub.core.taps import Tap, Taps
from hubbub.model.address import AddressPattern


class Subscription:
    """Made by `Hub.subscribe`. An asynchronous iterator, which ends when it is closed, or when the hub stops or is reset.

    ``most`` messages wait at most. What comes on top of that is not kept, and once those that waited are taken, `MissedError` says how
    many that were.
    """

    __slots__ = ("_forget", "_more", "_pattern", "_ready", "_tap")

    def __init__(
        self, taps: Taps, pattern: AddressPattern, most: int, forget: Callable[["Subscription"], object]
    ) -> None:
        self._pattern = pattern
        self._forget = forget
        self._more = asyncio.Event()
        self._ready: deque[Message] = deque()
        self._tap: Tap = taps.open(pattern.matches, self._more.set, most)

    def take(self) -> list[Message]:
        """All that has come and was not taken yet, without waiting. Raises `MissedError`."""
        self._fetch()
        taken = list(self._ready)
        self._ready.clear()
        if not taken:
            self._refuse_gaps()
        return taken

    async def next(self, within: float | None = None) -> Message:
        """The next one. Raises `LateError` when none comes within so many seconds, `MissedError`, and `StopAsyncIteration` at the end."""
        try:
            async with asyncio.timeout(within):
                return await self.__anext__()
        except TimeoutError:
            raise LateError(f"nothing came to {self._pattern.text} within {within} s") from None

    def close(self) -> None:
        """See no more; what waits may still be taken. Idempotent."""
        self._tap.close()
        self._more.set()
        self._forget(self)

    # as an iterator and in a with statement

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Message:
        while not self._ready:
            self._more.clear()
            self._fetch()
            if self._ready:
                break
            self._refuse_gaps()
            if self._tap.is_closed:
                raise StopAsyncIteration
            await self._more.wait()
        return self._ready.popleft()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # inside

    def _fetch(self) -> None:
        for sighting in self._tap.take():
            self._ready.extend(messages_of(sighting))

    def _refuse_gaps(self) -> None:
        missed = self._tap.missed
        if missed:
            raise MissedError(
                f"{missed} messages came to {self._pattern.text} while {self._tap.most} waited to be taken; "
                "take them sooner, or ask for room with most=",
                missed,
            )
