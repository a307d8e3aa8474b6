"""Answers that wait until what they tell of is safe.

What a handler has written with ``guest.broker.turn.commit`` is as safe as the engine promises when that Commit ends: at the end of the
turn in memory, after a sync on disk. Only then may the client hear that it is done.
"""

from collections.abc import Callable

from hubbub.core.commit import Outcome
from hubbub.protocols.contract import Later, Reply
from hubbub.protocols.kafka.failures import OUTCOMES, Code
from hubbub.protocols.kafka.guest import Guest

NOT_KEPT = "the storage could not keep it"
"""What clients read when a Commit ended badly; whether the change survived is not known then."""


def when_committed(guest: Guest, reply: Reply, refuse: Callable[[Code], Reply]) -> Later:
    """Answer ``reply`` when this turn's writes are safe, or ``refuse(code)`` when they are not.

    To be called after writing, in the same handler. A handler that wrote nothing returns its reply as it is.
    """
    later = Later()

    def ended(outcome: Outcome) -> None:
        later.complete(reply if outcome is Outcome.OK else refuse(OUTCOMES[outcome]))

    guest.broker.turn.commit.join(ended)
    return later
