"""What a hub saw during a test, and what may be expected of it: the same for a hub in this process and for one in its own."""

from pathlib import Path as File
from typing import Final

from hubbub.client.addresses import pattern_of
from hubbub.client.messages import Message
from hubbub.testing.expectation import Expectation
from hubbub.testing.order import Order
from hubbub.testing.patience import Ledger
from hubbub.testing.recording import record
from hubbub.testing.timeline import timeline
from hubbub.testing.wanted import Wanted
from hubbub.testing.witness import Witness


class Sights:
    """By a witness. What is expected and not asked is owed."""

    def __init__(self, witness: Witness, ledger: Ledger) -> None:
        self._witness: Final = witness
        self._ledger: Final = ledger

    def expect(self, pattern: str) -> Expectation:
        """One message, or as many as is said, at addresses of this pattern: ``kafka:orders.*``, ``mqtt:sensors/#``, ``amqp:tasks``."""
        return Expectation(pattern, self._witness, self._ledger)

    def expect_none(self, pattern: str) -> Expectation:
        """No message: ``within`` waits so long for one; without it the test must end with none."""
        return self.expect(pattern).times(0)

    def expect_in_order(self, *parts: Expectation | str) -> Order:
        """A message for each part, one after the other, over all protocols."""
        wanted = [Wanted(part, self._witness) if isinstance(part, str) else part.as_part() for part in parts]
        return Order(wanted, self._witness, self._ledger)

    def messages(self, pattern: str = "*:#") -> list[Message]:
        """What has come so far, in order."""
        wanted = pattern_of(pattern)
        self._witness.catch_up()
        return [message for message in self._witness.messages() if wanted.matches(message.place)]

    def forget(self) -> None:
        """As if nothing had come yet: what is expected from here on must come from here on."""
        self._witness.forget()

    def timeline(self) -> list[str]:
        """What came, as lines for people."""
        self._witness.catch_up()
        return timeline(self._witness.messages(), self._witness.began)

    def record(self, file: File) -> int:
        """Write what came as lines of JSON; how many."""
        self._witness.catch_up()
        messages = self._witness.messages()
        record(file, messages, self._witness.began)
        return len(messages)
