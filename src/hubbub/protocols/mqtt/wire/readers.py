"""Bodies of all packets but PUBLISH and CONNECT. The fixed header was read and checked; ``end`` is where the packet ends.

Every reader takes (level, data, at, end), returns its packet and raises `Broken`; none leaves octets unread.
"""

from collections.abc import Callable
from typing import Final, TypeVar

from hubbub.protocols.mqtt.wire.broken import malformed, protocol_error
from hubbub.protocols.mqtt.wire.fields import read_string, read_u8, read_u16
from hubbub.protocols.mqtt.wire.packets import (
    V5,
    V31,
    Auth,
    Connack,
    Disconnect,
    Packet,
    Pingreq,
    Pingresp,
    Puback,
    Pubcomp,
    Pubrec,
    Pubrel,
    Request,
    Suback,
    Subscribe,
    Unsuback,
    Unsubscribe,
)
from hubbub.protocols.mqtt.wire.properties import (
    AckProperties,
    AuthProperties,
    ConnackProperties,
    DisconnectProperties,
    SubscribeProperties,
    UnsubscribeProperties,
    read_properties,
)
from hubbub.protocols.mqtt.wire.reasons import (
    AUTH_REASONS,
    CONNACK_REASONS,
    DISCONNECT_FROM_CLIENT,
    DISCONNECT_FROM_SERVER,
    PUBACK_REASONS,
    PUBREL_REASONS,
    REFUSED_NOT_AUTHORIZED,
    SUBACK_REASONS,
    UNSUBACK_REASONS,
    Reason,
)

Reader = Callable[[int, bytes, int, int], Packet]
Ack = TypeVar("Ack", Puback, Pubrec, Pubrel, Pubcomp)
_SUBACK_CODES_3: Final = frozenset({0, 1, 2, 0x80})


def read_packet_id(data: bytes, at: int, end: int) -> tuple[int, int]:
    """A packet identifier, which is never 0 (MQTT-2.2.1-3)."""
    number, at = read_u16(data, at, end)
    if not number:
        raise protocol_error("packet identifier 0", at - 2)
    return number, at


def _reason(allowed: dict[int, Reason], data: bytes, at: int) -> Reason:
    reason = allowed.get(data[at])
    if reason is None:
        raise protocol_error(f"reason code 0x{data[at]:02x} does not belong into this packet", at)
    return reason


def _done(at: int, end: int) -> None:
    if at != end:
        raise malformed(f"{end - at} octets behind the end of the packet's content", at)


def _ack(kind: type[Ack], allowed: dict[int, Reason], level: int, place: tuple[bytes, int, int]) -> Ack:
    """PUBACK, PUBREC, PUBREL, PUBCOMP: the reason may be left out when it is 0, the properties when there are none."""
    data, at, end = place
    number, at = read_packet_id(data, at, end)
    if at == end:
        return kind(number)
    if level != V5:
        raise malformed("an acknowledgement longer than its packet identifier", at)
    reason = _reason(allowed, data, at)
    at += 1
    if at == end:
        return kind(number, reason)
    properties, at = read_properties(AckProperties, data, at, end)
    _done(at, end)
    return kind(number, reason, properties)


def read_puback(level: int, data: bytes, at: int, end: int) -> Puback:
    """3.4."""
    return _ack(Puback, PUBACK_REASONS, level, (data, at, end))


def read_pubrec(level: int, data: bytes, at: int, end: int) -> Pubrec:
    """3.5."""
    return _ack(Pubrec, PUBACK_REASONS, level, (data, at, end))


def read_pubrel(level: int, data: bytes, at: int, end: int) -> Pubrel:
    """3.6."""
    return _ack(Pubrel, PUBREL_REASONS, level, (data, at, end))


def read_pubcomp(level: int, data: bytes, at: int, end: int) -> Pubcomp:
    """3.7."""
    return _ack(Pubcomp, PUBREL_REASONS, level, (data, at, end))


def read_connack(level: int, data: bytes, at: int, end: int) -> Connack:
    """3.2."""
    flags, at = read_u8(data, at, end)
    if flags > 1:
        raise malformed("reserved CONNACK flags are set", at - 1)  # MQTT-3.2.2-1
    code, at = read_u8(data, at, end)
    if level != V5:
        if code > REFUSED_NOT_AUTHORIZED:
            raise malformed(f"return code {code}", at - 1)
        _done(at, end)
        return Connack(flags == 1, code)
    reason = _reason(CONNACK_REASONS, data, at - 1)
    properties, at = read_properties(ConnackProperties, data, at, end)
    _done(at, end)
    return Connack(flags == 1, reason, properties)


def read_subscribe(level: int, data: bytes, at: int, end: int) -> Subscribe:
    """3.8."""
    number, at = read_packet_id(data, at, end)
    properties = SubscribeProperties()
    if level == V5:
        properties, at = read_properties(SubscribeProperties, data, at, end)
    if at == end:
        raise protocol_error("SUBSCRIBE without a topic filter", at)  # MQTT-3.8.3-2
    requests: list[Request] = []
    while at < end:
        text, at = read_string(data, at, end)
        options, at = read_u8(data, at, end)
        if options & 3 == 3:
            raise malformed("a subscription asks for QoS 3", at - 1)
        if level != V5:
            if options & 0xFC and level != V31:
                raise malformed("reserved bits of the requested QoS are set", at - 1)  # 3.1.1: MQTT-3-8.3-4
            requests.append(Request(text, options & 3))
            continue
        if options & 0xC0:
            raise malformed("reserved bits of the subscription options are set", at - 1)  # MQTT-3.8.3-5
        if options & 0x30 == 0x30:
            raise protocol_error("retain handling 3", at - 1)
        requests.append(Request(text, options & 3, options & 4 != 0, options & 8 != 0, options >> 4))
    return Subscribe(number, tuple(requests), properties)


def read_suback(level: int, data: bytes, at: int, end: int) -> Suback:
    """3.9."""
    number, at = read_packet_id(data, at, end)
    if level != V5:
        codes = tuple(data[at:end])
        if not codes or not _SUBACK_CODES_3.issuperset(codes):
            raise malformed("a SUBACK with none or other codes than 0, 1, 2 and 0x80", at)
        return Suback(number, codes)
    properties, at = read_properties(AckProperties, data, at, end)
    return Suback(number, _reasons(SUBACK_REASONS, data, at, end), properties)


def read_unsubscribe(level: int, data: bytes, at: int, end: int) -> Unsubscribe:
    """3.10."""
    number, at = read_packet_id(data, at, end)
    properties = UnsubscribeProperties()
    if level == V5:
        properties, at = read_properties(UnsubscribeProperties, data, at, end)
    if at == end:
        raise protocol_error("UNSUBSCRIBE without a topic filter", at)  # MQTT-3.10.3-2
    filters: list[str] = []
    while at < end:
        text, at = read_string(data, at, end)
        filters.append(text)
    return Unsubscribe(number, tuple(filters), properties)


def read_unsuback(level: int, data: bytes, at: int, end: int) -> Unsuback:
    """3.11."""
    number, at = read_packet_id(data, at, end)
    if level != V5:
        _done(at, end)
        return Unsuback(number)
    properties, at = read_properties(AckProperties, data, at, end)
    return Unsuback(number, _reasons(UNSUBACK_REASONS, data, at, end), properties)


def _reasons(allowed: dict[int, Reason], data: bytes, at: int, end: int) -> tuple[Reason, ...]:
    if at == end:
        raise malformed("no reason code", at)
    return tuple(_reason(allowed, data, place) for place in range(at, end))


def read_pingreq(_level: int, _data: bytes, at: int, end: int) -> Pingreq:
    """3.12."""
    _done(at, end)
    return Pingreq()


def read_pingresp(_level: int, _data: bytes, at: int, end: int) -> Pingresp:
    """3.13."""
    _done(at, end)
    return Pingresp()


def _disconnect(allowed: dict[int, Reason], level: int, place: tuple[bytes, int, int]) -> Disconnect:
    data, at, end = place
    if at == end:
        return Disconnect()
    if level != V5:
        raise malformed("DISCONNECT has a body", at)
    reason = _reason(allowed, data, at)
    at += 1
    if at == end:
        return Disconnect(reason)
    properties, at = read_properties(DisconnectProperties, data, at, end)
    _done(at, end)
    return Disconnect(reason, properties)


def read_disconnect_from_client(level: int, data: bytes, at: int, end: int) -> Disconnect:
    """3.14."""
    packet = _disconnect(DISCONNECT_FROM_CLIENT, level, (data, at, end))
    if packet.properties.server_reference is not None:
        raise protocol_error("a server reference from a client", at)
    return packet


def read_disconnect_from_server(level: int, data: bytes, at: int, end: int) -> Disconnect:
    """3.14. The server must not send a session expiry (MQTT-3.14.2-2)."""
    packet = _disconnect(DISCONNECT_FROM_SERVER, level, (data, at, end))
    if packet.properties.session_expiry is not None:
        raise protocol_error("a session expiry from the server", at)
    return packet


def read_auth(_level: int, data: bytes, at: int, end: int) -> Auth:
    """3.15."""
    if at == end:
        return Auth()
    reason = _reason(AUTH_REASONS, data, at)
    at += 1
    if at == end:
        return Auth(reason)
    properties, at = read_properties(AuthProperties, data, at, end)
    _done(at, end)
    return Auth(reason, properties)
