"""What a crash test asks of the traffic that it kills a hub under: one class for each protocol (`LOADS` in `test_kills`).

A load is made of real clients that live through all kills: they reconnect, and send again what nobody acknowledged, as their protocol
allows. It writes down what it was told; `checker` says whether the promises were kept.
"""

from threading import Condition
from typing import Protocol

from tests.crash.checker import Account, Position

PATIENCE = 30.0


class Tally:
    """Counts each client's acknowledgements across threads, so that kills come by count and not by the clock."""

    def __init__(self, *clients: str) -> None:
        self.counts = dict.fromkeys(clients, 0)
        self._changed = Condition()

    def add(self, client: str) -> None:
        with self._changed:
            self.counts[client] += 1
            self._changed.notify_all()

    def wait_for(self, client: str, more: int) -> None:
        """Until a client was told so many more than now."""
        with self._changed:
            target = self.counts[client] + more
            assert self._changed.wait_for(lambda: self.counts[client] >= target, PATIENCE), (
                f"{target} acknowledgements wanted for {client}, it does not get through: {self.counts}"
            )


class Load(Protocol):
    """Clients under way. ``tally`` counts what was acknowledged to them."""

    room: str
    """The section of its settings: ``kafka`` is served at ``--kafka-port``."""
    tally: Tally

    def begin(self, port: int) -> None:
        """Prepare the ground and let the clients run. Once."""
        ...

    def positions(self) -> list[Position]:
        """The hub is there again: what was promised before, and what it says now. The clients go on meanwhile."""
        ...

    def finish(self) -> Account:
        """Let the clients come to their end; what they were told, all in all."""
        ...
