"""basic.ack, nack, reject and recover: what became of deliveries."""

from hubbub.protocols.amqp.delivery.channel import Out
from hubbub.protocols.amqp.failures import unsupported
from hubbub.protocols.amqp.guest.guest import Guest
from hubbub.protocols.amqp.session import Acks
from hubbub.protocols.amqp.wire.generated import methods as wire


def ack(guest: Guest, call: wire.BasicAck) -> None:
    """Done."""
    channel = guest.channels[guest.session.channel]
    done = channel.settled(call.delivery_tag, multiple=call.multiple)
    guest.premises.acknowledged += len(done)
    if channel.transaction is None:
        channel.ack(done)
    else:
        channel.transaction.settle(done, lambda: channel.ack(done))


def acks(guest: Guest, call: Acks) -> None:
    """One ack after another."""
    channel = guest.channels[call.channel]
    if channel.transaction is None:
        guest.premises.acknowledged += channel.ack_each(call.answers)
    else:
        for tag, multiple in call.answers:
            ack(guest, wire.BasicAck(tag, bool(multiple)))


def nack(guest: Guest, call: wire.BasicNack) -> None:
    """Not done: back to the queue, or dead."""
    turned_down(
        guest,
        guest.channel.settled(call.delivery_tag, multiple=call.multiple),
        requeue=call.requeue,
        failed=False,
    )


def reject(guest: Guest, call: wire.BasicReject) -> None:
    """One delivery is not done; for a quorum queue that counts as a failure (RabbitMQ 4.3)."""
    done = guest.channel.settled(call.delivery_tag, multiple=False)
    turned_down(guest, done, requeue=call.requeue, failed=True)


def turned_down(guest: Guest, entries: list[Out], *, requeue: bool, failed: bool) -> None:
    channel = guest.channel
    guest.premises.rejected += len(entries)

    def settle() -> None:
        if requeue:
            channel.put_back(entries, failed=failed)
        else:
            channel.reject(entries)

    if channel.transaction is None:
        settle()
    else:
        channel.transaction.settle(entries, settle)


def recover(guest: Guest, call: wire.BasicRecover) -> wire.BasicRecoverOk:
    """All that is out goes back to its queues."""
    put_all_back(guest, requeue=call.requeue)
    return wire.BasicRecoverOk()


def recover_async(guest: Guest, call: wire.BasicRecoverAsync) -> None:
    """The same without an answer."""
    put_all_back(guest, requeue=call.requeue)


def put_all_back(guest: Guest, *, requeue: bool) -> None:
    if not requeue:
        raise unsupported("requeue=false")
    channel = guest.channel
    channel.put_back(channel.settled(0, multiple=True), failed=False)
