"""MQTT's front door."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from hubbub.model.counters import Reading
from hubbub.net.stream import Stream
from hubbub.protocols.contract import Call, Handler, House, Room
from hubbub.protocols.mqtt.delivery.hall import Hall
from hubbub.protocols.mqtt.delivery.reports import Reports
from hubbub.protocols.mqtt.guest import Guest, will_of
from hubbub.protocols.mqtt.handlers.table import HANDLERS, LASTING
from hubbub.protocols.mqtt.hatch import Hatch
from hubbub.protocols.mqtt.naming import ROOM as NAME
from hubbub.protocols.mqtt.options import MqttOptions
from hubbub.protocols.mqtt.wire.packets import Acks, Publishes

PENDING: Final = 65_535


class Desk:
    """MQTT in one hub."""

    __slots__ = ("_hall", "_reports", "handlers", "hatch")

    def __init__(self, hall: Hall) -> None:
        self._hall: Final = hall
        self._reports: Final = Reports(hall)
        self.hatch: Final = Hatch(hall)
        self.handlers: Mapping[type, Handler] = LASTING if hall.space.lasts else HANDLERS

    def welcome(self, stream: Stream) -> Guest:
        """A new connection."""
        return Guest(self._hall, stream)

    def readings(self) -> Mapping[str, Reading]:
        """Counters by name."""
        return self._reports.readings()

    def close(self) -> None:
        """End the reports; what else is timed ends with the clock."""
        self._reports.close()
        self._hall.space.close()


def open_desk(house: House) -> Desk:
    """Open the room in a hub."""
    options: MqttOptions = house.options
    hall = Hall(house.broker, options, house.log)
    hall.space.restore(partial(will_of, hall))
    return Desk(hall)


def call_name(call: Call) -> str:
    """Runs are called like the packets that they are made of."""
    return RUNS.get(type(call)) or type(call).__name__


RUNS: Final[Mapping[type, str]] = {Publishes: "Publish", Acks: "Puback"}
ROOM: Final = Room(name=NAME, open=open_desk, pending_limit=PENDING, call_name=call_name)
