"""What is promised survives the process: sessions, queues, what is in flight, retained messages, wills. The process is killed each time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hubbub.protocols.mqtt.wire.packets import (
    V5,
    Disconnect,
    Puback,
    Pubcomp,
    Publish,
    Pubrec,
    Pubrel,
    Request,
    Will,
)
from hubbub.protocols.mqtt.wire.properties import PublishProperties, WillProperties
from tests.conversation.mqtt.disk import DiskHall
from tests.conversation.mqtt.words import Client, Hall

LONG = {"session_expiry": 1000}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[DiskHall]:
    hall = DiskHall(tmp_path / "data")
    yield hall
    hall.engine.close()


def keeps(hall: Hall, name: str = "c", **more: object) -> Client:
    return hall.client(name, V5, **{"clean_start": False, "properties": LONG, **more})


def test_a_queue_survives_with_its_order_and_its_properties(disk: DiskHall) -> None:
    client = keeps(disk)
    client.subscribes(Request("a/+", 2, retain_as_published=True), mark=7)
    client.breaks()
    sender = disk.client("s", V5)
    for number in range(20):
        sender.publishes(
            f"a/{number % 3}", str(number), qos=1 + number % 2,
            properties=PublishProperties(content_type="text", user=(("k", "v"),), message_expiry=500),
        )  # fmt: skip
    disk = disk.is_killed(after=10)
    again = keeps(disk)
    assert again.connack.session_present
    heard = [packet for packet in again.hears() if isinstance(packet, Publish)]
    assert [(packet.payload, packet.qos) for packet in heard] == [
        (str(number).encode(), 1 + number % 2) for number in range(20)
    ]
    assert not any(packet.dup for packet in heard)
    first = heard[0].properties
    assert (first.content_type, first.user, first.message_expiry) == ("text", (("k", "v"),), 490)
    assert first.subscription_ids == (7,)


def test_subscriptions_go_on(disk: DiskHall) -> None:
    client = keeps(disk)
    client.subscribes("a/#", "b", Request("own", 1, no_local=True), qos=1)
    client.subscribes("gone")
    disk = disk.is_killed()
    again = keeps(disk)
    again.says(Disconnect())
    disk = disk.is_killed()
    again = keeps(disk)
    sender = disk.client("s", V5)
    sender.publishes("a/b", "1")
    sender.publishes("b", "2", qos=1)
    again.says(Publish("own", b"3"))
    assert again.payloads() == ["1", "2"]
    assert disk.space.subscriptions.count == 4


def test_what_was_in_flight_comes_again_with_its_number(disk: DiskHall) -> None:
    client = keeps(disk)
    client.subscribes("a", qos=2)
    sender = disk.client("s", V5)
    for number in range(4):
        sender.publishes("a", str(number), qos=2 if number else 1)
    sent = {packet.payload: packet.packet_id for packet in client.hears() if isinstance(packet, Publish)}
    client.says(Puback(sent[b"0"]), Pubrec(sent[b"1"]), Pubrec(sent[b"2"]), Pubcomp(sent[b"1"]))
    disk = disk.is_killed()
    heard = keeps(disk).hears()
    assert heard[0] == Pubrel(sent[b"2"])
    (last,) = heard[1:]
    assert (last.payload, last.dup, last.packet_id) == (b"3", True, sent[b"3"])


def test_exactly_once_from_the_client_spans_the_kill(disk: DiskHall) -> None:
    listener = keeps(disk, "l")
    listener.subscribes("a", qos=2)
    sender = keeps(disk, "s")
    assert sender.publishes("a", "x", qos=2, packet_id=9) == [Pubrec(9)]
    disk = disk.is_killed()
    sender = keeps(disk, "s")
    assert sender.publishes("a", "x", qos=2, packet_id=9, dup=True) == [Pubrec(9)]
    sender.says(Pubrel(9))
    assert sender.hears() == [Pubcomp(9)]
    assert keeps(disk, "l").payloads() == ["x"]
    disk = disk.is_killed()
    sender = keeps(disk, "s")
    assert sender.publishes("a", "y", qos=2, packet_id=9) == [Pubrec(9)]
    assert keeps(disk, "l").payloads() == ["x", "y"]


def test_retained_messages_survive(disk: DiskHall) -> None:
    sender = disk.client("s", V5)
    sender.publishes("a", "old", retain=True)
    sender.publishes("a", "new", retain=True, qos=1)
    sender.publishes("b", "x", retain=True, qos=1)
    sender.publishes("b", "", retain=True, qos=1)
    sender.publishes("c", "y", retain=True, qos=1, properties=PublishProperties(message_expiry=5))
    disk = disk.is_killed(after=10)
    client = disk.client("c", V5)
    client.subscribes("#", qos=1)
    assert client.payloads() == ["new"]
    disk.passes(10)
    assert len(disk.space.retained) == 1


def test_the_time_of_a_session_goes_on(disk: DiskHall) -> None:
    keeps(disk, "gone").says(Disconnect())
    keeps(disk, "there")
    disk.passes(600)
    disk = disk.is_killed(after=500)
    assert "gone" not in disk.space.durables
    disk.passes(900)
    disk = disk.is_killed(after=99)
    assert keeps(disk, "there").connack.session_present
    disk = disk.is_killed()
    disk.passes(1001)
    assert not disk.space.durables


def test_a_session_that_ends_with_its_connection_leaves_nothing(disk: DiskHall) -> None:
    keeps(disk).subscribes("a", qos=1)
    client = disk.client("c", V5, clean_start=False, properties={"session_expiry": 0})
    assert client.connack.session_present
    disk = disk.is_killed()
    assert not disk.space.durables
    assert disk.space.subscriptions.count == 0


def test_a_clean_start_leaves_nothing_of_the_session_before(disk: DiskHall) -> None:
    client = keeps(disk)
    client.subscribes("a", qos=1)
    client.breaks()
    disk.client("s", V5).publishes("a", "x", qos=1)
    keeps(disk, clean_start=True)
    disk = disk.is_killed()
    again = keeps(disk)
    assert again.connack.session_present
    assert again.payloads() == []
    assert disk.space.subscriptions.count == 0


def test_a_delayed_will_is_said_by_the_next_hub(disk: DiskHall) -> None:
    listener = keeps(disk, "l")
    listener.subscribes("w", qos=1)
    listener.breaks()
    will = Will("w", b"farewell", 1, properties=WillProperties(will_delay=60))
    keeps(disk, "a", will=will).breaks()
    keeps(disk, "b", will=Will("w", b"killed", 1))
    disk.passes(30)
    disk = disk.is_killed(after=20)
    listener = keeps(disk, "l")
    assert listener.payloads() == ["killed"]
    disk.passes(11)
    assert listener.payloads() == ["farewell"]
    disk = disk.is_killed()
    disk.passes(100)
    assert not [payload for payload in keeps(disk, "l").payloads() if payload not in ("killed", "farewell")]


def test_a_member_of_a_share_group_keeps_what_waits_for_it(disk: DiskHall) -> None:
    client = keeps(disk)
    client.subscribes("$share/g/a", qos=1)
    client.breaks()
    disk.client("s", V5).publishes("a", "x", qos=1)
    disk = disk.is_killed()
    other = keeps(disk, "d")
    other.subscribes("$share/g/a", qos=1)
    disk.space.durables["c"].hand_over()
    disk.settle()
    assert other.payloads() == ["x"]
    disk = disk.is_killed()
    assert keeps(disk).payloads() == []


def test_one_message_for_many_is_kept_once(disk: DiskHall) -> None:
    for number in range(30):
        client = keeps(disk, f"c{number}")
        client.subscribes("a", qos=1)
        client.breaks()
    log = disk.engine.acquire("live/mqtt", None)  # type: ignore[arg-type] - it is there
    before = log.size
    disk.client("s", V5).publishes("a", "x" * 10_000, qos=1)
    assert 10_000 < log.size - before < 20_000
    disk = disk.is_killed()
    assert [keeps(disk, f"c{number}").payloads() for number in range(30)] == [["x" * 10_000]] * 30


def test_the_log_stays_in_proportion_to_what_is_there(disk: DiskHall) -> None:
    idle = keeps(disk, "idle")
    idle.subscribes("quiet", qos=1)
    idle.breaks()
    disk.client("s", V5).publishes("quiet", "still here", qos=1)
    client = keeps(disk)
    client.subscribes("a", qos=1)
    sender = disk.client("t", V5)
    log = disk.engine.acquire("live/mqtt", None)  # type: ignore[arg-type] - it is there
    for _ in range(60):
        sender.says(*(Publish("a", b"x", 1, packet_id=number) for number in range(1, 101)))
        client.says(*(Puback(packet.packet_id) for packet in client.hears() if isinstance(packet, Publish)))
    assert log.end > 15_000
    assert log.end - log.start < 10_000
    disk = disk.is_killed()
    assert keeps(disk, "idle").payloads() == ["still here"]
    assert keeps(disk).payloads() == []


def test_a_hub_that_stops_in_good_order_keeps_the_same(disk: DiskHall) -> None:
    client = keeps(disk)
    client.subscribes("a", qos=1)
    client.breaks()
    disk.client("s", V5).publishes("a", "x", qos=1, retain=True)
    disk = disk.is_closed()
    assert keeps(disk).payloads() == ["x"]
    assert len(disk.space.retained) == 1
