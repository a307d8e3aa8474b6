"""basic.get: one message for somebody who asks."""

from hubbub.core.queues.options import QueueKind
from hubbub.protocols.amqp.delivery.channel import delivery_header
from hubbub.protocols.amqp.failures import unsupported
from hubbub.protocols.amqp.guest.finding import demand, the_queue
from hubbub.protocols.amqp.guest.guest import Guest
from hubbub.protocols.amqp.guest.users import Right
from hubbub.protocols.amqp.wire.frames import content_frames, method_frame
from hubbub.protocols.amqp.wire.generated import methods as wire


def pull(guest: Guest, call: wire.BasicGet) -> wire.BasicGetEmpty | None:
    """The head of the queue with its content, or get-empty."""
    queue = the_queue(guest, call.queue)
    demand(guest, Right.READ, "queue", queue.name)
    if queue.options.kind is QueueKind.STREAM:
        raise unsupported(
            f"basic.get not supported by stream queues queue '{queue.name}' in vhost '{guest.realm.name}'"
        )
    entry = queue.take()
    if entry is None:
        return wire.BasicGetEmpty()
    channel = guest.channel
    if call.no_ack:
        queue.settle(entry)
        tag = channel.next_tag
        channel.next_tag += 1
    else:
        tag = channel.out(entry, queue)
    exchange, key = entry.record.address.parts
    out = guest.stream.out
    out.append(
        method_frame(channel.number, wire.BasicGetOk(tag, entry.returns > 0, exchange, key, len(queue)))
    )
    out.extend(
        content_frames(channel.number, delivery_header(queue, entry), entry.record.value, channel.frame_max)
    )
    guest.premises.turn.flush(guest.stream)
    return None
