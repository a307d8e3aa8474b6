"""A room to hold conversations in: lines of text are calls, the answer to a line is the line in capitals, and some are special.

later NAME    answered when the test completes NAME
hold NAME     the same, and nothing behind it is handled before
quiet         not answered
now NAME      a `Later` that is complete already
close         the handler closes the stream
write         answered when the turn's commit has ended
fail          a defect of ours
...large      whatever it is, dots fill its answer up to 600,000 octets
!             breaks the protocol
"""

import logging
from collections.abc import Iterator, Mapping

from msgspec import Struct

from hubbub.app import open_broker
from hubbub.core.hatch import Hatch
from hubbub.core.turn import Turn
from hubbub.model.clock import Action, Clock
from hubbub.net.stream import Stream
from hubbub.octets.malformed import Malformed
from hubbub.protocols.contract import Handler, House, Later, Room
from hubbub.protocols.serve import Conversation
from hubbub.settings import Settings
from hubbub.storage.memory.engine import MemoryEngine
from tests.unit.net.wire import Wire

LIMIT = 4
LARGE = 600_000


class Line(Struct, frozen=True):
    """A call."""

    text: str


class Session:
    """Lines."""

    def __init__(self) -> None:
        self.used = 0
        self.wanted = 0

    def receive(self, data: memoryview) -> Iterator[Line]:
        self.used = 0
        octets = bytes(data)
        while (stop := octets.find(b"\n", self.used)) >= 0:
            text = octets[self.used : stop].decode()
            if text == "!":
                raise Malformed("an exclamation mark")
            self.used = stop + 1
            yield Line(text)
        self.wanted = 1 << 20  # a line might become as long as that

    def encode(self, call: Line, reply: str) -> list[bytes]:
        dots = "." * LARGE if call.text.endswith("large") else ""
        return [f"{call.text}={reply}{dots}\n".encode()]


class Guest:
    """One connection, and all that it heard."""

    def __init__(self, house: House, stream: Stream) -> None:
        self.house = house
        self.stream = stream
        self.session = Session()
        self.handled: list[str] = []
        self.laters: dict[str, Later] = {}
        self.cancelled: list[str] = []
        self.writable_told: list[bool] = []
        self.times_gone = 0

    def farewell(self, why: Malformed | None) -> None:
        self.stream.send(f"bye: {why}\n".encode() if why else b"bye\n")

    def writable(self, *, is_writable: bool) -> None:
        self.writable_told.append(is_writable)

    def gone(self) -> None:
        self.times_gone += 1


def handle(guest: Guest, call: Line) -> str | Later | None:
    guest.handled.append(call.text)
    verb, _, name = call.text.partition(" ")
    match verb:
        case "later" | "hold":
            later = Later(holds=verb == "hold", on_cancel=lambda: guest.cancelled.append(name))
            guest.laters[name] = later
            return later
        case "now":
            later = Later()
            later.complete(name.upper())
            return later
        case "write":
            later = Later()
            guest.house.broker.turn.commit.join(lambda outcome: later.complete(outcome.value))
            return later
        case "quiet":
            return None
        case "close":
            guest.stream.close()
            return None
        case "fail":
            raise ZeroDivisionError(call.text)
        case _:
            return call.text.upper()


class Desk:
    """The toy room in one hub."""

    handlers: Mapping[type, Handler] = {Line: handle}

    def __init__(self, house: House) -> None:
        self.house = house
        self.guests: list[Guest] = []

    def welcome(self, stream: Stream) -> Guest:
        self.guests.append(Guest(self.house, stream))
        return self.guests[-1]

    def readings(self) -> Mapping[str, int]:
        return {}

    @property
    def hatch(self) -> Hatch:
        raise AssertionError("nobody publishes here")

    def close(self) -> None: ...


class Visit:
    """One client in the room, and the loop that the test turns."""

    def __init__(self) -> None:
        self.soon: list[Action] = []
        engine = MemoryEngine()
        clock = Clock(lambda: 0.0, lambda: 0.0, lambda when: None, self.soon.append)
        broker = open_broker(Settings(), engine, clock, Turn(self.soon.append, engine.seal))
        house = House(broker, None, lambda stream: stream.local, logging.getLogger("hubbub.toy"))
        desk = Desk(house)
        room = Room("toy", self._never, pending_limit=LIMIT)
        self.open: set[Conversation] = set()
        self.wire = Wire(lambda stream: Conversation(room, desk, house, stream, self.open))
        self.guest = desk.guests[0]
        self.turn_over()

    @staticmethod
    def _never(house: House) -> Desk:
        raise AssertionError("the desk is open already")

    def say(self, *lines: str) -> str:
        """Send these in one piece, let the loop pass, and return what has been answered so far."""
        self.wire.feed("".join(line + "\n" for line in lines).encode())
        return self.turn_over()

    def complete(self, name: str) -> str:
        """Let an answer be known, and the loop pass."""
        self.guest.laters[name].complete(name.upper())
        return self.turn_over()

    def turn_over(self) -> str:
        while self.soon:
            self.soon.pop(0)()
        return self.heard

    @property
    def heard(self) -> str:
        return self.wire.sent.decode()

    @property
    def is_read_from(self) -> bool:
        return self.wire.transport.is_reading_on
