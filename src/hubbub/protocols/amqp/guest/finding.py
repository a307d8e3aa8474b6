"""What a client's names stand for, and whether it may use them. What is not there, or not for it, is `Failed`."""

from hubbub.core.queues.queue import ANYBODY, Queue
from hubbub.core.routing.exchange import Exchange
from hubbub.protocols.amqp.failures import Failed, locked_queue, no_exchange, no_queue, refused
from hubbub.protocols.amqp.guest.guest import Guest
from hubbub.protocols.amqp.guest.users import Right
from hubbub.protocols.amqp.wire.replies import Reply


def the_exchange(guest: Guest, name: str) -> Exchange:
    """Raises `Failed` 404."""
    found = guest.realm.graph.exchanges.get(name)
    if found is None:
        raise no_exchange(name, guest.realm.name)
    return found


def the_queue(guest: Guest, name: str) -> Queue:
    """A queue by its name, or the last one declared on this channel for an empty name. Raises `Failed` 404, 405."""
    name = queue_name(guest, name)
    found = guest.realm.queues.get(name)
    if found is None:
        raise no_queue(name, guest.realm.name)
    if found.owner is not ANYBODY and found.owner is not guest:
        raise locked_queue(name, guest.realm.name)
    return found


def queue_name(guest: Guest, name: str) -> str:
    """What an empty name stands for. Raises `Failed` 404 where it stands for nothing."""
    if name:
        return stripped(name)
    last = guest.channel.last_queue
    if not last:
        raise Failed(Reply.NOT_FOUND, "no previously declared queue")
    return last


def demand(guest: Guest, right: Right, kind: str, name: str) -> None:
    """Raises `Failed` 403 when the user may not do this here."""
    login = guest.login
    if login.is_unrestricted:
        return
    name = name or "amq.default"
    permission = login.permission(guest.realm.name)
    if permission is None or not permission.allows(right, name):
        raise refused(
            f"{right.value} access to {kind} '{name}' in vhost '{guest.realm.name}' refused for user '{login.name}'"
        )


def stripped(name: str) -> str:
    """A name without line ends, as RabbitMQ takes it."""
    return name.replace("\r", "").replace("\n", "") if "\r" in name or "\n" in name else name
