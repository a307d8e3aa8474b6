"""PUBLISH (3.3): a message comes in."""

from struct import Struct

from hubbub.core.access import Operation
from hubbub.core.errors import Full
from hubbub.model.record import NO_PROPERTIES, Record
from hubbub.protocols.mqtt.failures import reason_of
from hubbub.protocols.mqtt.guest import UNKEPT, Guest
from hubbub.protocols.mqtt.naming import RETAIN, Place, record_of
from hubbub.protocols.mqtt.wire.broken import Broken
from hubbub.protocols.mqtt.wire.encode import puback, pubrec
from hubbub.protocols.mqtt.wire.packets import Puback, Publish, Publishes, Pubrec
from hubbub.protocols.mqtt.wire.reasons import Reason

NOTHING = Publish("", b"")
PLAIN = NOTHING.properties
_ACKS = Struct(">HH").pack
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
    if properties.payload_format and hall.options.strict:
        _check_text(packet.payload)
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
        return _assured(guest, qos, packet.packet_id, place, record)
    if guest.permits(Operation.WRITE, topic):
        hall.publish_anyway(place, record, 0, guest.durable)
    return None


def publish_run(guest: Guest, run: Publishes) -> Answer:
    """Many plain messages to one topic: looked up once, fanned out together, acknowledged together."""
    hall, topic, qos = guest.hall, run.topic, run.qos
    place = hall.places.known.get(topic)
    if place is None:
        place = hall.place(topic)
    if qos > hall.options.max_qos:
        raise Broken(
            Reason.QOS_NOT_SUPPORTED, f"QoS {qos}; {hall.options.max_qos} is offered"
        )  # MQTT-3.2.2-11
    address, now, origin = place.address, guest.now_ms, guest.client_id
    records = [Record(address, value, None, (), now, NO_PROPERTIES, b"", origin) for value in run.payloads]
    if not qos:
        if guest.permits(Operation.WRITE, topic):
            hall.publish_run(place, records, 0, guest.durable)
        return None
    numbers = run.packet_ids
    if hall.refuses or hall.space.is_failing or not guest.permits(Operation.WRITE, topic):
        for record, number in zip(records, numbers, strict=True):
            _answer(guest, _assured(guest, qos, number, place, record))
        return None
    if qos == 2:
        return _exactly_once(guest, place, records, numbers)
    if hall.publish_run(place, records, 1, guest.durable) or not guest.session.is_5:
        return b"".join([_ACKS(0x4002, number) for number in numbers])
    for number in numbers:
        _answer(guest, Puback(number, Reason.NO_MATCHING_SUBSCRIBERS))
    return None


def _exactly_once(guest: Guest, place: Place, records: list[Record], numbers: list[int]) -> bytes | None:
    """A run at QoS 2: what is known already is acknowledged again and not delivered again (MQTT-4.3.3-10)."""
    received = guest.durable.received
    is_plain = len(set(numbers)) == len(numbers) and received.isdisjoint(numbers)
    if not is_plain or len(received) + len(numbers) > guest.hall.options.receive_maximum:
        for record, number in zip(records, numbers, strict=True):
            _answer(guest, _assured(guest, 2, number, place, record))
        return None
    guest.durable.take_in(numbers)
    taken = guest.hall.publish_run(place, records, 2, guest.durable)
    if taken or not guest.session.is_5:
        return b"".join([_ACKS(0x5002, number) for number in numbers])
    for number in numbers:
        _answer(guest, Pubrec(number, Reason.NO_MATCHING_SUBSCRIBERS))
    return None


def _check_text(payload: bytes) -> None:
    """A payload that says of itself that it is text (3.3.2.3.2)."""
    try:
        payload.decode()
    except UnicodeDecodeError as wrong:
        raise Broken(
            Reason.PAYLOAD_FORMAT_INVALID, "the payload is announced as UTF-8, and is not"
        ) from wrong


def _answer(guest: Guest, answer: Answer) -> None:
    if answer is not None:
        guest.answer(answer)


def _assured(guest: Guest, qos: int, number: int, place: Place, record: Record) -> Answer:
    durable = guest.durable
    if qos == 2:
        if number in durable.received:
            return pubrec(number)  # known already: acknowledge again, do not deliver again (MQTT-4.3.3-10)
        limit = guest.hall.options.receive_maximum
        if len(durable.received) >= limit:
            if guest.hall.options.strict:  # the default is generous: well-meaning clients exceed it
                raise Broken(
                    Reason.RECEIVE_MAXIMUM_EXCEEDED, f"more than {limit} unsettled messages"
                )  # MQTT-3.3.4-7
            guest.hall.complain(
                guest.client_id, "client %s exceeds the receive maximum of %d", guest.client_id, limit
            )
    reason, why = _route(guest, place, record, qos)
    if reason >= Reason.UNSPECIFIED:
        guest.hall.counters.errors[reason] += 1
    if qos == 1:
        if reason is Reason.SUCCESS or not guest.session.is_5:
            return puback(number)
        return guest.session.explain(Puback(number, reason), why)
    if reason < Reason.UNSPECIFIED or not guest.session.is_5:
        durable.take_in((number,))
        return pubrec(number)
    return guest.session.explain(Pubrec(number, reason), why)


def _route(guest: Guest, place: Place, record: Record, qos: int) -> tuple[Reason, str]:
    """Publish, and what to say of it. 3.x has no word for "no": what was refused is logged instead."""
    if not guest.permits(Operation.WRITE, place.path):
        return Reason.NOT_AUTHORIZED, "not permitted"
    if guest.hall.space.is_failing:
        if not guest.session.is_5:
            raise Broken(Reason.QUOTA_EXCEEDED, UNKEPT)
        return Reason.QUOTA_EXCEEDED, UNKEPT
    try:
        taken = guest.hall.publish(place, record, qos, guest.durable)
    except Full as full:
        guest.hall.complain(
            guest.client_id, "a message of client %s to %s is refused: %s", guest.client_id, place.path, full
        )
        return reason_of(full), str(full)
    return (Reason.SUCCESS if taken else Reason.NO_MATCHING_SUBSCRIBERS), ""
