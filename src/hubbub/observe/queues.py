"""Metrics of exchanges and queues, read off the core."""

from collections.abc import Iterator
from typing import Final

from hubbub.core.queues.realm import Realms
from hubbub.observe.sheet import Sheet
from hubbub.observe.view import View

SLICE: Final = 500
"""Exchanges or queues between two pauses."""
DEFAULT_EXCHANGE: Final = "amq.default"
"""A label without a value would be no label."""


def queues(sheet: Sheet, view: View) -> Iterator[None]:
    """A `Source`."""
    yield from of_exchanges(sheet, view.broker.realms)
    yield from of_queues(sheet, view.broker.realms)


def of_exchanges(sheet: Sheet, realms: Realms) -> Iterator[None]:
    """What was sent to them."""
    published = sheet.counter(
        "amqp_messages_published_total",
        f"Messages that were published to an exchange of any virtual host; the one without a name is {DEFAULT_EXCHANGE}.",
        ("exchange",),
        is_bounded=True,
    )
    found: dict[str, int] = {}
    exchanges = bindings = seen = 0
    for realm in list(realms.by_name.values()):
        for exchange in list(realm.graph.exchanges.values()):
            name = exchange.name or DEFAULT_EXCHANGE
            found[name] = found.get(name, 0) + exchange.taken
            bindings += len(exchange.bindings)
            exchanges += 1
            seen += 1
            if seen % SLICE == 0:
                yield
    for name, count in found.items():
        published.put(count, name)
    sheet.level("amqp_exchanges", "Exchanges, those that are always there included.", exchanges)
    sheet.level("amqp_bindings", "Bindings.", bindings)
    yield


def of_queues(sheet: Sheet, realms: Realms) -> Iterator[None]:
    """What came and went, and what is there."""
    labels = ("vhost", "queue")
    consumed = sheet.counter(
        "amqp_messages_consumed_total",
        "Messages that a queue has handed out, those that came back and went out again included.",
        labels,
        is_bounded=True,
    )
    taken = sheet.counter(
        "amqp_queue_messages_total", "Messages that came into a queue.", labels, is_bounded=True
    )
    ready = sheet.gauge(
        "amqp_queue_messages_ready", "Messages that wait for a consumer.", labels, is_bounded=True
    )
    out = sheet.gauge(
        "amqp_queue_messages_unacknowledged",
        "Messages that are handed out and not settled.",
        labels,
        is_bounded=True,
    )
    size = sheet.gauge("amqp_queue_size_bytes", "Octets of all messages in a queue.", labels, is_bounded=True)
    consumers = sheet.gauge("amqp_queue_consumers", "Consumers of a queue.", labels, is_bounded=True)
    count = seen = 0
    for realm in list(realms.by_name.values()):
        for queue in list(realm.queues.values()):
            place = (realm.name, queue.name)
            consumed.rows.append((place, queue.handed))
            taken.rows.append((place, queue.taken))
            ready.rows.append((place, len(queue)))
            out.rows.append((place, queue.out))
            size.rows.append((place, queue.octets + queue.out_octets))
            consumers.rows.append((place, len(queue.consumers)))
            count += 1
            seen += 1
            if seen % SLICE == 0:
                yield
    sheet.level("amqp_queues", "Queues.", count)
    sheet.level("amqp_queues_total", "The same as amqp_queues, under the name that others give it.", count)
    yield
