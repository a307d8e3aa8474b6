"""PUBACK, PUBREC, PUBREL, PUBCOMP (3.4 to 3.7): what was sent settles, in both directions."""

from typing import Final

from hubbub.protocols.mqtt.guest import Guest
from hubbub.protocols.mqtt.wire.encode import pubcomp, pubrel
from hubbub.protocols.mqtt.wire.packets import Acks, Puback, Pubcomp, Pubrec, Pubrel
from hubbub.protocols.mqtt.wire.reasons import Reason

NOT_IN_USE: Final = "this packet identifier is not in use"


def on_acks(guest: Guest, run: Acks) -> bytes | None:
    """A run of plain ones."""
    if run.head in (0x40, 0x70):
        guest.durable.settle(run.packet_ids)
        return None
    durable, numbers = guest.durable, run.packet_ids
    if run.head == 0x50 and durable.confirm(numbers):
        return b"".join([pubrel(number) for number in numbers])
    if run.head == 0x62 and durable.received.issuperset(numbers):
        durable.let_go(numbers)
        return b"".join([pubcomp(number) for number in numbers])
    answers = [
        on_pubrec(guest, Pubrec(number)) if run.head == 0x50 else on_pubrel(guest, Pubrel(number))
        for number in run.packet_ids
    ]
    write = guest.session.write
    return b"".join(
        [answer if isinstance(answer, bytes) else write(answer) for answer in answers if answer is not None]
    )


def on_puback(guest: Guest, packet: Puback) -> None:
    """QoS 1, outbound: done, whatever its reason (MQTT-4.3.2-5)."""
    guest.durable.settle((packet.packet_id,))


def on_pubrec(guest: Guest, packet: Pubrec) -> Pubrel | bytes | None:
    """QoS 2, outbound: the client has it; or refuses it, which ends the exchange (MQTT-4.3.3-4)."""
    durable, number = guest.durable, packet.packet_id
    if packet.reason >= Reason.UNSPECIFIED:
        durable.settle((number,))
        return None
    if durable.confirm((number,)) or not guest.session.is_5:
        return pubrel(number)
    return guest.session.explain(Pubrel(number, Reason.PACKET_ID_NOT_FOUND), NOT_IN_USE)


def on_pubrel(guest: Guest, packet: Pubrel) -> Pubcomp | bytes:
    """QoS 2, inbound: the number is free again. One that is not known is answered all the same (MQTT-4.3.3-11)."""
    durable, number = guest.durable, packet.packet_id
    if number in durable.received:
        durable.let_go((number,))
        return pubcomp(number)
    return guest.session.explain(Pubcomp(number, Reason.PACKET_ID_NOT_FOUND), NOT_IN_USE)


def on_pubcomp(guest: Guest, packet: Pubcomp) -> None:
    """QoS 2, outbound: done."""
    guest.durable.settle((packet.packet_id,))
