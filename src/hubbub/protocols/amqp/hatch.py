"""AMQP 0-9-1 as the rest of the house sees it: records are routed as if a client had published them.

An address is an exchange and a routing key, ``exchange/key``; one part alone is a queue, by way of the default exchange. A posting to a private name of
direct replies answers the client that asked. Permissions are the users'; what comes from inside has none and needs none.
"""

import struct
from collections.abc import Sequence
from typing import Final
from urllib.parse import unquote

from msgspec.structs import replace

from hubbub.core.commit import Outcome
from hubbub.core.errors import Denied, Full, Invalid, NotFound, Refusal
from hubbub.core.hatch import (
    BindingWanted,
    Client,
    Declaration,
    Done,
    ExchangeWanted,
    Posted,
    Posting,
    QueueWanted,
    not_kept,
    not_taken,
)
from hubbub.core.queues.realm import Sending
from hubbub.model.address import Address
from hubbub.model.record import NO_PROPERTIES, Record
from hubbub.protocols.amqp.failures import Failed
from hubbub.protocols.amqp.guest.guest import FORCED, NOWHERE
from hubbub.protocols.amqp.guest.premises import Premises, Visitor
from hubbub.protocols.amqp.handlers import definitions
from hubbub.protocols.amqp.handlers.definitions import (
    BindingDefinition,
    Definitions,
    ExchangeDefinition,
    QueueDefinition,
)
from hubbub.protocols.amqp.naming import (
    LONGEST_TTL_MS,
    PRIVATE,
    ROOM,
    Traits,
    address_of,
    header_of,
    traits_of,
    with_properties,
)
from hubbub.protocols.amqp.wire.broken import Broken
from hubbub.protocols.amqp.wire.content import decode_properties
from hubbub.protocols.amqp.wire.replies import Reply
from hubbub.protocols.amqp.wire.table import Table

NOT_SAFE: Final = "it could not be kept"
SHORT: Final = 255


class Hatch:
    """`core.hatch.Hatch`."""

    __slots__ = ("_premises",)

    def __init__(self, premises: Premises) -> None:
        self._premises: Final = premises

    @property
    def name(self) -> str:
        return ROOM

    def address(self, path: str) -> Address:
        first, slash, rest = path.partition("/")
        exchange, key = (unquote(first), unquote(rest)) if slash else ("", unquote(first))
        if len(exchange.encode()) > SHORT or len(key.encode()) > SHORT:
            raise Invalid(f"names of exchanges and routing keys have at most {SHORT} octets")
        return address_of(exchange, key)

    def post(self, postings: Sequence[Posting], done: Done) -> None:
        answers = [self._posted(posting) for posting in postings]

        def ended(outcome: Outcome) -> None:
            if outcome is not Outcome.OK:
                answers[:] = [answer if answer.refused else not_kept(NOT_SAFE) for answer in answers]
            done(answers)

        self._premises.turn.commit.join(ended)

    def declare(self, wanted: Declaration) -> bool:
        try:
            return definitions.make(definition_of(wanted), self._premises) > 0
        except Failed as failure:
            raise Invalid(failure.text) from None

    @property
    def scheme(self) -> None:
        return None

    def clients(self) -> list[Client]:
        return [described(guest) for guest in self._premises.guests]

    def kick(self, client: str, why: str) -> bool:
        found = [guest for guest in self._premises.guests if peer(guest) == client]
        for guest in found:
            guest.close_connection(Reply.CONNECTION_FORCED, f"{FORCED} '{why}'", 0)
        return bool(found)

    # inside

    def _posted(self, posting: Posting) -> Posted:
        try:
            return Posted(reached=self._publish(posting))
        except Refusal as why:
            return not_taken(why)

    def _publish(self, posting: Posting) -> int:
        """How many queues took it. Raises `Refusal`."""
        premises = self._premises
        if premises.alarm:
            raise Full(f"publishers are blocked: {premises.alarm}")
        record = posting.record
        name, key = record.address.parts
        header, traits = self._header(record)
        message = Record(
            record.address, record.value, None, (), premises.clock.now(), NO_PROPERTIES, header, record.origin
        )
        premises.took(len(record.value))
        if not name and key.startswith(PRIVATE):
            return self._answer(message)
        realm = premises.realms.by_name.get(posting.realm)
        if realm is None:
            raise NotFound(f"no virtual host {posting.realm!r}")
        exchange = realm.graph.exchanges.get(name)
        if exchange is None:
            raise NotFound(f"no exchange {name!r} in virtual host {posting.realm!r}")
        if exchange.options.internal:
            raise Denied(f"exchange {name!r} is internal")
        sending = Sending(
            (key, *traits.more_keys),
            traits.headers,
            traits.ttl_ms,
            traits.priority,
            persistent=traits.persistent,
        )
        exchange.taken += 1
        if exchange.options.delays and traits.delay_ms > 0:
            if not realm.hold(message, exchange, sending, traits.delay_ms):
                raise Full(f"{name!r} cannot keep what it is to hold back")
            return 0
        reached, all_took = realm.send(message, exchange, sending)
        if not all_took:
            raise Full(f"a queue behind {name!r} with key {key!r} is full and refuses")
        return reached

    def _header(self, record: Record) -> tuple[bytes, Traits]:
        """The content header, and what it asks. Raises `Invalid`."""
        end = record.properties.expires_at
        header = header_of(replace(record, original=b""))
        try:
            if end is not None:
                left = max(0, end - self._premises.clock.now())
                header = with_properties(
                    header, replace(decode_properties(header), expiration=str(min(left, LONGEST_TTL_MS)))
                )
            traits = traits_of(header)
        except (Broken, UnicodeError, struct.error) as why:
            raise Invalid(f"its properties do not fit a content header: {why}") from None
        if traits.problem:
            raise Invalid(traits.problem)
        return header, traits

    def _answer(self, message: Record) -> int:
        """A direct reply goes straight to the channel that asked."""
        if self._premises.taps.is_open:
            self._premises.taps.saw((message,))
        else:
            self._premises.taps.unseen += 1
        target = self._premises.replies.get(message.address.parts[1].removeprefix(PRIVATE))
        if target is None:
            return 0
        target.deliver(message)
        return 1


def described(guest: Visitor) -> Client:
    """A connection, for people."""
    return Client(
        id=peer(guest),
        peer=peer(guest),
        user=guest.login.name,
        protocol=f"{said(guest.client, 'product')} {said(guest.client, 'version')}".strip(),
        since=guest.since,
        octets_in=guest.stream.octets_in,
        octets_out=guest.stream.octets_out,
        details={
            "name": said(guest.client, "connection_name"),
            "virtual_host": "" if guest.realm is NOWHERE else guest.realm.name,
            "channels": len(guest.channels),
            "consumers": sum(len(channel.consumers) for channel in guest.channels.values()),
        },
    )


def peer(guest: Visitor) -> str:
    """Where a client sits; no two of one hub sit at the same place."""
    return "{}:{}".format(*guest.stream.peer)


def said(client: Table, name: str) -> str:
    """What a client says of itself under this name."""
    value = client.value(name)
    return value.decode(errors="replace") if isinstance(value, bytes) else ""


def definition_of(wanted: Declaration) -> Definitions:
    """A declaration in the words of a definitions file. Raises `Invalid` for what this room does not have."""
    if isinstance(wanted, ExchangeWanted):
        return Definitions(
            exchanges=[
                ExchangeDefinition(
                    wanted.name,
                    wanted.kind,
                    wanted.realm,
                    wanted.durable,
                    wanted.auto_delete,
                    wanted.internal,
                    dict(wanted.arguments),
                )
            ]
        )
    if isinstance(wanted, QueueWanted):
        return Definitions(
            queues=[
                QueueDefinition(
                    wanted.name, wanted.realm, wanted.durable, wanted.auto_delete, "", dict(wanted.arguments)
                )
            ]
        )
    if isinstance(wanted, BindingWanted):
        kind = "exchange" if wanted.to_exchange else "queue"
        return Definitions(
            bindings=[
                BindingDefinition(
                    wanted.source, wanted.destination, wanted.realm, kind, wanted.key, dict(wanted.arguments)
                )
            ]
        )
    raise Invalid(f"amqp has exchanges, queues and bindings; {type(wanted).__name__} is something else")
