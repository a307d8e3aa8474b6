"""What a test wants to have come: messages of one kind, so many, and perhaps each with a cause. It answers by what a witness saw."""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeAlias

from hubbub.client.addresses import pattern_of
from hubbub.client.messages import Message
from hubbub.documents.problems import nearest
from hubbub.testing.conditions import WRONG_KIND, Condition
from hubbub.testing.patience import Stand
from hubbub.testing.timeline import timeline
from hubbub.testing.witness import Witness

LOOKED_AT: Final = 2_000
"""Messages among which the nearest miss is looked for."""
TOLD: Final = 8
"""Differences that are told."""
By: TypeAlias = Callable[[Message], object]
"""What ties messages together; None: nothing."""


def correlation(message: Message) -> object:
    """What ties messages together unless somebody says otherwise."""
    return message.correlation_id


def tied(by: By, message: Message) -> object:
    """What ties this message to others; nothing, where it is of a kind that has no such thing."""
    try:
        return by(message)
    except WRONG_KIND:
        return None


class Wanted:
    """A `patience.Question`. ``least`` and ``most`` are how many there must be; None where nothing was said."""

    def __init__(self, pattern: str, witness: Witness) -> None:
        self._text = pattern
        self._pattern = pattern_of(pattern)
        self._witness = witness
        self._conditions: list[Condition] = []
        self._cause: tuple[Wanted, By] | None = None
        self.least: int | None = None
        self.most: int | None = None
        self._seen: list[Message] = []
        self._looked = 0
        self._matching: list[int] = []

    def must(self, condition: Condition) -> None:
        """A message must be like this, too."""
        self._conditions.append(condition)
        self._looked = 0

    def must_follow(self, cause: "Wanted", by: By) -> None:
        """A message must come after one that is wanted there, and be tied to it."""
        self._cause = cause, by
        self._looked = 0

    def matches(self) -> list[int]:
        """Which of the witness's messages are like this, in order, whatever their number should be."""
        messages = self._witness.messages()
        if messages is not self._seen or self._looked == 0:
            self._seen, self._looked, self._matching = messages, 0, []
        while self._looked < len(messages):
            if self._is_like(self._looked):
                self._matching.append(self._looked)
            self._looked += 1
        return self._matching

    def stand(self) -> Stand:
        count = len(self.matches())
        if self.most is not None and count > self.most:
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
            lines += self.nearest_miss(marks)
        if self._witness.unreadable:
            lines.append(f"{self._witness.unreadable} batches could not be decoded, and were not looked at.")
        lines += ["", *timeline(messages, self._witness.began, marks)]
        return "\n".join(lines)

    def nearest_miss(self, marks: dict[int, str]) -> list[str]:
        """The message that comes nearest but for those that are marked, and in what it differs, as lines; it is marked, too."""
        messages = self._seen
        here = [index for index, message in enumerate(messages) if self._pattern.matches(message.place)]
        misses = [self._miss(index) for index in here[-LOOKED_AT:] if index not in marks]
        if not here and self._conditions:  # perhaps it went somewhere else
            elsewhere = range(max(0, len(messages) - LOOKED_AT), len(messages))
            misses = [miss for miss in map(self._miss, elsewhere) if not miss.differences]
            for miss in misses:
                miss.differences.append(
                    f"address: expected {self._text}, came {messages[miss.number].address}"
                )
        if not misses:
            meant = nearest(self._text, {message.address for message in messages})
            return [f"Was {meant} meant?"] if meant and not here else []
        miss = min(misses, key=lambda miss: (len(miss.differences), -miss.met))
        marks[miss.number] = "nearest"
        return [
            f"The nearest, at {messages[miss.number].address}, differs in:",
            *(f"  {each}" for each in miss.differences[:TOLD]),
            *([f"  and {len(miss.differences) - TOLD} more"] if len(miss.differences) > TOLD else []),
        ]

    def __str__(self) -> str:
        said = [condition.says for condition in self._conditions]
        if self._cause is not None:
            said.append(f"caused by {self._cause[0].like}")
        return " ".join([f"{self._count()} at {self._text}", *said])

    @property
    def fewest(self) -> int:
        """How many there must be."""
        return int(self.most is None) if self.least is None else self.least

    @property
    def like(self) -> str:
        """What a message must be like, in words."""
        return " ".join([self._text, *(condition.says for condition in self._conditions)])

    # inside

    def _count(self) -> str:
        if self.most == 0:
            return "no message"
        if self.most is None:
            return f"at least {messages_in_words(self.fewest)}"
        if self.most == self.fewest:
            return f"exactly {messages_in_words(self.most)}"
        if self.fewest == 0:
            return f"at most {messages_in_words(self.most)}"
        return f"{self.fewest} to {messages_in_words(self.most)}"

    def _is_like(self, index: int) -> bool:
        """Whether the message of this number is what is expected."""
        message = self._seen[index]
        return (
            self._pattern.matches(message.place)
            and not any(condition.check(message) for condition in self._conditions)
            and not (self._cause is not None and self._lacks_cause(index, *self._cause))
        )

    def _miss(self, index: int) -> "Miss":
        """In what the message of this number differs, wherever it went."""
        message = self._seen[index]
        found = [condition.check(message) for condition in self._conditions]
        if self._cause is not None:
            found.append(self._lacks_cause(index, *self._cause))
        met = next((number for number, each in enumerate(found) if each), len(found))
        return Miss(index, [difference for each in found for difference in each], met)

    def _lacks_cause(self, index: int, cause: "Wanted", by: By) -> list[str]:
        tie = tied(by, self._seen[index])
        ties = [tied(by, self._seen[number]) for number in cause.matches() if number < index]
        if tie is not None and tie in ties:
            return []
        what = "correlation id" if by is correlation else "cause"
        known = ", ".join(sorted({str(each) for each in ties if each is not None})) or "none of them has one"
        return [f"{what}: expected that of an earlier {cause.like} ({known}), came {tie!r}"]


class Miss(NamedTuple):
    """A message that is not what was expected."""

    number: int
    differences: list[str]
    met: int
    """How many conditions hold, in the order in which they were said, before the first that does not."""


def messages_in_words(count: int) -> str:
    """``1 message``, ``3 messages``."""
    return f"{count} message{'' if count == 1 else 's'}"
