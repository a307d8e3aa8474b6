"""Every call and what handles it: the table from which the room's desk, and the docs' list of methods, are made."""

from collections.abc import Callable
from functools import wraps
from typing import Final, TypeAlias, get_args

from hubbub.core.commit import Outcome
from hubbub.core.errors import Refusal as CoreRefusal
from hubbub.protocols.amqp.failures import Failed, failure_of
from hubbub.protocols.amqp.guest.guest import Guest
from hubbub.protocols.amqp.handlers import (
    channel,
    connection,
    consume,
    exchange,
    modes,
    publish,
    pull,
    queue,
    settle,
)
from hubbub.protocols.amqp.session import (
    Acks,
    Answer,
    Greeting,
    Oversized,
    Publish,
    Refusal,
    Violation,
    name_of,
)
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.replies import Reply as Code
from hubbub.protocols.contract import Call, Handler, Later, Reply

Verb: TypeAlias = Callable[..., Reply]


def index_of(call: type) -> int:
    """Class and method number of a call, for the close that answers its failure."""
    if call is Publish or call is Oversized:
        return wire.BasicPublish.INDEX
    if call is Acks:
        return wire.BasicAck.INDEX
    found = getattr(call, "INDEX", 0)
    return found if isinstance(found, int) else 0


def once_safe(verb: Verb) -> Verb:
    """A verb whose answer waits until what it wrote is as safe as the engine promises; with one that forgets, nothing waits."""

    @wraps(verb)
    def handle(guest: Guest, call: Call) -> Reply:
        premises = guest.premises
        if not premises.outlives:
            return verb(guest, call)
        number = guest.session.channel
        commit = premises.turn.commit
        answer = verb(guest, call)
        later = Later(holds=True)

        def ended(outcome: Outcome) -> None:
            if outcome is not Outcome.OK:
                guest.close_connection(
                    Code.INTERNAL_ERROR, "the storage could not keep it", index_of(type(call))
                )
            later.complete(None if answer is None or outcome is not Outcome.OK else Answer(number, answer))

        commit.join(ended)
        return later

    return handle


VERBS: Final[dict[type, Verb]] = {
    Greeting: connection.greet,
    Refusal: connection.turn_away,
    Violation: connection.violation,
    wire.ConnectionStartOk: connection.start_ok,
    wire.ConnectionTuneOk: connection.tune_ok,
    wire.ConnectionOpen: connection.open_realm,
    wire.ConnectionUpdateSecret: connection.update_secret,
    wire.ConnectionClose: connection.close,
    wire.ConnectionCloseOk: connection.close_ok,
    wire.ChannelOpen: channel.open_channel,
    wire.ChannelFlow: channel.flow,
    wire.ChannelClose: channel.close,
    wire.ChannelCloseOk: channel.close_ok,
    wire.AccessRequest: channel.request,
    Oversized: channel.oversized,
    wire.ExchangeDeclare: once_safe(exchange.declare),
    wire.ExchangeDelete: once_safe(exchange.delete),
    wire.ExchangeBind: once_safe(exchange.bind),
    wire.ExchangeUnbind: once_safe(exchange.unbind),
    wire.QueueDeclare: once_safe(queue.declare),
    wire.QueueBind: once_safe(queue.bind),
    wire.QueueUnbind: once_safe(queue.unbind),
    wire.QueuePurge: queue.purge,
    wire.QueueDelete: once_safe(queue.delete),
    wire.BasicQos: consume.qos,
    wire.BasicConsume: consume.consume,
    wire.BasicCancel: consume.cancel,
    wire.BasicCancelOk: consume.cancel_ok,
    Publish: publish.publish,
    wire.BasicGet: pull.pull,
    Acks: settle.acks,
    wire.BasicAck: settle.ack,
    wire.BasicNack: settle.nack,
    wire.BasicReject: settle.reject,
    wire.BasicRecover: settle.recover,
    wire.BasicRecoverAsync: settle.recover_async,
    wire.ConfirmSelect: modes.confirm_select,
    wire.TxSelect: modes.tx_select,
    wire.TxCommit: modes.tx_commit,
    wire.TxRollback: modes.tx_rollback,
}


def unexpected(guest: Guest, call: wire.Method) -> None:
    """A method that only servers send, or one that belongs to another moment."""
    guest.close_connection(Code.COMMAND_INVALID, f"unimplemented method {name_of(call)}", call.INDEX)


def guarded(verb: Verb, index: int) -> Handler:
    """A verb whose failures close the channel or the connection, as the protocol wants it."""

    def handle(guest: Guest, call: Call) -> Reply:
        try:
            if guest.committing and guest.session.channel in guest.committing and verb is not channel.close:
                raise Failed(Code.CHANNEL_ERROR, "unexpected command while processing 'tx.commit'")
            return verb(guest, call)
        except Failed as failure:
            guest.fail(failure, index)
        except CoreRefusal as refusal:
            guest.fail(failure_of(refusal), index)
        return None

    return handle


HANDLERS: Final[dict[type, Handler]] = {
    call: guarded(VERBS.get(call, unexpected), index_of(call)) for call in (*VERBS, *get_args(wire.Method))
}
