"""Class queue: declare, bind, unbind, purge, delete."""

from secrets import token_urlsafe
from typing import Final

from hubbub.core.queues.options import QueueKind, QueueOptions
from hubbub.core.queues.queue import ANYBODY, Queue
from hubbub.core.routing.exchange import Binding
from hubbub.protocols.amqp.failures import (
    Failed,
    inequivalent,
    locked_queue,
    no_queue,
    refused,
    unmet,
    unsupported,
)
from hubbub.protocols.amqp.guest.finding import demand, queue_name, stripped, the_exchange, the_queue
from hubbub.protocols.amqp.guest.guest import Guest
from hubbub.protocols.amqp.guest.users import Right
from hubbub.protocols.amqp.handlers.arguments import comparable, options_of
from hubbub.protocols.amqp.handlers.exchange import binding, shown, told_apart
from hubbub.protocols.amqp.naming import REPLY_TO
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.replies import Reply
from hubbub.protocols.amqp.wire.table import Table, plain_table

SWEEP_EVERY: Final = 256


def declare(guest: Guest, call: wire.QueueDeclare) -> wire.QueueDeclareOk | None:
    """Make a queue, or compare it with the one that is there; passive asks only whether it is there."""
    name = stripped(call.queue)
    channel = guest.channel
    if name.startswith(f"{REPLY_TO}."):
        return declare_reply(guest, name)
    queue = look_up(guest, name or channel.last_queue) if call.passive else declared(guest, name, call)
    queue.touch()
    channel.last_queue = queue.name
    return None if call.nowait else wire.QueueDeclareOk(queue.name, len(queue), len(queue.consumers))


def declare_reply(guest: Guest, name: str) -> wire.QueueDeclareOk:
    """The private name of direct replies: asking for it tells whether the requester still listens."""
    channel = guest.premises.replies.get(name.removeprefix(f"{REPLY_TO}."))
    if channel is None:
        raise no_queue(name, guest.realm.name)
    return wire.QueueDeclareOk(name, 0, 1)


def look_up(guest: Guest, name: str) -> Queue:
    """A passive declaration: whether it is there and we may use it; nothing else counts."""
    if name == REPLY_TO:
        raise no_queue(name, guest.realm.name)
    return the_queue(guest, name)


def declared(guest: Guest, name: str, call: wire.QueueDeclare) -> Queue:
    """The queue that is there, if it is the same, or a new one."""
    realm = guest.realm
    demand(guest, Right.CONFIGURE, "queue", name)
    found = realm.queues.get(name) if name else None
    if found is not None and found.owner is not ANYBODY and found.owner is not guest:
        raise locked_queue(name, realm.name)
    options = options_of(call, plain_table(call.arguments.entries), name, realm.name)
    if found is not None:
        compare(guest, found, options)
        return found
    if name.startswith("amq."):
        raise refused(f"queue name '{name}' contains reserved prefix 'amq.*'")
    if not name and options.kind is not QueueKind.PLAIN:
        raise unmet(f"Cannot declare a server-named queue for type rabbit_{options.kind.value}_queue")
    if guest.options.is_strict and not options.durable and not options.exclusive:
        raise Failed(
            Reply.INTERNAL_ERROR,
            "Feature `transient_nonexcl_queues` is deprecated. Use durable or exclusive queues instead.",
        )
    if options.bury_to is not None:
        demand(guest, Right.READ, "queue", name)
        demand(guest, Right.WRITE, "exchange", options.bury_to)
    owner = guest if options.exclusive else ANYBODY
    queue = realm.add_queue(name or f"amq.gen-{token_urlsafe(16)}", options, owner)
    if owner is guest:
        guest.owned[queue] = None
        if len(guest.owned) % SWEEP_EVERY == 0:
            guest.owned = {held: None for held in guest.owned if not held.is_gone}
    return queue


def compare(guest: Guest, found: Queue, wanted: QueueOptions) -> None:
    """Raises `Failed`: 405 where only one of the two is exclusive, 406 for the first other thing that differs."""
    there = found.options
    name, realm = found.name, guest.realm.name
    if wanted.exclusive != there.exclusive:
        raise locked_queue(name, realm)
    for what, received, current in (
        ("durable", wanted.durable, there.durable),
        ("auto_delete", wanted.auto_delete, there.auto_delete),
    ):
        if received != current:
            raise inequivalent(what, name, realm, "queue", (shown(received), shown(current)))
    asked, known = comparable(wanted), comparable(there)
    for argument in (*known, *(extra for extra in asked if extra not in known)):
        if asked.get(argument) != known.get(argument):
            values = told_apart(asked.get(argument), known.get(argument))
            raise inequivalent(argument, name, realm, "queue", values)


def bind(guest: Guest, call: wire.QueueBind) -> wire.QueueBindOk | None:
    """Let an exchange lead to a queue."""
    key = call.routing_key
    if not call.queue and not key:
        key = queue_name(guest, "")
    is_strict = guest.options.is_strict
    guest.realm.bind(between(guest, call.queue, call.exchange, key, call.arguments, is_strict=is_strict))
    return None if call.nowait else wire.QueueBindOk()


def unbind(guest: Guest, call: wire.QueueUnbind) -> wire.QueueUnbindOk:
    """Take it back; nothing happens where there was none."""
    key = call.routing_key
    if not call.queue and not key:
        key = queue_name(guest, "")
    guest.realm.unbind(between(guest, call.queue, call.exchange, key, call.arguments))
    return wire.QueueUnbindOk()


def between(
    guest: Guest, queue: str, exchange: str, key: str, arguments: Table, *, is_strict: bool = False
) -> Binding:
    """Both ends must be there, and the default exchange is bound as it is."""
    name = stripped(exchange)
    destination = the_queue(guest, queue)
    if not name:
        raise refused("operation not permitted on the default exchange")
    demand(guest, Right.WRITE, "queue", destination.name)
    demand(guest, Right.READ, "exchange", name)
    return binding(the_exchange(guest, name), destination, key, arguments, is_strict=is_strict)


def purge(guest: Guest, call: wire.QueuePurge) -> wire.QueuePurgeOk | None:
    """Forget what is ready; what is out stays out."""
    queue = the_queue(guest, call.queue)
    demand(guest, Right.READ, "queue", queue.name)
    if queue.options.kind is QueueKind.STREAM:
        raise unsupported(
            f"queue.purge not supported by stream queues queue '{queue.name}' in vhost '{guest.realm.name}'"
        )
    count = queue.purge()
    return None if call.nowait else wire.QueuePurgeOk(count)


def delete(guest: Guest, call: wire.QueueDelete) -> wire.QueueDeleteOk | None:
    """Forget a queue; deleting what is not there is fine."""
    name = queue_name(guest, call.queue)
    demand(guest, Right.CONFIGURE, "queue", name)
    if name not in guest.realm.queues:
        return None if call.nowait else wire.QueueDeleteOk(0)
    queue = the_queue(guest, name)
    if queue.options.kind is not QueueKind.PLAIN and (call.if_unused or call.if_empty):
        flag = "if-unused" if call.if_unused else "if-empty"
        raise unsupported(
            f"cannot delete queue '{name}' in vhost '{guest.realm.name}'. queue.delete operations with {flag} flag set "
            f"are not supported by {queue.options.kind.value} queues"
        )
    if call.if_unused and queue.consumers:
        raise unmet(f"queue '{name}' in vhost '{guest.realm.name}' in use")
    if call.if_empty and len(queue):
        raise unmet(f"queue '{name}' in vhost '{guest.realm.name}' not empty")
    count = guest.realm.remove_queue(queue)
    return None if call.nowait else wire.QueueDeleteOk(count)
