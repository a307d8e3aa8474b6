"""SUBSCRIBE, UNSUBSCRIBE, filters, overlaps, retained messages, shared subscriptions."""

import pytest

from hubbub.protocols.mqtt.wire.packets import (
    V5,
    V31,
    V311,
    Puback,
    Publish,
    Request,
    Subscribe,
    Unsuback,
    Unsubscribe,
)
from hubbub.protocols.mqtt.wire.properties import PublishProperties
from hubbub.protocols.mqtt.wire.reasons import Reason
from tests.conversation.mqtt.words import BOTH, Hall

statement = pytest.mark.statement


def session(level: int = V5) -> dict[str, object]:
    return {"clean_start": False} | ({"properties": {"session_expiry": 1000}} if level == V5 else {})


@pytest.mark.parametrize(
    ("filter_", "topic", "expected"),
    [
        ("a/b", "a/b", True),
        ("a/b", "a/B", False),
        ("a/b", "a/b/", False),
        ("a/+", "a/b", True),
        ("a/+", "a/", True),
        ("a/+", "a", False),
        ("a/+", "a/b/c", False),
        ("+", "a", True),
        ("+", "/a", False),
        ("+/+", "/a", True),
        ("/+", "/a", True),
        ("a/+/c", "a/b/c", True),
        ("a/+/c", "a/b/d", False),
        ("#", "a/b/c", True),
        ("#", "/", True),
        ("a/#", "a", True),
        ("a/#", "a/b/c", True),
        ("a/#", "ab", False),
        ("a/+/#", "a/b", True),
        ("a/+/#", "a", False),
        ("+/b/#", "a/b/c/d", True),
        ("#", "$a/b", False),
        ("+/b", "$a/b", False),
        ("$a/#", "$a/b", True),
        ("$a/+", "$a/b", True),
        ("a/$b", "a/$b", True),
        ("a/+", "a/$b", True),
        ("a b/ü", "a b/ü", True),
        ("a//b", "a//b", True),
        ("a/+/b", "a//b", True),
    ],
)
@statement("MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT3-4.7.1-3", "MQTT-4.7.2-1", "MQTT-4.7.3-4", "MQTT-3.3.2-3")
def test_filters_match_as_the_standard_says(hall: Hall, filter_: str, topic: str, expected: bool) -> None:
    early, sender, late = hall.client("e"), hall.client("s"), hall.client("l")
    assert early.subscribes(filter_) == (0,)
    sender.publishes(topic, "x", retain=True)
    late.subscribes(filter_)
    assert early.payloads() == (["x"] if expected else [])
    assert late.payloads() == (["x"] if expected else [])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a#",
        "a/#/b",
        "#/a",
        "a+",
        "+a/b",
        "a/b+",
        "$share/g",
        "$share//a",
        "$share/g/",
        "$share/+/a",
        "$share/g#/a",
        "/" * 300,
    ],
)
@pytest.mark.parametrize("level", BOTH)
@statement(
    "MQTT-4.7.1-1",
    "MQTT-4.7.1-2",
    "MQTT3-4.7.1-3",
    "MQTT-4.7.3-1",
    "MQTT-4.8.2-1",
    "MQTT-4.8.2-2",
    "MQTT-3.9.3-2",
)
def test_what_is_no_filter_is_refused_and_the_others_stand(hall: Hall, level: int, text: str) -> None:
    client = hall.client("c", level)
    codes = client.subscribes("ok", text, "fine", qos=1)
    assert codes == (1, Reason.TOPIC_FILTER_INVALID if level == V5 else 0x80, 1)
    assert [type(packet) for packet in client.publishes("fine", "x")] == [Publish]
    assert not client.is_closed


@pytest.mark.parametrize("level", [V31, *BOTH])
@statement(
    "MQTT-3.8.4-1",
    "MQTT-3.8.4-2",
    "MQTT-3.8.4-5",
    "MQTT-3.8.4-6",
    "MQTT-3.8.4-7",
    "MQTT-3.9.3-1",
    "MQTT-2.2.1-6",
)
def test_every_filter_has_its_code_in_order(hall: Hall, level: int) -> None:
    client = hall.client("c", level)
    client.says(Subscribe(500, (Request("a", 2), Request("b", 0), Request("c", 1))))
    (suback,) = client.hears()
    assert (suback.packet_id, suback.codes) == (500, (2, 0, 1))


@statement("MQTT3-3.3.5-1", "MQTT-3.3.4-2", "MQTT-3.3.4-4")
@pytest.mark.parametrize("level", BOTH)
def test_overlapping_subscriptions_give_one_copy_at_the_highest_qos(hall: Hall, level: int) -> None:
    receiver, sender = hall.client("r", level), hall.client("s", level)
    receiver.subscribes("a/#", qos=1, mark=7 if level == V5 else None)
    receiver.subscribes("a/b", qos=2, mark=5 if level == V5 else None)
    receiver.subscribes("+/b", qos=0)
    sender.publishes("a/b", "x", qos=2)
    (packet,) = receiver.hears()
    assert packet.qos == 2
    assert packet.properties.subscription_ids == ((5, 7) if level == V5 else ())


@statement("MQTT-3.8.4-3", "MQTT-3.8.4-4", "MQTT-3.3.4-3")
def test_the_same_filter_again_replaces_its_options(hall: Hall) -> None:
    client, sender = hall.client("c", V5), hall.client("s", V5)
    client.subscribes("a", qos=2, mark=1)
    client.subscribes("a", qos=1, mark=2)
    sender.publishes("a", "x", qos=2)
    (packet,) = client.hears()
    assert (packet.qos, packet.properties.subscription_ids) == (1, (2,))
    assert hall.space.subscriptions.count == 1


@statement("MQTT-3.8.3-3")
def test_no_local_spares_a_client_its_own(hall: Hall) -> None:
    client, other = hall.client("c", V5), hall.client("o", V5)
    client.subscribes(Request("a/#", no_local=True))
    client.publishes("a/b", "mine")
    assert client.payloads() == []
    other.publishes("a/b", "theirs")
    assert client.payloads() == ["theirs"]
    client.subscribes(Request("a/b"))
    assert [packet.payload for packet in client.publishes("a/b", "mine")] == [b"mine"]


@statement(
    "MQTT-3.10.4-1",
    "MQTT-3.10.4-2",
    "MQTT-3.10.4-4",
    "MQTT-3.10.4-5",
    "MQTT-3.10.4-6",
    "MQTT-3.11.3-1",
    "MQTT-3.11.3-2",
)
@pytest.mark.parametrize("level", BOTH)
def test_unsubscribe_ends_a_subscription_and_answers_each_filter(hall: Hall, level: int) -> None:
    client = hall.client("c", level)
    client.subscribes("a", "b/+", "c")
    (answer,) = client.says(Unsubscribe(9, ("b/+", "b/x", "a", "x#"))).hears()
    assert isinstance(answer, Unsuback)
    assert (answer.packet_id, answer.codes) == (9, (0, 0x11, 0, 0x8F) if level == V5 else ())
    for topic in ("a", "b/x", "c"):
        client.publishes(topic, topic)
    assert hall.space.subscriptions.count == 1


@statement("MQTT-3.10.4-3")
def test_what_was_on_its_way_is_completed_after_unsubscribe(hall: Hall) -> None:
    receiver, sender = hall.client("r", V311, **session(V311)), hall.client("s")
    receiver.subscribes("a", qos=1)
    sender.publishes("a", "x", qos=1)
    receiver.says(Unsubscribe(9, ("a",)))
    receiver.breaks()
    again = hall.client("r", V311, **session(V311))
    assert again.payloads() == ["x"]


def test_capabilities_that_are_off_are_refused_by_their_codes() -> None:
    hall = Hall(wildcard_available=False, shared_available=False)
    client = hall.client("c", V5)
    assert client.subscribes("a/+", "$share/g/a", "a") == (0xA2, 0x9E, 0)
    assert hall.client("d", V311).subscribes("a/+") == (0x80,)


# retained


@pytest.mark.parametrize("level", BOTH)
@statement("MQTT-3.3.1-5", "MQTT-3.3.1-8", "MQTT-3.3.1-9", "MQTT-3.8.4-4", "MQTT3-3.3.1-6")
def test_the_last_retained_message_comes_with_the_subscription(hall: Hall, level: int) -> None:
    sender = hall.client("s", level)
    for n in range(3):
        sender.publishes("a", str(n), qos=1, retain=True)
    sender.publishes("a", "live only")
    sender.breaks()
    client = hall.client("c", level)
    client.subscribes("a", qos=2)
    (packet,) = client.hears()
    assert (packet.payload, packet.retain, packet.qos) == (b"2", True, 1)


@pytest.mark.parametrize("level", BOTH)
@statement("MQTT-3.3.1-6", "MQTT-3.3.1-7", "MQTT3-3.3.1-10", "MQTT3-3.3.1-11")
def test_an_empty_retained_message_deletes_and_is_delivered_live(hall: Hall, level: int) -> None:
    sender, listener = hall.client("s", level), hall.client("l", level)
    sender.publishes("a", "x", retain=True)
    listener.subscribes("a")
    assert listener.payloads() == ["x"]
    sender.publishes("a", "", retain=True)
    (live,) = listener.hears()
    assert (live.payload, live.retain) == (b"", False)
    later = hall.client("c", level)
    later.subscribes("#")
    assert later.hears() == []


@statement("MQTT-3.3.1-12", "MQTT-3.3.1-13")
def test_the_flag_stays_only_with_retain_as_published(hall: Hall) -> None:
    plain, kept, sender = hall.client("p", V5), hall.client("k", V5), hall.client("s", V5)
    plain.subscribes("a")
    kept.subscribes(Request("a", retain_as_published=True))
    sender.publishes("a", "1", retain=True)
    sender.publishes("a", "2")
    assert [packet.retain for packet in plain.hears()] == [False, False]
    assert [packet.retain for packet in kept.hears()] == [True, False]


@statement("MQTT-3.3.1-9", "MQTT-3.3.1-10", "MQTT-3.3.1-11")
def test_retain_handling_decides_what_a_subscription_brings(hall: Hall) -> None:
    hall.client("s", V5).publishes("a", "x", retain=True)
    for handling, first, second in ((0, ["x"], ["x"]), (1, ["x"], []), (2, [], [])):
        client = hall.client(f"c{handling}", V5)
        client.subscribes(Request("a", retain_handling=handling))
        assert client.payloads() == first
        client.subscribes(Request("a", retain_handling=handling))
        assert client.payloads() == second


def test_a_resumed_session_is_not_sent_retained_messages_again(hall: Hall) -> None:
    hall.client("s", V5).publishes("a", "x", retain=True)
    client = hall.client("c", V5, **session())
    client.subscribes("a")
    assert client.payloads() == ["x"]
    client.breaks()
    client = hall.client("c", V5, **session())
    assert client.payloads() == []
    client.subscribes(Request("a", retain_handling=1))
    assert client.payloads() == []
    client.subscribes("a")
    assert client.payloads() == ["x"]


@statement("MQTT-3.3.4-3")
def test_retained_messages_carry_the_subscription_identifier(hall: Hall) -> None:
    hall.client("s", V5).publishes("a", "x", retain=True)
    client = hall.client("c", V5)
    client.subscribes("a", mark=300)
    assert client.hears()[0].properties.subscription_ids == (300,)


@statement("MQTT-3.3.2-5", "MQTT-3.3.2-6")
def test_retained_messages_expire_and_count_down(hall: Hall) -> None:
    sender = hall.client("s", V5)
    for topic, seconds in (("a", 5), ("b", 60)):
        sender.publishes(topic, "x", retain=True, properties=PublishProperties(message_expiry=seconds))
    hall.passes(10)
    client = hall.client("c", V5)
    client.subscribes("#")
    (packet,) = client.hears()
    assert (packet.topic, packet.properties.message_expiry) == ("b", 50)
    hall.passes(10)
    assert len(hall.space.retained) == 1


@statement("MQTT-3.2.2-14")
def test_retain_is_refused_where_it_is_not_offered() -> None:
    client = Hall(enable_retained_messages=False).client("c", V5)
    assert [packet.reason for packet in client.publishes("a", "x", retain=True)] == [
        Reason.RETAIN_NOT_SUPPORTED
    ]
    assert client.is_closed


def test_there_is_a_limit_to_retained_messages() -> None:
    hall = Hall(max_retained_messages=2)
    sender, listener = hall.client("s", V5), hall.client("l", V5)
    listener.subscribes("#")
    for topic in ("a", "b", "a"):
        assert sender.publishes(topic, "x", qos=1, retain=True)[0].reason is Reason.SUCCESS
    assert sender.publishes("c", "x", qos=1, retain=True)[0].reason is Reason.QUOTA_EXCEEDED
    sender.publishes("c", "live", retain=True)
    assert listener.payloads() == ["x", "x", "x", "live"]
    assert len(hall.space.retained) == 2


def test_a_large_replay_comes_in_slices_with_others_in_between() -> None:
    hall = Hall()
    sender = hall.client("s")
    for start in range(0, 1000, 100):
        sender.says(*[Publish(f"t/{n}", b"x", retain=True) for n in range(start, start + 100)])
    client = hall.client("c")
    client.says(Subscribe(1, (Request("t/#", 1),)))
    assert len({packet.topic for packet in client.hears() if isinstance(packet, Publish)}) == 1000


def test_a_replay_waits_for_a_client_that_does_not_read_and_is_not_bounded_by_its_queue() -> None:
    hall = Hall(max_queued=5)
    sender = hall.client("s")
    for n in range(300):
        sender.publishes(f"t/{n}", "x", qos=1, retain=True)
    client = hall.client("c", V5, properties={"receive_maximum": 10})
    client.says(Subscribe(1, (Request("t/#", 1),)))
    seen = 0
    while packets := [packet for packet in client.hears() if isinstance(packet, Publish)]:
        assert len(packets) <= 10
        seen += len(packets)
        client.says(*[Puback(packet.packet_id) for packet in packets])
    assert seen == 300


# shared


@statement("MQTT-4.8.2-3", "MQTT-4.8.2-4")
def test_a_shared_subscription_goes_round_its_members(hall: Hall) -> None:
    members = [hall.client(f"m{n}", V5) for n in range(3)]
    for member in members:
        assert member.subscribes("$share/g/a/+", qos=1) == (1,)
    sender = hall.client("s", V5)
    for n in range(9):
        sender.publishes("a/b", str(n), qos=1)
    heard = [member.payloads() for member in members]
    assert [len(payloads) for payloads in heard] == [3, 3, 3]
    assert sorted(payload for payloads in heard for payload in payloads) == [str(n) for n in range(9)]


def test_groups_and_ordinary_subscriptions_each_get_a_copy(hall: Hall) -> None:
    one, two, plain = hall.client("1", V5), hall.client("2", V5), hall.client("3", V5)
    one.subscribes("$share/g/a")
    two.subscribes("$share/h/a")
    plain.subscribes("a")
    hall.client("s", V5).publishes("a", "x")
    assert [client.payloads() for client in (one, two, plain)] == [["x"]] * 3


@statement("MQTT-3.8.3-4")
def test_no_local_on_a_shared_subscription_is_a_protocol_error(hall: Hall) -> None:
    client = hall.client("c", V5)
    client.says(Subscribe(1, (Request("$share/g/a", no_local=True),)))
    assert [packet.reason for packet in client.hears()] == [Reason.PROTOCOL_ERROR]


def test_a_shared_subscription_brings_no_retained_messages(hall: Hall) -> None:
    hall.client("s", V5).publishes("a", "x", retain=True)
    client = hall.client("c", V5)
    client.subscribes("$share/g/a")
    assert client.hears() == []


@statement("MQTT-4.8.2-3")
def test_each_member_gets_its_own_granted_qos(hall: Hall) -> None:
    low, high = hall.client("l", V5), hall.client("h", V5)
    low.subscribes("$share/g/a", qos=0)
    high.subscribes("$share/g/a", qos=2)
    sender = hall.client("s", V5)
    for _ in range(2):
        sender.publishes("a", "x", qos=1)
    assert [packet.qos for packet in low.hears()] == [0]
    assert [packet.qos for packet in high.hears()] == [1]


def test_an_absent_member_is_passed_over_while_one_is_there(hall: Hall) -> None:
    here, gone = hall.client("h", V5), hall.client("g", V5, **session())
    for client in (gone, here):
        client.subscribes("$share/g/a", qos=1)
    gone.breaks()
    sender = hall.client("s", V5)
    for _ in range(4):
        sender.publishes("a", "x", qos=1)
    assert len(here.payloads()) == 4
    here.breaks()
    sender.publishes("a", "kept", qos=1)
    assert hall.client("g", V5, **session()).payloads() == ["kept"]


@statement("MQTT-4.8.2-5", "MQTT-4.8.2-6")
def test_what_was_never_sent_moves_on_and_what_was_sent_does_not(hall: Hall) -> None:
    first = hall.client(
        "1", V5, **(session() | {"properties": {"session_expiry": 1000, "receive_maximum": 1}})
    )
    first.subscribes("$share/g/a", qos=1)
    sender = hall.client("s", V5)
    for n in range(3):
        sender.publishes("a", str(n), qos=1)
    assert first.payloads() == ["0"]
    second = hall.client("2", V5)
    second.subscribes("$share/g/a", qos=1)
    first.breaks()
    assert second.payloads() == ["1", "2"]
    assert hall.client("1", V5, **session()).payloads() == ["0"]


@statement("MQTT-4.8.2-6")
def test_an_error_acknowledgement_is_final(hall: Hall) -> None:
    clients = [hall.client(str(n), V5) for n in range(2)]
    for client in clients:
        client.subscribes("$share/g/a", qos=1)
    hall.client("s", V5).publishes("a", "x", qos=1)
    (packet,) = clients[0].hears()
    clients[0].says(Puback(packet.packet_id, Reason.UNSPECIFIED))
    assert clients[1].hears() == []


def test_a_busy_member_is_passed_over_for_a_free_one(hall: Hall) -> None:
    busy, free = hall.client("b", V5, properties={"receive_maximum": 1}), hall.client("f", V5)
    for client in (busy, free):
        client.subscribes("$share/g/a", qos=1)
    sender = hall.client("s", V5)
    for n in range(5):
        sender.publishes("a", str(n), qos=1)
    assert (len(busy.payloads()), len(free.payloads())) == (1, 4)
