"""RabbitMQ's definitions: virtual hosts, users, permissions, exchanges, queues and bindings as JSON, made before the first client comes.

What is there already and the same is left alone. Policies, parameters and limits have no meaning here; they are named in a warning
and nothing else. Unknown keys are passed over, as RabbitMQ does with files of newer versions.
"""

import logging
from pathlib import Path
from typing import Final, TypeAlias, cast

import msgspec

from hubbub.core.errors import Invalid
from hubbub.core.queues.realm import destination_of
from hubbub.protocols.amqp.failures import Failed, unmet
from hubbub.protocols.amqp.guest.premises import Premises
from hubbub.protocols.amqp.guest.users import Login, Permission, digest_from, digest_of
from hubbub.protocols.amqp.handlers import arguments, exchange
from hubbub.protocols.amqp.options import AmqpOptions
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.table import Plain, table

Arguments: TypeAlias = dict[str, object]
"""What JSON can say is all that a table can hold, so that this is a table's plain form."""


class Named(msgspec.Struct, frozen=True):
    """A virtual host."""

    name: str


class UserDefinition(msgspec.Struct, frozen=True):
    """A login; either form of password."""

    name: str
    password_hash: str = ""
    password: str = ""
    tags: list[str] | str = ""


class PermissionDefinition(msgspec.Struct, frozen=True):
    """What a user may do in a virtual host."""

    user: str
    vhost: str
    configure: str = ".*"
    write: str = ".*"
    read: str = ".*"


class ExchangeDefinition(msgspec.Struct, frozen=True):
    """An exchange."""

    name: str
    type: str = "direct"
    vhost: str = "/"
    durable: bool = True
    auto_delete: bool = False
    internal: bool = False
    arguments: Arguments = {}


class QueueDefinition(msgspec.Struct, frozen=True):
    """A queue; ``type`` is the queue type of newer files, where it is no argument."""

    name: str
    vhost: str = "/"
    durable: bool = True
    auto_delete: bool = False
    type: str = ""
    arguments: Arguments = {}


class BindingDefinition(msgspec.Struct, frozen=True):
    """A way from an exchange to a queue or another exchange."""

    source: str
    destination: str
    vhost: str = "/"
    destination_type: str = "queue"
    routing_key: str = ""
    arguments: Arguments = {}


class Definitions(msgspec.Struct, frozen=True):
    """The file."""

    vhosts: list[Named] = []
    users: list[UserDefinition] = []
    permissions: list[PermissionDefinition] = []
    exchanges: list[ExchangeDefinition] = []
    queues: list[QueueDefinition] = []
    bindings: list[BindingDefinition] = []
    policies: list[msgspec.Raw] = []
    parameters: list[msgspec.Raw] = []


class BadDefinitions(Invalid):
    """A definitions file that cannot be taken; the text says where and why."""


decode: Final = msgspec.json.Decoder(Definitions).decode


def load(path: Path, premises: Premises, log: logging.Logger) -> None:
    """Make all that a file defines. Raises `BadDefinitions`."""
    try:
        found = decode(path.read_bytes())
    except OSError as problem:
        raise BadDefinitions(f"amqp.definitions: {path}: {problem.strerror}") from None
    except msgspec.DecodeError as problem:
        raise BadDefinitions(f"amqp.definitions: {path}: {problem}") from None
    if found.policies or found.parameters:
        log.warning("%s: policies and parameters are not effective", path)
    try:
        make(found, premises)
    except Failed as failure:
        raise BadDefinitions(f"amqp.definitions: {path}: {failure.text}") from None


def declared(options: AmqpOptions) -> Definitions:
    """What the settings declare, in the words of a definitions file."""
    return Definitions(
        exchanges=[
            ExchangeDefinition(
                each.name,
                each.type,
                each.virtual_host,
                each.durable,
                each.auto_delete,
                each.internal,
                {**each.arguments},
            )
            for each in options.exchanges
        ],
        queues=[
            QueueDefinition(
                each.name, each.virtual_host, each.durable, each.auto_delete, "", {**each.arguments}
            )
            for each in options.queues
        ],
        bindings=[
            BindingDefinition(
                each.exchange,
                each.queue or each.to_exchange,
                each.virtual_host,
                "queue" if each.queue else "exchange",
                each.routing_key,
                {**each.arguments},
            )
            for each in options.bindings
        ],
    )


def declare(options: AmqpOptions, premises: Premises) -> None:
    """Make all that the settings declare. Raises `BadDefinitions`."""
    try:
        make(declared(options), premises)
    except Failed as failure:
        raise BadDefinitions(f"amqp: {failure.text}") from None


def make(found: Definitions, premises: Premises) -> int:
    """Make what is not there; how many exchanges, queues and bindings were made. Raises `Failed` for what cannot be."""
    made = 0
    for named in found.vhosts:
        premises.open_realm(named.name)
    make_users(found, premises)
    for each in found.exchanges:
        realm = premises.open_realm(each.vhost)
        if each.name not in realm.graph.exchanges:
            call = wire.ExchangeDeclare(
                each.name, each.type, False, each.durable, each.auto_delete, each.internal
            )
            realm.add_exchange(each.name, exchange.options_of(each.type, plain(each.arguments), call))
            made += 1
    for queue in found.queues:
        realm = premises.open_realm(queue.vhost)
        if queue.name not in realm.queues:
            given = plain(queue.arguments)
            if queue.type and "x-queue-type" not in given:
                given["x-queue-type"] = queue.type
            declared = wire.QueueDeclare(queue.name, False, queue.durable, False, queue.auto_delete)
            realm.add_queue(queue.name, arguments.options_of(declared, given, queue.name, queue.vhost))
            made += 1
    for way in found.bindings:
        made += bind(way, premises)
    return made


def make_users(found: Definitions, premises: Premises) -> None:
    """Users with what they may do; one without permissions may enter no virtual host."""
    for user in found.users:
        digest = digest_from(user.password_hash) if user.password_hash else digest_of(user.password)
        if digest is None:
            raise unmet(f"the password hash of user '{user.name}' is no SHA-256 hash")
        tags = tuple(user.tags.split(",")) if isinstance(user.tags, str) else tuple(user.tags)
        permissions = {
            each.vhost: Permission(each.configure, each.write, each.read)
            for each in found.permissions
            if each.user == user.name
        }
        premises.users.add(Login(user.name, digest, tags, permissions))


def bind(way: BindingDefinition, premises: Premises) -> bool:
    """Whether it is new. Raises `Failed` where one end is missing."""
    realm = premises.open_realm(way.vhost)
    source = realm.graph.exchanges.get(way.source)
    destination = destination_of(realm, way.destination, is_queue=way.destination_type == "queue")
    if source is None or destination is None:
        raise unmet(f"no '{way.source}' or no '{way.destination}' to bind in vhost '{way.vhost}'")
    given = table(plain(way.arguments))
    return realm.bind(exchange.binding(source, destination, way.routing_key, given))


def plain(arguments: Arguments) -> dict[str, Plain]:
    """A copy, typed as what it is."""
    return cast("dict[str, Plain]", dict(arguments))
