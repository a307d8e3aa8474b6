"""DescribeTransactions (65), version 0: there are no transactions here, so no id is known (KIP-664)."""

from typing import Final

from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.session import Request
from hubbub.protocols.kafka.wire.generated import describe_transactions as wire

API: Final = wire.API


def handle(
    guest: Guest, request: Request[wire.DescribeTransactionsRequest]
) -> wire.DescribeTransactionsResponse:
    """Each id on its own."""
    body = request.body
    return wire.DescribeTransactionsResponse(
        transaction_states=[
            wire.TransactionState(Code.TRANSACTIONAL_ID_NOT_FOUND, transactional_id)
            for transactional_id in body.transactional_ids
        ]
    )
