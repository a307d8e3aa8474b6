"""Reason strings where something is refused, and what `strict` refuses."""

from collections.abc import Callable
from typing import Any

import pytest

from hubbub.protocols.mqtt.wire.packets import (
    V5,
    V31,
    V311,
    Connack,
    Disconnect,
    Packet,
    Puback,
    Pubcomp,
    Publish,
    Pubrec,
    Pubrel,
    Request,
    Suback,
    Subscribe,
    Unsuback,
    Unsubscribe,
)
from hubbub.protocols.mqtt.wire.properties import PublishProperties
from hubbub.protocols.mqtt.wire.reasons import REFUSED_CLIENT_ID, Reason
from tests.conversation.mqtt.words import Client, Hall

statement = pytest.mark.statement


def full_hall() -> Hall:
    """One that keeps no retained message, so that the first is refused."""
    return Hall(max_retained_messages=0)


def retained(qos: int) -> Publish:
    return Publish("a", b"x", qos, retain=True, packet_id=1)


# what a client says, and the bare answer
REFUSALS: dict[str, tuple[Packet, Packet]] = {
    "PUBACK": (retained(1), Puback(1, Reason.QUOTA_EXCEEDED)),
    "PUBREC": (retained(2), Pubrec(1, Reason.QUOTA_EXCEEDED)),
    "PUBREL": (Pubrec(9), Pubrel(9, Reason.PACKET_ID_NOT_FOUND)),
    "PUBCOMP": (Pubrel(9), Pubcomp(9, Reason.PACKET_ID_NOT_FOUND)),
    "SUBACK": (Subscribe(1, (Request("a#"), Request("b"))), Suback(1, (Reason.TOPIC_FILTER_INVALID, 0))),
    "UNSUBACK": (Unsubscribe(1, ("a#",)), Unsuback(1, (Reason.TOPIC_FILTER_INVALID,))),
}


@pytest.mark.parametrize("name", REFUSALS)
@statement(
    "MQTT-3.1.2-29",
    "MQTT-3.4.2-2",
    "MQTT-3.5.2-2",
    "MQTT-3.6.2-2",
    "MQTT-3.7.2-2",
    "MQTT-3.9.2-1",
    "MQTT-3.11.2-1",
)
def test_a_refusal_says_why_to_whoever_wants_to_hear_it_and_has_room(name: str) -> None:
    said, bare = REFUSALS[name]

    def answer(**properties: int) -> Any:
        packet: Any
        (packet,) = full_hall().client("c", V5, properties=properties).says(said).hears()
        return packet

    told = answer()
    assert isinstance(told, type(bare))
    assert told.properties.reason_string
    assert answer(request_problem_information=1) == told
    assert answer(request_problem_information=0) == bare
    assert answer(maximum_packet_size=12) == bare


def test_3_hears_no_reasons() -> None:
    assert full_hall().client("c").says(retained(1)).hears() == [Puback(1)]


def test_a_success_needs_no_words() -> None:
    client = Hall().client("c", V5)
    assert client.says(Subscribe(1, (Request("a"),)), Unsubscribe(2, ("a", "b"))).hears() == [
        Suback(1, (0,)),
        Unsuback(2, (0, Reason.NO_SUBSCRIPTION_EXISTED)),
    ]


def long_id(hall: Hall) -> Client:
    """3.1 allows 23 characters."""
    client = hall.line(V31)
    client.connects("x" * 24)
    return client


def no_filter(hall: Hall) -> Client:
    """3.1.1 wants the connection closed; clients expect 0x80."""
    return hall.client("c", V311).says(Subscribe(1, (Request("a#"),)))


def no_text(hall: Hall) -> Client:
    """A payload that is announced as text."""
    properties = PublishProperties(payload_format=1)
    return hall.client("c", V5).says(Publish("a", b"\xff", properties=properties))


@pytest.mark.parametrize("breach", [long_id, no_filter, no_text])
def test_what_clients_trip_over_is_allowed_unless_strict(breach: Callable[[Hall], Client]) -> None:
    assert not breach(Hall()).is_closed
    assert breach(Hall(strict=True)).is_closed


def test_strict_says_why_where_the_level_has_a_word_for_it() -> None:
    hall = Hall(strict=True)
    assert hall.line(V31).connects("x" * 24) == Connack(False, REFUSED_CLIENT_ID)
    assert hall.line(V31).connects("x" * 23) == Connack(False, 0)
    (packet,) = no_text(hall).hears()
    assert isinstance(packet, Disconnect)
    assert packet.reason is Reason.PAYLOAD_FORMAT_INVALID


def test_user_name_and_password_are_accepted_whatever_they_are() -> None:
    client = Hall().line(V5)
    assert client.connects("c", username="anybody", password=b"anything").code == 0
