"""Kafka's front door."""

from collections.abc import Mapping
from typing import Final

from hubbub.model.counters import Histogram, Labelled, Reading
from hubbub.net.stream import Stream
from hubbub.protocols.contract import Handler, House, Room
from hubbub.protocols.kafka.failures import Code
from hubbub.protocols.kafka.guest import Guest, Register
from hubbub.protocols.kafka.handlers.provision import provision
from hubbub.protocols.kafka.handlers.table import answer, served
from hubbub.protocols.kafka.hatch import Hatch
from hubbub.protocols.kafka.naming.properties import neutral
from hubbub.protocols.kafka.options import KafkaOptions
from hubbub.protocols.kafka.session import Request, Session
from hubbub.protocols.kafka.wire.keys import ApiKey


class Desk:
    """Kafka in one hub."""

    __slots__ = ("_house", "_options", "_register", "_served", "handlers", "hatch")

    def __init__(self, house: House, options: KafkaOptions) -> None:
        self._house: Final = house
        self._options: Final = options
        self._served: Final = served()
        self._register: Final = Register(house.log, house.broker.complaints)
        self.handlers: Mapping[type, Handler] = {Request: answer}
        self.hatch: Final = Hatch(house, options, self._register)
        house.broker.taps.translations[ROOM.name] = neutral

    def welcome(self, stream: Stream) -> Guest:
        """A new connection."""
        options = self._options
        session = Session(self._served, options.max_request_bytes, options.max_control_request_bytes)
        return Guest(self._house, options, session, stream, self._register)

    def readings(self) -> Mapping[str, Reading]:
        """What was asked, and what was refused; all else is counted by topics and groups themselves."""
        register = self._register
        requests: dict[tuple[str, ...], int | Histogram] = {
            (name_of(key),): count for key, count in enumerate(register.requests) if count
        }
        errors: dict[tuple[str, ...], int | Histogram] = {
            (name_of(key), Code(code).name): count for (key, code), count in register.errors.items()
        }
        return {
            "connections_active": len(register.guests),
            "requests_total": Labelled(("api",), requests),
            "errors_total": Labelled(("api", "code"), errors),
        }

    def close(self) -> None:
        """Nothing runs in the background."""


def name_of(key: int) -> str:
    """An API as Kafka's documents call it: ``OffsetCommit``."""
    return "".join(word.capitalize() for word in ApiKey(key).name.split("_"))


def open_desk(house: House) -> Desk:
    """Open the room in a hub, with the topics that its options declare. Raises `Invalid` for a declaration that cannot be."""
    options: KafkaOptions = house.options
    provision(house.broker, options)
    return Desk(house, options)


ROOM: Final = Room(name="kafka", open=open_desk, call_name=lambda call: name_of(call.api_key))
