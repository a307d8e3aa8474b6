"""PUBLISH (3.3): a message comes in."""

from hubbub.core.access import Operation
from hubbub.core.errors import Full
from hubbub.model.record import Record
from hubbub.protocols.mqtt.failures import reason_of
from hubbub.protocols.mqtt.guest import Guest
from hubbub.protocols.mqtt.naming import RETAIN, Place, record_of
from hubbub.protocols.mqtt.wire.broken import Broken
from hubbub.protocols.mqtt.wire.encode import puback, pubrec
from hubbub.protocols.mqtt.wire.packets import Puback, Publish, Pubrec
from hubbub.protocols.mqtt.wire.reasons import Reason

PLAIN = Publish("", b"").properties
Answer = Puback | Pubrec | bytes | None


def publish(guest: Guest, packet: Publish) -> Answer:
    """Route it; acknowledge at QoS 1 and 2 when that is done (MQTT-3.3.4-1)."""
    hall = guest.hall
    topic = packet.topic
    properties = packet.properties
    if properties is not PLAIN:
        topic = guest.session.topic_of(packet)
    place = hall.places.known.get(topic)
    if place is None:
        place = hall.place(topic)
    qos = packet.qos
    if qos > hall.options.max_qos:
        raise Broken(
            Reason.QOS_NOT_SUPPORTED, f"QoS {qos}; {hall.options.max_qos} is offered"
        )  # MQTT-3.2.2-11
    if packet.retain:
        if not hall.retains:
            raise Broken(Reason.RETAIN_NOT_SUPPORTED, "retained messages are not offered")  # MQTT-3.2.2-14
        record = (
            Record(place.address, packet.payload, None, (), guest.now_ms, RETAIN, b"", guest.client_id)
            if properties is PLAIN
            else record_of(place, packet, guest.now_ms, guest.client_id)
        )
    elif properties is PLAIN:
        record = Record(place.address, packet.payload, timestamp=guest.now_ms, origin=guest.client_id)
    else:
        record = record_of(place, packet, guest.now_ms, guest.client_id)
    if qos:
        return _assured(guest, packet, place, record)
    if guest.permits(Operation.WRITE, topic):
        hall.publish_anyway(place, record, 0, guest.durable)
    return None


def _assured(guest: Guest, packet: Publish, place: Place, record: Record) -> Answer:
    durable, number = guest.durable, packet.packet_id
    if packet.qos == 2:
        if number in durable.received:
            return pubrec(number)  # known already: acknowledge again, do not deliver again (MQTT-4.3.3-10)
        limit = guest.hall.options.receive_maximum
        if len(durable.received) >= limit:
            if guest.hall.options.strict:
                raise Broken(
                    Reason.RECEIVE_MAXIMUM_EXCEEDED, f"more than {limit} unsettled messages"
                )  # MQTT-3.3.4-7
            guest.hall.complain(
                guest.client_id, "client %s exceeds the receive maximum of %d", guest.client_id, limit
            )
    reason = _route(guest, place, record, packet.qos)
    if packet.qos == 1:
        if reason is Reason.SUCCESS or not guest.session.is_5:
            return puback(number)
        return Puback(number, reason)
    if reason < Reason.UNSPECIFIED or not guest.session.is_5:
        durable.received.add(number)
        return pubrec(number)
    return Pubrec(number, reason)


def _route(guest: Guest, place: Place, record: Record, qos: int) -> Reason:
    """Publish, and what to say of it. 3.x has no word for "no": what was refused is logged instead."""
    if not guest.permits(Operation.WRITE, place.path):
        return Reason.NOT_AUTHORIZED
    try:
        taken = guest.hall.publish(place, record, qos, guest.durable)
    except Full as full:
        guest.hall.complain(
            guest.client_id, "a message of client %s to %s is refused: %s", guest.client_id, place.path, full
        )
        return reason_of(full)
    return Reason.SUCCESS if taken else Reason.NO_MATCHING_SUBSCRIBERS
