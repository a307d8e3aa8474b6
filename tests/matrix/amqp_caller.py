"""A client of any AMQP broker over a socket, with the words of the room's own tests, so that their scripts can be played to others.

What is heard is kept in ``log``, normalised: names that a broker makes up, times, and what a broker says of itself are left out.
"""

import re
import socket
import time
from operator import itemgetter
from typing import Any

from hubbub.protocols.amqp.wire.frames import method_frame, split
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.table import Field, Table
from tests.unit.protocols.amqp.words import Client, Said

PATIENCE = 0.15
"""Seconds in which a broker says something, if it will."""
ANSWER = 5.0
"""Seconds in which an answer that must come comes."""
SILENCE = 0.04
"""Seconds without an octet, after which it has said all."""
CLOSED = (0, "connection.close-ok", {})
"""After this either side may hang up."""
NEWER = ("x-last-death-", "x-acquired-count")
"""Headers that RabbitMQ writes since 3.13 and 4.0."""
MADE_UP = re.compile(r"amq\.(gen|ctag|rabbitmq\.reply-to)[-.][\w.=/+-]+")


class Broker:
    """Where callers call. It forgets, by `tidy`, what they made in it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.callers: list[Caller] = []

    def client(self) -> "Caller":
        """A caller with channel 1 open."""
        caller = Caller(self)
        caller.log_in()
        caller.call(wire.ChannelOpen(), wire.ChannelOpenOk)
        caller.log.clear()
        return caller

    def tidy(self) -> None:
        """Delete all that was made, and hang up."""
        queues = [name for caller in self.callers for name in caller.queues]
        exchanges = [name for caller in self.callers for name in caller.exchanges]
        for caller in self.callers:
            caller.hang_up()
        self.callers.clear()
        if queues or exchanges:
            tidier = self.client()
            made = [name for name in exchanges if name and not name.startswith("amq.")]
            for method in (*map(wire.QueueDelete, queues), *map(wire.ExchangeDelete, made)):
                tidier.heard.clear()
                tidier.say(method)
                if isinstance(tidier.heard[0].method, wire.ChannelClose):  # a name that cannot be deleted
                    tidier.say(wire.ChannelCloseOk())
                    tidier.say(wire.ChannelOpen())
            tidier.hang_up()
            self.callers.clear()


class Caller(Client):
    """One connection."""

    def __init__(self, broker: Broker) -> None:
        self.hub: Any = broker
        self.heard: list[Said] = []
        self.log: list[Any] = []
        self.queues: list[str] = []
        self.exchanges: list[str] = []
        self.beats = 0
        self.is_over = False
        self._kept = b""
        self._open = {}
        self._socket = socket.create_connection(("127.0.0.1", broker.port), timeout=10)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        broker.callers.append(self)

    def raw(self, octets: bytes) -> None:
        try:
            self._socket.sendall(octets)
        except OSError:
            self.is_over = True
        self._hear(PATIENCE)

    def say(self, method: Any, channel: int = 1) -> None:
        if isinstance(method, wire.QueueDeclare) and method.queue:
            self.queues.append(method.queue)
        if isinstance(method, wire.ExchangeDeclare):
            self.exchanges.append(method.exchange)
        if isinstance(method, wire.ConnectionTuneOk):
            self._socket.sendall(method_frame(channel, method))  # nobody answers this
        else:
            super().say(method, channel)

    def hang_up(self) -> None:
        self._socket.close()

    def hears_nothing(self) -> bool:
        self._hear(PATIENCE)
        return self.heard == []

    def _listen(self) -> None:
        if not self.heard:
            self._hear(ANSWER)

    def _hear(self, patience: float) -> None:
        """All that comes until the broker falls silent."""
        self._socket.settimeout(patience)
        until = time.monotonic() + 10
        while not self.is_over and time.monotonic() < until:
            try:
                data = self._socket.recv(1 << 16)
            except TimeoutError:
                return
            except OSError:
                data = b""
            if not data:
                self.is_over = True
                if self.log[-1:] != [CLOSED]:
                    self.log.append("hung up")
                return
            self._socket.settimeout(SILENCE)
            self._kept += data
            if self._kept.startswith(b"AMQP"):
                self.log.append(self._kept)
                self._kept = b""
            frames, used = split(self._kept)
            for frame in frames:
                for said in self._take(self._kept[frame.start : frame.stop], frame.kind, frame.channel):
                    self.heard.append(said)
                    self.log.append(normal(said))
                    if isinstance(said.method, wire.QueueDeclareOk):
                        self.queues.append(said.method.queue)
            self._kept = self._kept[used:]


def normal(said: Said) -> Any:
    """Without what brokers may choose."""
    method = said.method
    facts = {name: plain(getattr(method, name)) for name in method.__struct_fields__}
    name = (type(method).__doc__ or "").partition(" ")[0]
    if isinstance(method, wire.ConnectionStart):
        facts.pop("server_properties")
    if not said.header:
        return said.channel, name, facts
    properties = said.properties
    kept = {
        field: plain(getattr(properties, field))
        for field in properties.__struct_fields__
        if getattr(properties, field) is not None
    }
    return said.channel, name, facts, kept, said.body


def plain(value: Any) -> Any:
    """A value that can be compared and read."""
    match value:
        case Table():
            return {
                key: plain(field)
                for key, field in sorted(value.entries, key=itemgetter(0))
                if not key.startswith(NEWER)
            }
        case Field("T", _):
            return "T <time>"
        case Field(kind, inner):
            return f"{kind} {plain(inner)}"
        case tuple() | list():
            return [plain(each) for each in value]
        case bytes():
            return plain(value.decode(errors="backslashreplace"))
        case str():
            return MADE_UP.sub(lambda found: f"<{found[1]}>", value)
        case bool() | int() | None:
            return value
        case _:
            return str(value)
