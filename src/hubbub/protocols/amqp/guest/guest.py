"""A client: its session, its channels, who it is and where it went; how it is blocked, and how it ends."""

from collections.abc import Callable
from typing import Final

from hubbub.core.queues.queue import ANYBODY, Queue
from hubbub.core.queues.realm import Realm
from hubbub.core.routing.exchange import Exchange
from hubbub.model.address import Address
from hubbub.net.stream import Stream
from hubbub.octets.malformed import Malformed
from hubbub.protocols.amqp.delivery.channel import Channel
from hubbub.protocols.amqp.failures import Failed, locked_queue, no_exchange, no_queue, refused, reply_text
from hubbub.protocols.amqp.guest.premises import Premises
from hubbub.protocols.amqp.guest.users import NOBODY, Login, Right
from hubbub.protocols.amqp.naming import KnownTraits
from hubbub.protocols.amqp.options import AmqpOptions
from hubbub.protocols.amqp.session import Session, State
from hubbub.protocols.amqp.wire.frames import HEARTBEAT_FRAME, method_frame
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.generated.methods import Method
from hubbub.protocols.amqp.wire.replies import Reply
from hubbub.protocols.amqp.wire.table import EMPTY, Table

CLOSE_SECONDS: Final = 10.0
"""How long a client may take to answer connection.close."""
KNOWN_WAYS: Final = 512


class Guest:
    """One connection. Handlers get it as their first argument."""

    __slots__ = (
        "_beat_in",
        "_beat_out",
        "_is_blocked",
        "_is_released",
        "_session",
        "_silent",
        "_timer",
        "channels",
        "client",
        "heartbeat",
        "login",
        "mechanism",
        "options",
        "owned",
        "premises",
        "realm",
        "stream",
        "traits",
        "ways",
        "ways_of",
    )

    def __init__(self, premises: Premises, stream: Stream) -> None:
        self.premises: Final = premises
        self.options: Final[AmqpOptions] = premises.options
        self.stream: Final = stream
        self._session: Final = Session(premises.options.max_message_bytes)
        self.channels: dict[int, Channel] = {}
        self.login: Login = NOBODY
        self.client: Table = EMPTY
        """What the client said of itself."""
        self.mechanism = ""
        self.realm: Realm = NOWHERE
        self.heartbeat = 0
        self.owned: dict[Queue, None] = {}
        """Exclusive queues, which end with the connection."""
        self.traits = KnownTraits()
        self.ways: dict[tuple[str, str], tuple[Address, tuple[Queue, ...]]] = {}
        """Where this client's publishes go, checked: valid for one version of the realm's graph."""
        self.ways_of = -1
        self._is_blocked = False
        self._is_released = False
        self._beat_in = 0
        self._beat_out = 0
        self._silent = 0
        premises.guests[self] = None
        premises.connections += 1
        self._timer = premises.clock.call_in(premises.options.handshake_timeout, self._too_slow)

    @property
    def session(self) -> Session:
        return self._session

    # saying

    def send(self, channel: int, method: Method) -> None:
        """A method that is no reply, in this turn."""
        self.stream.out.append(method_frame(channel, method))
        self.premises.turn.flush(self.stream)

    def can(self, capability: str) -> bool:
        """Whether the client says that it understands this."""
        capabilities = self.client.value("capabilities")
        return isinstance(capabilities, Table) and capabilities.value(capability) is True

    # finding

    def channel(self) -> Channel:
        """The channel of the call at hand."""
        return self.channels[self._session.channel]

    def exchange(self, name: str) -> Exchange:
        """Raises `Failed` 404."""
        found = self.realm.graph.exchanges.get(name)
        if found is None:
            raise no_exchange(name, self.realm.name)
        return found

    def queue(self, name: str) -> Queue:
        """A queue by its name, or the last one declared on this channel for an empty name. Raises `Failed` 404, 405."""
        name = self.queue_name(name)
        found = self.realm.queues.get(name)
        if found is None:
            raise no_queue(name, self.realm.name)
        if found.owner is not ANYBODY and found.owner is not self:
            raise locked_queue(name, self.realm.name)
        return found

    def queue_name(self, name: str) -> str:
        """What an empty name stands for. Raises `Failed` 404 where it stands for nothing."""
        if name:
            return stripped(name)
        last = self.channel().last_queue
        if not last:
            raise Failed(Reply.NOT_FOUND, f"no previously declared queue in vhost '{self.realm.name}'")
        return last

    def demand(self, right: Right, kind: str, name: str) -> None:
        """Raises `Failed` 403 when the user may not do this here."""
        login = self.login
        if login.is_unrestricted:
            return
        permission = login.permission(self.realm.name)
        if permission is None or not permission.allows(right, name or "amq.default"):
            raise refused(
                f"{right.value} access to {kind} '{name or 'amq.default'}' in vhost '{self.realm.name}' refused for user '{login.name}'"
            )

    # the handshake and heartbeats

    def _too_slow(self) -> None:
        if self._session.state not in (State.RUNNING, State.CLOSING):
            self.stream.abort()

    def opened(self) -> None:
        """The handshake is done: from here on heartbeats say who is alive."""
        self._timer.cancel()
        if self.heartbeat:
            self._beat_in = self.stream.octets_in
            self._timer = self.premises.clock.call_in(self.heartbeat / 2, self._beat)

    def _beat(self) -> None:
        """Twice per interval: say that we live if nothing else did; give up on a client that was silent for two intervals."""
        stream = self.stream
        if self._session.state is not State.RUNNING:
            return
        if stream.octets_in != self._beat_in or self._is_blocked:
            self._silent = 0
            self._beat_in = stream.octets_in
        else:
            self._silent += 1
            if self._silent >= 4:
                stream.abort()
                return
        if stream.octets_out == self._beat_out:
            stream.out.append(HEARTBEAT_FRAME)
            self.premises.turn.flush(stream)
            self._beat_out += len(HEARTBEAT_FRAME)  # our own heartbeat must not pass for a sign of life next time
        else:
            self._beat_out = stream.octets_out
        self._timer = self.premises.clock.call_in(self.heartbeat / 2, self._beat)

    # the alarm

    def block(self) -> None:
        """An alarm is on and this client publishes: tell it, and read no more from it."""
        if not self._is_blocked:
            self._is_blocked = True
            if self.can("connection.blocked"):
                self.send(0, wire.ConnectionBlocked(self.premises.alarm))
        self.stream.pause()

    def unblock(self) -> None:
        """The alarm is off."""
        if self._is_blocked:
            self._is_blocked = False
            if self.can("connection.blocked"):
                self.send(0, wire.ConnectionUnblocked())
            self.premises.clock.soon(self.stream.resume)

    # ending

    def fail(self, failure: Failed, index: int) -> None:
        """Answer a method that cannot be done by closing its channel or the connection."""
        number = self._session.channel
        if failure.is_soft and number in self.channels:
            self.close_channel(number)
            self._session.closing_channel(number)
            group, method = index >> 16, index & 0xFFFF
            self.send(
                number,
                wire.ChannelClose(failure.reply, reply_text(failure.reply, failure.text), group, method),
            )
        else:
            self.close_connection(failure.reply, failure.text, index)

    def close_channel(self, number: int) -> None:
        """Let go of all that the channel held."""
        channel = self.channels.pop(number)
        if channel.direct is not None:
            self.premises.replies.pop(channel.direct.token, None)
        channel.close()

    def close_connection(self, reply: Reply, text: str, index: int) -> None:
        """Let go of everything, say why, and wait for the client to agree, but not for ever."""
        if self._session.state in (State.CLOSING, State.DEAF):
            return
        self.release()
        self._session.state = State.CLOSING
        self.send(0, wire.ConnectionClose(reply, reply_text(reply, text), index >> 16, index & 0xFFFF))
        self._timer = self.premises.clock.call_in(CLOSE_SECONDS, self.stream.close)

    def later(self, seconds: float, action: Callable[[], object]) -> None:
        """The one thing that this connection waits for."""
        self._timer.cancel()
        self._timer = self.premises.clock.call_in(seconds, action)

    def release(self) -> None:
        """All channels end, and the queues that this connection alone might use. Idempotent."""
        self._timer.cancel()
        if self._is_released:
            return
        self._is_released = True
        self.premises.guests.pop(self, None)
        for number in list(self.channels):
            self.close_channel(number)
        for queue in self.owned:
            if not queue.is_gone:
                self.realm.remove_queue(queue)
        self.owned.clear()

    def farewell(self, why: Malformed | None) -> None:
        """320 for a hub that stops; what breaks the protocol is answered before it comes to this."""
        if self._session.state is State.RUNNING:
            text = "broker forced connection closure with reason 'shutdown'" if why is None else str(why)
            reply = Reply.CONNECTION_FORCED if why is None else Reply.INTERNAL_ERROR
            self.stream.out.append(
                method_frame(0, wire.ConnectionClose(reply, reply_text(reply, text), 0, 0))
            )
        self.release()

    def writable(self, *, is_writable: bool) -> None:
        """Consumers wait while the client does not read."""
        for channel in self.channels.values():
            channel.block(is_blocked=not is_writable)

    def gone(self) -> None:
        """The socket is gone."""
        self.release()


def stripped(name: str) -> str:
    """A name without line ends, as RabbitMQ takes it."""
    return name.replace("\r", "").replace("\n", "") if "\r" in name or "\n" in name else name


class Nowhere(Realm):
    """Where a client is before connection.open."""

    __slots__ = ()

    def __init__(self) -> None:
        """It has nothing in it."""


NOWHERE: Final = Nowhere()
