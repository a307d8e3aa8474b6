"""What the tests of the room say again and again: a hub without sockets whose clock is moved by hand, and clients that talk frames."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from hubbub.app import open_broker
from hubbub.core.turn import Turn
from hubbub.model.clock import Action, Clock
from hubbub.net.arena import Arena
from hubbub.net.stream import Stream
from hubbub.protocols.amqp.options import AmqpOptions
from hubbub.protocols.amqp.room import ROOM
from hubbub.protocols.amqp.wire import content
from hubbub.protocols.amqp.wire.content import Properties
from hubbub.protocols.amqp.wire.frames import (
    BODY,
    HEADER,
    HEARTBEAT,
    METHOD,
    content_frames,
    method_frame,
    split,
)
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.methods import CARRIES_CONTENT, decode_method
from hubbub.protocols.amqp.wire.preamble import AMQP_0_9_1
from hubbub.protocols.amqp.wire.table import Plain, Table, table
from hubbub.protocols.contract import House
from hubbub.protocols.serve import Conversation
from hubbub.settings import Settings
from hubbub.storage.memory.engine import MemoryEngine

START = 1_700_000_000
CAPABLE = {"consumer_cancel_notify": True, "connection.blocked": True, "authentication_failure_close": True}


class Said(Struct, frozen=True):
    """What the server said: a method, and its content where it carries any."""

    channel: int
    method: Any
    header: bytes = b""
    body: bytes = b""

    @property
    def properties(self) -> Properties:
        return content.decode_properties(self.header)

    @property
    def headers(self) -> Table:
        return self.properties.headers or Table()


class Line(asyncio.Transport):
    """The socket's place: keeps what was written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = bytearray()
        self.is_closed = False
        self.is_paused = False

    def write(self, data: Any) -> None:
        self.written += data

    def writelines(self, parts: Any) -> None:
        for part in parts:
            self.written += part

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def get_write_buffer_size(self) -> int:
        return 0

    def pause_reading(self) -> None:
        self.is_paused = True

    def resume_reading(self) -> None:
        self.is_paused = False

    def close(self) -> None:
        self.is_closed = True

    def abort(self) -> None:
        self.is_closed = True


class Hub:
    """The room in a hub of its own."""

    def __init__(self, engine: MemoryEngine | None = None, **options: Any) -> None:
        self.soon: list[Action] = []
        self.clock = Clock(lambda: 0.0, lambda: START, lambda when: None, self.soon.append)
        self.engine = engine or MemoryEngine()
        self.turn = Turn(self.soon.append, self.engine.seal)
        self.defects: list[Exception] = []
        self.arena = Arena(64 * 1024)
        self.conversations: set[Conversation] = set()
        self.broker = open_broker(Settings(), self.engine, self.clock, self.turn)
        log = logging.getLogger("hubbub.amqp")
        self.house = House(self.broker, AmqpOptions(**options), lambda stream: ("localhost", 5672), log)
        self.desk: Any = ROOM.open(self.house)

    def end_turn(self) -> None:
        while self.soon:
            self.soon.pop(0)()

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.end_turn()

    def queue(self, name: str, realm: str = "/") -> Any:
        return self.broker.realms.by_name[realm].queues[name]

    def client(self, **how: Any) -> "Client":
        """A client with channel 1 open."""
        client = Client(self)
        client.log_in(**how)
        client.call(wire.ChannelOpen(), wire.ChannelOpenOk)
        return client


class LastingEngine(MemoryEngine):
    """Outlives its hubs."""

    @property
    def outlives(self) -> bool:
        return True


class Client:
    """One connection. ``call`` says something and expects an answer; ``heard`` is what came and was not expected yet."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.line = Line()
        self.heard: list[Said] = []
        self.beats = 0
        self._used = 0
        self._open: dict[int, tuple[Any, bytes, bytes]] = {}
        self.stream = Stream(hub.arena, self._conversation, lambda stream: None, hub.defects.append)
        self.stream.connection_made(self.line)

    def _conversation(self, stream: Stream) -> Conversation:
        return Conversation(ROOM, self.hub.desk, self.hub.house, stream, self.hub.conversations)

    # saying

    def raw(self, octets: bytes) -> None:
        """Octets as they are, as much at a time as the hub can take."""
        while octets and not self.line.is_closed:
            view = self.stream.get_buffer(-1)
            count = min(len(view), len(octets))
            view[:count] = octets[:count]
            self.stream.buffer_updated(count)
            octets = octets[count:]
            self.hub.end_turn()
        self._listen()

    def say(self, method: Any, channel: int = 1) -> None:
        self.raw(method_frame(channel, method))

    def publish(
        self,
        exchange: str,
        key: str,
        body: bytes = b"",
        properties: Properties = content.NOTHING,
        *,
        channel: int = 1,
        mandatory: bool = False,
        immediate: bool = False,
    ) -> None:
        frames = content_frames(channel, content.encode_header(len(body), properties), body, 131072)
        self.raw(
            method_frame(channel, wire.BasicPublish(exchange, key, mandatory, immediate)) + b"".join(frames)
        )

    def call(self, method: Any, answer: type, channel: int = 1) -> Any:
        self.say(method, channel)
        return self.expect(answer, channel).method

    def log_in(
        self,
        *,
        user: str = "guest",
        password: str = "guest",
        realm: str = "/",
        capabilities: dict[str, Plain] | None = None,
        heartbeat: int = 0,
    ) -> None:
        self.raw(AMQP_0_9_1)
        self.expect(wire.ConnectionStart, 0)
        known: dict[str, Plain] = dict(CAPABLE) if capabilities is None else capabilities
        said = table({"capabilities": known})
        self.call(
            wire.ConnectionStartOk(said, "PLAIN", f"\0{user}\0{password}".encode(), "en_US"),
            wire.ConnectionTune,
            0,
        )
        self.say(wire.ConnectionTuneOk(2047, 131072, heartbeat), 0)
        self.call(wire.ConnectionOpen(realm), wire.ConnectionOpenOk, 0)

    def lose(self) -> None:
        """The socket is gone."""
        self.stream.connection_lost(None)
        self.hub.end_turn()

    # hearing

    def expect(self, kind: type, channel: int | None = None) -> Said:
        """The next thing that the server said, which is of this kind."""
        self._listen()
        assert self.heard, f"expected {kind.__name__}, heard nothing"
        said = self.heard.pop(0)
        assert isinstance(said.method, kind), f"expected {kind.__name__}, heard {said}"
        assert channel is None or said.channel == channel
        return said

    def all(self, kind: type) -> list[Said]:
        """Everything heard, all of it of this kind."""
        self._listen()
        heard, self.heard = self.heard, []
        assert [said for said in heard if not isinstance(said.method, kind)] == []
        return heard

    def bodies(self) -> list[bytes]:
        """Bodies of deliveries, which is all that was heard."""
        return [said.body for said in self.all(wire.BasicDeliver)]

    def hears_nothing(self) -> bool:
        self._listen()
        return self.heard == []

    def _listen(self) -> None:
        data = bytes(self.line.written)
        del self.line.written[:]
        frames, used = split(data)
        assert used == len(data)
        for frame in frames:
            self.heard.extend(self._take(data[frame.start : frame.stop], frame.kind, frame.channel))

    def _take(self, payload: bytes, kind: int, channel: int) -> Iterator[Said]:
        if kind == METHOD:
            method = decode_method(payload, 0, len(payload))
            if method.INDEX in CARRIES_CONTENT:
                self._open[channel] = (method, b"", b"")
            else:
                yield Said(channel, method)
            return
        if kind == HEARTBEAT:
            self.beats += 1
            return
        method, header, body = self._open.pop(channel)
        if kind == HEADER:
            header = payload
        elif kind == BODY:
            body += payload
        if len(body) == content.body_size(header):
            yield Said(channel, method, header, body)
        else:
            self._open[channel] = (method, header, body)

    # short words

    def declare(self, queue: str = "", **more: Any) -> wire.QueueDeclareOk:
        arguments = table(more.pop("arguments", {}))
        answer: wire.QueueDeclareOk = self.call(
            wire.QueueDeclare(queue, arguments=arguments, **more), wire.QueueDeclareOk
        )
        return answer

    def exchange(self, name: str, kind: str = "direct", **more: Any) -> None:
        arguments = table(more.pop("arguments", {}))
        self.call(wire.ExchangeDeclare(name, kind, arguments=arguments, **more), wire.ExchangeDeclareOk)

    def bind(
        self, queue: str, exchange: str, key: str = "", arguments: dict[str, Plain] | None = None
    ) -> None:
        self.call(wire.QueueBind(queue, exchange, key, False, table(arguments or {})), wire.QueueBindOk)

    def consume(
        self, queue: str, tag: str = "c", *, arguments: dict[str, Plain] | None = None, **more: Any
    ) -> None:
        channel = more.pop("channel", 1)
        self.say(wire.BasicConsume(queue, tag, arguments=table(arguments or {}), **more), channel)
        self.expect(wire.BasicConsumeOk, channel)

    def get(self, queue: str, *, no_ack: bool = True) -> Said | None:
        self.say(wire.BasicGet(queue, no_ack))
        self._listen()
        said = self.heard.pop(0)
        return None if isinstance(said.method, wire.BasicGetEmpty) else said

    def drained(self, queue: str) -> list[bytes]:
        """Everything ready in a queue, taken."""
        bodies = []
        while (said := self.get(queue)) is not None:
            bodies.append(said.body)
        return bodies
