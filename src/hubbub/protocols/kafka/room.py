"""Kafka's front door."""

from collections.abc import Mapping
from typing import Final

from hubbub.net.stream import Stream
from hubbub.protocols.contract import Handler, House, Room
from hubbub.protocols.kafka.guest import Guest
from hubbub.protocols.kafka.handlers.provision import provision
from hubbub.protocols.kafka.handlers.table import answer, served
from hubbub.protocols.kafka.hatch import Hatch
from hubbub.protocols.kafka.naming.properties import neutral
from hubbub.protocols.kafka.options import KafkaOptions
from hubbub.protocols.kafka.session import Request, Session


class Desk:
    """Kafka in one hub."""

    __slots__ = ("_guests", "_house", "_options", "_served", "handlers", "hatch")

    def __init__(self, house: House, options: KafkaOptions) -> None:
        self._house: Final = house
        self._options: Final = options
        self._served: Final = served()
        self._guests: Final[dict[str, Guest]] = {}
        self.handlers: Mapping[type, Handler] = {Request: answer}
        self.hatch: Final = Hatch(house, options, self._guests)
        house.broker.taps.translations[ROOM.name] = neutral

    def welcome(self, stream: Stream) -> Guest:
        """A new connection."""
        options = self._options
        session = Session(self._served, options.max_request_bytes, options.max_control_request_bytes)
        return Guest(self._house, options, session, stream, self._guests)

    def readings(self) -> Mapping[str, int]:
        """Counters live on topics and streams; the room has none of its own."""
        return {}

    def close(self) -> None:
        """Nothing runs in the background."""


def open_desk(house: House) -> Desk:
    """Open the room in a hub, with the topics that its options declare. Raises `Invalid` for a declaration that cannot be."""
    options: KafkaOptions = house.options
    provision(house.broker, options)
    return Desk(house, options)


ROOM: Final = Room(name="kafka", open=open_desk)
