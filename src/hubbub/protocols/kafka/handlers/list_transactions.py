"""ListTransactions (66), versions 0-2: there are none here (KIP-664).

v1 filters by duration, v2 by a pattern of ids: none stays none. Filters for states that do not exist are named in the answer.
"""

from typing import Final

from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import list_transactions as wire

API: Final = wire.API
STATES: Final = frozenset(
    {
        "Empty",
        "Ongoing",
        "PrepareCommit",
        "PrepareAbort",
        "CompleteCommit",
        "CompleteAbort",
        "Dead",
        "PrepareEpochFence",
    }
)


def handle(guest: Guest, request: Request[wire.ListTransactionsRequest]) -> wire.ListTransactionsResponse:
    """An empty list."""
    body = request.body
    return wire.ListTransactionsResponse(
        unknown_state_filters=[state for state in body.state_filters if state not in STATES]
    )
