"""basic.publish. The short way: a known exchange and key, and properties that ask nothing. The long way: everything else."""

from msgspec import Struct
from msgspec.structs import replace as replaced

from hubbub.core.queues.queue import Queue
from hubbub.core.queues.realm import Sending
from hubbub.core.routing.exchange import Exchange
from hubbub.model.record import NO_PROPERTIES, Record
from hubbub.protocols.amqp.delivery.channel import Channel
from hubbub.protocols.amqp.failures import refused, unmet, unsupported
from hubbub.protocols.amqp.guest.finding import demand, the_exchange
from hubbub.protocols.amqp.guest.guest import KNOWN_WAYS, Guest
from hubbub.protocols.amqp.guest.premises import Premises
from hubbub.protocols.amqp.guest.users import Right
from hubbub.protocols.amqp.naming import PRIVATE, REPLY_TO, Traits, address_of, with_properties
from hubbub.protocols.amqp.session import Publish
from hubbub.protocols.amqp.wire.frames import content_frames, method_frame
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.replies import Reply


def publish(guest: Guest, call: Publish) -> None:
    """Route messages and put them into their queues; return them where it must be; count them for the confirms."""
    method = call.method
    bodies = call.bodies
    channel = guest.channels[call.channel]
    premises = guest.premises
    graph = guest.realm.graph
    traits = guest.traits.find(call.header)
    if guest.ways_of != graph.version:
        guest.ways.clear()
        guest.ways_of = graph.version
    premises.took(len(bodies) * len(bodies[0]))
    if premises.alarm:
        guest.block()
    way = guest.ways.get((method.exchange, method.routing_key))
    if way is None or not traits.is_plain or channel.transaction is not None or method.immediate:
        for body in bodies:
            the_long_way(guest, channel, Message(method, call.header, body), traits)
        return
    address, queues, exchange = way
    exchange.taken += len(bodies)
    now = premises.clock.now()
    records = [Record(address, body, None, (), now, NO_PROPERTIES, call.header) for body in bodies]
    if premises.taps.is_open:
        premises.taps.saw(records)
    else:
        premises.taps.unseen += len(records)
    refusals: list[int] = []
    for queue in queues:
        if queue.is_simple:
            if not queue.put_all(records, persistent=traits.persistent):
                premises.turned_away(queue, len(records))
                refusals.extend(range(len(records)))
            continue
        for place, record in enumerate(records):
            if not queue.put(record, persistent=traits.persistent):
                premises.turned_away(queue, 1)
                refusals.append(place)
    if not queues:
        if method.mandatory:
            for body in bodies:
                give_back(guest, channel, Message(method, call.header, body))
        else:
            premises.reached_nobody(method.exchange, method.routing_key, len(bodies))
    if channel.confirms is not None:
        channel.confirms.published_all(len(bodies), refusals)


class Message(Struct, frozen=True, gc=False):
    """One message of a run."""

    method: wire.BasicPublish
    header: bytes
    body: bytes


def the_long_way(guest: Guest, channel: Channel, call: Message, traits: Traits) -> None:
    """With all checks. Raises `Failed`."""
    method = call.method
    if method.immediate:
        raise unsupported("immediate=true")
    name, key = method.exchange, method.routing_key
    demand(guest, Right.WRITE, "exchange", name)
    exchange = the_exchange(guest, name)
    if exchange.options.internal:
        raise refused(f"cannot publish to internal exchange '{name}' in vhost '{guest.realm.name}'")
    check(guest, channel, traits)
    exchange.taken += 1
    header = rewritten(channel, call.header, traits)
    record = Record(
        address_of(name, key), call.body, None, (), guest.premises.clock.now(), NO_PROPERTIES, header
    )
    if not name and key.startswith(PRIVATE):
        answer_directly(guest, channel, call, record)
        return
    sending = Sending(
        (key, *traits.more_keys), traits.headers, traits.ttl_ms, traits.priority, persistent=traits.persistent
    )
    if exchange.options.delays and traits.delay_ms > 0:
        hold(guest, channel, record, exchange, sending, traits.delay_ms)
        return
    graph = guest.realm.graph
    queues = graph.route(exchange, sending.keys, sending.headers)
    if not traits.more_keys and graph.is_lasting(exchange, key):
        if len(guest.ways) >= KNOWN_WAYS:
            guest.ways.clear()
        guest.ways[name, key] = record.address, queues, exchange
    if not queues:
        if method.mandatory:
            give_back(guest, channel, call)
        else:
            guest.premises.reached_nobody(name, key, 1)
    if channel.transaction is not None:
        channel.transaction.sends.append(lambda: put(guest.premises, queues, record, sending))
        return
    took = put(guest.premises, queues, record, sending)
    if channel.confirms is not None:
        channel.confirms.published(took=took)


def put(premises: Premises, queues: tuple[Queue, ...], record: Record, sending: Sending) -> bool:
    """Whether all of them took it."""
    if premises.taps.is_open:
        premises.taps.saw((record,))
    else:
        premises.taps.unseen += 1
    took = True
    for queue in queues:
        if not queue.is_gone and not queue.put(
            record, sending.ttl_ms, sending.priority, persistent=sending.persistent
        ):
            premises.turned_away(queue, 1)
            took = False
    return took


def check(guest: Guest, channel: Channel, traits: Traits) -> None:
    """What the properties claim must be so."""
    if traits.problem:
        raise unmet(traits.problem)
    properties = traits.properties
    user = properties.user_id
    login = guest.login
    if user is not None and user != login.name and "impersonator" not in login.tags:
        raise unmet(f"user_id property set to '{user}' but authenticated user was '{login.name}'")
    if properties.reply_to == REPLY_TO and channel.direct is None:
        raise unmet("fast reply consumer does not exist")


def rewritten(channel: Channel, header: bytes, traits: Traits) -> bytes:
    """The header as its receivers may see it: without BCC, and with the private name for direct replies."""
    properties = traits.properties
    headers = properties.headers
    if traits.has_blind and headers is not None:
        properties = replaced(properties, headers=headers.without("BCC"))
    if properties.reply_to == REPLY_TO and channel.direct is not None:
        properties = replaced(properties, reply_to=PRIVATE + channel.direct.token)
    return header if properties is traits.properties else with_properties(header, properties)


def hold(
    guest: Guest, channel: Channel, record: Record, exchange: Exchange, sending: Sending, delay_ms: int
) -> None:
    """An exchange that delays: route it when its time has come."""

    def begin() -> bool:
        return guest.realm.hold(record, exchange, sending, delay_ms)

    if channel.transaction is not None:
        channel.transaction.sends.append(begin)
        return
    took = begin()
    if channel.confirms is not None:
        channel.confirms.published(took=took)


def answer_directly(guest: Guest, channel: Channel, call: Message, record: Record) -> None:
    """A direct reply goes straight to the channel that asked, or nowhere."""
    if guest.premises.taps.is_open:
        guest.premises.taps.saw((record,))
    else:
        guest.premises.taps.unseen += 1
    target = guest.premises.replies.get(record.address.parts[1].removeprefix(PRIVATE))
    if target is None:
        if call.method.mandatory:
            give_back(guest, channel, call)
    else:
        target.deliver(record)
    if channel.confirms is not None:
        channel.confirms.published(took=True)


def give_back(guest: Guest, channel: Channel, call: Message) -> None:
    """basic.return: nobody wants it. It goes out before the confirm."""
    guest.premises.returned += 1
    method = wire.BasicReturn(Reply.NO_ROUTE, "NO_ROUTE", call.method.exchange, call.method.routing_key)
    out = guest.stream.out
    out.append(method_frame(channel.number, method))
    out.extend(content_frames(channel.number, call.header, call.body, channel.frame_max))
    guest.premises.turn.flush(guest.stream)
