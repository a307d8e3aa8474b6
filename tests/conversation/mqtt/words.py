"""Words for conversations with the MQTT room: everything is real but the socket and the time.

with a `Hall` of your own options: ``client = hall.client("anna", level=5)`` has said CONNECT and heard CONNACK
``client.says(packet, ...)`` sends; ``client.hears()`` returns all packets that came since it was last asked
``hall.passes(seconds)`` moves the time
"""

import asyncio
import logging
from typing import Any

from msgspec.structs import replace

from hubbub.app import open_broker
from hubbub.core.store import Engine
from hubbub.core.turn import Turn
from hubbub.model.clock import Action, Clock
from hubbub.net.arena import Arena
from hubbub.net.stream import Stream
from hubbub.protocols.contract import House
from hubbub.protocols.mqtt.options import MqttOptions
from hubbub.protocols.mqtt.room import ROOM
from hubbub.protocols.mqtt.wire.decode import FROM_SERVER, Decoder, Names
from hubbub.protocols.mqtt.wire.encode import encode
from hubbub.protocols.mqtt.wire.packets import (
    V5,
    V311,
    Connack,
    Connect,
    Packet,
    Publish,
    Request,
    Suback,
    Subscribe,
    singles,
)
from hubbub.protocols.mqtt.wire.properties import ConnectProperties, SubscribeProperties
from hubbub.protocols.serve import Conversation
from hubbub.settings import Settings
from hubbub.storage.memory.engine import MemoryEngine
from hubbub.storage.memory.options import MemoryOptions

START = 1_700_000_000.0


class Line(asyncio.Transport):
    """A transport that ends in a list."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.protocol: Any = None
        self.is_closed = False
        self.is_full = False
        self.is_paused = False

    def write(self, data: Any) -> None:
        if not self.is_closed:
            self.written += data

    def writelines(self, parts: Any) -> None:
        self.write(b"".join(parts))

    def close(self) -> None:
        if not self.is_closed:
            self.is_closed = True
            self.protocol.connection_lost(None)

    abort = close

    def is_closing(self) -> bool:
        return self.is_closed

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return 0


class Hall:
    """One hub with nothing but MQTT, and no loop: what is put off happens in `settle`."""

    def __init__(self, time: float = 1000.0, **options: Any) -> None:
        self.time = time
        self.todo: list[Action] = []
        self.clock = Clock(lambda: self.time, lambda: START + self.time, lambda when: None, self.todo.append)
        self.engine = self.open_engine()
        turn = Turn(self.todo.append, self.engine.seal)
        self.broker = open_broker(Settings(), self.engine, self.clock, turn)
        self.recall()
        self.options = replace(MqttOptions(sys_interval_secs=0), **options)
        self.house = House(
            self.broker, self.options, lambda stream: ("", 0), logging.getLogger("hubbub.mqtt")
        )
        self.desk = ROOM.open(self.house)
        self.open: set[Conversation] = set()
        self.defects: list[Exception] = []

    def open_engine(self) -> Engine:
        """What it keeps things in."""
        return MemoryEngine(MemoryOptions())

    def recall(self) -> None:
        """What is read before the room opens."""

    @property
    def space(self) -> Any:
        return self.broker.live.spaces["mqtt"]

    def settle(self) -> None:
        while self.todo:
            self.todo.pop(0)()
        if self.defects:
            raise self.defects[0]

    def passes(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.settle()

    def line(self, level: int = V311) -> "Client":
        """A connection that has said nothing yet."""
        return Client(self, level)

    def client(self, client_id: str = "", level: int = V311, **connect: Any) -> "Client":
        """A connection that is accepted. ``properties`` may be a dict."""
        client = self.line(level)
        client.connack = client.connects(client_id, **connect)
        assert client.connack.code == 0, client.connack
        return client


class Client:
    """The other side of one connection."""

    def __init__(self, hall: Hall, level: int) -> None:
        self.hall = hall
        self.level = level
        self.connack = Connack(False, 0)
        self.line = Line()
        self._decoder = Decoder(Names(), readers=FROM_SERVER, level=level)
        self._partial = b""
        self._number = 0
        stream = Stream(
            Arena(),
            lambda stream: Conversation(ROOM, hall.desk, hall.house, stream, hall.open),
            lambda stream: None,
            hall.defects.append,
        )
        self.stream = stream
        self.line.protocol = stream
        stream.connection_made(self.line)

    def connects(self, client_id: str = "", **connect: Any) -> Any:
        properties = connect.pop("properties", {})
        if isinstance(properties, dict):
            properties = ConnectProperties(**properties)
        self.says(Connect(client_id, self.level, properties=properties, **connect))
        heard = self.hears()
        self._kept = heard[1:]
        return heard[0] if heard else None

    def says(self, *packets: Packet | bytes) -> "Client":
        """All in one read."""
        data = b"".join(
            packet if isinstance(packet, bytes) else encode(packet, self.level) for packet in packets
        )
        while data and not self.line.is_closed:
            view = self.stream.get_buffer(-1)
            part, data = data[: len(view)], data[len(view) :]
            view[: len(part)] = part
            self.stream.buffer_updated(len(part))
        self.hall.settle()
        return self

    def hears(self) -> list[Any]:
        """Everything since the last time."""
        kept, self._kept = getattr(self, "_kept", []), []
        if self.line.is_full:
            return kept
        data = self._partial + bytes(self.line.written)
        self.line.written.clear()
        decoded = self._decoder.decode(data)
        assert decoded.broken is None, decoded.broken
        self._partial = data[decoded.used :]
        return kept + singles(decoded.packets)

    def number(self) -> int:
        self._number += 1
        return self._number

    def subscribes(self, *filters: str | Request, qos: int = 0, mark: int | None = None) -> tuple[int, ...]:
        """The codes; what else comes stays for `hears`."""
        requests = tuple(each if isinstance(each, Request) else Request(each, qos) for each in filters)
        self.says(Subscribe(self.number(), requests, SubscribeProperties(subscription_id=mark)))
        heard = self.hears()
        (suback,) = [packet for packet in heard if isinstance(packet, Suback)]
        self._kept = [packet for packet in heard if packet is not suback]
        return suback.codes

    def publishes(self, topic: str, payload: bytes | str = b"", **more: Any) -> list[Any]:
        """Send one, with the next packet identifier if it needs one; what is heard at once."""
        if more.get("qos") and "packet_id" not in more:
            more["packet_id"] = self.number()
        self.says(Publish(topic, payload.encode() if isinstance(payload, str) else payload, **more))
        return self.hears()

    def payloads(self) -> list[str]:
        """Of the PUBLISH packets among what is heard."""
        return [packet.payload.decode() for packet in self.hears() if isinstance(packet, Publish)]

    def breaks(self) -> None:
        """The network is gone."""
        self.line.close()
        self.hall.settle()

    def stops_reading(self) -> None:
        self.line.is_full = True
        self.stream.pause_writing()
        self.hall.settle()

    def reads_on(self) -> None:
        self.line.is_full = False
        self.stream.resume_writing()
        self.hall.settle()

    @property
    def is_closed(self) -> bool:
        return self.line.is_closed


BOTH = (V311, V5)
