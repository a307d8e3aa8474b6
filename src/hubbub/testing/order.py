"""Several expectations, one after the other: each must be met by a message that came after the one before it."""

from bisect import bisect_right
from collections.abc import Sequence

from hubbub.client.messages import Message
from hubbub.testing.patience import Found, Ledger, Owed, Stand
from hubbub.testing.timeline import timeline
from hubbub.testing.wanted import Wanted
from hubbub.testing.witness import Witness


class Order:
    """Made by ``hub.expect_in_order``. How many each part expects means nothing here: one of each is enough."""

    def __init__(self, parts: Sequence[Wanted], witness: Witness, ledger: Ledger) -> None:
        self._parts = parts
        self._witness = witness
        self._owed = Owed(self, witness, ledger)

    def within(self, seconds: float) -> Found:
        """Wait at most so long, and return one message for each part. Raises `Unmet`. In a test with a loop: ``await`` it."""
        __tracebackhide__ = True
        return self._owed.ask(seconds)

    # as a question

    def chain(self) -> list[int]:
        """The earliest message for each part, in order, as far as they have come."""
        chain: list[int] = []
        for part in self._parts:
            matching = part.matches()
            at = bisect_right(matching, chain[-1] if chain else -1)
            if at == len(matching):
                break
            chain.append(matching[at])
        return chain

    def stand(self) -> Stand:
        return Stand.MET if len(self.chain()) == len(self._parts) else Stand.OPEN

    def holds_in_the_end(self) -> bool:
        return False

    def found(self) -> list[Message]:
        messages = self._witness.messages()
        return [messages[index] for index in self.chain()]

    def failure(self, seconds: float) -> str:
        chain = self.chain()
        messages = self._witness.messages()
        marks = {index: str(number) for number, index in enumerate(chain, 1)}
        lacking = self._parts[len(chain)]
        lines = [
            f"expected {self} within {seconds:g} s; {lacking.like} did not come{' after these' if chain else ''}."
        ]
        early = [index for index in lacking.matches() if index not in marks]
        if chain and early:
            before = self._parts[len(chain) - 1]
            lines.append(
                f"It came before {before.like} did, {len(early)} times."
                if len(early) > 1
                else f"It came before {before.like} did."
            )
            marks[early[-1]] = "too early"
        elif not early:
            lines += lacking.nearest_miss(marks)
        return "\n".join([*lines, "", *timeline(messages, self._witness.began, marks)])

    def __str__(self) -> str:
        return ", then ".join(part.like for part in self._parts)
