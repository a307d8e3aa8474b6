"""PUBLISH at all levels of QoS, in both directions, with windows and across reconnects."""

import pytest

from hubbub.protocols.mqtt.wire.packets import (
    V5,
    V311,
    Disconnect,
    Pingreq,
    Pingresp,
    Puback,
    Pubcomp,
    Publish,
    Pubrec,
    Pubrel,
)
from hubbub.protocols.mqtt.wire.properties import PublishProperties
from hubbub.protocols.mqtt.wire.reasons import Reason
from tests.conversation.mqtt.words import BOTH, Client, Hall

statement = pytest.mark.statement
FOR_EVER = {"session_expiry": 0xFFFFFFFF}


def lasting(hall: Hall, client_id: str, level: int, **properties: int) -> Client:
    """A session that stays."""
    if level == V5:
        return hall.client(client_id, V5, clean_start=False, properties=FOR_EVER | properties)
    return hall.client(client_id, level, clean_start=False)


@pytest.mark.parametrize("level", BOTH)
@pytest.mark.parametrize("published", [0, 1, 2])
@pytest.mark.parametrize("granted", [0, 1, 2])
@statement("MQTT-3.8.4-8", "MQTT-4.3.1-1", "MQTT-3.3.1-2", "MQTT-2.2.1-2")
def test_a_message_is_delivered_with_the_lower_of_both_qos(
    hall: Hall, level: int, published: int, granted: int
) -> None:
    receiver, sender = hall.client("r", level), hall.client("s", level)
    receiver.subscribes("a/b", qos=granted)
    sender.publishes("a/b", "hello", qos=published)
    (packet,) = receiver.hears()
    assert (packet.topic, packet.payload, packet.qos) == ("a/b", b"hello", min(published, granted))
    assert (packet.retain, packet.dup, bool(packet.packet_id)) == (False, False, packet.qos > 0)


@pytest.mark.parametrize("level", BOTH)
@statement("MQTT-3.3.4-1", "MQTT-4.3.2-4", "MQTT-2.2.1-5")
def test_qos_1_is_acknowledged_with_its_number(hall: Hall, level: int) -> None:
    client = hall.client("c", level)
    client.subscribes("a")
    assert Puback(77) in client.publishes("a", qos=1, packet_id=77)


@statement("MQTT-3.4.2-1")
def test_5_hears_that_nobody_listens(hall: Hall) -> None:
    client = hall.client("c", V5)
    assert client.publishes("a", qos=1, packet_id=1) == [Puback(1, Reason.NO_MATCHING_SUBSCRIBERS)]
    assert client.publishes("a", qos=2, packet_id=1) == [Pubrec(1, Reason.NO_MATCHING_SUBSCRIBERS)]
    three = hall.client("d", V311)
    assert three.publishes("a", qos=1, packet_id=1) == [Puback(1)]


@statement("MQTT-4.3.2-5")
def test_after_puback_the_same_number_is_a_new_message(hall: Hall) -> None:
    receiver, sender = hall.client("r"), hall.client("s")
    receiver.subscribes("a", qos=1)
    sender.publishes("a", "1", qos=1, packet_id=5)
    sender.publishes("a", "2", qos=1, packet_id=5, dup=True)
    assert receiver.payloads() == ["1", "2"]


@pytest.mark.parametrize("level", BOTH)
@statement("MQTT-4.3.3-8", "MQTT-4.3.3-9", "MQTT-4.3.3-10", "MQTT3-4.3.3-2", "MQTT-3.3.1-3")
def test_qos_2_is_delivered_once_however_often_it_is_sent(hall: Hall, level: int) -> None:
    receiver = hall.client("r", level)
    receiver.subscribes("a", qos=2)
    sender = lasting(hall, "s", level)
    assert sender.publishes("a", "x", qos=2, packet_id=9) == [Pubrec(9)]
    assert sender.publishes("a", "x", qos=2, packet_id=9, dup=True) == [Pubrec(9)]
    sender.breaks()
    sender = lasting(hall, "s", level)
    assert sender.publishes("a", "x", qos=2, packet_id=9, dup=True) == [Pubrec(9)]
    assert sender.says(Pubrel(9)).hears() == [Pubcomp(9)]
    heard = receiver.hears()
    assert [packet.payload for packet in heard] == [b"x"]
    assert not heard[0].dup


@statement("MQTT-4.3.3-11", "MQTT-4.3.3-12", "MQTT-3.7.2-1")
@pytest.mark.parametrize("level", BOTH)
def test_an_unknown_release_is_completed_all_the_same(hall: Hall, level: int) -> None:
    client = hall.client("c", level)
    (answer,) = client.says(Pubrel(4)).hears()
    assert isinstance(answer, Pubcomp)
    assert answer.packet_id == 4
    assert answer.reason is (Reason.PACKET_ID_NOT_FOUND if level == V5 else Reason.SUCCESS)
    assert not client.is_closed


@statement("MQTT-4.3.3-11")
def test_after_release_the_number_is_a_new_message(hall: Hall) -> None:
    receiver, sender = hall.client("r"), hall.client("s")
    receiver.subscribes("a", qos=2)
    sender.publishes("a", "1", qos=2, packet_id=3)
    sender.says(Pubrel(3))
    sender.publishes("a", "2", qos=2, packet_id=3)
    assert receiver.payloads() == ["1", "2"]


@pytest.mark.parametrize("level", BOTH)
@statement("MQTT-4.3.2-1", "MQTT-4.3.2-2", "MQTT-2.2.1-4", "MQTT-4.3.3-1")
def test_numbers_in_use_are_not_given_again(hall: Hall, level: int) -> None:
    receiver, sender = hall.client("r", level), hall.client("s", level)
    receiver.subscribes("a", qos=1)
    for n in range(100):
        sender.publishes("a", str(n), qos=1)
    numbers = [packet.packet_id for packet in receiver.hears()]
    assert len(set(numbers)) == 100
    assert 0 not in numbers


def test_numbers_go_round_and_pass_over_those_in_use() -> None:
    hall = Hall(max_inflight=3)
    receiver, sender = hall.client("r"), hall.client("s")
    receiver.subscribes("a", qos=1)
    sender.publishes("a", "kept", qos=1)
    (kept,) = receiver.hears()
    for _ in range(660):
        sender.says(*[Publish("a", b"", 1, packet_id=n + 1) for n in range(100)])
        numbers = [packet.packet_id for packet in receiver.hears()]
        while numbers:
            assert kept.packet_id not in numbers
            receiver.says(*map(Puback, numbers))
            numbers = [packet.packet_id for packet in receiver.hears()]
        sender.hears()


@pytest.mark.parametrize("level", BOTH)
@statement("MQTT-4.4.0-1", "MQTT-4.6.0-1", "MQTT-3.3.1-1", "MQTT-4.3.2-3", "MQTT-3.1.2-5", "MQTT-3.2.2-3")
def test_what_is_not_settled_is_sent_again_on_reconnect_and_only_then(hall: Hall, level: int) -> None:
    receiver, sender = lasting(hall, "r", level), hall.client("s", level)
    receiver.subscribes("a", qos=2)
    for n in range(4):
        sender.publishes("a", str(n), qos=1 + n % 2)
    first = receiver.hears()
    receiver.says(Puback(first[0].packet_id))
    hall.passes(3600)
    assert receiver.hears() == []
    receiver.breaks()
    sender.publishes("a", "4", qos=1)
    again = lasting(hall, "r", level)
    assert again.connack.session_present
    second = again.hears()
    assert [(p.payload, p.packet_id, p.dup) for p in second[:3]] == [
        (p.payload, p.packet_id, True) for p in first[1:]
    ]
    assert [(p.payload, p.dup) for p in second[3:]] == [(b"4", False)]


@pytest.mark.parametrize("level", BOTH)
@statement("MQTT-4.3.3-3", "MQTT-4.3.3-5", "MQTT-4.3.3-6", "MQTT-4.3.3-2")
def test_after_pubrec_only_the_release_is_sent_again(hall: Hall, level: int) -> None:
    receiver, sender = lasting(hall, "r", level), hall.client("s", level)
    receiver.subscribes("a", qos=2)
    sender.publishes("a", "x", qos=2)
    (packet,) = receiver.hears()
    assert receiver.says(Pubrec(packet.packet_id)).hears() == [Pubrel(packet.packet_id)]
    receiver.breaks()
    receiver = lasting(hall, "r", level)
    assert receiver.hears() == [Pubrel(packet.packet_id)]
    receiver.says(Pubcomp(packet.packet_id))
    receiver.breaks()
    assert lasting(hall, "r", level).hears() == []


@statement("MQTT-4.3.3-4", "MQTT-4.4.0-2")
def test_an_error_in_pubrec_ends_the_exchange(hall: Hall) -> None:
    receiver, sender = lasting(hall, "r", V5, receive_maximum=1), hall.client("s", V5)
    receiver.subscribes("a", qos=2)
    sender.publishes("a", "1", qos=2)
    sender.publishes("a", "2", qos=2)
    (packet,) = receiver.hears()
    (following,) = receiver.says(Pubrec(packet.packet_id, Reason.QUOTA_EXCEEDED)).hears()
    assert following.payload == b"2"


@statement("MQTT-3.6.2-1")
def test_pubrec_for_an_unknown_number_is_answered(hall: Hall) -> None:
    client = hall.client("c", V5)
    (answer,) = client.says(Pubrec(5)).hears()
    assert isinstance(answer, Pubrel)
    assert (answer.packet_id, answer.reason) == (5, Reason.PACKET_ID_NOT_FOUND)


@statement("MQTT-3.3.4-9", "MQTT-4.9.0-1", "MQTT-4.9.0-2")
def test_the_clients_receive_maximum_is_kept_until_settlement(hall: Hall) -> None:
    receiver = hall.client("r", V5, properties={"receive_maximum": 2})
    receiver.subscribes("a", qos=2)
    sender = hall.client("s", V5)
    for n in range(5):
        sender.publishes("a", str(n), qos=1 + n % 2)
    first, second = receiver.hears()
    assert (first.payload, second.payload) == (b"0", b"1")
    assert receiver.says(Pubrec(second.packet_id)).hears() == [Pubrel(second.packet_id)]
    (third,) = receiver.says(Puback(first.packet_id)).hears()
    assert third.payload == b"2"
    (fourth,) = receiver.says(Pubcomp(second.packet_id)).hears()
    assert fourth.payload == b"3"


@statement("MQTT-4.9.0-3", "MQTT-3.3.4-10")
def test_at_zero_quota_everything_else_still_flows(hall: Hall) -> None:
    receiver = hall.client("r", V5, properties={"receive_maximum": 1})
    receiver.subscribes("a", qos=1)
    sender = hall.client("s", V5)
    sender.publishes("a", "1", qos=1)
    sender.publishes("a", "2", qos=1)
    sender.publishes("a", "zero")
    assert receiver.payloads() == ["1", "zero"]
    assert receiver.says(Pingreq()).hears() == [Pingresp()]
    assert receiver.publishes("b", qos=1)[0].packet_id


@statement("MQTT-3.3.4-7")
def test_the_hubs_receive_maximum_is_enforced_when_strict() -> None:
    for strict in (False, True):
        client = Hall(receive_maximum=2, strict=strict).client("c", V5)
        client.says(*[Publish("a", b"", 2, packet_id=n) for n in (1, 2, 3)])
        heard = client.hears()
        assert client.is_closed is strict
        if strict:
            assert heard[-1].reason is Reason.RECEIVE_MAXIMUM_EXCEEDED
        else:
            assert [packet.packet_id for packet in heard] == [1, 2, 3]


@pytest.mark.parametrize("level", BOTH)
@statement("MQTT-4.6.0-5", "MQTT-4.6.0-6", "MQTT-4.6.0-2", "MQTT-4.6.0-3", "MQTT-4.6.0-4")
def test_order_is_kept_through_windows_and_queues(level: int) -> None:
    hall = Hall(max_inflight=3)
    receiver, sender = hall.client("r", level), hall.client("s", level)
    receiver.subscribes("a", qos=1)
    sender.says(*[Publish("a", str(n).encode(), 1, packet_id=n + 1) for n in range(20)])
    assert [packet.packet_id for packet in sender.hears()] == list(range(1, 21))
    seen: list[bytes] = []
    published = 20
    while packets := receiver.hears():
        seen += [packet.payload for packet in packets]
        if published < 40:
            sender.publishes("a", str(published), qos=1)
            published += 1
        receiver.says(*[Puback(packet.packet_id) for packet in packets])
    assert seen == [str(n).encode() for n in range(published)]


@statement("MQTT-3.2.2-11")
def test_a_qos_that_is_not_offered_closes() -> None:
    for qos in (1, 2):
        client = Hall(max_qos=0).client("c", V5)
        assert [p.reason for p in client.publishes("a", qos=qos)] == [Reason.QOS_NOT_SUPPORTED]
        assert client.is_closed
    subscriber = Hall(max_qos=1).client("c", V5)
    assert subscriber.subscribes("a", qos=2) == (1,)


@statement("MQTT-3.1.2-24", "MQTT-3.1.2-25")
def test_a_message_too_large_for_a_client_is_as_good_as_sent(hall: Hall) -> None:
    small = hall.client("small", V5, properties={"maximum_packet_size": 60, "receive_maximum": 1})
    large, sender = hall.client("large", V5), hall.client("s", V5)
    for client in (small, large):
        client.subscribes("a", qos=1)
    for qos in (0, 1):
        sender.publishes("a", "x" * 100, qos=qos)
        sender.publishes("a", "y", qos=qos)
    assert small.payloads() == ["y", "y"]
    assert large.payloads() == ["x" * 100, "y"] * 2
    assert not small.is_closed


@statement(
    "MQTT-3.3.2-4", "MQTT-3.3.2-15", "MQTT-3.3.2-16", "MQTT-3.3.2-17", "MQTT-3.3.2-18", "MQTT-3.3.2-20"
)
@pytest.mark.parametrize("qos", [0, 1])
def test_properties_arrive_unaltered_and_in_order(hall: Hall, qos: int) -> None:
    receiver, sender = hall.client("r", V5), hall.client("s", V5)
    receiver.subscribes("a", qos=1)
    properties = PublishProperties(
        payload_format=1,
        response_topic="answers/1",
        correlation_data=b"\0\xff",
        user=(("b", "2"), ("a", "1"), ("b", "2"), ("", "")),
        content_type="text/plain",
    )
    sender.publishes("a", "x", qos=qos, properties=properties)
    assert receiver.hears()[0].properties == properties


def test_properties_do_not_disturb_clients_of_3(hall: Hall) -> None:
    receiver, sender = hall.client("r", V311), hall.client("s", V5)
    receiver.subscribes("a")
    sender.publishes("a", "x", properties=PublishProperties(user=(("k", "v"),), message_expiry=5))
    assert receiver.hears() == [Publish("a", b"x")]


@statement("MQTT-3.3.2-5", "MQTT-3.3.2-6", "MQTT-4.3.3-7")
def test_expiry_counts_down_and_ends_a_message(hall: Hall) -> None:
    receiver, sender = lasting(hall, "r", V5), hall.client("s", V5)
    receiver.subscribes("a", qos=1)
    receiver.breaks()
    for seconds in (5, 60):
        sender.publishes("a", str(seconds), qos=1, properties=PublishProperties(message_expiry=seconds))
    hall.passes(10.5)
    (packet,) = lasting(hall, "r", V5).hears()
    assert (packet.payload, packet.properties.message_expiry) == (b"60", 50)


def test_a_message_that_was_sent_is_sent_again_even_when_it_expired(hall: Hall) -> None:
    receiver, sender = lasting(hall, "r", V5), hall.client("s", V5)
    receiver.subscribes("a", qos=2)
    sender.publishes("a", "x", qos=2, properties=PublishProperties(message_expiry=5))
    receiver.breaks()
    hall.passes(10)
    (packet,) = lasting(hall, "r", V5).hears()
    assert (packet.dup, packet.properties.message_expiry) == (True, 0)


@statement("MQTT-4.3.3-13")
def test_qos_2_goes_on_although_the_message_has_expired(hall: Hall) -> None:
    sender = hall.client("s", V5)
    sender.publishes("a", "x", qos=2, packet_id=3, properties=PublishProperties(message_expiry=1))
    hall.passes(10)
    assert sender.says(Pubrel(3)).hears() == [Pubcomp(3)]


@statement("MQTT-3.3.2-7", "MQTT-3.3.2-12")
def test_a_clients_alias_stands_for_its_topic_and_can_change(hall: Hall) -> None:
    receiver, sender = hall.client("r", V311), hall.client("s", V5)
    receiver.subscribes("#")
    alias = PublishProperties(topic_alias=3)
    sender.publishes("one", "1", properties=alias)
    sender.publishes("", "2", properties=alias)
    sender.publishes("two", "3", properties=alias)
    sender.publishes("", "4", properties=alias)
    assert [(p.topic, p.payload) for p in receiver.hears()] == [
        ("one", b"1"),
        ("one", b"2"),
        ("two", b"3"),
        ("two", b"4"),
    ]


@statement("MQTT-3.3.2-9", "MQTT-3.2.2-17")
def test_an_alias_above_the_maximum_or_unknown_closes() -> None:
    client = Hall(topic_alias_maximum=5).client("c", V5)
    assert [p.reason for p in client.publishes("a", properties=PublishProperties(topic_alias=6))] == [
        Reason.TOPIC_ALIAS_INVALID
    ]
    client = Hall().client("c", V5)
    assert [p.reason for p in client.publishes("", properties=PublishProperties(topic_alias=6))] == [
        Reason.PROTOCOL_ERROR
    ]


@statement("MQTT-3.3.2-7")
def test_aliases_do_not_outlive_the_connection(hall: Hall) -> None:
    client = lasting(hall, "c", V5)
    client.publishes("a", properties=PublishProperties(topic_alias=1))
    client.breaks()
    client = lasting(hall, "c", V5)
    assert [p.reason for p in client.publishes("", properties=PublishProperties(topic_alias=1))] == [
        Reason.PROTOCOL_ERROR
    ]


@statement("MQTT-3.1.2-26", "MQTT-3.1.2-27", "MQTT-3.3.2-11")
@pytest.mark.parametrize("qos", [0, 1])
def test_the_hub_uses_as_many_aliases_as_the_client_allows(hall: Hall, qos: int) -> None:
    receiver = hall.client("r", V5, properties={"topic_alias_maximum": 2})
    plain, sender = hall.client("p", V5), hall.client("s", V5)
    for client in (receiver, plain):
        client.subscribes("#", qos=1)
    for topic in ("a", "b", "c", "a", "b", "c"):
        sender.publishes(topic, qos=qos)
    seen = [(p.topic, p.properties.topic_alias) for p in receiver.hears()]
    assert seen == [("a", 1), ("b", 2), ("c", None), ("", 1), ("", 2), ("c", None)]
    assert {p.properties.topic_alias for p in plain.hears()} == {None}


@statement("MQTT3-3.1.2-5", "MQTT-4.1.0-1", "MQTT-4.5.0-1")
def test_qos_0_is_not_kept_for_the_absent_and_more_is(hall: Hall) -> None:
    receiver, sender = lasting(hall, "r", V311), hall.client("s")
    receiver.subscribes("a", qos=2)
    receiver.breaks()
    for qos in (0, 1, 2):
        sender.publishes("a", str(qos), qos=qos)
    assert lasting(hall, "r", V311).payloads() == ["1", "2"]


@pytest.mark.parametrize(
    ("policy", "kept"),
    [("drop_newest", ["0", "1", "2"]), ("drop_oldest", ["3", "4", "5"]), ("refuse", ["0", "1", "2"])],
)
def test_a_full_queue_follows_its_policy(policy: str, kept: list[str]) -> None:
    hall = Hall(max_queued=3, queue_policy=policy)
    receiver, sender = lasting(hall, "r", V5), hall.client("s", V5)
    receiver.subscribes("a", qos=1)
    receiver.breaks()
    answers = [sender.publishes("a", str(n), qos=1)[0].reason for n in range(6)]
    assert lasting(hall, "r", V5).payloads() == kept
    if policy == "refuse":
        assert answers == [Reason.SUCCESS] * 3 + [Reason.QUOTA_EXCEEDED] * 3
    else:
        assert hall.desk.readings()["messages_dropped_total"].values["queue_full",] == 3


def test_a_queue_is_bounded_by_octets_too() -> None:
    hall = Hall(max_queued_bytes=5000)
    receiver, sender = lasting(hall, "r", V5), hall.client("s", V5)
    receiver.subscribes("a", qos=1)
    receiver.breaks()
    for _ in range(10):
        sender.publishes("a", "x" * 1000, qos=1)
    assert len(lasting(hall, "r", V5).payloads()) == 4


def test_a_client_that_does_not_read_loses_qos_0_and_nobody_else_does(hall: Hall) -> None:
    slow, quick, sender = hall.client("slow"), hall.client("quick"), hall.client("s")
    for client in (slow, quick):
        client.subscribes("a", qos=1)
    slow.stops_reading()
    for n in range(3):
        sender.publishes("a", str(n))
    sender.publishes("a", "sure", qos=1)
    assert quick.payloads() == ["0", "1", "2", "sure"]
    slow.reads_on()
    assert slow.payloads() == ["sure"]
    assert hall.desk.readings()["messages_dropped_total"].values["not_reading",] == 3


def test_a_client_that_does_not_read_is_disconnected_when_its_queue_is_full() -> None:
    hall = Hall(max_queued=5)
    slow, sender = hall.client("slow", V5), hall.client("s", V5)
    slow.subscribes("a", qos=1)
    slow.stops_reading()
    for n in range(6):
        sender.publishes("a", str(n), qos=1)
    assert slow.is_closed
    slow.line.is_full = False
    assert slow.hears()[-1].reason is Reason.QUOTA_EXCEEDED
    assert hall.space.tally.queued == 0


def test_a_client_hears_its_own_publication(hall: Hall) -> None:
    client = hall.client("c")
    client.subscribes("a")
    assert client.publishes("a", "me") == [Publish("a", b"me")]


def test_publish_and_disconnect_in_one_read_is_delivered(hall: Hall) -> None:
    receiver = hall.client("r")
    receiver.subscribes("a")
    hall.client("s").says(Publish("a", b"x"), Disconnect())
    assert receiver.payloads() == ["x"]


@statement("MQTT-3.3.2-2", "MQTT-4.7.0-1")
def test_a_wildcard_in_a_topic_name_closes_with_its_code(hall: Hall) -> None:
    client = hall.client("c", V5)
    assert [p.reason for p in client.publishes("a/+")] == [Reason.TOPIC_NAME_INVALID]


def test_a_topic_with_too_many_levels_closes_with_its_code(hall: Hall) -> None:
    client = hall.client("c", V5)
    assert [p.reason for p in client.publishes("/" * 300)] == [Reason.TOPIC_NAME_INVALID]
