"""Exchanges, bindings and queues, and the messages that wait."""

from collections.abc import Iterator, Mapping
from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from hubbub.console.browsing import browse
from hubbub.console.commits import safe
from hubbub.console.office import Office
from hubbub.console.pages import Limit, Listing, Paged, page
from hubbub.console.rooms import hatch_of
from hubbub.console.route import Asked, Made
from hubbub.console.showing import Form, FormAsked, Look, OctetsAsked, RecordShown, record_shown
from hubbub.core.errors import AlreadyExists, Invalid, NotFound
from hubbub.core.hatch import BindingWanted, Declaration, ExchangeWanted, QueueWanted
from hubbub.core.queues.queue import Queue
from hubbub.core.queues.realm import Realm
from hubbub.core.queues.shelf import record_of
from hubbub.core.queues.stream import StreamQueue
from hubbub.core.routing.exchange import Binding, Exchange

Argument: TypeAlias = str | int | float | bool | None
InRealm: TypeAlias = Annotated[str, Meta(description="The virtual host.")]


class ExchangeShown(Struct, frozen=True):
    """An exchange."""

    realm: str
    name: str
    kind: str
    durable: bool
    auto_delete: bool
    internal: bool
    alternate: str
    bindings: int
    """That lead on from it."""
    taken: int
    """Messages that were sent to it."""
    arguments: dict[str, str]


class BindingShown(Struct, frozen=True):
    """A way from an exchange to a queue, or to another exchange."""

    realm: str
    source: str
    destination: str
    to_exchange: bool
    key: str
    arguments: dict[str, str]


class QueueShown(Struct, frozen=True):
    """A queue. ``ready`` messages wait, ``unacked`` ones were handed out and are not settled; ``octets`` are those of the ready ones."""

    realm: str
    name: str
    kind: str
    durable: bool
    exclusive: bool
    auto_delete: bool
    ready: int
    unacked: int
    consumers: int
    octets: int
    taken: int
    handed: int
    arguments: dict[str, str]


class QueuedShown(RecordShown, frozen=True, kw_only=True, omit_defaults=True):
    """A message that waits."""

    returns: int = 0
    """How often it was handed out and came back."""
    priority: int = 0


class Peeked(Struct, frozen=True):
    """The messages at the head of a queue. They stay there."""

    items: list[QueuedShown]


class Gone(Struct, frozen=True):
    """How many messages went."""

    messages: int


class InRealms(Paged, frozen=True):
    """Of one virtual host, or of all."""

    realm: Annotated[str, Meta(description="Only those of this virtual host.")] = ""


class Bindings(InRealms, frozen=True):
    """Those between these ends."""

    source: Annotated[str | None, Meta(description="Only those of this exchange.")] = None
    destination: Annotated[
        str | None, Meta(description="Only those that lead to this queue or exchange.")
    ] = None


class OneQueue(Asked, frozen=True):
    """By name."""

    queue: str
    realm: InRealm = "/"


class Peek(Asked, frozen=True):
    """What to show of a queue's head."""

    queue: str
    realm: InRealm = "/"
    limit: Limit = 20
    form: FormAsked = Form.AUTO
    octets: OctetsAsked = 64 * 1024


class NewExchange(Asked, frozen=True):
    """An exchange that shall be there."""

    name: str
    kind: str = "direct"
    durable: bool = True
    auto_delete: bool = False
    internal: bool = False
    arguments: Mapping[str, Argument] = {}
    realm: InRealm = "/"


class NewQueue(Asked, frozen=True):
    """A queue that shall be there."""

    name: str
    durable: bool = True
    auto_delete: bool = False
    arguments: Mapping[str, Argument] = {}
    realm: InRealm = "/"


class NewBinding(Asked, frozen=True):
    """A way that shall be there."""

    source: str
    destination: str
    key: str = ""
    to_exchange: bool = False
    arguments: Mapping[str, Argument] = {}
    realm: InRealm = "/"


async def exchanges(office: Office, asked: InRealms) -> Listing[ExchangeShown]:
    """Exchanges. The one without a name leads to every queue by the queue's name."""
    found = [
        (realm, each) for realm in realms_of(office, asked.realm) for each in realm.graph.exchanges.values()
    ]
    return await page(
        found,
        lambda each: (each[0].name, each[1].name),
        lambda each: exchange_shown(*each),
        asked,
        office.hub.broker.clock,
    )


async def bindings(office: Office, asked: Bindings) -> Listing[BindingShown]:
    """Bindings. Those of the exchange without a name are not listed: there is one for each queue."""

    def all_of(realm: Realm) -> Iterator[BindingShown]:
        for exchange in realm.graph.exchanges.values():
            if asked.source in (None, exchange.name):
                for binding in exchange.bindings.values():
                    if asked.destination in (None, binding.destination.name):
                        yield binding_shown(realm, binding)

    found = [each for realm in realms_of(office, asked.realm) for each in all_of(realm)]
    return await page(
        found,
        lambda it: (it.realm, it.source, it.destination, it.key, repr(it.arguments)),
        lambda it: it,
        asked,
        office.hub.broker.clock,
    )


async def queues(office: Office, asked: InRealms) -> Listing[QueueShown]:
    """Queues, and how much waits in them."""
    found = [(realm, queue) for realm in realms_of(office, asked.realm) for queue in realm.queues.values()]
    return await page(
        found,
        lambda each: (each[0].name, each[1].name),
        lambda each: queue_shown(*each),
        asked,
        office.hub.broker.clock,
    )


def queue(office: Office, asked: OneQueue) -> QueueShown:
    """One queue."""
    return queue_shown(*queue_of(office, asked.realm, asked.queue))


async def peek(office: Office, asked: Peek) -> Peeked:
    """The messages at the head of a queue. They stay there, and nobody's turn changes."""
    broker = office.hub.broker
    _, found = queue_of(office, asked.realm, asked.queue)
    if isinstance(found, StreamQueue):
        kept = await browse(found.log, found.first, asked.limit, lambda _: True, broker.clock)
        waiting = [(record_of(entry), 0, 0) for entry in kept.entries]
    else:
        waiting = [(each.record, each.returns, each.priority) for each in found.ready.first(asked.limit)]
    items: list[QueuedShown] = []
    look = Look(asked.form, asked.octets)
    for record, returns, priority in waiting:
        translate = broker.taps.translations.get(record.address.room)
        shown = record_shown(record if translate is None else translate(record), look)
        items.append(
            QueuedShown(
                shown.address,
                shown.timestamp,
                shown.value,
                shown.key,
                shown.headers,
                shown.properties,
                shown.origin,
                returns=returns,
                priority=priority,
            )
        )
    return Peeked(items)


async def purge(office: Office, asked: OneQueue) -> Gone:
    """Forget the messages that wait in a queue. Those that are handed out stay so."""
    _, found = queue_of(office, asked.realm, asked.queue)
    if isinstance(found, StreamQueue):
        raise Invalid(f"queue {asked.queue!r} is a stream: what it holds goes by age and size")
    gone = found.purge()
    await safe(office.hub.broker)
    return Gone(gone)


async def delete(office: Office, asked: OneQueue) -> Gone:
    """Delete a queue with its bindings and messages; its consumers are told."""
    realm, found = queue_of(office, asked.realm, asked.queue)
    gone = realm.remove_queue(found)
    await safe(office.hub.broker)
    return Gone(gone)


async def create_exchange(office: Office, asked: NewExchange) -> Made[ExchangeShown]:
    """Declare an exchange. It is no error when it is there and is the same."""
    is_new = await declared(
        office,
        ExchangeWanted(
            asked.name,
            asked.kind,
            asked.durable,
            asked.auto_delete,
            asked.internal,
            asked.arguments,
            asked.realm,
        ),
    )
    realm = realm_of(office, asked.realm)
    made = exchange_shown(realm, realm.graph.exchanges[asked.name])
    wanted = asked.kind, asked.durable, asked.auto_delete, asked.internal, as_texts(asked.arguments)
    check_same(asked.name, wanted, (made.kind, made.durable, made.auto_delete, made.internal, made.arguments))
    return Made(made, is_new)


async def create_queue(office: Office, asked: NewQueue) -> Made[QueueShown]:
    """Declare a queue. It is no error when it is there and is the same."""
    wanted = QueueWanted(asked.name, asked.durable, asked.auto_delete, asked.arguments, asked.realm)
    is_new = await declared(office, wanted)
    made = queue_shown(*queue_of(office, asked.realm, asked.name))
    asked_for = asked.durable, asked.auto_delete, as_texts(asked.arguments)
    check_same(asked.name, asked_for, (made.durable, made.auto_delete, made.arguments))
    return Made(made, is_new)


async def create_binding(office: Office, asked: NewBinding) -> Made[BindingShown]:
    """Bind a queue, or an exchange, to an exchange. It is no error when it is bound so."""
    wanted = BindingWanted(
        asked.source, asked.destination, asked.key, asked.to_exchange, asked.arguments, asked.realm
    )
    is_new = await declared(office, wanted)
    shown = BindingShown(
        asked.realm,
        asked.source,
        asked.destination,
        asked.to_exchange,
        asked.key,
        as_texts(asked.arguments),
    )
    return Made(shown, is_new)


async def declared(office: Office, wanted: Declaration) -> bool:
    """Whether it is new."""
    hub = office.hub
    is_new = hatch_of(hub, hub.queues_room).declare(wanted)
    await safe(hub.broker)
    return is_new


def realms_of(office: Office, name: str) -> list[Realm]:
    """One, or all. Raises `NotFound`."""
    return [realm_of(office, name)] if name else list(office.hub.broker.realms.by_name.values())


def realm_of(office: Office, name: str) -> Realm:
    """Raises `NotFound`."""
    found = office.hub.broker.realms.by_name.get(name)
    if found is None:
        raise NotFound(f"there is no virtual host {name!r}")
    return found


def queue_of(office: Office, realm: str, name: str) -> tuple[Realm, Queue]:
    """Raises `NotFound`."""
    where = realm_of(office, realm)
    found = where.queues.get(name)
    if found is None:
        raise NotFound(f"there is no queue {name!r} in virtual host {realm!r}")
    return where, found


def as_texts(arguments: Mapping[str, object]) -> dict[str, str]:
    """Arguments, for people."""
    return {name: str(value) for name, value in arguments.items()}


def check_same(name: str, wanted: tuple[object, ...], made: tuple[object, ...]) -> None:
    """Raises `AlreadyExists`: what is there is something else."""
    if wanted != made:
        raise AlreadyExists(f"{name!r} is there already, and is not the same")


def exchange_shown(realm: Realm, exchange: Exchange) -> ExchangeShown:
    """As this API says it."""
    options = exchange.options
    return ExchangeShown(
        realm.name,
        exchange.name,
        options.kind.value,
        options.durable,
        options.auto_delete,
        options.internal,
        options.alternate,
        len(exchange.bindings),
        exchange.taken,
        as_texts(dict(options.arguments)),
    )


def binding_shown(realm: Realm, binding: Binding) -> BindingShown:
    """As this API says it."""
    return BindingShown(
        realm.name,
        binding.source.name,
        binding.destination.name,
        isinstance(binding.destination, Exchange),
        binding.key,
        as_texts(binding.arguments),
    )


def queue_shown(realm: Realm, queue: Queue) -> QueueShown:
    """As this API says it."""
    options = queue.options
    return QueueShown(
        realm.name,
        queue.name,
        options.kind.value,
        options.durable,
        options.exclusive,
        options.auto_delete,
        len(queue),
        queue.out,
        len(queue.consumers),
        queue.octets,
        queue.taken,
        queue.handed,
        as_texts(dict(options.arguments)),
    )
