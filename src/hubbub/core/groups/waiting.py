"""Those who wait for an answer, by member: at the join barrier and at the sync barrier.

Every answer that was put in comes out exactly once, unless the one who asked has hung up.
"""

from collections.abc import Callable
from typing import Generic, TypeAlias, TypeVar

from hubbub.core.errors import Refusal

Good = TypeVar("Good")
Answer: TypeAlias = Callable[[Good | Refusal], object]
Cancel: TypeAlias = Callable[[], None]
"""To be called when nobody waits for the answer any more; idempotent."""


def unheard(answer: object) -> None:
    """Takes the place of an answer whose asker has hung up."""


class Waiting(Generic[Good]):
    """One answer per member."""

    __slots__ = ("_answers",)

    def __init__(self) -> None:
        self._answers: dict[str, Answer[Good]] = {}

    def __len__(self) -> int:
        return len(self._answers)

    def __contains__(self, member_id: str) -> bool:
        return member_id in self._answers

    def hears(self, member_id: str) -> bool:
        """Whether somebody at the other end still waits for this member's answer."""
        return self._answers.get(member_id, unheard) is not unheard

    def put(self, member_id: str, answer: Answer[Good], repeated: Refusal) -> None:
        """Wait. A member that asked before, and asks again, has its earlier question answered by ``repeated``."""
        earlier = self._answers.pop(member_id, unheard)
        self._answers[member_id] = answer
        earlier(repeated)

    def silence(self, member_id: str, answer: Answer[Good], *, keeps_place: bool) -> bool:
        """The asker has hung up: let go of its answer, if it is still this one, and tell whether it was."""
        if self._answers.get(member_id) is not answer:
            return False
        if keeps_place:
            self._answers[member_id] = unheard
        else:
            del self._answers[member_id]
        return True

    def refuse(self, member_id: str, refusal: Refusal) -> None:
        """Send one away, if it waits."""
        self._answers.pop(member_id, unheard)(refusal)

    def take(self) -> dict[str, Answer[Good]]:
        """All of them; nobody waits here afterwards."""
        answers, self._answers = self._answers, {}
        return answers

    def refuse_all(self, refusal: Refusal) -> None:
        """Send all away."""
        for answer in self.take().values():
            answer(refusal)
