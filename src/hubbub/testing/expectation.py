"""Expectations on what a hub saw, whatever it came by.

    hub.expect("kafka:orders.created").with_json({"total": 99.99}).times(3).within(2)

What stands before ``within`` says what is expected and does nothing yet. What is never asked is asked when the test ends.
"""

from collections.abc import Callable
from re import Pattern as Regex
from typing import Final, Self, TypeAlias

from hubbub.client.addresses import pattern_of
from hubbub.client.messages import Message
from hubbub.documents.spelling import nearest
from hubbub.testing import conditions
from hubbub.testing.conditions import ANY, Condition
from hubbub.testing.patience import Found, Ledger, Owed, Stand
from hubbub.testing.timeline import timeline
from hubbub.testing.witness import Witness

LOOKED_AT: Final = 2_000
"""Messages among which the nearest miss is looked for."""
By: TypeAlias = Callable[[Message], object]
"""What ties messages together; None: nothing."""


def correlation(message: Message) -> object:
    """What ties messages together unless somebody says otherwise."""
    return message.correlation_id


class Expectation:
    """Of messages at addresses of one pattern. Made by ``hub.expect``; each method but `within` returns the expectation itself."""

    def __init__(self, pattern: str, witness: Witness, ledger: Ledger) -> None:
        self._text = pattern
        self._pattern = pattern_of(pattern)
        self._witness = witness
        self._conditions: list[Condition] = []
        self._fewest: int | None = None
        self._most: int | None = None
        self._cause: tuple[Expectation, By] | None = None
        self._owed = Owed(self, witness, ledger)
        self._seen: list[Message] = []
        self._looked = 0
        self._matching: list[int] = []

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
        found = cause if isinstance(cause, Expectation) else Expectation(cause, self._witness, Ledger(0))
        found.is_part()
        self._cause = found, by
        self._looked = 0
        return self

    # how many

    def times(self, count: int) -> Self:
        """Exactly so many."""
        self._fewest, self._most = count, count
        return self

    def at_least(self, count: int) -> Self:
        """So many or more. One, if nothing is said."""
        self._fewest = count
        return self

    def at_most(self, count: int) -> Self:
        """So many or fewer; none, too, unless `at_least` says otherwise, and then the whole time is waited to see it."""
        self._most = count
        return self

    # asking

    def within(self, seconds: float) -> Found:
        """Wait at most so long, and return the messages. Raises `Unmet`. In a test with a loop: ``await`` it."""
        __tracebackhide__ = True
        return self._owed.ask(seconds)

    # as a question, and as a part of one

    def is_part(self) -> None:
        """Something larger asks for it."""
        self._owed.is_settled = True

    def matches(self) -> list[int]:
        """Which of the witness's messages are like this, in order, whatever their number should be."""
        messages = self._witness.messages()
        if messages is not self._seen or self._looked == 0:
            self._seen, self._looked, self._matching = messages, 0, []
        while self._looked < len(messages):
            if not self._differences(self._looked):
                self._matching.append(self._looked)
            self._looked += 1
        return self._matching

    def stand(self) -> Stand:
        count = len(self.matches())
        if self._most is not None and count > self._most:
            return Stand.BROKEN
        return Stand.MET if 0 < self.fewest <= count else Stand.OPEN

    def holds_in_the_end(self) -> bool:
        return self.fewest <= len(self.matches())

    def found(self) -> list[Message]:
        return [self._seen[index] for index in self.matches()]

    def failure(self, seconds: float) -> str:
        matching = self.matches()
        messages = self._seen
        lines = [f"expected {self} within {seconds:g} s; {len(matching) or 'none'} came."]
        marks = dict.fromkeys(matching, "this")
        if len(matching) < self.fewest:
            lines += self._nearest(marks)
        if self._witness.unreadable:
            lines.append(f"{self._witness.unreadable} batches could not be decoded, and were not looked at.")
        lines += ["", *timeline(messages, self._witness.began, marks)]
        return "\n".join(lines)

    def __str__(self) -> str:
        said = [condition.says for condition in self._conditions]
        if self._cause is not None:
            said.append(f"caused by {self._cause[0].like}")
        return " ".join([f"{self._count()} at {self._text}", *said])

    @property
    def fewest(self) -> int:
        """How many there must be."""
        return int(self._most is None) if self._fewest is None else self._fewest

    @property
    def like(self) -> str:
        """What a message must be like, in words."""
        return " ".join([self._text, *(condition.says for condition in self._conditions)])

    # inside

    def _must(self, condition: Condition) -> Self:
        self._conditions.append(condition)
        self._looked = 0
        return self

    def _count(self) -> str:
        if self._most == 0:
            return "no message"
        if self._most is None:
            return f"at least {messages_in_words(self.fewest)}"
        if self._most == self.fewest:
            return f"exactly {messages_in_words(self._most)}"
        if self.fewest == 0:
            return f"at most {messages_in_words(self._most)}"
        return f"{self.fewest} to {messages_in_words(self._most)}"

    def _differences(self, index: int) -> list[str]:
        """In what the message of this number is not what is expected."""
        message = self._seen[index]
        if not self._pattern.matches(message.place):
            return [f"address: expected {self._text}, came {message.address}"]
        return self._differences_inside(index)

    def _differences_inside(self, index: int) -> list[str]:
        message = self._seen[index]
        found = [difference for condition in self._conditions if (difference := condition.check(message))]
        if self._cause is not None:
            found += self._lacks_cause(index, *self._cause)
        return found

    def _lacks_cause(self, index: int, cause: "Expectation", by: By) -> list[str]:
        tie = by(self._seen[index])
        ties = [by(self._seen[number]) for number in cause.matches() if number < index]
        if tie is not None and tie in ties:
            return []
        what = "correlation id" if by is correlation else "cause"
        known = ", ".join(sorted({str(each) for each in ties if each is not None})) or "none of them has one"
        return [f"{what}: expected that of an earlier {cause.like} ({known}), came {tie!r}"]

    def _nearest(self, marks: dict[int, str]) -> list[str]:
        """The message that comes nearest, and in what it differs; it is marked."""
        messages = self._seen
        here = [index for index, message in enumerate(messages) if self._pattern.matches(message.place)][
            -LOOKED_AT:
        ]
        misses = [(self._differences_inside(index), index) for index in here if index not in marks]
        if not misses and not here and self._conditions:
            # perhaps it went somewhere else
            misses = [
                ([*self._differences(index), *inside], index)
                for index in range(len(messages))
                if not (inside := self._differences_inside(index))
            ]
        if not misses:
            meant = nearest(self._text, {message.address for message in messages})
            return [f"Was {meant} meant?"] if meant and not here else []
        differences, index = min(misses, key=lambda miss: (len(miss[0]), miss[1]))
        marks[index] = "nearest"
        return [
            f"The nearest, at {messages[index].address}, differs in:",
            *(f"  {each}" for each in differences),
        ]


def messages_in_words(count: int) -> str:
    """``1 message``, ``3 messages``."""
    return f"{count} message{'' if count == 1 else 's'}"
