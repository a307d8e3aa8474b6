"""A client: its session, its channels, who it is and where it went; how it is blocked, and how it ends."""

from typing import Final

from hubbub.core.queues.queue import Queue
from hubbub.core.queues.realm import Realm
from hubbub.core.routing.exchange import Exchange
from hubbub.model.address import Address
from hubbub.net.stream import Stream
from hubbub.octets.malformed import Malformed
from hubbub.protocols.amqp.delivery.channel import Channel
from hubbub.protocols.amqp.delivery.patience import Terms
from hubbub.protocols.amqp.failures import Failed, reply_text, unmet
from hubbub.protocols.amqp.guest.premises import Premises
from hubbub.protocols.amqp.guest.pulse import Pulse
from hubbub.protocols.amqp.guest.users import NOBODY, Login
from hubbub.protocols.amqp.naming import KnownTraits
from hubbub.protocols.amqp.options import AmqpOptions
from hubbub.protocols.amqp.session import Session, State
from hubbub.protocols.amqp.wire.frames import method_frame
from hubbub.protocols.amqp.wire.generated import methods as wire
from hubbub.protocols.amqp.wire.generated.methods import Method
from hubbub.protocols.amqp.wire.replies import Reply
from hubbub.protocols.amqp.wire.table import EMPTY, Table

CLOSE_SECONDS: Final = 10.0
"""How long a client may take to answer connection.close."""
KNOWN_WAYS: Final = 512
FORCED: Final = "broker forced connection closure with reason"


class Guest:
    """One connection. Handlers get it as their first argument."""

    __slots__ = (
        "_is_blocked",
        "_is_released",
        "_session",
        "channels",
        "client",
        "committing",
        "heartbeat",
        "login",
        "mechanism",
        "options",
        "owned",
        "premises",
        "pulse",
        "realm",
        "since",
        "stream",
        "terms",
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
        self.committing: set[int] = set()
        """Channels whose tx.commit is not safe yet."""
        self.login: Login = NOBODY
        self.client: Table = EMPTY
        """What the client said of itself."""
        self.mechanism = ""
        self.realm: Realm = NOWHERE
        self.heartbeat = 0
        self.owned: dict[Queue, None] = {}
        """Exclusive queues, which end with the connection."""
        self.traits = KnownTraits()
        self.ways: dict[tuple[str, str], tuple[Address, tuple[Queue, ...], Exchange]] = {}
        """Where this client's publishes go, checked: valid for one version of the realm's graph."""
        self.ways_of = -1
        self.since: Final = premises.clock.now()
        self._is_blocked = False
        self._is_released = False
        premises.guests[self] = None
        premises.connections += 1
        self.pulse: Final = Pulse(stream, premises.clock, premises.turn, self._is_silent)
        self.pulse.within(premises.options.handshake_timeout, self._is_late)
        self.terms: Final = Terms(
            premises.clock,
            premises.options.consumer_timeout_ms,
            premises.options.is_strict,
            self._lose_patience,
        )

    @property
    def session(self) -> Session:
        return self._session

    @property
    def channel(self) -> Channel:
        """The channel of the call at hand."""
        return self.channels[self._session.channel]

    # saying

    def send(self, channel: int, method: Method) -> None:
        """A method that is no reply, in this turn."""
        self.stream.out.append(method_frame(channel, method))
        self.premises.turn.flush(self.stream)

    def can(self, capability: str) -> bool:
        """Whether the client says that it understands this."""
        capabilities = self.client.value("capabilities")
        return isinstance(capabilities, Table) and capabilities.value(capability) is True

    # the alarm

    def block(self) -> None:
        """An alarm is on and this client publishes: tell it, and read no more from it."""
        if not self._is_blocked:
            self._is_blocked = self.pulse.is_deaf = True
            if self.can("connection.blocked"):
                self.send(0, wire.ConnectionBlocked(self.premises.alarm))
        self.stream.pause()

    def unblock(self) -> None:
        """The alarm is off."""
        if self._is_blocked:
            self._is_blocked = self.pulse.is_deaf = False
            if self.can("connection.blocked"):
                self.send(0, wire.ConnectionUnblocked())
            self.premises.clock.soon(self.stream.resume)

    # ending

    def fail(self, failure: Failed, index: int) -> None:
        """Answer a method that cannot be done by closing its channel or the connection."""
        number = self._session.channel
        if failure.is_soft and number in self.channels:
            self.fail_channel(number, failure, index)
        else:
            self.close_connection(failure.reply, failure.text, index)

    def fail_channel(self, number: int, failure: Failed, index: int) -> None:
        """Close a channel and say why; ``index`` of the method that failed, 0 for none."""
        self.premises.failed(self, failure.reply, failure.text)
        self.close_channel(number)
        self._session.closing_channel(number)
        text = reply_text(failure.reply, failure.text)
        self.send(number, wire.ChannelClose(failure.reply, text, index >> 16, index & 0xFFFF))

    def _is_silent(self) -> None:
        self.premises.gave_up(
            self, f"nothing was heard for {self.heartbeat} s, the heartbeat that was agreed on"
        )
        self.stream.abort()

    def _is_late(self) -> None:
        self.premises.gave_up(self, f"it did not log in within {self.options.handshake_timeout} s")
        self.stream.abort()

    def _lose_patience(self, number: int, limit_ms: int) -> None:
        """A delivery was out for too long on this channel."""
        text = (
            f"delivery acknowledgement on channel {number} timed out. Timeout value used: {limit_ms} ms. "
            "This timeout value can be configured, see consumers doc guide to learn more"
        )
        self.fail_channel(number, unmet(text), 0)

    def close_channel(self, number: int) -> None:
        """Let go of all that the channel held."""
        channel = self.channels.pop(number)
        self.committing.discard(number)
        if channel.direct is not None:
            self.premises.replies.pop(channel.direct.token, None)
        channel.close()

    def close_connection(self, reply: Reply, text: str, index: int) -> None:
        """Let go of everything, say why, and wait for the client to agree, but not for ever."""
        if self._session.state in (State.CLOSING, State.DEAF):
            return
        self.premises.failed(self, reply, text)
        self.release()
        self._session.state = State.CLOSING
        self.send(0, wire.ConnectionClose(reply, reply_text(reply, text), index >> 16, index & 0xFFFF))
        self.pulse.within(CLOSE_SECONDS, self.stream.close)

    def release(self) -> None:
        """All channels end, and the queues that this connection alone might use. Idempotent."""
        self.pulse.stop()
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
            text = f"{FORCED} 'shutdown'" if why is None else str(why)
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


class Nowhere(Realm):
    """Where a client is before connection.open."""

    __slots__ = ()

    def __init__(self) -> None:
        """It has nothing in it."""


NOWHERE: Final = Nowhere()
