"""AMQP 0-9-1's front door."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from hubbub.core.queues.options import Death
from hubbub.model.counters import Histogram, Labelled, Reading
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

    def readings(self) -> Mapping[str, Reading]:
        """Counters and levels that the core does not know; exchanges and queues are counted there."""
        premises = self.premises
        errors: dict[tuple[str, ...], int | Histogram] = {
            (reply.name,): count for reply, count in premises.errors.items()
        }
        deaths: Counter[tuple[Death, bool]] = Counter()
        for realm in premises.realms.by_name.values():
            deaths += realm.deaths
        dropped: dict[tuple[str, ...], int | Histogram] = {
            (death.value,): deaths[death, False] for death in Death
        }
        dropped["unroutable",] = premises.unroutable
        dropped["refused",] = premises.refused
        buried: dict[tuple[str, ...], int | Histogram] = {
            (death.value,): deaths[death, True] for death in Death
        }
        return {
            "connections_active": len(premises.guests),
            "channels_active": sum(len(guest.channels) for guest in premises.guests),
            "messages_acked_total": premises.acknowledged,
            "messages_rejected_total": premises.rejected,
            "messages_returned_total": premises.returned,
            "messages_dropped_total": Labelled(("reason",), dropped),
            "messages_dead_lettered_total": Labelled(("reason",), buried),
            "errors_total": Labelled(("code",), errors),
            "publishers_blocked": int(bool(premises.alarm)),
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
