"""The witness: all that a hub saw since a test began, in order, told by somebody who loses nothing, or says what was lost.

`TapWitness` looks at a hub in this process. It is fed on the hub's thread and read on the test's. It is bounded; what came on top is counted in
``missed``, and who relies on it must fail.
"""

import threading
from collections.abc import Callable
from typing import Final, Protocol

from hubbub.client.messages import Message, messages_of
from hubbub.core.taps import Sighting, Tap, Taps

MOST_MESSAGES: Final = 200_000
MOST_OCTETS: Final = 256 << 20


class Witness(Protocol):
    """Whoever saw it. All but what ``watch`` calls happens on the test's thread."""

    began: int
    """When it began to look, in ms since 1970."""
    unreadable: int
    """Batches that could not be decoded."""

    @property
    def lost(self) -> str:
        """Why nobody can say what came; empty: all that came is known."""
        ...

    def catch_up(self) -> None:
        """Return when all is known that the hub has taken by now. May block, but for a witness that ``is_beside`` the hub."""
        ...

    @property
    def is_beside(self) -> bool:
        """Whether it knows of each message before its publisher knows that it was taken."""
        ...

    def messages(self) -> list[Message]:
        """All that came, in order: always the same list, which grows, until `forget`."""
        ...

    def forget(self) -> None:
        """As if nothing had come yet."""
        ...

    def watch(self, on_news: Callable[[], object]) -> None:
        """Call this on whatever thread hears of it, whenever more has come, until `unwatch`. It must be quick, and ask nothing of the witness."""
        ...

    def unwatch(self, on_news: Callable[[], object]) -> None:
        """Idempotent."""
        ...


class TapWitness:
    """``on_news`` of those who wait is called on the hub's thread, whenever more has come. It must be quick, and ask nothing of the witness."""

    def __init__(self, most: int = MOST_MESSAGES) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._sightings: list[Sighting] = []
        self._waiting: dict[Callable[[], object], None] = {}
        self._messages: list[Message] = []
        self._read = 0
        self._count = 0
        self._octets = 0
        self._taps: list[Tap] = []
        self.began = 0
        """When it began to look, in ms since 1970."""
        self.missed = 0
        self.seen = 0
        """Acts in all."""
        self.unreadable = 0
        """Batches that could not be decoded."""

    @property
    def lost(self) -> str:
        if not self.missed:
            return ""
        return f"{self.missed} messages came for which there was no room"

    @property
    def is_beside(self) -> bool:
        return True

    def catch_up(self) -> None:
        """It is never behind."""

    def look(self, taps: Taps, now: int) -> None:
        """Look from now on. On the hub's thread."""
        self.began = self.began or now
        self._drain()
        self._taps = [taps.open(lambda _: True, self._take, self._most)]

    def leave(self) -> None:
        """Look no more; what was seen stays. On the hub's thread. Idempotent."""
        self._drain()
        for tap in self._taps:
            tap.close()

    def forget(self) -> None:
        """As if nothing had come yet. On the test's thread."""
        with self._lock:
            self._sightings = []
            self._messages = []
            self._read = self._count = self._octets = self.missed = self.unreadable = 0

    def messages(self) -> list[Message]:
        """All that came, in order. On the test's thread."""
        with self._lock:
            fresh = self._sightings[self._read :]
            self._read += len(fresh)
        for sighting in fresh:
            found = messages_of(sighting)
            self.unreadable += not found
            self._messages += found
        return self._messages

    def watch(self, on_news: Callable[[], object]) -> None:
        """Call this on the hub's thread whenever more has come, until `unwatch`."""
        with self._lock:
            self._waiting[on_news] = None

    def unwatch(self, on_news: Callable[[], object]) -> None:
        """Idempotent."""
        with self._lock:
            self._waiting.pop(on_news, None)

    # inside, on the hub's thread

    def _take(self) -> None:
        self._drain()
        with self._lock:  # so that nobody is called who does not wait any more
            for on_news in self._waiting:
                on_news()

    def _drain(self) -> None:
        with self._lock:
            for tap in self._taps:
                for sighting in tap.take():
                    self._keep(sighting)
                self.missed += tap.missed
                tap.missed = 0

    def _keep(self, sighting: Sighting) -> None:
        self.seen += 1
        if self._count + sighting.count > self._most or self._octets + sighting.octets > MOST_OCTETS:
            self.missed += sighting.count
            return
        self._count += sighting.count
        self._octets += sighting.octets
        self._sightings.append(sighting)
