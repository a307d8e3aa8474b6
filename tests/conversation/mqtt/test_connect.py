"""CONNECT, CONNACK, keep alive, takeover, DISCONNECT."""

import pytest

from hubbub.protocols.mqtt.wire.packets import (
    V5,
    V31,
    V311,
    Auth,
    Connack,
    Connect,
    Disconnect,
    Pingreq,
    Pingresp,
    Publish,
    Request,
    Subscribe,
    Will,
)
from hubbub.protocols.mqtt.wire.properties import AuthProperties, ConnectProperties, DisconnectProperties
from hubbub.protocols.mqtt.wire.reasons import Reason
from tests.conversation.mqtt.words import BOTH, Hall

statement = pytest.mark.statement


@pytest.mark.parametrize("level", [V31, V311, V5])
@statement("MQTT-3.2.0-1", "MQTT-3.1.4-5", "MQTT-3.1.3-3", "MQTT-4.2.0-1")
def test_every_level_is_welcome_on_one_port(hall: Hall, level: int) -> None:
    client = hall.client("c", level)
    assert client.connack.code == 0
    assert client.says(Pingreq()).hears() == [Pingresp()]


@statement("MQTT-3.1.0-1", "MQTT-3.14.0-1")
def test_a_first_packet_that_is_not_connect_closes(hall: Hall) -> None:
    client = hall.line().says(Pingreq())
    assert client.is_closed
    assert client.hears() == []


@pytest.mark.parametrize("level", BOTH)
@statement("MQTT-3.1.0-2")
def test_a_second_connect_closes(hall: Hall, level: int) -> None:
    client = hall.client("c", level)
    client.says(Connect("c", level))
    assert client.is_closed
    assert client.hears() == (
        [Disconnect(Reason.PROTOCOL_ERROR, client_reason(client))] if level == V5 else []
    )


def client_reason(client: object) -> DisconnectProperties:
    return DisconnectProperties(reason_string="a second CONNECT")


@statement("MQTT-3.1.4-6", "MQTT-3.1.4-5")
def test_what_is_sent_behind_a_refused_connect_is_not_done(hall: Hall) -> None:
    listener = hall.client("l", V5)
    listener.subscribes("#")
    refused = hall.line(V5)
    refused.says(
        Connect("x", V5, properties=ConnectProperties(authentication_method="magic")), Publish("a", b"no")
    )
    assert refused.is_closed
    assert listener.payloads() == []


@statement("MQTT-3.2.0-1", "MQTT-3.2.0-2")
def test_packets_pipelined_behind_connect_are_handled_in_order(hall: Hall) -> None:
    client = hall.line(V311)
    client.says(Connect("c"), Subscribe(1, (Request("a"),)), Publish("a", b"1"), Pingreq())
    assert [type(packet).__name__ for packet in client.hears()] == [
        "Connack",
        "Suback",
        "Publish",
        "Pingresp",
    ]


@statement("MQTT-3.1.2-2")
@pytest.mark.parametrize(
    ("octets", "answer"),
    [
        (b"\x10\x0c\x00\x04MQTT\x06\x02\0\0\0\0", b"\x20"),
        (b"\x10\x0c\x00\x04MQTT\x02\x02\0\0\0\0", b"\x20\x02\x00\x01"),
        (b"\x10\x0e\x00\x06MQIsdp\x04\x02\0\0\0\0", b"\x20\x02\x00\x01"),
    ],
)
def test_an_unknown_level_is_told_so(hall: Hall, octets: bytes, answer: bytes) -> None:
    client = hall.line()
    client.says(octets)
    assert client.is_closed
    assert bytes(client.line.written).startswith(answer)


@statement("MQTT-3.1.2-1")
def test_another_protocol_name_closes(hall: Hall) -> None:
    client = hall.line().says(b"\x10\x0c\x00\x04MQTX\x04\x02\0\0\0\0")
    assert client.is_closed
    assert not client.line.written


@statement("MQTT-4.13.1-1", "MQTT-4.13.2-1", "MQTT-3.2.2-6", "MQTT-3.2.2-7", "MQTT-3.2.2-8")
def test_a_malformed_connect_of_5_is_answered_with_its_code(hall: Hall) -> None:
    client = hall.line(V5).says(b"\x10\x0d\x00\x04MQTT\x05\x03\0\0\0\0\0")
    (connack,) = client.hears()
    assert (connack.code, connack.session_present) == (Reason.MALFORMED_PACKET, False)
    assert client.is_closed


@statement("MQTT-3.1.2-3")
def test_the_reserved_flag_closes_3_without_a_word(hall: Hall) -> None:
    client = hall.line().says(b"\x10\x0c\x00\x04MQTT\x04\x03\0\0\0\0")
    assert client.is_closed
    assert client.hears() == []


@statement("MQTT-3.1.3-6", "MQTT-3.1.3-7", "MQTT-3.2.2-16")
def test_5_gives_an_id_to_whoever_has_none_and_tells_it(hall: Hall) -> None:
    first, second = hall.client("", V5), hall.client("", V5, clean_start=False)
    ids = {first.connack.properties.assigned_client_id, second.connack.properties.assigned_client_id}
    assert None not in ids
    assert len(ids) == 2


@statement("MQTT-3.1.3-6")
def test_3_gives_an_id_with_a_clean_session(hall: Hall) -> None:
    assert hall.client("", V311).connack == Connack(False, 0)


@statement("MQTT3-3.1.3-8", "MQTT3-3.2.2-4")
def test_3_refuses_an_empty_id_without_a_clean_session(hall: Hall) -> None:
    client = hall.line(V311)
    assert client.connects("", clean_start=False) == Connack(False, 2)
    assert client.is_closed


@statement("MQTT-3.1.3-5")
def test_client_ids_may_be_long_and_of_any_characters(hall: Hall) -> None:
    hall.client("ä/+#" * 1000)


@statement("MQTT-3.1.4-3", "MQTT3-3.1.4-2")
@pytest.mark.parametrize("level", BOTH)
def test_a_newcomer_takes_the_client_id_over(hall: Hall, level: int) -> None:
    old = hall.client("c", level)
    new = hall.client("c", level)
    assert old.is_closed
    assert not new.is_closed
    heard = old.hears()
    if level == V5:
        assert [packet.reason for packet in heard] == [Reason.SESSION_TAKEN_OVER]
    else:
        assert heard == []


def test_a_storm_of_takeovers_is_refused() -> None:
    hall = Hall(takeover_limit=3)
    clients = [hall.client("c", V5) for _ in range(4)]
    refused = hall.line(V5)
    assert refused.connects("c").code == Reason.CONNECTION_RATE_EXCEEDED
    assert not clients[-1].is_closed
    hall.passes(11)
    hall.client("c", V5)


@statement("MQTT-3.1.2-22", "MQTT3-3.1.2-24")
@pytest.mark.parametrize("level", BOTH)
def test_silence_of_one_and_a_half_keep_alives_closes(hall: Hall, level: int) -> None:
    client = hall.client("c", level, keep_alive=10)
    hall.passes(14.9)
    assert not client.is_closed
    client.says(Pingreq())
    hall.passes(14.9)
    assert not client.is_closed
    client.hears()
    hall.passes(0.2)
    assert client.is_closed
    if level == V5:
        assert client.hears()[0].reason is Reason.KEEP_ALIVE_TIMEOUT


def test_without_a_keep_alive_silence_is_allowed(hall: Hall) -> None:
    client = hall.client("c")
    hall.passes(100_000)
    assert not client.is_closed


@statement("MQTT-3.2.2-22")
def test_a_shorter_keep_alive_is_announced_and_kept() -> None:
    hall = Hall(keep_alive_secs=20)
    client = hall.client("a", V5, keep_alive=60)
    assert client.connack.properties.server_keep_alive == 20
    assert hall.client("b", V5, keep_alive=20).connack.properties.server_keep_alive is None
    assert hall.client("c", V5, keep_alive=0).connack.properties.server_keep_alive == 20
    hall.passes(30.1)
    assert client.is_closed


def test_a_connection_that_never_says_connect_is_closed(hall: Hall) -> None:
    silent, half = hall.line(), hall.line().says(b"\x10\x0c\x00\x04MQ")
    hall.passes(9.9)
    assert not silent.is_closed
    hall.passes(0.2)
    assert silent.is_closed
    assert half.is_closed


@statement("MQTT-3.14.4-1", "MQTT-3.14.4-2", "MQTT-3.14.4-3")
@pytest.mark.parametrize("level", BOTH)
def test_disconnect_ends_the_connection(hall: Hall, level: int) -> None:
    client = hall.client("c", level)
    client.says(Disconnect(), Pingreq())
    assert client.is_closed
    assert client.hears() == []


@statement("MQTT-4.12.0-1")
def test_an_authentication_method_is_refused_as_bad(hall: Hall) -> None:
    client = hall.line(V5)
    connack = client.connects("c", properties={"authentication_method": "SCRAM-SHA-1"})
    assert connack.code == Reason.BAD_AUTHENTICATION_METHOD
    assert client.is_closed


@statement("MQTT-4.12.0-6", "MQTT-4.12.0-7")
def test_auth_without_a_method_is_a_protocol_error(hall: Hall) -> None:
    client = hall.client("c", V5)
    client.says(Auth(Reason.REAUTHENTICATE, AuthProperties(authentication_method="m")))
    assert [packet.reason for packet in client.hears()] == [Reason.PROTOCOL_ERROR]
    assert client.is_closed


@statement("MQTT-3.2.2-12")
def test_a_will_above_the_offered_qos_is_refused() -> None:
    client = Hall(max_qos=1).line(V5)
    assert client.connects("c", will=Will("w", b"", 2)).code == Reason.QOS_NOT_SUPPORTED


@statement("MQTT-3.2.2-13")
def test_a_will_to_be_retained_is_refused_where_nothing_is() -> None:
    client = Hall(retain_available=False).line(V5)
    assert client.connects("c", will=Will("w", b"", 0, True)).code == Reason.RETAIN_NOT_SUPPORTED


@statement("MQTT-3.2.2-9", "MQTT-3.2.2-10", "MQTT-3.2.2-15")
def test_connack_announces_what_is_not_the_default() -> None:
    hall = Hall(
        max_qos=1,
        retain_available=False,
        wildcard_available=False,
        shared_available=False,
        receive_maximum=7,
        max_packet_size=2000,
        topic_alias_maximum=5,
        session_expiry_max=60,
    )
    told = hall.client("c", V5, properties={"session_expiry": 100}).connack.properties
    assert (told.maximum_qos, told.retain_available, told.wildcard_available) == (1, 0, 0)
    assert (told.shared_available, told.receive_maximum, told.maximum_packet_size) == (0, 7, 2000)
    assert (told.topic_alias_maximum, told.session_expiry) == (5, 60)


@statement("MQTT-3.2.2-19", "MQTT-3.14.2-3")
def test_a_reason_string_stays_out_where_it_is_too_long_for_the_client(hall: Hall) -> None:
    refused = hall.line(V5)
    properties = {"authentication_method": "magic", "maximum_packet_size": 20}
    assert refused.connects("c", properties=properties).properties.reason_string is None
    wordy, terse = hall.client("w", V5), hall.client("t", V5, properties={"maximum_packet_size": 20})
    for client in (wordy, terse):
        client.says(b"\x00\x00")
    assert wordy.hears()[0].properties.reason_string
    assert terse.hears() == [Disconnect(Reason.PROTOCOL_ERROR)]


@statement("MQTT-3.1.2-28")
def test_response_information_comes_only_when_asked_for(hall: Hall) -> None:
    asked = hall.client("a", V5, properties={"request_response_information": 1})
    assert asked.connack.properties.response_information
    assert hall.client("b", V5).connack.properties.response_information is None


@statement("MQTT-3.2.2-15")
def test_a_packet_above_the_maximum_closes_with_its_code() -> None:
    hall = Hall(max_packet_size=200)
    client = hall.client("c", V5)
    client.says(Publish("a", b"x" * 300))
    assert [packet.reason for packet in client.hears()] == [Reason.PACKET_TOO_LARGE]
    assert client.is_closed


def test_a_connect_above_the_maximum_is_refused_with_its_code() -> None:
    client = Hall(max_packet_size=200).line(V5)
    assert client.connects("c" * 300).code == Reason.PACKET_TOO_LARGE


def test_a_hub_that_stops_says_so(hall: Hall) -> None:
    five, three = hall.client("a", V5), hall.client("b", V311)
    for conversation in list(hall.open):
        conversation.dismiss()
    hall.settle()
    assert [packet.reason for packet in five.hears()] == [Reason.SERVER_SHUTTING_DOWN]
    assert three.hears() == []
    assert five.is_closed
    assert three.is_closed
