"""A disk that fails: nobody is told "yes" for what may be lost, what was done comes back whole when the disk does, readers go on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hubbub.protocols.mqtt.wire.packets import (
    V5,
    V311,
    Connack,
    Disconnect,
    Puback,
    Publish,
    Pubrec,
    Request,
    Suback,
    Subscribe,
)
from hubbub.protocols.mqtt.wire.reasons import Reason
from tests.conversation.mqtt.disk import DiskHall
from tests.conversation.mqtt.test_kept import keeps
from tests.engines.test_trouble import FailingFiles

ROOM = 1 << 40


@pytest.fixture
def files() -> FailingFiles:
    return FailingFiles()


@pytest.fixture
def disk(tmp_path: Path, files: FailingFiles) -> Iterator[DiskHall]:
    hall = DiskHall(tmp_path / "data", files=files)
    yield hall
    hall.engine.close()


def recovers(disk: DiskHall, files: FailingFiles) -> None:
    """There is room again, and the hub has noticed."""
    files.room = ROOM
    while disk.space.is_failing:
        disk.passes(1)


def test_what_met_the_failure_is_not_acknowledged_and_there_once_after_it(
    disk: DiskHall, files: FailingFiles
) -> None:
    listener = keeps(disk, "l")
    listener.subscribes("a", qos=2)
    sender = keeps(disk, "s")
    files.room = 0
    assert [packet.__class__ for packet in sender.publishes("a", "x", qos=2, packet_id=3)] == [Disconnect]
    assert sender.is_closed
    assert listener.is_closed
    assert [packet for packet in listener.hears() if isinstance(packet, Publish)] == []
    recovers(disk, files)
    disk = disk.is_killed()
    sender = keeps(disk, "s")
    assert sender.publishes("a", "x", qos=2, packet_id=3, dup=True) == [Pubrec(3)]
    assert keeps(disk, "l").payloads() == ["x"]


def test_while_it_fails_publishers_hear_no_in_their_words(disk: DiskHall, files: FailingFiles) -> None:
    five, three, other = disk.client("5", V5), disk.client("3", V311), disk.client("o", V5)
    lasting = keeps(disk, "k")
    files.room = 0
    other.publishes("a", "x", qos=1, retain=True)
    assert other.is_closed
    assert lasting.publishes("a", "y", qos=1)[0].reason is Reason.QUOTA_EXCEEDED
    answers = five.publishes("a", "y", qos=1, packet_id=1) + five.publishes("a", "y", qos=2, packet_id=2)
    assert [(type(answer), answer.packet_id, answer.reason) for answer in answers] == [
        (Puback, 1, Reason.QUOTA_EXCEEDED),
        (Pubrec, 2, Reason.QUOTA_EXCEEDED),
    ]
    assert not five.is_closed
    assert three.publishes("a", "z", qos=1) == []
    assert three.is_closed
    recovers(disk, files)
    assert five.publishes("a", "y", qos=1, packet_id=1) == [Puback(1, Reason.NO_MATCHING_SUBSCRIBERS)]
    disk = disk.is_killed()
    client = disk.client("c", V5)
    client.subscribes("#")
    assert client.payloads() == ["x"]


def test_who_asks_for_nothing_lasting_is_served_while_it_fails(disk: DiskHall, files: FailingFiles) -> None:
    other = disk.client("o", V5)
    files.room = 0
    other.publishes("r", "x", qos=1, retain=True)
    client = disk.client("c", V5)
    assert client.subscribes("a", "r", qos=1) == (1, 1)
    assert client.payloads() == ["x"]
    disk.client("s").publishes("a", "y")
    assert client.payloads() == ["y"]


@pytest.mark.parametrize(("level", "code"), [(V5, Reason.QUOTA_EXCEEDED), (V311, 3)])
def test_a_lasting_session_is_not_opened_while_it_fails(
    disk: DiskHall, files: FailingFiles, level: int, code: int
) -> None:
    files.room = 0
    more = {"properties": {"session_expiry": 100}} if level == V5 else {}
    first, second = disk.line(level), disk.line(level)
    for client in (first, second):  # the first meets the failure, the second is known to be in vain
        connack = client.connects("c", clean_start=False, **more)
        assert isinstance(connack, Connack)
        assert connack.code == code
        assert client.is_closed


def test_a_subscription_is_acknowledged_when_it_is_safe(disk: DiskHall, files: FailingFiles) -> None:
    client = keeps(disk)
    files.room = 0
    client.says(Subscribe(1, (Request("a", 1),)))
    assert not [packet for packet in client.hears() if isinstance(packet, Suback)]
    assert client.is_closed
    recovers(disk, files)
    disk = disk.is_killed()
    assert keeps(disk).connack.session_present
