"""A directory that may not be written: a hub that cannot open it says so; one that loses it refuses what is new, serves the rest, and recovers.

Root may write everywhere, so where the tests are run by root the hub is started without that privilege.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from tests.crash.kafka_load import QUIET
from tests.crash.load import PATIENCE
from tests.crash.test_kills import arguments, free_port
from tests.unit.cli.program import COMMAND, Serving

DROPPED = "-dac_override,-dac_read_search"
NOT_WRITABLE = 0o500
WRITABLE = 0o755


def ordinary() -> list[str]:
    """The command for a hub to which permissions matter."""
    if os.name != "posix":
        pytest.skip("permissions of directories are POSIX's")
    if os.geteuid() != 0:
        return COMMAND
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("run by root, and there is no setpriv to give up root's privilege over permissions")
    return [setpriv, f"--bounding-set={DROPPED}", f"--inh-caps={DROPPED}", *COMMAND]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A directory that can be removed afterwards."""
    made = tmp_path / "data"
    made.mkdir()
    yield made
    allow(made)


def forbid(data: Path) -> None:
    """Take away the right to make files anywhere in it."""
    for directory in (data, *(path for path in data.rglob("*") if path.is_dir())):
        directory.chmod(NOT_WRITABLE)


def allow(data: Path) -> None:
    for directory in (data, *(path for path in data.rglob("*") if path.is_dir())):
        directory.chmod(WRITABLE)


def test_a_directory_that_may_not_be_written_is_refused_with_the_reason(data: Path) -> None:
    forbid(data)
    hub = Serving(*arguments({"kafka": free_port()}, "interval"), folder=data.parent, command=ordinary())
    code, said = hub.said()
    assert (code, hub.ready) == (5, {})
    assert "permission denied" in said
    assert "--data-dir" in said
    assert list(data.iterdir()) == []


@pytest.mark.parametrize("policy", ["always", "interval"])
def test_permission_lost_while_a_hub_runs_stops_producers_alone_until_it_is_back(
    data: Path, policy: str
) -> None:
    port = free_port()
    with Serving(*arguments({"kafka": port}, policy), folder=data.parent, command=ordinary()) as hub:
        address = {"bootstrap.servers": f"127.0.0.1:{port}", **QUIET}
        producer = Producer({**address, "retries": 0})
        assert produced(producer, "before") is None
        forbid(data)
        refused = produced(producer, "after")
        assert refused is not None
        assert refused.code() == KafkaError.KAFKA_STORAGE_ERROR
        assert first_of(address, "before") == b"before"
        allow(data)
        while (refused := produced(producer, "after")) is not None:
            assert refused.code() in (KafkaError.KAFKA_STORAGE_ERROR, KafkaError._MSG_TIMED_OUT)
        assert first_of(address, "after") == b"after"
        code, said = hub.stop()
        assert code == 0
        assert "writing stopped" in said
        assert "ermission denied" in said
        assert "writing works again" in said


def produced(producer: Producer, topic: str) -> KafkaError | None:
    """Send one record; what it was answered, None when it is safe."""
    heard: list[KafkaError | None] = []
    producer.produce(topic, topic.encode(), partition=0, callback=lambda error, _: heard.append(error))
    assert producer.flush(PATIENCE) == 0
    return heard[0]


def first_of(address: dict[str, object], topic: str) -> bytes | None:
    """The first record of a topic, for whoever reads it now."""
    consumer = Consumer({**address, "group.id": "reader", "enable.auto.commit": False})
    try:
        consumer.assign([TopicPartition(topic, 0, 0)])
        message = consumer.poll(PATIENCE)
        assert message is not None
        if message.error() is not None:
            raise KafkaException(message.error())
        value = message.value()
        assert value is None or isinstance(value, bytes)
        return value
    finally:
        consumer.close()
