"""A client in this room: its session, its durable, and how deliveries reach it. The `Carrier` of its durable.

From CONNECT to the end of the socket. What stays behind when it goes is said by `leave`: the durable for its time, and the will.
"""

import logging
from collections.abc import Sequence
from functools import partial
from typing import Final

import msgspec

from hubbub.core.access import ANONYMOUS, Operation, Principal
from hubbub.core.commit import OK, Outcome
from hubbub.core.durable import Bounds, Durable, Parcel
from hubbub.core.hatch import Client
from hubbub.core.subscriptions import Target
from hubbub.model.clock import Action, Timer, nothing
from hubbub.model.record import Record
from hubbub.net.stream import Stream
from hubbub.octets.malformed import Malformed
from hubbub.protocols.mqtt.delivery.forms import block
from hubbub.protocols.mqtt.delivery.hall import Hall
from hubbub.protocols.mqtt.delivery.owed import Owed
from hubbub.protocols.mqtt.naming import record_of
from hubbub.protocols.mqtt.session import LONGEST_WORD, Session, Stage
from hubbub.protocols.mqtt.wire.broken import Broken
from hubbub.protocols.mqtt.wire.connect import UnknownLevel
from hubbub.protocols.mqtt.wire.decode import LARGEST
from hubbub.protocols.mqtt.wire.encode import encode, pubrel
from hubbub.protocols.mqtt.wire.fields import pack_u16, string
from hubbub.protocols.mqtt.wire.forms import again as with_dup
from hubbub.protocols.mqtt.wire.forms import around, whole
from hubbub.protocols.mqtt.wire.packets import V5, V311, Connack, Disconnect, Packet, Puback, Pubrec, Will
from hubbub.protocols.mqtt.wire.properties import ConnackProperties, DisconnectProperties
from hubbub.protocols.mqtt.wire.reasons import REFUSED_PROTOCOL, RETURN_CODES, Reason

FOR_EVER: Final = 0xFFFFFFFF
RETAINED_3: Final = (False, 0, True, ())
LINGER_SECONDS: Final = 5.0
CONNACK: Final = 0x20
LEVELS: Final = {3: "3.1", 4: "3.1.1", 5: "5.0"}
UNKEPT: Final = "nothing can be kept just now"
encode_will: Final = msgspec.msgpack.Encoder().encode
decode_will: Final = msgspec.msgpack.Decoder(tuple[str, Will]).decode
"""The client's principal and its will, as the core keeps them for a start to come."""


class Guest:
    """One connection. Handlers get it as their first argument. ``durable`` is there from CONNECT on."""

    __slots__ = (
        "_idle_limit",
        "_is_5",
        "_left",
        "_owed",
        "_session",
        "_timer",
        "can_send",
        "client_id",
        "durable",
        "hall",
        "heard_at",
        "keep_seconds",
        "principal",
        "since",
        "stream",
        "will",
    )

    durable: Durable

    def __init__(self, hall: Hall, stream: Stream) -> None:
        options = hall.options
        self.hall: Final = hall
        self.stream: Final = stream
        self._session: Final = Session(
            hall.names, options.max_packet_size, options.topic_alias_maximum, self._hear
        )
        self._is_5 = False
        self._left = True
        self._owed: Final = Owed(hall.space, self._pay)
        self._idle_limit = 0.0
        self._timer: Timer = hall.broker.clock.call_in(options.connect_timeout_secs, self._give_up)
        self.can_send = True
        self.client_id = ""
        self.heard_at = 0.0
        self.keep_seconds = 0
        """How long the session outlives the connection; `FOR_EVER` is without end."""
        self.principal: Principal = ANONYMOUS
        self.since: Final = hall.broker.clock.now()
        self.will: Will | None = None

    @property
    def session(self) -> Session:
        """The order of this conversation."""
        return self._session

    @property
    def now_ms(self) -> int:
        """When what came now came."""
        return self.hall.broker.clock.now()

    def permits(self, operation: Operation, topic: str) -> bool:
        """Whether this client may do this with a topic or filter."""
        return self.hall.broker.access.permits(self.principal, operation, topic)

    # answering

    def answer(self, packet: Packet | bytes) -> None:
        """Send this when all that was done so far is safe: at the end of the turn, or later where things are kept.

        While nothing can be kept, what is a "no", and what concerns nothing that is kept, does not wait.
        """
        octets = packet if isinstance(packet, bytes) else self._session.write(packet)
        space = self.hall.space
        if space.lasts and not (space.is_failing and (not self.durable.keeps or is_refusal(packet))):
            self._owed.add([octets])
        else:
            self.stream.send(octets)
            self.hall.broker.turn.flush(self.stream)

    def _pay(self, owed: list[bytes], outcome: Outcome) -> None:
        """What was done is safe; or nobody can know, and then neither yes nor no is true: the client must come again and ask."""
        if self.stream.closing:
            return
        if outcome is OK:
            self.stream.out.extend(owed)
            self.hall.broker.turn.flush(self.stream)
        else:
            self.hall.complain("storage", "what clients sent cannot be kept: they are disconnected")
            if owed[0][0] == CONNACK:
                self._refuse(Broken(Reason.QUOTA_EXCEEDED, UNKEPT))
                self._session.stage = Stage.OVER
            self.evict(Reason.QUOTA_EXCEEDED, UNKEPT)

    # coming and going

    @property
    def keep(self) -> float:
        """How long the session outlives the connection, in seconds."""
        return float("inf") if self.keep_seconds == FOR_EVER else float(self.keep_seconds)

    def enter(self, client_id: str, durable: Durable, keep_alive: int) -> None:
        """CONNECT is accepted: this is its client id and durable. Keep alive in seconds, 0 for none."""
        self._timer.cancel()
        self.client_id = client_id
        self.durable = durable
        self._left = False
        self._is_5 = self._session.is_5
        self.hall.guests[client_id] = self
        durable.attach(self, min(self._session.receive_maximum, self.hall.options.max_inflight))
        if keep_alive:
            self._idle_limit = keep_alive * 1.5  # MQTT-3.1.2-22
            self.heard_at = self.hall.broker.clock.elapsed()
            self._timer = self.hall.broker.clock.call_in(self._idle_limit, self._look)

    def leave(self) -> None:
        """Let go of the durable, and leave the will to be published if there still is one. Idempotent."""
        if self._left:
            return
        self._left = True
        hall = self.hall
        if hall.guests.get(self.client_id) is self:
            del hall.guests[self.client_id]
        keep = self.keep
        will = self.will
        if will is None:
            hall.space.leave(self.durable, keep, nothing)
        else:
            say = partial(publish_will, hall, will, self.durable, self.principal)
            hall.space.leave(self.durable, keep, say, will.properties.will_delay or 0)

    def evict(self, reason: Reason, why: str) -> None:
        """See `Visitor.evict`."""
        if self.stream.closing:
            self.leave()
            return
        line = logging.INFO, "client %s is disconnected: %s"
        about = "evicted", self.client_id
        self.hall.broker.complaints.about(self.hall.log, about, line, self.client_id, why)
        self._say(reason, why)
        self.leave()
        self.stream.close()
        self.hall.broker.clock.call_in(
            LINGER_SECONDS, self.stream.abort
        )  # one that never reads is not waited for

    def describe(self) -> Client:
        """See `Visitor.describe`."""
        return Client(
            id=self.client_id,
            peer="{}:{}".format(*self.stream.peer),
            user=self.principal.name,
            protocol=LEVELS.get(self._session.level, ""),
            since=self.since,
            octets_in=self.stream.octets_in,
            octets_out=self.stream.octets_out,
            details={
                "keep_seconds": self.keep_seconds,
                "subscriptions": len(self.durable.subscriptions),
                "has_will": self.will is not None,
            },
        )

    # what the conversation calls

    def farewell(self, why: Malformed | None) -> None:
        """Say why the connection ends, where the client's level has a word for it (MQTT-4.13.1-1); 3.x closes in silence."""
        session = self._session
        if why is None:
            self._say(Reason.SERVER_SHUTTING_DOWN, "")
        elif session.stage is Stage.TALKING:
            self._say(why.code if isinstance(why, Broken) else Reason.UNSPECIFIED, str(why))
        elif session.stage is Stage.WAITING and isinstance(why, Broken):
            self._refuse(why)
        session.stage = Stage.OVER

    def writable(self, *, is_writable: bool) -> None:
        """Deliver on, or wait."""
        self.can_send = is_writable
        if is_writable and not self._left:
            self.durable.pump()

    def gone(self) -> None:
        """The socket is gone; without a DISCONNECT the will is due."""
        self._timer.cancel()
        self.can_send = False
        self.leave()

    # as a carrier

    def send(self, records: Sequence[Record], target: Target, *, stored: bool) -> bool:
        """QoS 0. Dropped where the peer does not keep up; a packet it does not take is as good as sent (MQTT-3.1.2-25)."""
        hall = self.hall
        if not self.can_send:
            hall.counters.unread += len(records)
            hall.complain(
                self.client_id, "client %s does not read: messages at QoS 0 are dropped", self.client_id
            )
            return False
        session = self._session
        retain = stored or (target.as_published and records[0].properties.retain)
        if not self._is_5:
            packets = hall.forms.whole(records, RETAINED_3) if retain else hall.forms.plain(records)
        elif session.aliases_out.limit:
            packets = [self._aliased(record, target, 0, retain=retain) for record in records]
        else:
            packets = hall.forms.whole(records, (True, 0, retain, target.marks))
        self._out(packets)
        return True

    def send_numbered(
        self, first: Parcel, numbers: Sequence[int], records: Sequence[Record], *, again: bool
    ) -> Sequence[int]:
        """QoS 1 and 2; the numbers of packets that the peer does not take (MQTT-3.1.2-25)."""
        target, qos = first.target, first.assurance
        retain = first.stored or (target.as_published and first.record.properties.retain)
        if self._session.aliases_out.limit:
            packets = [
                self._aliased(record, target, qos, number, retain=retain)
                for record, number in zip(records, numbers, strict=True)
            ]
        else:
            shape = (self._is_5, qos, retain, target.marks if self._is_5 else ())
            forms = self.hall.forms.around(records, shape)
            packets = [
                before + pack_u16(number) + behind
                for (before, behind), number in zip(forms, numbers, strict=True)
            ]
        if again:
            packets = [with_dup(packet) for packet in packets]
        largest = self._session.largest_out
        self._out(packets, is_owed=self.durable.keeps and self.hall.space.lasts)
        if largest == LARGEST:
            return ()
        return [number for number, packet in zip(numbers, packets, strict=True) if len(packet) > largest]

    def _out(self, packets: list[bytes], *, is_owed: bool = False) -> None:
        """Gather for the end of the turn; what is too large for the peer is left out. ``is_owed``: when it is safe."""
        hall = self.hall
        largest = self._session.largest_out
        if largest != LARGEST:
            whole_count = len(packets)
            packets = [packet for packet in packets if len(packet) <= largest]
            if whole_count > len(packets):
                hall.counters.oversized += whole_count - len(packets)
                words = "messages for client %s are dropped: they are larger than the %d octets it takes"
                hall.complain(("large", self.client_id), words, self.client_id, largest)
        hall.counters.publishes_sent += len(packets)
        if is_owed:
            self._owed.add(packets)
            return
        out = self.stream.out
        if not out:
            hall.broker.turn.flush(self.stream)
        out.extend(packets)

    def send_release(self, number: int) -> None:
        """PUBREL."""
        self.answer(pubrel(number))

    def overrun(self) -> None:
        """See `Carrier`."""
        self.hall.complain(
            self.client_id,
            "client %s does not read and its queue is full: it is disconnected",
            self.client_id,
        )
        self.evict(Reason.QUOTA_EXCEEDED, "the queue is full and nothing is read")

    # inside

    def _aliased(self, record: Record, target: Target, qos: int, number: int = 0, *, retain: bool) -> bytes:
        """A PUBLISH with this client's own alias for the topic (MQTT-3.3.2-7 onwards)."""
        topic = "/".join(record.address.parts)
        alias, is_known = self._session.aliases_out.of(topic)
        field = b"\0\0" if is_known else string(topic)
        properties = block(record, target.marks, self.hall.broker.clock, alias)
        if not qos:
            return whole(field, record.value, properties, retain=retain)
        before, behind = around(field, record.value, properties, qos=qos, retain=retain)
        return before + pack_u16(number) + behind

    def _hear(self) -> None:
        """Something came in."""
        if self._idle_limit:
            self.heard_at = self.hall.broker.clock.elapsed()

    def _look(self) -> None:
        """The keep alive is over, unless something was heard since the timer was set."""
        idle = self.hall.broker.clock.elapsed() - self.heard_at
        if idle >= self._idle_limit:
            why = "nothing was heard within one and a half times the keep alive"
            self.evict(Reason.KEEP_ALIVE_TIMEOUT, why)
        else:
            self._timer = self.hall.broker.clock.call_in(self._idle_limit - idle, self._look)

    def _give_up(self) -> None:
        """No CONNECT came in time (MQTT-3.1.4, "reasonable amount of time")."""
        if self._session.stage is Stage.WAITING:
            line = logging.INFO, "closed %s:%s: no CONNECT came within %g s"
            seconds = self.hall.options.connect_timeout_secs
            self.hall.broker.complaints.about(
                self.hall.log, "no CONNECT", line, *self.stream.peer, seconds, most=20
            )
            self.stream.abort()

    def _say(self, reason: Reason, why: str) -> None:
        """DISCONNECT with a reason; nothing below level 5, nothing before CONNACK."""
        self.hall.counters.errors[reason] += 1
        if self._session.is_5 and self._session.stage is Stage.TALKING:
            properties = (
                DisconnectProperties(reason_string=why[:LONGEST_WORD]) if why else DisconnectProperties()
            )
            packet = self._session.write(Disconnect(reason, properties))
            if len(packet) > self._session.largest_out:
                packet = self._session.write(Disconnect(reason))
            self.stream.send(packet)
        self._session.stage = Stage.OVER

    def _refuse(self, why: Broken) -> None:
        """CONNACK with the reason, before anything was accepted."""
        level = self._session.level
        self.hall.counters.refused += 1
        self.hall.counters.errors[why.code] += 1
        if isinstance(why, UnknownLevel):
            level = V5 if why.level > V5 else V311
        if level == V5:
            properties = ConnackProperties(reason_string=str(why)[:LONGEST_WORD])
            answer = encode(Connack(False, why.code, properties), V5)
            if len(answer) > self._session.largest_out:  # MQTT-3.2.2-19
                answer = encode(Connack(False, why.code), V5)
            self.stream.send(answer)
        elif isinstance(why, UnknownLevel):
            self.stream.send(encode(Connack(False, REFUSED_PROTOCOL), level))
        elif level and why.code in RETURN_CODES:
            self.stream.send(encode(Connack(False, RETURN_CODES[why.code]), level))


def is_refusal(packet: Packet | bytes) -> bool:
    """Whether this tells a publisher "no"."""
    return isinstance(packet, Puback | Pubrec) and packet.reason >= Reason.UNSPECIFIED


def publish_will(hall: Hall, will: Will, durable: Durable, principal: Principal) -> None:
    """The parting word of a client, checked against its rights when it is said."""
    if not hall.broker.access.permits(principal, Operation.WRITE, will.topic):
        hall.complain(durable.name, "the will of client %s to %s is not permitted", durable.name, will.topic)
        return
    place = hall.places.known.get(will.topic) or hall.places.learn(will.topic)
    record = record_of(place, will, hall.broker.clock.now(), durable.name)
    hall.publish_anyway(place, record, will.qos, durable)


def will_of(hall: Hall, client_id: str, parting: bytes) -> Action:
    """The parting word of a client that was there before the hub was started."""
    name, will = decode_will(parting)

    def say() -> None:
        durable = hall.space.durables.get(client_id) or Durable(client_id, Bounds(), hall.space.tally)
        publish_will(hall, will, durable, Principal(name))

    return say
