"""AMQP 0-9-1's front door."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hubbub.net.stream import Stream
from hubbub.protocols.amqp.delivery.letters import bury
from hubbub.protocols.amqp.guest.guest import Guest
from hubbub.protocols.amqp.guest.premises import Premises
from hubbub.protocols.amqp.handlers import definitions
from hubbub.protocols.amqp.handlers.table import HANDLERS
from hubbub.protocols.amqp.hatch import Hatch
from hubbub.protocols.amqp.naming import neutral
from hubbub.protocols.amqp.options import AmqpOptions
from hubbub.protocols.contract import Handler, House, Room


class Desk:
    """AMQP in one hub."""

    __slots__ = ("hatch", "premises")

    def __init__(self, house: House, options: AmqpOptions) -> None:
        self.premises: Final = Premises(house, options)
        self.premises.realms.undertaker = bury
        self.hatch: Final = Hatch(self.premises)
        house.broker.taps.translations[ROOM.name] = neutral

    @property
    def handlers(self) -> Mapping[type, Handler]:
        return HANDLERS

    def welcome(self, stream: Stream) -> Guest:
        """A new connection."""
        return Guest(self.premises, stream)

    def readings(self) -> Mapping[str, int]:
        """Counters for whoever looks."""
        premises = self.premises
        realms = premises.realms.by_name.values()
        return {
            "connections_total": premises.connections,
            "connections_active": len(premises.guests),
            "channels_active": sum(len(guest.channels) for guest in premises.guests),
            "exchanges": sum(len(realm.graph.exchanges) - 1 for realm in realms),
            "queues": premises.queues(),
            "bindings": sum(len(it.bindings) for realm in realms for it in realm.graph.exchanges.values()),
            "messages_published_total": premises.published,
            "messages_acked_total": premises.acknowledged,
            "messages_returned_total": premises.returned,
            "messages_ready": sum(len(queue) for realm in realms for queue in realm.queues.values()),
            "messages_unacknowledged": sum(queue.out for realm in realms for queue in realm.queues.values()),
        }

    def close(self) -> None:
        """Timers end with the clock."""


def open_desk(house: House) -> Desk:
    """Open the room in a hub, with the virtual hosts, users and definitions of its options."""
    options: AmqpOptions = house.options
    desk = Desk(house, options)
    definitions.declare(options, desk.premises)
    if options.definitions:
        definitions.load(Path(options.definitions), desk.premises, house.log)
    return desk


ROOM: Final = Room(name="amqp", open=open_desk)
