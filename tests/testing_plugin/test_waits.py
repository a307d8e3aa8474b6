"""Waits for what only the hub knows, with real clients at the other end."""

import asyncio
import threading
from collections.abc import Iterator

import paho.mqtt.client as paho
import pika
import pytest
from confluent_kafka import Consumer

from hubbub.testing.hub import HubUnderTest, Scene
from hubbub.testing.patience import Unmet
from hubbub.testing.session import shared


@pytest.fixture(scope="module")
def scenes() -> Iterator[Iterator[Scene]]:
    def run() -> Iterator[Scene]:
        with shared(None, {"kafka_group_initial_rebalance_delay_ms": 0}) as session:
            while True:
                with session.scene(10.0, resets=True) as scene:
                    yield scene

    scenes = run()
    yield scenes
    scenes.close()  # type: ignore[attr-defined]


@pytest.fixture
def hub(scenes: Iterator[Scene]) -> HubUnderTest:
    return next(scenes).hub


def test_a_group_has_caught_up_when_it_has_committed_all(hub: HubUnderTest) -> None:
    with pytest.raises(Unmet, match=r"there is no group 'billing'; there are: none, after 0 s"):
        hub.wait.group_caught_up("billing", within=0)
    for number in range(5):
        hub.publish("kafka:orders", str(number), partition=0)
    consumer = Consumer(
        {"bootstrap.servers": hub.kafka.bootstrap, "group.id": "billing", "auto.offset.reset": "earliest", "enable.auto.commit": False}
    )  # fmt: skip
    consumer.subscribe(["orders"])
    first = consumer.poll(20)
    assert first is not None
    hub.wait.group_stable("billing")
    consumer.commit(first, asynchronous=False)
    with pytest.raises(Unmet, match=r"group 'billing' is behind: orders\[0\] at 1 of 5"):
        hub.wait.group_caught_up("billing", within=0)

    def work() -> None:
        for message in consumer.consume(4, 20):
            consumer.commit(message, asynchronous=False)

    worker = threading.Thread(target=work)
    worker.start()
    hub.wait.group_caught_up("billing", topic="orders")
    worker.join()
    consumer.close()


def test_a_queue_is_empty_when_all_was_acknowledged(hub: HubUnderTest) -> None:
    with pytest.raises(Unmet, match=r"there is no queue 'tasks' in virtual host '/'"):
        hub.wait.queue_empty("tasks", within=0)
    with pika.BlockingConnection(pika.URLParameters(hub.amqp.url)) as connection:
        channel = connection.channel()
        channel.queue_declare("tasks")
        channel.basic_publish("", "tasks", b"water the plants")
        hub.expect("amqp:tasks").with_value("water the plants").within(5)
        tag = channel.basic_get("tasks")[0].delivery_tag
        with pytest.raises(Unmet, match=r"queue 'tasks' holds 0, and 1 are out"):
            hub.wait.queue_empty("tasks", within=0)
        with pytest.raises(Unmet, match=r"nobody consumes from queue 'tasks'"):
            hub.wait.queue_consumed("tasks", within=0)
        channel.basic_ack(tag)
        hub.wait.queue_empty("tasks")
        channel.basic_consume("tasks", lambda *_: None)
        hub.wait.queue_consumed("tasks")


def test_a_subscription_can_be_waited_for_and_then_the_quiet(hub: HubUnderTest) -> None:
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.on_connect = lambda client, *_: client.subscribe("doors/#", qos=1)
    client.on_message = lambda client, _, message: client.publish("answers", message.payload)
    client.connect(hub.mqtt.host, hub.mqtt.port)
    client.loop_start()
    with pytest.raises(Unmet, match=r"nobody has subscribed to 'windows/#'"):
        hub.wait.subscribed("windows/#", within=0)
    hub.wait.subscribed("doors/#")
    hub.publish("mqtt:doors/front", "open")
    hub.expect("mqtt:answers").with_value("open").within(10)
    hub.wait.idle()
    client.disconnect()
    client.loop_stop()


def test_it_is_never_idle_where_somebody_talks_on(hub: HubUnderTest) -> None:
    is_over = threading.Event()

    def talk() -> None:
        while not is_over.is_set():
            hub.publish("kafka:chatter", "and another thing")

    talker = threading.Thread(target=talk)
    talker.start()
    with pytest.raises(Unmet, match=r"it was never quiet for 5 s, after 0.05 s"):
        hub.wait.idle(quiet=5, within=0.05)
    is_over.set()
    talker.join()
    hub.wait.idle()


def test_in_a_loop_a_wait_is_awaited(scenes: Iterator[Scene]) -> None:
    scene = next(scenes)

    async def test() -> None:
        await scene.hub.wait.idle(quiet=0.01)

    asyncio.run(test())
    scene.settle()


def test_a_wait_that_nobody_awaited_is_a_failure(scenes: Iterator[Scene]) -> None:
    scene = next(scenes)

    async def test() -> None:
        scene.hub.wait.idle()

    asyncio.run(test())
    with pytest.raises(Unmet, match="a wait was not awaited"):
        scene.settle()
