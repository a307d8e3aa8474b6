"""Class exchange: declare, delete, bind, unbind. Declaring what is there compares; deleting what is not there is fine."""

from typing import Final

from hubbub.core.routing.exchange import Binding, Destination, Exchange, ExchangeKind, ExchangeOptions
from hubbub.core.routing.headers import Arguments, Match
from hubbub.protocols.amqp.failures import inequivalent, refused, unmet
from hubbub.protocols.amqp.guest.finding import demand, stripped, the_exchange
from hubbub.protocols.amqp.guest.guest import Guest
from hubbub.protocols.amqp.guest.users import Right
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.table import Table, encode_table, plain_table

DELAYED: Final = "x-delayed-message"
KINDS: Final = {kind.value: kind for kind in ExchangeKind}
MOST_HASHES: Final = 2
"""In a topic key, where RabbitMQ 4.3 is followed strictly: each more multiplies the ways to match."""
MATCHES: Final = frozenset(match.value for match in Match)


def declare(guest: Guest, call: wire.ExchangeDeclare) -> wire.ExchangeDeclareOk | None:
    """Make an exchange, or compare it with the one that is there; passive asks only whether it is there."""
    name = stripped(call.exchange)
    realm = guest.realm
    if call.passive:
        the_exchange(guest, name)
        return None if call.nowait else wire.ExchangeDeclareOk()
    if not name:
        raise refused("operation not permitted on the default exchange")
    demand(guest, Right.CONFIGURE, "exchange", name)
    options = options_of(call.type, plain_table(call.arguments.entries), call)
    found = realm.graph.exchanges.get(name)
    if found is not None:
        compare(guest, found, options, call.type)
    else:
        if name.startswith("amq."):
            raise refused(f"exchange name '{name}' contains reserved prefix 'amq.*'")
        if options.alternate:
            demand(guest, Right.READ, "exchange", name)
            demand(guest, Right.WRITE, "exchange", options.alternate)
        realm.add_exchange(name, options)
    return None if call.nowait else wire.ExchangeDeclareOk()


def options_of(kind: str, arguments: Arguments, flags: wire.ExchangeDeclare) -> ExchangeOptions:
    """What was asked for. Raises `Failed` 406 for unknown kinds and arguments of the wrong type."""
    delays = kind == DELAYED
    if delays:
        inner = arguments.get("x-delayed-type")
        if not isinstance(inner, str) or inner not in KINDS:
            raise unmet("Invalid argument, 'x-delayed-type' must be an existing exchange type")
        kind = inner
    if kind not in KINDS:
        raise unmet(f"invalid exchange type '{kind}'")
    alternate = arguments.get("alternate-exchange", "")
    if not isinstance(alternate, str):
        raise unmet("invalid arg 'alternate-exchange': it must be a string")
    hashed = arguments.get("hash-header", "")
    return ExchangeOptions(
        KINDS[kind],
        flags.durable,
        flags.auto_delete,
        flags.internal,
        alternate,
        delays,
        hashed if isinstance(hashed, str) else "",
        tuple(arguments.items()),
    )


def kind_name(options: ExchangeOptions) -> str:
    return DELAYED if options.delays else options.kind.value


def compare(guest: Guest, found: Exchange, wanted: ExchangeOptions, kind: str) -> None:
    """Raises `Failed` 406 for the first property that differs."""
    there = found.options
    pairs: tuple[tuple[str, object, object], ...] = (
        ("type", kind, kind_name(there)),
        ("durable", wanted.durable, there.durable),
        ("auto_delete", wanted.auto_delete, there.auto_delete),
        ("internal", wanted.internal, there.internal),
        ("alternate-exchange", wanted.alternate or None, there.alternate or None),
    )
    for what, received, current in pairs:
        if received != current:
            raise inequivalent(
                what, found.name, guest.realm.name, "exchange", (shown(received), shown(current))
            )


def shown(value: object) -> str:
    """A value in an error text."""
    match value:
        case None:
            return "none"
        case bool():
            return f"'{str(value).lower()}'"
        case int():
            return f"the value '{value}' of type 'signedint'"
        case _:
            return f"'{value}'" if isinstance(value, str) else repr(value)


def told_apart(received: object, current: object) -> tuple[str, str]:
    """Two arguments in an error text: with their types only where these differ."""
    if type(received) is type(current):
        return tuple(
            f"'{str(value).lower() if isinstance(value, bool) else value}'" for value in (received, current)
        )  # type: ignore[return-value]
    return shown(received), shown(current)


def delete(guest: Guest, call: wire.ExchangeDelete) -> wire.ExchangeDeleteOk | None:
    """Forget an exchange and its bindings."""
    name = stripped(call.exchange)
    if not name:
        raise refused("operation not permitted on the default exchange")
    if name.startswith("amq."):
        raise refused(f"deletion of system exchange '{name}' in vhost '{guest.realm.name}' not allowed")
    demand(guest, Right.CONFIGURE, "exchange", name)
    found = guest.realm.graph.exchanges.get(name)
    if found is not None:
        if call.if_unused and found.bindings:
            raise unmet(f"exchange '{name}' in vhost '{guest.realm.name}' in use")
        guest.realm.remove_exchange(found)
    return None if call.nowait else wire.ExchangeDeleteOk()


def bind(guest: Guest, call: wire.ExchangeBind) -> wire.ExchangeBindOk | None:
    """Let one exchange lead to another."""
    guest.realm.bind(between(guest, call))
    return None if call.nowait else wire.ExchangeBindOk()


def unbind(guest: Guest, call: wire.ExchangeUnbind) -> wire.ExchangeUnbindOk | None:
    """Take it back; nothing happens where there was none."""
    guest.realm.unbind(between(guest, call))
    return None if call.nowait else wire.ExchangeUnbindOk()


def between(guest: Guest, call: wire.ExchangeBind | wire.ExchangeUnbind) -> Binding:
    source, destination = stripped(call.source), stripped(call.destination)
    if not source or not destination:
        raise refused("operation not permitted on the default exchange")
    demand(guest, Right.WRITE, "exchange", destination)
    demand(guest, Right.READ, "exchange", source)
    return binding(
        the_exchange(guest, source),
        the_exchange(guest, destination),
        call.routing_key,
        call.arguments,
        is_strict=guest.options.is_strict and isinstance(call, wire.ExchangeBind),
    )


def binding(
    source: Exchange, destination: Destination, key: str, arguments: Table, *, is_strict: bool = False
) -> Binding:
    """A way on from ``source``. Raises `Failed` 406 where its key or arguments make no sense for this kind of exchange."""
    plain = plain_table(arguments.entries)
    kind = source.options.kind
    if kind is ExchangeKind.HEADERS:
        match = plain.get("x-match", "all")
        if match not in MATCHES:
            raise unmet(f"Invalid x-match field value {match!r}; expected all, any, all-with-x or any-with-x")
    elif "x-match" in plain:
        plain = {name: value for name, value in plain.items() if name != "x-match"}
    if kind is ExchangeKind.TOPIC and is_strict and key.split(".").count("#") > MOST_HASHES:
        raise unmet(f"invalid topic binding key '{key}': it has more than {MOST_HASHES} wildcards '#'")
    if kind is ExchangeKind.HASH and not (key.isascii() and key.isdigit()):
        raise unmet(f"the binding key of a consistent hash exchange must be a whole number, not '{key}'")
    return Binding(source, destination, key, plain, encode_table(arguments) if arguments.entries else b"")
