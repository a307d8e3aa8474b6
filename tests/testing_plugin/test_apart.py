"""A hub in a process of its own: what was published is expected and waited for as in this process, or nobody can say."""

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import Request, urlopen

import paho.mqtt.client as paho
import paho.mqtt.publish as mqtt
import pika
import pytest
from confluent_kafka import Consumer, Producer

from hubbub.testing.apart import HubApart, SceneApart, scene_apart
from hubbub.testing.patience import Unmet

PATIENCE = 20


@pytest.fixture
def scene() -> Iterator[SceneApart]:
    with scene_apart(None, 10.0) as scene:
        yield scene


@pytest.fixture
def hub(scene: SceneApart) -> HubApart:
    return scene.hub


def produce(hub: HubApart, topic: str, *values: bytes | str | None, **settings: object) -> None:
    producer = Producer({"bootstrap.servers": hub.kafka.bootstrap, **settings})
    for value in values:
        producer.produce(topic, value, partition=0)
    assert producer.flush(PATIENCE) == 0


def publish(hub: HubApart, topic: str, payload: str) -> None:
    mqtt.single(topic, payload, qos=1, hostname=hub.mqtt.host, port=hub.mqtt.port)


def test_messages_of_all_protocols_are_expected_in_their_order(hub: HubApart) -> None:
    hub.expect_none("*:#").within(0)
    produce(hub, "orders", '{"id": 1, "total": 99.99}')
    publish(hub, "stock/lamp", '{"left": 2}')
    with pika.BlockingConnection(pika.URLParameters(hub.amqp.url)) as connection:
        channel = connection.channel()
        channel.queue_declare("mails")
        channel.confirm_delivery()
        channel.basic_publish("", "mails", b"on its way", pika.BasicProperties(correlation_id="order-1"))
    (order,) = hub.expect("kafka:orders").with_json(total=99.99).times(1).within(0)
    assert (order.partition, order.offset, order.address) == (0, 0, "kafka:orders")
    found = hub.expect_in_order("kafka:orders", "mqtt:stock/+", hub.expect("amqp:mails")).within(0)
    assert [each.number for each in found] == sorted({each.number for each in found})
    hub.expect("amqp:mails").with_correlation_id("order-1").with_value("on its way").within(0)
    with pytest.raises(Unmet, match=r"json.left: expected 3, came 2"):
        hub.expect("mqtt:stock/lamp").with_json(left=3).within(0)
    assert len(hub.messages()) == 3
    assert "kafka:orders" in "\n".join(hub.timeline())


def test_octets_come_as_they_were_sent(hub: HubApart) -> None:
    producer = Producer({"bootstrap.servers": hub.kafka.bootstrap})
    octets = bytes(range(256))
    producer.produce("raw", octets, key=octets, headers=[("trace", octets), ("trace", b"")], partition=0)
    producer.produce("raw", None, key=b"gone", partition=0)
    producer.produce("raw", b"", partition=0)
    assert producer.flush(PATIENCE) == 0
    whole, gone, empty = hub.expect("kafka:raw").times(3).within(0)
    assert (whole.value, whole.key, whole.headers) == (octets, octets, (("trace", octets), ("trace", b"")))
    assert (gone.is_absent, gone.key, empty.is_absent, empty.key, empty.value) == (
        True,
        b"gone",
        False,
        None,
        b"",
    )


def test_what_was_taken_is_known_at_once_however_much_it_is(hub: HubApart) -> None:
    for count in range(1, 51):
        produce(hub, "many", "x", **{"linger.ms": 0})
        hub.expect("kafka:many").times(count).within(0)
    produce(hub, "batch", *["y"] * 5_000, **{"linger.ms": 100, "compression.type": "gzip"})
    assert [each.offset for each in hub.expect("kafka:batch").times(5_000).within(0)] == list(range(5_000))


def test_it_waits_and_what_is_owed_is_asked_at_the_end(scene: SceneApart) -> None:
    hub = scene.hub
    with ThreadPoolExecutor() as pool:
        hub.expect_none("mqtt:doors/front").within(0)
        sent = pool.submit(publish, hub, "doors/front", "open")
        (message,) = hub.expect("mqtt:doors/+").within(PATIENCE)
        assert message.text == "open"
        sent.result()
    scene.settle()
    hub.expect("mqtt:doors/front").with_value("closed")
    hub.forget()
    publish(hub, "doors/front", "closed")
    scene.settle()
    hub.expect_none("mqtt:doors/front")
    with pytest.raises(Unmet, match="no message at mqtt:doors/front"):
        scene.settle()


def test_in_a_loop_it_is_awaited(hub: HubApart) -> None:
    async def test() -> str:
        loop = asyncio.get_running_loop()
        sent = loop.run_in_executor(None, publish, hub, "doors/front", "open")
        (message,) = await hub.expect("mqtt:doors/+").within(PATIENCE)
        await hub.wait.idle(quiet=0.02)
        await sent
        return message.text

    assert asyncio.run(test()) == "open"


# what nobody can say


def test_more_than_a_test_can_hold_is_said() -> None:
    with scene_apart(None, 1.0, most=10) as scene:
        produce(scene.hub, "orders", *["x"] * 12, **{"linger.ms": 100})
        with pytest.raises(Unmet, match=r"nobody can say, for \d+ messages came for which there was no room"):
            scene.hub.expect("kafka:orders").within(0)
        scene.hub.forget()
        produce(scene.hub, "orders", "y")
        scene.hub.expect("kafka:orders").times(1).with_value("y").within(0)


def test_a_message_that_comes_in_part_is_not_taken_for_one(hub: HubApart) -> None:
    publish(hub, "large", "x" * ((1 << 20) + 1))
    with pytest.raises(Unmet, match=r"nobody can say, for 1 messages were larger than 1048576 octets"):
        hub.expect("mqtt:large").within(0)


def test_a_hub_that_ends_has_said_all(hub: HubApart) -> None:
    produce(hub, "orders", "last")
    hub.stop()
    hub.expect("kafka:orders").with_value("last").times(1).within(0)
    hub.expect_none("kafka:others").within(0)


def test_a_hub_that_is_killed_has_not(hub: HubApart) -> None:
    produce(hub, "orders", "last")
    os.kill(hub.pid, signal.SIGKILL)
    with pytest.raises(Unmet, match=r"nobody can say, for the hub's feed broke off"):
        hub.expect("kafka:orders").times(2).within(PATIENCE)


def test_a_hub_that_is_reset_neither(hub: HubApart) -> None:
    headers = {"Content-Type": "application/json"}
    urlopen(Request(f"{hub.admin.url}/api/v1/reset", b"{}", headers, method="POST")).close()
    with pytest.raises(Unmet, match=r"nobody can say, for the hub has ended its feed: it was reset"):
        hub.expect("kafka:orders").within(PATIENCE)


# waits


def test_a_group_is_waited_for(hub: HubApart) -> None:
    with pytest.raises(Unmet, match=r"there is no group 'billing'; there are: none, after 0 s"):
        hub.wait.group_caught_up("billing", within=0)
    produce(hub, "orders", *"abcde")
    consumer = Consumer(
        {"bootstrap.servers": hub.kafka.bootstrap, "group.id": "billing", "auto.offset.reset": "earliest", "enable.auto.commit": False}
    )  # fmt: skip
    consumer.subscribe(["orders"])
    first = consumer.poll(PATIENCE)
    assert first is not None
    hub.wait.group_stable("billing")
    with pytest.raises(Unmet, match=r"group 'billing' is stable and has 1 of 2 members"):
        hub.wait.group_stable("billing", members=2, within=0)
    with pytest.raises(Unmet, match=r"group 'billing' has committed nothing"):
        hub.wait.group_caught_up("billing", within=0)
    consumer.commit(first, asynchronous=False)
    with pytest.raises(Unmet, match=r"group 'billing' is behind: orders\[0\] at 1 of 5"):
        hub.wait.group_caught_up("billing", within=0)
    with pytest.raises(Unmet, match=r"there is no topic 'odrers'; there are: orders"):
        hub.wait.group_caught_up("billing", topic="odrers", within=0)
    with ThreadPoolExecutor() as pool:
        work = pool.submit(lambda: [consumer.commit(each, asynchronous=False) for each in consumer.consume(4, PATIENCE)])  # fmt: skip
        hub.wait.group_caught_up("billing", topic="orders")
        work.result()
    consumer.close()


def test_a_queue_a_subscriber_and_the_quiet_are_waited_for(hub: HubApart) -> None:
    with pytest.raises(Unmet, match=r"there is no queue 'tasks' in virtual host '/'; there are: none"):
        hub.wait.queue_empty("tasks", within=0)
    with pika.BlockingConnection(pika.URLParameters(hub.amqp.url)) as connection:
        channel = connection.channel()
        channel.queue_declare("tasks")
        channel.confirm_delivery()
        channel.basic_publish("", "tasks", b"one")
        with pytest.raises(Unmet, match=r"queue 'tasks' holds 1, and 0 are out with 0 consumers"):
            hub.wait.queue_empty("tasks", within=0)
        with pytest.raises(Unmet, match=r"nobody consumes from queue 'tasks'"):
            hub.wait.queue_consumed("tasks", within=0)
        channel.basic_get("tasks", auto_ack=True)
        hub.wait.queue_empty("tasks")
        channel.basic_consume("tasks", lambda *_: None)
        hub.wait.queue_consumed("tasks")
    with pytest.raises(Unmet, match=r"nobody has subscribed to 'doors/#'; subscribed is: none"):
        hub.wait.subscribed("doors/#", within=0)
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.connect(hub.mqtt.host, hub.mqtt.port)
    client.loop_start()
    client.subscribe("doors/#")
    hub.wait.subscribed("doors/#")
    client.disconnect()
    client.loop_stop()
    hub.wait.idle(quiet=0.02)


# what it is like


def test_neither_the_folder_nor_the_shell_changes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "hubbub.yaml").write_text("kafka: {enabled: false}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUBBUB_MQTT_ENABLED", "false")
    monkeypatch.setenv("HUBBUB_ADMIN_TOKEN", "secret")
    with scene_apart(None, 1.0) as scene:
        assert {"kafka", "mqtt", "amqp", "admin"} <= scene.hub.ports.keys()
        produce(scene.hub, "orders", "x")
        scene.hub.expect("kafka:orders").times(1).within(0)


def test_a_file_cannot_take_its_eyes(tmp_path: Path) -> None:
    file = tmp_path / "other.yaml"
    file.write_text(
        "mqtt: {enabled: false}\nadmin: {enabled: false, token: secret, host: 0.0.0.0}\n", "utf-8"
    )
    with scene_apart(file, 1.0) as scene:
        assert "mqtt" not in scene.hub.ports
        scene.hub.expect_none("*:#").within(0)


def test_what_it_saw_is_recorded(hub: HubApart, tmp_path: Path) -> None:
    produce(hub, "orders", "x")
    assert hub.record(tmp_path / "record.jsonl") == 1
    assert json.loads((tmp_path / "record.jsonl").read_text("utf-8"))["address"] == "kafka:orders"
