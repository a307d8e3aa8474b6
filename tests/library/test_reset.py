"""A reset: as new, on the same ports; clients hear their protocol's word for it and come again at once."""

import asyncio
import gc
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import hubbub
from hubbub.core.topics import Topics
from tests.unit.cli.program import environment

DECLARED = {
    "kafka": {"topics": [{"name": "declared", "partitions": 2}]},
    "amqp": {"queues": [{"name": "declared"}]},
}


def test_kafka_forgets_and_declares_again() -> None:
    confluent_kafka = pytest.importorskip("confluent_kafka")
    admin_of = pytest.importorskip("confluent_kafka.admin").AdminClient
    with hubbub.running(**DECLARED) as hub:
        where = {"bootstrap.servers": hub.kafka.bootstrap}
        for _ in range(3):
            producer = confluent_kafka.Producer(where)
            producer.produce("orders", "x")
            producer.produce("declared", "x")
            assert producer.flush(10) == 0
            topics = admin_of(where).list_topics(timeout=10).topics
            assert set(topics) == {"orders", "declared"}
            hub.reset()
            topics = admin_of(where).list_topics(timeout=10).topics
            assert {name: len(topic.partitions) for name, topic in topics.items()} == {"declared": 2}
            consumer = confluent_kafka.Consumer(where | {"group.id": "g", "auto.offset.reset": "earliest"})
            assert consumer.get_watermark_offsets(
                confluent_kafka.TopicPartition("declared", 0), timeout=10
            ) == (0, 0)
            consumer.close()


def test_a_kafka_producer_that_was_there_goes_on_by_itself() -> None:
    confluent_kafka = pytest.importorskip("confluent_kafka")
    with hubbub.running() as hub:
        producer = confluent_kafka.Producer(
            {"bootstrap.servers": hub.kafka.bootstrap, "enable.idempotence": True}
        )
        with hub.subscribe("kafka:orders") as seen:
            producer.produce("orders", "before")
            assert producer.flush(10) == 0
            assert seen.next(within=5).text == "before"
        hub.reset()
        with hub.subscribe("kafka:orders") as seen:
            producer.produce("orders", "after")
            assert producer.flush(20) == 0
            message = seen.next(within=5)
            assert (message.text, message.offset) == ("after", 0)


def test_mqtt_says_administrative_action_and_forgets() -> None:
    mqtt = pytest.importorskip("paho.mqtt.client")
    with hubbub.running() as hub:
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "sensor", protocol=mqtt.MQTTv5)
        ended = threading.Event()
        subscribed = threading.Event()
        reasons: list[int] = []
        sessions: list[bool] = []

        def on_disconnect(
            _client: object, _data: object, _flags: object, reason: object, _properties: object
        ) -> None:
            reasons.append(getattr(reason, "value", -1))
            ended.set()

        client.on_disconnect = on_disconnect
        client.on_connect = lambda client, _, flags, *__: (
            sessions.append(flags.session_present),
            client.subscribe("sensors/#", 1),
        )
        client.on_subscribe = lambda *_: subscribed.set()
        properties = mqtt.Properties(mqtt.PacketTypes.CONNECT)
        properties.SessionExpiryInterval = 1000
        client.connect(hub.mqtt.host, hub.mqtt.port, clean_start=False, properties=properties)
        client.loop_start()
        assert subscribed.wait(10)
        hub.publish("mqtt:sensors/t1", "22", retain=True)
        subscribed.clear()
        hub.reset()
        assert ended.wait(10)
        assert reasons == [0x98]
        assert subscribed.wait(10), "it comes again by itself"
        assert sessions == [False, False]
        client.disconnect()
        client.loop_stop()
        subscribe = pytest.importorskip("paho.mqtt.subscribe")
        hub.publish("mqtt:sensors/t2", "23", retain=True)
        message = subscribe.simple("sensors/#", hostname=hub.mqtt.host, port=hub.mqtt.port)
        assert message.topic == "sensors/t2"


def test_amqp_says_320_and_forgets() -> None:
    pika = pytest.importorskip("pika")
    with hubbub.running(**DECLARED) as hub:
        connection = pika.BlockingConnection(pika.URLParameters(hub.amqp.url))
        channel = connection.channel()
        channel.queue_declare("tasks", durable=True)
        channel.basic_publish("", "tasks", b"x")
        hub.reset()
        with pytest.raises(pika.exceptions.ConnectionClosedByBroker) as caught:
            channel.queue_declare("tasks", passive=True)
        assert caught.value.reply_code == 320
        assert "'reset'" in caught.value.reply_text
        connection = pika.BlockingConnection(pika.URLParameters(hub.amqp.url))
        channel = connection.channel()
        assert channel.queue_declare("declared", passive=True).method.message_count == 0
        with pytest.raises(pika.exceptions.ChannelClosedByBroker):
            channel.queue_declare("tasks", passive=True)
        connection.close()


def test_subscriptions_end_and_new_ones_see_the_new_world() -> None:
    with hubbub.running() as hub:
        seen = hub.subscribe("kafka:#")
        hub.publish("kafka:orders", "old")
        hub.reset()
        assert [message.text for message in seen] == ["old"]
        with hub.subscribe("kafka:#") as seen:
            assert hub.publish("kafka:orders", "new").offset == 0
            assert seen.next(within=5).text == "new"


def test_many_resets_leave_one_world() -> None:
    """Whatever a world held is let go of: nothing of the old ones is left after a while."""
    with hubbub.running() as hub:
        gc.collect()
        before = sum(isinstance(each, Topics) for each in gc.get_objects())
        for _ in range(20):
            for number in range(20):
                hub.publish(f"kafka:topic-{number}", "x")
            hub.reset()
        with hub.subscribe("kafka:#") as seen:
            hub.publish("kafka:orders", "the loop has gone round")
            seen.next(within=5)
        gc.collect()
        assert sum(isinstance(each, Topics) for each in gc.get_objects()) == before


def test_resets_that_are_asked_for_at_once_come_one_after_the_other() -> None:
    async def live() -> None:
        async with hubbub.Hub() as hub:
            await asyncio.gather(*(hub.reset() for _ in range(5)), hub.publish("kafka:orders", "x"))
            assert (await hub.publish("kafka:other", "x")).offset == 0

    asyncio.run(live())


def test_a_directory_is_emptied_and_stays_so(tmp_path: Path) -> None:
    defects: list[Exception] = []
    with hubbub.running(data_dir=str(tmp_path), on_defect=defects.append, **DECLARED) as hub:
        for _ in range(3):
            hub.publish("kafka:orders", "x")
            hub.publish("mqtt:sensors/t1", "22", retain=True)
            assert hub.publish("amqp:declared", "x", persistent=True).reached == 1
            hub.reset()
        assert hub.publish("kafka:orders", "x").offset == 0
        hub.reset()
    subscribe = pytest.importorskip("paho.mqtt.subscribe")
    pika = pytest.importorskip("pika")
    with hubbub.running(data_dir=str(tmp_path), on_defect=defects.append, **DECLARED) as hub:
        assert hub.publish("kafka:orders", "x").offset == 0
        hub.publish("mqtt:sensors/t2", "22", retain=True)
        assert subscribe.simple("sensors/#", hostname=hub.mqtt.host, port=hub.mqtt.port).topic == "sensors/t2"
        connection = pika.BlockingConnection(pika.URLParameters(hub.amqp.url))
        assert connection.channel().queue_declare("declared", passive=True).method.message_count == 0
        connection.close()
    assert defects == []


def test_clients_that_are_at_it_while_a_directory_is_emptied_come_again(tmp_path: Path) -> None:
    """They wait for the new world; what it has promised them, it has."""
    mqtt = pytest.importorskip("paho.mqtt.client")
    confluent_kafka = pytest.importorskip("confluent_kafka")
    defects: list[Exception] = []
    with hubbub.running(data_dir=str(tmp_path), on_defect=defects.append) as hub:
        client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, "sensor", clean_session=False)
        client.reconnect_delay_set(1, 1)
        connected = threading.Semaphore(0)
        client.on_connect = lambda client, *_: (client.subscribe("sensors/#", 1), connected.release())
        client.connect(hub.mqtt.host, hub.mqtt.port)
        client.loop_start()
        producer = confluent_kafka.Producer({"bootstrap.servers": hub.kafka.bootstrap})
        for _ in range(3):
            assert connected.acquire(timeout=20)
            for number in range(200):
                producer.produce("orders", str(number))
                client.publish("sensors/t1", str(number), 1)
            hub.reset()
        assert connected.acquire(timeout=20)
        client.disconnect()
        client.loop_stop()
        producer.purge()
        producer.flush(10)
    assert defects == []


FULL = """
import resource, signal, sys, hubbub
with hubbub.running(data_dir=sys.argv[1]) as hub:
    hub.publish("kafka:orders", "x" * 100_000, key="k")
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, usual[1]))
    try:
        hub.reset()
    except hubbub.StorageError as why:
        print(why)
    resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    while True:
        try:
            print(hub.publish("kafka:orders", "y", key="k").offset)
            break
        except hubbub.StorageError:
            pass  # it has not tried again yet
"""


def test_a_directory_that_cannot_be_emptied_is_left_as_it_was(tmp_path: Path) -> None:
    """No file may grow, so that no commit can be written."""
    result = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "data")],
        env=environment({}), cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    said, offset = result.stdout.splitlines()
    assert "cannot be emptied: nothing can be written just now" in said
    assert offset == "1"
