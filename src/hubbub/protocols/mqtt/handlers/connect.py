"""CONNECT (3.1): who comes, under which name, and what both sides agree on."""

from secrets import token_hex
from typing import Final

from hubbub.core.durable import Durable
from hubbub.protocols.mqtt.guest import UNKEPT, Guest, encode_will
from hubbub.protocols.mqtt.session import DEFAULT_RECEIVE_MAXIMUM, Stage
from hubbub.protocols.mqtt.wire.broken import Broken, protocol_error
from hubbub.protocols.mqtt.wire.decode import LARGEST
from hubbub.protocols.mqtt.wire.packets import V5, V31, Connack, Connect
from hubbub.protocols.mqtt.wire.properties import ConnackProperties
from hubbub.protocols.mqtt.wire.reasons import Reason

RESPONSES: Final = "responses/"
LONGEST_ID_31: Final = 23  # 3.1 section 3.1


def connect(guest: Guest, packet: Connect) -> None:
    """Accept or refuse. CONNACK goes out at once, before anything that the session still owes the client."""
    session, hall = guest.session, guest.hall
    if session.stage is not Stage.WAITING:
        raise protocol_error("a second CONNECT")  # MQTT-3.1.0-2
    session.largest_out = packet.properties.maximum_packet_size or LARGEST
    if packet.properties.authentication_method is not None:
        raise Broken(
            Reason.BAD_AUTHENTICATION_METHOD, "no authentication method is known here"
        )  # MQTT-4.12.0-1
    _check_will(guest, packet)
    keep_seconds, expiry = _expiry(packet, hall.options.session_expiry_max)
    if keep_seconds and hall.space.is_failing:
        raise Broken(Reason.QUOTA_EXCEEDED, UNKEPT)
    client_id = packet.client_id or _assigned(packet)
    if packet.level == V31 and len(client_id) > LONGEST_ID_31 and hall.options.strict:
        raise Broken(Reason.CLIENT_ID_NOT_VALID, f"a client id of more than {LONGEST_ID_31} characters")
    other = hall.guests.get(client_id)
    if other is not None:
        if not hall.takes_over(client_id):
            raise Broken(Reason.CONNECTION_RATE_EXCEEDED, "this client id is taken over again and again")
        other.evict(Reason.SESSION_TAKEN_OVER, "another client came with this client id")  # MQTT-3.1.4-3
    keep_alive, server_keep_alive = _keep_alive(packet, hall.options.keep_alive_secs)
    guest.keep_seconds = keep_seconds
    guest.will = packet.will
    session.agree(packet, hall.options.topic_alias_maximum)
    durable, was_there = hall.space.open(client_id, fresh=packet.clean_start)
    _hold(guest, durable)
    guest.enter(client_id, durable, keep_alive)
    hall.counters.connects += 1
    hall.counters.clients_maximum = max(hall.counters.clients_maximum, len(hall.guests))
    guest.answer(_connack(guest, packet, expiry, server_keep_alive, present=was_there))
    hall.log.debug(
        "%s:%s is client %r, protocol level %d, %s",
        *guest.stream.peer,
        client_id,
        packet.level,
        "with the session it had" if was_there else "with a new session",
    )
    durable.resume()


def _hold(guest: Guest, durable: Durable) -> None:
    """Say what outlives this connection: the durable, for its time, and the will."""
    will = guest.will
    if will is None:
        durable.hold(guest.keep)
    else:
        parting = encode_will((guest.principal.name, will))
        durable.hold(guest.keep, parting, will.properties.will_delay or 0)


def _check_will(guest: Guest, packet: Connect) -> None:
    will, options = packet.will, guest.hall.options
    if will is None:
        return
    if will.qos > options.max_qos:
        raise Broken(
            Reason.QOS_NOT_SUPPORTED, f"the will has QoS {will.qos}; {options.max_qos} is offered"
        )  # MQTT-3.2.2-12
    if will.retain and not guest.hall.retains:
        raise Broken(
            Reason.RETAIN_NOT_SUPPORTED, "the will is to be retained; that is not offered"
        )  # MQTT-3.2.2-13


def _assigned(packet: Connect) -> str:
    """A client id for somebody who has none (MQTT-3.1.3-6)."""
    if packet.level == V31 or (packet.level < V5 and not packet.clean_start):
        raise Broken(Reason.CLIENT_ID_NOT_VALID, "an empty client id")  # 3.1.1: MQTT-3.1.3-8
    return f"auto-{token_hex(10)}"


def _keep_alive(packet: Connect, longest: int) -> tuple[int, int | None]:
    """The keep alive in force, and what the client must be told of it (MQTT-3.2.2-21, -22); 3.x cannot be told."""
    asked = packet.keep_alive
    if longest and packet.level == V5 and (asked == 0 or asked > longest):
        return longest, longest
    return asked, None


def _expiry(packet: Connect, longest: int) -> tuple[int, int | None]:
    """How long the session stays, and what the client must be told of it. 3.x: not at all, or as long as may be."""
    if packet.level != V5:
        return (0 if packet.clean_start else longest), None
    asked = packet.properties.session_expiry or 0
    return (asked, None) if asked <= longest else (longest, longest)


def _connack(
    guest: Guest, packet: Connect, expiry: int | None, keep_alive: int | None, *, present: bool
) -> Connack:
    """All that is offered; what stands at the standard's default is left out."""
    if packet.level != V5:
        return Connack(present and packet.level != V31, 0)
    options = guest.hall.options
    wants_responses = packet.properties.request_response_information == 1
    return Connack(
        present,
        Reason.SUCCESS,
        ConnackProperties(
            session_expiry=expiry,
            receive_maximum=None
            if options.receive_maximum == DEFAULT_RECEIVE_MAXIMUM
            else options.receive_maximum,
            maximum_qos=None if options.max_qos == 2 else options.max_qos,
            retain_available=None if guest.hall.retains else 0,
            maximum_packet_size=None if options.max_packet_size == LARGEST else options.max_packet_size,
            assigned_client_id=None if packet.client_id else guest.client_id,
            topic_alias_maximum=options.topic_alias_maximum or None,
            wildcard_available=None if options.wildcard_available else 0,
            shared_available=None if options.shared_available else 0,
            server_keep_alive=keep_alive,
            response_information=f"{RESPONSES}{guest.client_id}" if wants_responses else None,
        ),
    )
