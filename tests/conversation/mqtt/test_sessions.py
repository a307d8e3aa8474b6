"""Sessions, their expiry, and wills."""

import pytest

from hubbub.protocols.mqtt.wire.packets import V5, V311, Disconnect, Publish, Will
from hubbub.protocols.mqtt.wire.properties import (
    DisconnectProperties,
    PublishProperties,
    WillProperties,
)
from hubbub.protocols.mqtt.wire.reasons import Reason
from tests.conversation.mqtt.words import BOTH, Client, Hall

statement = pytest.mark.statement


def five(hall: Hall, expiry: int, *, clean: bool = False, **more: object) -> Client:
    return hall.client("c", V5, clean_start=clean, properties={"session_expiry": expiry}, **more)


@statement(
    "MQTT-3.1.3-2",
    "MQTT-3.2.2-1",
    "MQTT-3.2.2-2",
    "MQTT-3.2.2-3",
    "MQTT-3.1.2-4",
    "MQTT-3.1.2-6",
    "MQTT-3.1.4-4",
)
def test_session_present_says_whether_there_was_one(hall: Hall) -> None:
    assert not five(hall, 100).connack.session_present
    assert five(hall, 100).connack.session_present
    assert not five(hall, 100, clean=True).connack.session_present
    assert five(hall, 0).connack.session_present


@statement("MQTT-3.2.2-2", "MQTT-3.1.2-4", "MQTT-3.1.2-5", "MQTT-3.1.2-6")
def test_a_session_of_3_lasts_when_it_is_not_clean(hall: Hall) -> None:
    def connect(*, clean: bool) -> Client:
        return hall.client("c", V311, clean_start=clean)

    first = connect(clean=False)
    first.subscribes("a", qos=1)
    first.says(Disconnect())
    hall.passes(1_000_000)
    assert connect(clean=False).connack.session_present
    clean = connect(clean=True)
    assert not clean.connack.session_present
    clean.subscribes("b")
    clean.says(Disconnect())
    assert not connect(clean=False).connack.session_present
    assert hall.space.subscriptions.count == 0


@statement("MQTT3-3.1.2-7")
def test_retained_messages_outlive_the_session_that_sent_them(hall: Hall) -> None:
    sender = hall.client("s", V311)
    sender.publishes("a", "x", retain=True)
    sender.says(Disconnect())
    client = hall.client("s", V311)
    client.subscribes("a")
    assert client.payloads() == ["x"]


@statement("MQTT-3.1.2-23", "MQTT-4.1.0-2")
def test_a_session_of_5_lasts_for_its_expiry_and_no_longer(hall: Hall) -> None:
    client = five(hall, 60)
    client.subscribes("a", qos=1)
    client.breaks()
    hall.passes(59)
    client = five(hall, 60)
    assert client.connack.session_present
    hall.passes(1000)
    client.publishes("a", "x", qos=1)
    client.breaks()
    hall.passes(61)
    assert not five(hall, 60).connack.session_present
    assert hall.space.subscriptions.count == 0


@statement("MQTT-4.1.0-1", "MQTT-4.1.0-2")
def test_a_session_with_expiry_0_ends_with_its_connection(hall: Hall) -> None:
    client = five(hall, 0)
    client.subscribes("a")
    client.breaks()
    assert hall.space.subscriptions.count == 0
    assert len(hall.space.durables) == 0


@statement("MQTT-3.14.2-2", "MQTT-3.1.2-23")
def test_disconnect_may_change_the_expiry_but_not_from_0(hall: Hall) -> None:
    client = five(hall, 10)
    client.says(Disconnect(properties=DisconnectProperties(session_expiry=100)))
    hall.passes(50)
    client = five(hall, 100)
    assert client.connack.session_present
    client.says(Disconnect(properties=DisconnectProperties(session_expiry=0)))
    client = five(hall, 0)
    assert not client.connack.session_present
    client.says(Disconnect(properties=DisconnectProperties(session_expiry=5)))
    assert [packet.reason for packet in client.hears()] == [Reason.PROTOCOL_ERROR]


def test_there_is_a_longest_expiry() -> None:
    hall = Hall(session_expiry_max=60)
    client = five(hall, 0xFFFFFFFF)
    assert client.connack.properties.session_expiry == 60
    client.breaks()
    hall.passes(61)
    assert not five(hall, 1).connack.session_present
    three = hall.client("t", V311, clean_start=False)
    three.breaks()
    hall.passes(61)
    assert not hall.client("t", V311, clean_start=False).connack.session_present


def test_a_session_for_ever_stays(hall: Hall) -> None:
    five(hall, 0xFFFFFFFF).breaks()
    hall.passes(10_000_000)
    assert five(hall, 1).connack.session_present


def test_a_session_crosses_from_3_to_5(hall: Hall) -> None:
    client = hall.client("c", V311, clean_start=False)
    client.subscribes("a", qos=1)
    client.breaks()
    hall.client("s").publishes("a", "x", qos=1)
    client = five(hall, 10)
    assert client.connack.session_present
    assert client.payloads() == ["x"]


# wills

LEVELS = pytest.mark.parametrize("level", BOTH)


@LEVELS
@statement("MQTT-3.1.2-7", "MQTT-3.1.2-8", "MQTT-3.1.2-14", "MQTT3-3.1.2-16", "MQTT-3.1.3-11")
def test_the_will_of_whoever_just_goes_is_published(hall: Hall, level: int) -> None:
    listener = hall.client("l", level)
    listener.subscribes("w/#", qos=2)
    client = hall.client("c", level, will=Will("w/c", b"gone", 1))
    client.breaks()
    (packet,) = listener.hears()
    assert (packet.topic, packet.payload, packet.qos, packet.retain) == ("w/c", b"gone", 1, False)
    hall.passes(100)
    assert listener.hears() == []


@LEVELS
@statement("MQTT-3.1.2-10", "MQTT-3.14.4-3")
def test_a_farewell_takes_the_will_back(hall: Hall, level: int) -> None:
    listener = hall.client("l", level)
    listener.subscribes("w")
    hall.client("c", level, will=Will("w", b"gone")).says(Disconnect())
    hall.passes(100)
    assert listener.hears() == []


@statement("MQTT-3.1.2-8", "MQTT-3.14.4-3")
def test_a_farewell_with_will_publishes_it(hall: Hall) -> None:
    listener = hall.client("l", V5)
    listener.subscribes("w")
    hall.client("c", V5, will=Will("w", b"gone")).says(Disconnect(Reason.DISCONNECT_WITH_WILL))
    assert listener.payloads() == ["gone"]


@LEVELS
@statement("MQTT-3.1.2-8")
def test_a_protocol_error_and_a_silent_client_leave_their_wills(hall: Hall, level: int) -> None:
    listener = hall.client("l", level)
    listener.subscribes("w")
    hall.client("a", level, will=Will("w", b"error")).says(b"\x00\x00")
    hall.client("b", level, will=Will("w", b"silent"), keep_alive=10)
    hall.passes(20)
    assert listener.payloads() == ["error", "silent"]


@LEVELS
@statement("MQTT-3.1.2-15", "MQTT3-3.1.2-17")
def test_a_will_may_be_retained(hall: Hall, level: int) -> None:
    hall.client("c", level, will=Will("w", b"gone", 0, True)).breaks()
    later = hall.client("l", level)
    later.subscribes("w")
    (packet,) = later.hears()
    assert (packet.payload, packet.retain) == (b"gone", True)


@statement("MQTT-3.1.3-9", "MQTT-3.1.2-8")
def test_a_delayed_will_is_due_neither_early_nor_twice(hall: Hall) -> None:
    listener = hall.client("l", V5)
    listener.subscribes("w")
    will = Will("w", b"gone", properties=WillProperties(will_delay=5))
    five(hall, 60, will=will).breaks()
    hall.passes(4.999)
    assert listener.payloads() == []
    hall.passes(0.002)
    assert listener.payloads() == ["gone"]
    hall.passes(100)
    assert listener.payloads() == []


@statement("MQTT-3.1.3-9")
def test_who_is_back_in_time_leaves_no_will(hall: Hall) -> None:
    listener = hall.client("l", V5)
    listener.subscribes("w")
    will = Will("w", b"gone", properties=WillProperties(will_delay=5))
    five(hall, 60, will=will).breaks()
    hall.passes(4)
    five(hall, 60)
    hall.passes(100)
    assert listener.payloads() == []


@statement("MQTT-3.1.2-8")
@pytest.mark.parametrize("expiry", [0, 2])
def test_a_will_is_due_at_the_end_of_its_session_at_the_latest(hall: Hall, expiry: int) -> None:
    listener = hall.client("l", V5)
    listener.subscribes("w")
    five(hall, expiry, will=Will("w", b"gone", properties=WillProperties(will_delay=5))).breaks()
    assert listener.payloads() == (["gone"] if expiry == 0 else [])
    hall.passes(2.1)
    assert listener.payloads() == ([] if expiry == 0 else ["gone"])
    hall.passes(10)
    assert listener.payloads() == []


@statement("MQTT-3.1.2-8", "MQTT-3.1.4-3")
def test_a_clean_start_ends_the_session_and_its_will_is_due(hall: Hall) -> None:
    listener = hall.client("l", V5)
    listener.subscribes("w")
    five(hall, 60, will=Will("w", b"gone", properties=WillProperties(will_delay=5))).breaks()
    five(hall, 60, clean=True)
    assert listener.payloads() == ["gone"]


@statement("MQTT-3.1.3-9", "MQTT-3.1.4-3")
@pytest.mark.parametrize(("delay", "expected"), [(0, ["gone"]), (5, [])])
def test_a_takeover_leaves_the_will_unless_the_session_goes_on_in_time(
    hall: Hall, delay: int, expected: list[str]
) -> None:
    listener = hall.client("l", V5)
    listener.subscribes("w")
    old = five(hall, 60, will=Will("w", b"gone", properties=WillProperties(will_delay=delay)))
    five(hall, 60)
    assert old.is_closed
    hall.passes(100)
    assert listener.payloads() == expected


@statement("MQTT-3.1.3-10")
def test_a_will_has_its_properties(hall: Hall) -> None:
    listener = hall.client("l", V5)
    listener.subscribes("w")
    properties = WillProperties(
        payload_format=1,
        message_expiry=60,
        content_type="text",
        response_topic="r",
        correlation_data=b"\1",
        user=(("b", "1"), ("a", "2")),
    )
    five(hall, 0, will=Will("w", b"gone", properties=properties)).breaks()
    assert listener.hears() == [
        Publish(
            "w",
            b"gone",
            properties=PublishProperties(
                payload_format=1,
                message_expiry=60,
                content_type="text",
                response_topic="r",
                correlation_data=b"\1",
                user=(("b", "1"), ("a", "2")),
            ),
        )
    ]


# $SYS


@statement("MQTT-4.7.2-1")
def test_sys_topics_are_there_for_those_who_ask(hall: Hall) -> None:
    hall = Hall(sys_interval_secs=10)
    client = hall.client("c")
    client.subscribes("#")
    assert client.hears() == []
    client.subscribes("$SYS/#")
    values = {packet.topic: packet.payload for packet in client.hears()}
    assert values["$SYS/broker/version"].startswith(b"hubbub version ")
    assert values["$SYS/broker/clients/connected"] == b"0"
    hall.passes(10)
    values = {packet.topic: packet.payload for packet in client.hears()}
    assert values["$SYS/broker/clients/connected"] == b"1"
    assert values["$SYS/broker/uptime"] == b"10 seconds"
    assert values["$SYS/broker/subscriptions/count"] == b"2"
    hall.desk.close()


def test_sys_can_be_off(hall: Hall) -> None:
    client = hall.client("c")
    client.subscribes("$SYS/#")
    assert client.hears() == []
