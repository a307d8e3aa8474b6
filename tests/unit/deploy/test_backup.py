"""What docs/operations.md says of backups: a copy of a stopped hub is all of it, a copy of one that is held still is all that was acknowledged."""

import os
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import confluent_kafka
import paho.mqtt.client as paho
import pika
import pytest
from paho.mqtt import subscribe

from tests.clients.kafka_words import Confluent, Message
from tests.unit.cli.program import FREE, PATIENCE, Serving, hubbub

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="skipped: no such signals there")


def serving(data: Path, folder: Path) -> Serving:
    return Serving(*FREE, "--data-dir", str(data), folder=folder)


def fill(hub: Serving) -> None:
    """Something of everything that is kept."""
    address = f"127.0.0.1:{hub.port('kafka')}"
    Confluent().produce(address, "orders", [Message(0, b"%d" % number) for number in range(20)])
    Confluent().read_group(address, "orders", "billing", 20)
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, "backup")
    client.connect("127.0.0.1", hub.port("mqtt"))
    client.loop_start()
    client.publish("lamp/state", b"on", 1, retain=True).wait_for_publish(PATIENCE)
    client.disconnect()
    client.loop_stop()
    with queue(hub) as channel:
        channel.confirm_delivery()
        channel.queue_declare("tasks", durable=True)
        channel.basic_publish("", "tasks", b"water the plants", pika.BasicProperties(delivery_mode=2))


@contextmanager
def queue(hub: Serving) -> Iterator[pika.adapters.blocking_connection.BlockingChannel]:
    with pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", hub.port("amqp"))) as connection:
        yield connection.channel()


def is_all_there(hub: Serving) -> None:
    address = f"127.0.0.1:{hub.port('kafka')}"
    assert sum(Confluent().end_offsets(address, "orders", (0, 1, 2))) == 20
    consumer = Confluent().consumer(address, "billing")
    places = [confluent_kafka.TopicPartition("orders", number) for number in range(3)]
    committed = {place.partition: place.offset for place in consumer.committed(places, timeout=PATIENCE)}
    consumer.close()
    assert committed[0] == 20
    kept = subscribe.simple("lamp/state", hostname="127.0.0.1", port=hub.port("mqtt"))
    assert (kept.payload, kept.retain) == (b"on", True)
    with queue(hub) as channel:
        assert channel.basic_get("tasks", auto_ack=True)[2] == b"water the plants"


def test_a_copy_of_a_stopped_hub_is_all_of_it(tmp_path: Path) -> None:
    with serving(tmp_path / "data", tmp_path) as hub:
        fill(hub)
        assert hub.stop()[0] == 0
    shutil.copytree(tmp_path / "data", tmp_path / "backup")
    assert hubbub("data", "verify", "backup", folder=tmp_path).returncode == 0
    shutil.rmtree(tmp_path / "data")
    shutil.copytree(tmp_path / "backup", tmp_path / "data")
    with serving(tmp_path / "data", tmp_path) as hub:
        is_all_there(hub)


class Producer:
    """Produces until told to stop, and knows how much was acknowledged."""

    def __init__(self, address: str) -> None:
        self.acknowledged = 0
        self.enough = threading.Event()
        self.many = threading.Event()
        self._producer = confluent_kafka.Producer({"bootstrap.servers": address, "linger.ms": 1})
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self.enough.is_set():
            for _ in range(100):
                self._producer.produce("stream", b"x" * 100, partition=0, on_delivery=self._heard)
            self._producer.flush(PATIENCE)
        self._producer.flush(PATIENCE)

    def _heard(self, error: object, _message: object) -> None:
        assert error is None
        self.acknowledged += 1
        if self.acknowledged >= 2000:
            self.many.set()

    def end(self) -> None:
        self.enough.set()
        self._thread.join()


def test_a_copy_of_a_hub_that_is_held_still_is_all_that_was_acknowledged(tmp_path: Path) -> None:
    """As by `docker pause`, a freezer, or a snapshot of the file system: one moment of all files."""
    with serving(tmp_path / "data", tmp_path) as hub:
        fill(hub)
        producer = Producer(f"127.0.0.1:{hub.port('kafka')}")
        try:
            assert producer.many.wait(PATIENCE)
            hub.tell(signal.SIGSTOP)
            os.waitid(
                os.P_PID, hub.process.pid, os.WSTOPPED | os.WNOWAIT
            )  # it stands still when this returns
            before = producer.acknowledged
            shutil.copytree(tmp_path / "data", tmp_path / "backup")
            hub.tell(signal.SIGCONT)
        finally:
            hub.tell(signal.SIGCONT)
            producer.end()
        assert hub.stop()[0] == 0  # it has gone on meanwhile
    with serving(tmp_path / "backup", tmp_path) as restored:
        (end,) = Confluent().end_offsets(f"127.0.0.1:{restored.port('kafka')}", "stream", (0,))
        assert before <= end <= producer.acknowledged
        is_all_there(restored)
        assert restored.stop()[0] == 0
    assert hubbub("data", "verify", "backup", folder=tmp_path).returncode == 0


def test_a_directory_is_not_looked_at_while_its_hub_runs(tmp_path: Path) -> None:
    with serving(tmp_path / "data", tmp_path):
        result = hubbub("data", "verify", "data", folder=tmp_path)
        assert result.returncode == 5
        second = hubbub("serve", *FREE, "--data-dir", "data", folder=tmp_path)
        assert second.returncode == 5
