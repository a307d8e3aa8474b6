"""Classes confirm and tx: the two ways to be sure of publishes, which exclude each other on a channel."""

from hubbub.core.commit import Outcome
from hubbub.protocols.amqp.delivery.channel import Channel, Transaction
from hubbub.protocols.amqp.delivery.confirms import Confirms
from hubbub.protocols.amqp.failures import unmet
from hubbub.protocols.amqp.guest.guest import Guest
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.replies import Reply


def confirm_select(guest: Guest, call: wire.ConfirmSelect) -> wire.ConfirmSelectOk | None:
    """From now on publishes are numbered and confirmed. Twice is once."""
    channel = guest.channel
    if channel.transaction is not None:
        raise unmet("cannot switch from tx to confirm mode")
    if channel.confirms is None:
        channel.confirms = Confirms(channel.number, guest.stream, guest.premises.turn)
    return None if call.nowait else wire.ConfirmSelectOk()


def tx_select(guest: Guest, call: wire.TxSelect) -> wire.TxSelectOk:
    """From now on publishes and answers wait for a commit. Twice is once."""
    channel = guest.channel
    if channel.confirms is not None:
        raise unmet("cannot switch from confirm to tx mode")
    if channel.transaction is None:
        channel.transaction = Transaction()
    return wire.TxSelectOk()


def tx_commit(guest: Guest, call: wire.TxCommit) -> wire.TxCommitOk | None:
    """Do all that was gathered; the answer comes when it is safe, and no other command may come before it."""
    channel = guest.channel
    transaction = transaction_of(channel)
    commit = guest.premises.turn.commit
    transaction.commit()
    if not guest.premises.outlives:
        return wire.TxCommitOk()
    number = channel.number
    guest.committing.add(number)

    def ended(outcome: Outcome) -> None:
        if channel.is_closed:
            return
        guest.committing.discard(number)
        if outcome is Outcome.OK:
            guest.send(number, wire.TxCommitOk())
        else:
            guest.close_connection(Reply.INTERNAL_ERROR, "the storage could not keep it", wire.TxCommit.INDEX)

    commit.join(ended)
    return None


def tx_rollback(guest: Guest, call: wire.TxRollback) -> wire.TxRollbackOk:
    """Forget the publishes; the deliveries that were answered are out as before."""
    channel = guest.channel
    transaction_of(channel).rollback(channel)
    return wire.TxRollbackOk()


def transaction_of(channel: Channel) -> Transaction:
    """Raises `Failed` 406 on a channel that is not in transaction mode."""
    if channel.transaction is None:
        raise unmet("channel is not transactional")
    return channel.transaction
