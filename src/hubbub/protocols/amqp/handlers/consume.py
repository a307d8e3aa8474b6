"""basic.qos, consume and cancel: who is handed what, and how much of it at once."""

from collections.abc import Callable
from secrets import token_urlsafe

from hubbub.core.queues.options import QueueKind
from hubbub.core.queues.queue import Queue
from hubbub.core.queues.stream import StreamQueue, everything
from hubbub.core.routing.headers import Arguments
from hubbub.model.record import Record
from hubbub.protocols.amqp.delivery.channel import Channel, DirectReplies, Subscription
from hubbub.protocols.amqp.failures import Failed, refused, unmet, unsupported
from hubbub.protocols.amqp.guest.finding import demand, the_queue
from hubbub.protocols.amqp.guest.guest import Guest
from hubbub.protocols.amqp.guest.users import Right
from hubbub.protocols.amqp.handlers.arguments import age, milliseconds
from hubbub.protocols.amqp.naming import REPLY_TO, header_of
from hubbub.protocols.amqp.wire.content import decode_properties
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.replies import Reply
from hubbub.protocols.amqp.wire.table import EMPTY, plain, plain_table


def qos(guest: Guest, call: wire.BasicQos) -> wire.BasicQosOk:
    """The window of consumers to come, or of the whole channel at once."""
    if call.prefetch_size:
        raise unsupported(f"prefetch_size!=0 ({call.prefetch_size})")
    channel = guest.channel
    if call.global_ and not guest.options.is_strict:
        channel.shared.limit = call.prefetch_count
        channel.wake()
    else:
        channel.prefetch = call.prefetch_count
    return wire.BasicQosOk()


def consume(guest: Guest, call: wire.BasicConsume) -> wire.BasicConsumeOk | None:
    """Hand on from a queue from now on; the answer leaves before the first delivery."""
    channel = guest.channel
    tag = call.consumer_tag or f"amq.ctag-{token_urlsafe(16)}"
    if tag in channel.consumers or (channel.direct is not None and channel.direct.tag == tag):
        raise Failed(Reply.NOT_ALLOWED, f"attempt to reuse consumer tag '{tag}'")
    most = guest.options.max_consumers_per_channel
    if len(channel.consumers) >= most:
        raise Failed(Reply.NOT_ALLOWED, f"reached maximum ({most}) of consumers per channel")
    if call.queue == REPLY_TO:
        consume_replies(guest, channel, tag, no_ack=call.no_ack)
        return None if call.nowait else wire.BasicConsumeOk(tag)
    queue = the_queue(guest, call.queue)
    demand(guest, Right.READ, "queue", queue.name)
    arguments = plain_table(call.arguments.entries)
    check(guest, queue, call, arguments)
    if queue.options.kind is QueueKind.STREAM:
        check_stream(guest, channel, queue, call)
    if channel.shared.limit and queue.options.kind is not QueueKind.PLAIN:
        raise unsupported(f"queue '{queue.name}' in vhost '{guest.realm.name}' does not support global qos")
    subscription = Subscription(channel, queue, tag, prefetch=channel.prefetch)
    consumer = subscription.consumer
    consumer.settles = not call.no_ack
    consumer.is_exclusive = call.exclusive
    consumer.is_blocked = channel.is_blocked
    priority = arguments.get("x-priority", 0)
    consumer.priority = priority if isinstance(priority, int) else 0
    if isinstance(queue, StreamQueue):
        queue.seek(consumer, start_of(queue, arguments, guest.premises.clock.now()), filter_of(arguments))
    channel.consumers[tag] = subscription
    queue.attach(consumer)
    return None if call.nowait else wire.BasicConsumeOk(tag)


def check(guest: Guest, queue: Queue, call: wire.BasicConsume, arguments: Arguments) -> None:
    """Whether the queue can have this consumer beside those it has."""
    place = f"queue '{queue.name}' in vhost '{guest.realm.name}'"
    priority = arguments.get("x-priority", 0)
    if isinstance(priority, bool) or not isinstance(priority, int):
        raise unmet(f"invalid arg 'x-priority' for {place}: expected a whole number, not {priority!r}")
    if queue.is_exclusively_consumed or (call.exclusive and queue.consumers):
        raise refused(f"{place} in exclusive use")
    if call.exclusive and queue.options.single_active:
        raise refused(f"{place} in exclusive use")


def check_stream(guest: Guest, channel: Channel, queue: Queue, call: wire.BasicConsume) -> None:
    """A stream is read at the pace of its acknowledgements."""
    place = f"queue '{queue.name}' in vhost '{guest.realm.name}'"
    if not channel.prefetch:
        raise unmet(f"consumer prefetch count is not set for stream {place}")
    if call.no_ack:
        raise unsupported(f"automatic acknowledgement not supported by stream queues {place}")


def start_of(queue: StreamQueue, arguments: Arguments, now: int) -> int:
    """Where to begin: ``x-stream-offset`` is first, last, next, an offset, a time in seconds, or an age such as ``7D``."""
    where = arguments.get("x-stream-offset", "next")
    match where:
        case "first":
            return queue.first
        case "last":
            return queue.last
        case "next":
            return queue.next_offset
        case bool():
            pass
        case int():
            return where
        case str() if not age(where):
            return queue.since(now - milliseconds(where))
    raise unmet(f"invalid arg 'x-stream-offset' for queue '{queue.name}': {where!r}")


def filter_of(arguments: Arguments) -> Callable[[Record], bool]:
    """Which records to hand on: those whose ``x-stream-filter-value`` is asked for, exactly."""
    asked = arguments.get("x-stream-filter")
    if asked is None:
        return everything
    wanted = asked if isinstance(asked, list) else [asked]
    takes_others = arguments.get("x-stream-match-unfiltered") is True

    def wants(record: Record) -> bool:
        headers = decode_properties(header_of(record)).headers or EMPTY
        value = plain(headers.value("x-stream-filter-value"))
        return takes_others if value is None else value in wanted

    return wants


def consume_replies(guest: Guest, channel: Channel, tag: str, *, no_ack: bool) -> None:
    """Direct replies: one consumer for each channel, which acknowledges nothing."""
    if not no_ack:
        raise unmet("reply consumer cannot acknowledge")
    if channel.direct is not None:
        raise unmet("reply consumer already set")
    token = token_urlsafe(16)
    channel.direct = DirectReplies(channel, tag, token)
    guest.premises.replies[token] = channel.direct


def cancel(guest: Guest, call: wire.BasicCancel) -> wire.BasicCancelOk | None:
    """End a consumer; cancelling one that is not there is fine."""
    channel = guest.channel
    tag = call.consumer_tag
    if channel.direct is not None and channel.direct.tag == tag:
        guest.premises.replies.pop(channel.direct.token, None)
        channel.direct = None
    else:
        channel.cancel(tag)
    return None if call.nowait else wire.BasicCancelOk(tag)


def cancel_ok(guest: Guest, call: wire.BasicCancelOk) -> None:
    """The answer of a careful client to our own basic.cancel."""
