"""Expectations on what a hub saw, whatever it came by.

    hub.expect("kafka:orders.created").with_json({"total": 99.99}).times(3).within(2)

What stands before ``within`` says what is expected and does nothing yet. What is never asked is asked when the test ends.
"""

from collections.abc import Callable
from re import Pattern as Regex
from typing import Final, Self

from hubbub.client.messages import Message
from hubbub.testing import conditions
from hubbub.testing.conditions import ANY, Condition
from hubbub.testing.patience import Found, Ledger, Owed
from hubbub.testing.wanted import By, Wanted, correlation
from hubbub.testing.witness import Witness


class Expectation:
    """Of messages at addresses of one pattern. Made by ``hub.expect``; each method but `within` returns the expectation itself."""

    def __init__(self, pattern: str, witness: Witness, ledger: Ledger) -> None:
        self.wanted: Final = Wanted(pattern, witness)
        self._witness = witness
        self._owed = Owed(self.wanted, witness, ledger)

    # what a message must be like

    def with_json(self, expected: object = None, /, *, exactly: bool = False, **fields: object) -> Self:
        """Its value is JSON that has at least this in it, at any depth; ``exactly`` this and no more. Keys may be given by keyword."""
        if fields:
            expected = {**(expected if isinstance(expected, dict) else {}), **fields}
        return self._must(conditions.json_is(expected) if exactly else conditions.json_has(expected))

    def with_value(self, expected: str | bytes | Regex[str]) -> Self:
        """Its value is this text or these octets, or text in which this pattern is found."""
        return self._must(conditions.value_is(expected))

    def with_key(self, expected: str | bytes | Regex[str]) -> Self:
        """Its key."""
        return self._must(conditions.key_is(expected))

    def with_header(self, name: str, expected: object = ANY) -> Self:
        """It has this header, with this value if one is given."""
        return self._must(conditions.header_is(name, expected))

    def with_correlation_id(self, expected: object) -> Self:
        """It is tied to others by this, wherever its protocol carries that."""
        return self._must(conditions.correlation_is(expected))

    def matching(self, judge: Callable[[Message], object], name: str = "") -> Self:
        """This function says yes to it. ``name`` is what a failure calls it."""
        return self._must(conditions.satisfies(judge, name or getattr(judge, "__name__", "the function")))

    def caused_by(self, cause: "Expectation | str", by: By = correlation) -> Self:
        """A message that met ``cause`` came before it, tied to it by the same correlation id, or by what ``by`` says of both."""
        wanted = Wanted(cause, self._witness) if isinstance(cause, str) else cause.as_part()
        self.wanted.must_follow(wanted, by)
        return self

    # how many

    def times(self, count: int) -> Self:
        """Exactly so many."""
        self.wanted.least = self.wanted.most = count
        return self

    def at_least(self, count: int) -> Self:
        """So many or more. One, if nothing is said."""
        self.wanted.least = count
        return self

    def at_most(self, count: int) -> Self:
        """So many or fewer; none, too, unless `at_least` says otherwise, and then the whole time is waited to see it."""
        self.wanted.most = count
        return self

    # asking

    def within(self, seconds: float) -> Found:
        """Wait at most so long, and return the messages. Raises `Unmet`. In a test with a loop: ``await`` it."""
        __tracebackhide__ = True
        return self._owed.ask(seconds)

    def as_part(self) -> Wanted:
        """For something larger, which asks instead."""
        self._owed.is_settled = True
        return self.wanted

    # inside

    def _must(self, condition: Condition) -> Self:
        self.wanted.must(condition)
        return self
