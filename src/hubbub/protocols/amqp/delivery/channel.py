"""A channel: its consumers, the deliveries that are out on it, and the modes it was put into.

Delivery tags count up from 1 for all consumers and gets of the channel together. What is out is kept by tag, in order; an ack
of many walks from the oldest and never over what was settled before, so that settling costs the same however many are out.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

from msgspec.structs import replace

from hubbub.core.queues.consumer import Consumer, Window
from hubbub.core.queues.entry import Entry
from hubbub.core.queues.options import QueueKind
from hubbub.core.queues.queue import Queue
from hubbub.core.turn import Turn
from hubbub.model.record import Record
from hubbub.net.stream import Stream
from hubbub.protocols.amqp.delivery.confirms import Confirms
from hubbub.protocols.amqp.delivery.patience import Patience, Terms
from hubbub.protocols.amqp.failures import unmet
from hubbub.protocols.amqp.naming import header_of, with_properties
from hubbub.protocols.amqp.wire.content import decode_properties
from hubbub.protocols.amqp.wire.deliver import Deliveries
from hubbub.protocols.amqp.wire.frames import method_frame
from hubbub.protocols.amqp.wire.generated.methods import BasicCancel
from hubbub.protocols.amqp.wire.table import EMPTY, Field

Action: TypeAlias = Callable[[], object]
Out: TypeAlias = tuple[int, Entry, Queue, Consumer | None]
"""Delivery tag, what was handed out, whence, and to whom (None: to a get)."""


class Subscription:
    """A consumer of this channel: takes entries from its queue and writes them."""

    __slots__ = ("_channel", "_deliveries", "_patience", "consumer", "queue")

    def __init__(self, channel: "Channel", queue: Queue, tag: str, *, prefetch: int) -> None:
        self._channel = channel
        self._deliveries = Deliveries(channel.number, tag, channel.frame_max)
        self._patience = channel.patience(queue)
        self.queue = queue
        self.consumer = Consumer(tag, self.accept, self.cancelled, (Window(prefetch), channel.shared))

    def accept(self, consumer: Consumer, entries: list[Entry]) -> None:
        """Hand entries to the client."""
        channel = self._channel
        queue = self.queue
        tag = channel.next_tag
        write = self._deliveries.write
        out = channel.stream.out
        is_marked = queue.options.kind is QueueKind.STREAM
        if consumer.settles:
            unsettled, order = channel.unsettled, channel.order
            for number, entry in enumerate(entries, tag):
                unsettled[number] = (number, entry, queue, consumer)
                order.append(number)
        for entry in entries:
            record = entry.record
            header = (
                delivery_header(queue, entry)
                if is_marked or entry.returns or not record.original
                else record.original
            )
            out.append(write(tag, entry.returns > 0, record.address.parts, header, record.value))
            tag += 1
        channel.next_tag = tag
        channel.delivered += len(entries)
        if consumer.settles and self._patience.is_idle:
            self._patience.begin()
        channel.turn.flush(channel.stream)

    def cancelled(self, consumer: Consumer) -> None:
        """The queue has gone."""
        channel = self._channel
        channel.consumers.pop(consumer.tag, None)
        if channel.tells_cancels:
            # at the end of the turn: who deleted the queue itself hears delete-ok first, as from RabbitMQ
            channel.turn.later(self._tell_cancel)

    def _tell_cancel(self) -> None:
        channel = self._channel
        if not channel.is_closed:
            channel.stream.out.append(method_frame(channel.number, BasicCancel(self.consumer.tag, True)))
            channel.turn.flush(channel.stream)


class DirectReplies:
    """A consumer of direct replies: who knows its token may send to it, as long as its channel is open."""

    __slots__ = ("_channel", "_deliveries", "tag", "token")

    def __init__(self, channel: "Channel", tag: str, token: str) -> None:
        self._channel = channel
        self._deliveries = Deliveries(channel.number, tag, channel.frame_max)
        self.tag = tag
        self.token = token

    def deliver(self, record: Record) -> None:
        """Hand a reply to the client, past all queues."""
        channel = self._channel
        source = record.address.parts
        channel.stream.out.append(
            self._deliveries.write(channel.next_tag, False, source, record.original, record.value)
        )
        channel.next_tag += 1
        channel.delivered += 1
        channel.turn.flush(channel.stream)


class Channel:
    """One open channel of one connection."""

    __slots__ = (
        "_patiences",
        "_terms",
        "confirms",
        "consumers",
        "delivered",
        "direct",
        "frame_max",
        "is_blocked",
        "is_closed",
        "last_queue",
        "next_tag",
        "number",
        "order",
        "prefetch",
        "shared",
        "stream",
        "tells_cancels",
        "transaction",
        "turn",
        "unsettled",
    )

    def __init__(
        self, number: int, stream: Stream, turn: Turn, frame_max: int, terms: Terms, *, tells_cancels: bool
    ) -> None:
        self.number: Final = number
        self._terms: Final = terms
        self._patiences: dict[int, Patience] = {}
        self.stream: Final = stream
        self.turn: Final = turn
        self.frame_max: Final = frame_max
        self.tells_cancels: Final = tells_cancels
        self.consumers: dict[str, Subscription] = {}
        self.unsettled: dict[int, Out] = {}
        self.order: deque[int] = deque()
        """Tags in the order given; those that are settled leave when they come to the front."""
        self.next_tag = 1
        self.delivered = 0
        self.prefetch = 0
        """The window of consumers to come."""
        self.shared = Window()
        self.last_queue = ""
        self.is_blocked = False
        self.is_closed = False
        self.confirms: Confirms | None = None
        self.transaction: Transaction | None = None
        self.direct: DirectReplies | None = None

    # deliveries

    def out(self, entry: Entry, queue: Queue) -> int:
        """An entry goes out that no consumer took (a get); returns its tag."""
        tag = self.next_tag
        self.next_tag = tag + 1
        self.unsettled[tag] = (tag, entry, queue, None)
        self.order.append(tag)
        patience = self.patience(queue)
        if patience.is_idle:
            patience.begin()
        return tag

    def patience(self, queue: Queue) -> Patience:
        """With what is out from this queue, and from all that have the same limit."""
        limit_ms = self._terms.limit_of(queue)
        found = self._patiences.get(limit_ms)
        if found is None:
            found = self._patiences[limit_ms] = Patience(
                self._terms.clock,
                limit_ms,
                lambda: self.next_tag,
                lambda below: self._is_out(limit_ms, below),
                lambda: self._terms.late(self.number, limit_ms),
            )
        return found

    def _is_out(self, limit_ms: int, below: int) -> bool:
        for tag in self.order:
            if tag >= below:
                return False
            out = self.unsettled.get(tag)
            if out is not None and self._terms.limit_of(out[2]) == limit_ms:
                return True
        return False

    def out_again(self, entries: Iterable[Out]) -> None:
        """Take back that these were answered; they keep their tags."""
        for out in entries:
            self.unsettled[out[0]] = out
        self.order = deque(sorted(self.unsettled))

    def settled(self, tag: int, *, multiple: bool) -> list[Out]:
        """What an answer of the client is about, in order; no longer out on this channel. Raises `Failed` 406."""
        if not multiple:
            found = self.unsettled.pop(tag, None)
            if found is None:
                raise unmet(f"unknown delivery tag {tag}")
            self._tidy_order()
            return [found]
        if tag and tag not in self.unsettled:
            raise unmet(f"unknown delivery tag {tag}")
        many: list[Out] = []
        order = self.order
        while order and (not tag or order[0] <= tag):
            found = self.unsettled.pop(order.popleft(), None)
            if found is not None:
                many.append(found)
        return many

    def _tidy_order(self) -> None:
        order, unsettled = self.order, self.unsettled
        while order and order[0] not in unsettled:
            order.popleft()

    def ack_each(self, answers: list[tuple[int, int]]) -> int:
        """Settle as a run of acks says; returns how many deliveries that were. Raises `Failed` 406."""
        unsettled = self.unsettled
        count = 0
        for tag, multiple in answers:
            if multiple:
                done = self.settled(tag, multiple=True)
                self.ack(done)
                count += len(done)
                continue
            found = unsettled.pop(tag, None)
            if found is None:
                raise unmet(f"unknown delivery tag {tag}")
            _, entry, queue, consumer = found
            queue.settle(entry)
            count += 1
            if consumer is not None:
                self._release(queue, consumer)
        self._tidy_order()
        return count

    def ack(self, done: Iterable[Out]) -> None:
        """Settle these entries and let consumers take more."""
        for _, entry, queue, consumer in done:
            queue.settle(entry)
            if consumer is not None:
                self._release(queue, consumer)

    def put_back(self, returned: list[Out], *, failed: bool) -> None:
        """Return these entries to their queues."""
        by_queue: dict[Queue, list[Entry]] = {}
        for _, entry, queue, consumer in returned:
            by_queue.setdefault(queue, []).append(entry)
            if consumer is not None:
                self._release(queue, consumer)
        for queue, entries in by_queue.items():
            queue.put_back(entries, failed=failed)

    def reject(self, refused: list[Out]) -> None:
        """These entries are dead."""
        for _, entry, queue, consumer in refused:
            queue.reject(entry)
            if consumer is not None:
                self._release(queue, consumer)

    def _release(self, queue: Queue, consumer: Consumer) -> None:
        consumer.own.used -= 1
        shared = consumer.shared
        was_full = shared.is_full
        shared.used -= 1
        if not consumer.is_waiting:
            queue.wake(consumer)
        if was_full:
            self.wake()

    # consumers

    def wake(self) -> None:
        """All consumers may be able to take again."""
        for subscription in self.consumers.values():
            subscription.queue.wake(subscription.consumer)

    def block(self, *, is_blocked: bool) -> None:
        """The client's socket is full, or has room again."""
        self.is_blocked = is_blocked
        for subscription in self.consumers.values():
            subscription.consumer.is_blocked = is_blocked
        if not is_blocked:
            self.wake()

    def cancel(self, tag: str) -> None:
        """End a consumer; what it has out stays out. Nothing happens where there is none."""
        subscription = self.consumers.pop(tag, None)
        if subscription is not None:
            subscription.queue.detach(subscription.consumer)

    def close(self) -> None:
        """End all consumers and return what is out, in order."""
        self.is_closed = True
        for patience in self._patiences.values():
            patience.stop()
        for tag in list(self.consumers):
            self.cancel(tag)
        if self.confirms is not None:
            self.confirms.is_closed = True
        if self.transaction is not None:
            self.transaction.rollback(self)
        self.put_back(self.settled(0, multiple=True), failed=True)


class Transaction:
    """What a channel in transaction mode has gathered since the last commit: publishes, and answers to deliveries."""

    __slots__ = ("_answered", "_settles", "sends")

    def __init__(self) -> None:
        self.sends: list[Action] = []
        self._settles: list[Action] = []
        self._answered: list[Out] = []

    def settle(self, entries: list[Out], action: Action) -> None:
        """What to do with these entries at the commit."""
        self._settles.append(action)
        self._answered += entries

    def commit(self) -> None:
        """Do it all: publishes first, as they came."""
        actions = self.sends + self._settles
        self._forget()
        for action in actions:
            action()

    def rollback(self, channel: Channel) -> None:
        """Nothing of it happened: what was answered is out as before."""
        channel.out_again(self._answered)
        self._forget()

    def _forget(self) -> None:
        self.sends = []
        self._settles = []
        self._answered = []


def delivery_header(queue: Queue, entry: Entry) -> bytes:
    """The raw content header of a delivery: as published, but that quorum queues say how often it failed, and streams where it is."""
    header = header_of(entry.record)
    kind = queue.options.kind
    if kind is QueueKind.QUORUM and entry.returns:
        marks = [("x-acquired-count", entry.returns), ("x-delivery-count", entry.failures)]
    elif kind is QueueKind.STREAM:
        marks = [("x-stream-offset", entry.position)]
    else:
        return header
    properties = decode_properties(header)
    headers = (properties.headers or EMPTY).plus(*[(name, Field("l", value)) for name, value in marks])
    return with_properties(header, replace(properties, headers=headers))
