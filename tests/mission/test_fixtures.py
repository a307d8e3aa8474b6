"""Fixtures from outside: a hub in a process of its own, files as the documents print them, real clients that see what comes."""

import json
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import confluent_kafka
import paho.mqtt.client as mqtt
import pika
import pytest
from confluent_kafka.admin import AdminClient

from tests.mission.shipped import EXAMPLE, ORDER_EVENTS, shipped, yaml_blocks
from tests.unit.cli.program import FREE, Serving, hubbub

PATIENCE = 20.0
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


@contextmanager
def serving(folder: Path, *flags: str) -> Iterator[Serving]:
    with Serving(*FREE, *flags, folder=folder) as hub:
        yield hub
        code, err = hub.stop()
        assert code == 0, err
        assert "defect" not in err


@contextmanager
def hub_with(text: str, folder: Path, *flags: str) -> Iterator[Serving]:
    """A hub with one file of fixtures."""
    (folder / "fixtures.yaml").write_text(text, encoding="utf-8")
    with serving(folder, "--fixtures-dir", "fixtures.yaml", *flags) as hub:
        yield hub


def block(contains: str) -> str:
    blocks = [text for text in yaml_blocks() if contains in text]
    if not blocks:
        pytest.skip("the mission's documents are not beside this checkout")
    return blocks[0]


def consume(hub: Serving, topic: str, count: int) -> list[Any]:
    """The first messages of a topic of Kafka."""
    consumer = confluent_kafka.Consumer(
        {
            "bootstrap.servers": f"127.0.0.1:{hub.port('kafka')}",
            "group.id": "test",
            "auto.offset.reset": "earliest",
            "topic.metadata.refresh.interval.ms": 200,
        }
    )
    consumer.subscribe([topic])
    found: list[Any] = []
    try:
        while len(found) < count:
            message = consumer.poll(PATIENCE)
            assert message is not None, f"{len(found)} of {count} came"
            if message.error() is None:
                found.append(message)
    finally:
        consumer.close()
    return found


def subscribe(
    hub: Serving, topic: str, enough: Callable[[list[Any]], bool], version: int = mqtt.MQTTv5
) -> list[Any]:
    """Messages of MQTT at QoS 2, until there are enough."""
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2, protocol=version)
    found: list[Any] = []
    client.on_connect = lambda *_: client.subscribe(topic, qos=2)
    client.on_message = lambda _client, _data, message: found.append(message)
    client.connect("127.0.0.1", hub.port("mqtt"))
    deadline = time.monotonic() + PATIENCE
    while not enough(found) and time.monotonic() < deadline:
        client.loop(0.1)
    client.disconnect()
    client.loop(0.1)
    assert enough(found), f"{len(found)} came"
    return found


@contextmanager
def channel(hub: Serving) -> Iterator[Any]:
    with pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", hub.port("amqp"))) as connection:
        yield connection.channel()


@pytest.mark.row("MF-39", "MF-40", "MF-62", "MF-63", "MF-64", "MF-65")
def test_the_documents_order_fixture_makes_orders_for_a_kafka_client(tmp_path: Path) -> None:
    with hub_with(block('identifier: "order-created"'), tmp_path) as hub:
        messages = consume(hub, "orders.created", 5)
    for message in messages:
        assert re.fullmatch(rf"order-{UUID}", message.key().decode())
        order = json.loads(message.value())
        assert re.fullmatch(UUID, order["order_id"])
        assert order["status"] == "pending"


@pytest.mark.row("MF-66", "MF-67", "MF-68", "MF-69", "MF-71", "MF-72")
def test_its_values_are_typed_its_headers_are_there_and_ten_come_each_second(tmp_path: Path) -> None:
    with hub_with(block('identifier: "order-created"'), tmp_path) as hub:
        messages = consume(hub, "orders.created", 21)
    order = json.loads(messages[0].value())
    assert type(order["total"]) is float
    assert type(order["items"][0]["quantity"]) is int
    assert 1 <= order["items"][0]["quantity"] <= 5
    assert dict(messages[0].headers()) == {"event_version": b"1.0", "source_service": b"order-service"}
    times = sorted(message.timestamp()[1] for message in messages)
    assert times[-1] - times[0] == pytest.approx(2000, abs=300)


@pytest.mark.row("MF-70", "MF-164")
def test_a_generator_of_kafka_ends_after_its_duration(tmp_path: Path) -> None:
    text = "- {identifier: a, topic: t, value_template: {n: '{{id}}'}, auto_produce: {enabled: true, rate_per_second: 100, duration_seconds: 0.5}}"
    with hub_with(text, tmp_path) as hub:
        values = [json.loads(message.value())["n"] for message in consume(hub, "t", 50)]
    assert sorted(values) == list(range(1, 51))


@pytest.mark.row("MF-90", "MF-106", "MF-107", "MF-108", "MF-109", "MF-110")
def test_the_documents_sensors_publish_retained_at_their_qos(tmp_path: Path) -> None:
    with hub_with(block('identifier: "temp-sensor"'), tmp_path, "--fixtures-speed", "20") as hub:
        first = subscribe(hub, "sensors/temperature/+", lambda found: len(found) >= 4)
    assert first[0].retain
    assert {message.topic for message in first} == {"sensors/temperature/1"}
    assert {message.qos for message in first} == {1}
    reading = json.loads(first[0].payload)
    assert reading["sensor_id"] == "temp-1"
    assert type(reading["temperature"]) is float


@pytest.mark.row("MF-111", "MF-112", "MF-113", "MF-114", "MF-165")
def test_a_sensor_publishes_at_its_interval_as_often_as_it_should(tmp_path: Path) -> None:
    text = "- {identifier: a, pattern: s/t, qos: 1, payload: {n: '{{id}}'}, auto_publish: {enabled: true, interval_ms: 100, count: 5, initial_delay_ms: 1500}}"
    with hub_with(text, tmp_path) as hub:
        found = subscribe(hub, "s/#", lambda found: len(found) >= 5, mqtt.MQTTv311)
    assert [json.loads(message.payload)["n"] for message in found] == [1, 2, 3, 4, 5]


@pytest.mark.row("MF-115")
def test_the_table_of_patterns_says_how_surely_messages_arrive(tmp_path: Path) -> None:
    rules = block("sensors/critical/#")
    text = f"{rules}fixtures:\n" + "".join(
        f"  - {{name: {place}, pattern: sensors/{place}/a, payload: {{}}, auto_publish: {{interval_ms: 200}}}}\n"
        for place in ("critical", "info")
    )
    with hub_with(text, tmp_path) as hub:
        found = subscribe(
            hub, "sensors/#", lambda found: len({message.topic for message in found}) == 2 and len(found) > 4
        )
    assert {(message.topic, message.qos) for message in found} == {
        ("sensors/critical/a", 2),
        ("sensors/info/a", 0),
    }
    assert {message.topic for message in found if message.retain} <= {"sensors/critical/a"}


AMQP = """
queues: [{name: order.processing, bindings: [{exchange: orders, routing_key: "order.*"}]}]
fixtures:
  - identifier: order
    exchange: orders
    routing_key: order.created
    payload: {order_id: "{{uuid}}", total: "{{faker.float 10.0 1000.0 | round 2}}"}
    properties: {content_type: application/json, delivery_mode: 2, message_id: "m-{{id}}"}
    headers: {source: shop}
    auto_publish: {enabled: true, rate_per_second: 50}
"""


@pytest.mark.row("MF-124", "MF-142", "MF-143", "MF-166")
def test_exchanges_of_the_document_are_there_and_amqp_messages_are_routed_through_them(
    tmp_path: Path,
) -> None:
    with hub_with(block('name: "user.events"') + AMQP, tmp_path) as hub, channel(hub) as pulling:
        for name, kind in [("orders", "topic"), ("notifications", "fanout"), ("user.events", "direct")]:
            pulling.exchange_declare(
                name, kind, durable=name != "notifications"
            )  # closes the channel where it is another
        found = []
        for method, properties, body in pulling.consume(
            "order.processing", auto_ack=True, inactivity_timeout=PATIENCE
        ):
            found.append((method, properties, json.loads(body)))
            if len(found) == 25:
                break
        pulling.cancel()
    method, properties, body = found[0]
    assert (method.exchange, method.routing_key) == ("orders", "order.created")
    assert (properties.content_type, properties.delivery_mode, properties.headers) == (
        "application/json",
        2,
        {"source": "shop"},
    )
    assert re.fullmatch(UUID, body["order_id"])
    assert [each[1].message_id for each in found] == [f"m-{number}" for number in range(1, 26)]


@pytest.mark.row("MF-53", "MF-102", "EX-6", "EX-55", "EX-56")
def test_the_examples_own_configuration_plays_its_fixtures(tmp_path: Path) -> None:
    with serving(tmp_path, "--config", str(shipped(EXAMPLE / "mockforge-config.yaml"))) as hub:
        (order, *_) = consume(hub, "orders.created", 3)
        readings = subscribe(hub, "warehouse/#", lambda found: len({message.topic for message in found}) >= 2)
    assert json.loads(order.value())["event_type"] == "order.created"
    assert set(dict(order.headers())) == {"event_version", "source_service", "correlation_id", "trace_id"}
    assert all(json.loads(reading.payload)["zone"].startswith("zone-") for reading in readings)


@pytest.mark.row("EX-11", "EX-12", "EX-13", "EX-14")
def test_all_topics_of_the_warehouse_are_published(tmp_path: Path) -> None:
    wanted = {
        *(f"warehouse/sensors/temperature/zone-{zone}" for zone in (1, 2, 3)),
        *(f"warehouse/sensors/humidity/zone-{zone}" for zone in (1, 2)),
        "alerts/critical",
        "dashboard/updates",
    }
    shutil.copytree(shipped(EXAMPLE / "fixtures" / "mqtt"), tmp_path / "mqtt")
    with serving(tmp_path, "--fixtures-mqtt-dir", "mqtt", "--fixtures-speed", "200") as hub:
        found = subscribe(hub, "#", lambda found: {message.topic for message in found} >= wanted)
    assert {message.qos for message in found if message.topic == "alerts/critical"} == {2}


@pytest.mark.row("MF-136", "EX-63")
def test_a_folder_of_amqp_fixtures_is_declared_and_played(tmp_path: Path) -> None:
    (tmp_path / "amqp").mkdir()
    (tmp_path / "amqp" / "a.yaml").write_text(
        "queues: [work]\nfixtures: [{name: task, queue: work, payload: {n: 1}, auto: {count: 1}}]\n",
        encoding="utf-8",
    )
    (tmp_path / "mockforge.yaml").write_text("amqp: {fixtures_dir: ./amqp}\n", encoding="utf-8")
    with serving(tmp_path) as hub, channel(hub) as pulling:
        for _, _, body in pulling.consume("work", auto_ack=True, inactivity_timeout=PATIENCE):
            assert json.loads(body) == {"n": 1}
            break


@pytest.mark.row("MF-55")
def test_seed_messages_are_there_before_the_first_consumer(tmp_path: Path) -> None:
    text = """
kafka:
  seed_messages:
    orders.created:
      - {key: order-001, value: '{"order_id":"order-001","total":4299}', headers: {source: seed}}
      - {key: order-001, value: '{"order_id":"order-001","total":4300}'}
"""
    (tmp_path / "mockforge.yaml").write_text(text, encoding="utf-8")
    with serving(tmp_path) as hub:
        first, second = consume(hub, "orders.created", 2)
    assert (first.key(), json.loads(first.value())["total"], first.headers()) == (
        b"order-001",
        4299,
        [("source", b"seed")],
    )
    assert (second.offset(), json.loads(second.value())["total"]) == (1, 4300)


@pytest.mark.row("MF-73", "MF-74", "MF-75", "MF-76", "MF-77", "MF-79")
def test_the_documents_group_is_seen_by_kafkas_tools_with_its_lag(tmp_path: Path) -> None:
    text = (
        block("order-processor")
        + "fixtures: [{name: a, topic: orders.created, key: '{{id}}', value: 1, seed_messages: 500, protocol: kafka}]\n"
    )
    with hub_with(text, tmp_path) as hub:
        admin = AdminClient({"bootstrap.servers": f"127.0.0.1:{hub.port('kafka')}"})
        described = wait_for(
            lambda: described_group(admin, "order-processor"), lambda group: group.state.name == "STABLE"
        )
        (member,) = described.members
        assert member.client_id == "order-processor-1"
        assert sorted((place.topic, place.partition) for place in member.assignment.topic_partitions) == [
            ("orders.created", n) for n in range(3)
        ]
        assert lag(admin, hub, "order-processor", "orders.created") == pytest.approx(100, abs=50)


@pytest.mark.row("MF-78")
def test_a_simulated_group_works_off_its_lag(tmp_path: Path) -> None:
    text = """
protocol: kafka
fixtures: [{name: a, topic: t, key: "{{id}}", value: 1, seed_messages: 2000}]
consumer_groups: [{group_id: g, topics: [t], simulation: {lag_messages: 2000, processing_rate_ms: [1, 2], commit_interval_ms: 100}}]
"""
    with hub_with(text, tmp_path) as hub:
        admin = AdminClient({"bootstrap.servers": f"127.0.0.1:{hub.port('kafka')}"})
        wait_for(lambda: lag(admin, hub, "g", "t"), lambda now: 0 < now < 1900)
        wait_for(lambda: lag(admin, hub, "g", "t"), lambda now: now == 0)


def test_a_client_shares_the_partitions_with_a_simulated_group(tmp_path: Path) -> None:
    text = """
protocol: kafka
fixtures: [{name: a, topic: t, key: "{{id}}", value: {n: "{{id}}"}, auto: {rate: 200}}]
consumer_groups: [{group_id: g, topics: [t], simulation: {members: 1}}]
"""
    with hub_with(text, tmp_path) as hub:
        settings = {
            "bootstrap.servers": f"127.0.0.1:{hub.port('kafka')}",
            "group.id": "g",
            "auto.offset.reset": "earliest",
        }
        admin = AdminClient({"bootstrap.servers": f"127.0.0.1:{hub.port('kafka')}"})
        for assignor in ("range", "cooperative-sticky"):
            consumer = confluent_kafka.Consumer(settings | {"partition.assignment.strategy": assignor})
            consumer.subscribe(["t"])
            try:
                message = consumer.poll(PATIENCE)
                assert message is not None
                assert message.error() is None
                assert 1 <= len(consumer.assignment()) <= 2
                group = wait_for(
                    lambda: described_group(admin, "g"), lambda group: group.state.name == "STABLE"
                )
                places = [
                    place.partition
                    for member in group.members
                    for place in member.assignment.topic_partitions
                ]
                assert (len(group.members), sorted(places)) == (2, [0, 1, 2])
            finally:
                consumer.close()


def wait_for(look: Callable[[], Any], is_good: Callable[[Any], bool]) -> Any:
    """Look until it is good. Each look is a round trip to the hub."""
    found = look()
    for _ in range(2000):
        if is_good(found):
            return found
        found = look()
    raise AssertionError(f"it stays {found}")


def described_group(admin: AdminClient, name: str) -> Any:
    return admin.describe_consumer_groups([name])[name].result(PATIENCE)


def lag(admin: AdminClient, hub: Serving, name: str, topic: str) -> int:
    """Ends less what is committed, as Kafka's own tool works it out. Partitions without a commit count whole."""
    request = confluent_kafka.ConsumerGroupTopicPartitions(name)
    (committed,) = [
        future.result(PATIENCE) for future in admin.list_consumer_group_offsets([request]).values()
    ]
    consumer = confluent_kafka.Consumer(
        {"bootstrap.servers": f"127.0.0.1:{hub.port('kafka')}", "group.id": "looker"}
    )
    try:
        ends = [
            consumer.get_watermark_offsets(confluent_kafka.TopicPartition(topic, number), PATIENCE)[1]
            for number in range(3)
        ]
    finally:
        consumer.close()
    return sum(ends) - sum(
        max(place.offset, 0) for place in committed.topic_partitions if place.topic == topic
    )


@pytest.mark.row("EX-7", "EX-8", "EX-9")
def test_the_nested_order_events_flow_from_topic_to_topic(tmp_path: Path) -> None:
    shutil.copy(shipped(ORDER_EVENTS), tmp_path / "order-events.yaml")
    with serving(tmp_path, "--fixtures-dir", "order-events.yaml", "--fixtures-speed", "10") as hub:
        payments = [json.loads(message.value()) for message in consume(hub, "payments.processed", 20)]
        steps = [json.loads(message.value()) for message in consume(hub, "orders.status-updated", 20)]
        orders = {
            json.loads(message.value())["order_id"]: json.loads(message.value())
            for message in consume(hub, "orders.created", 200)
        }
        metadata = AdminClient({"bootstrap.servers": f"127.0.0.1:{hub.port('kafka')}"}).list_topics(
            timeout=PATIENCE
        )
    matched = [payment for payment in payments if payment["order_id"] in orders]
    assert len(matched) >= 10
    assert all(orders[payment["order_id"]]["total"] == payment["amount"] for payment in matched)
    assert all(step["previous_status"] in ("pending", "processing") for step in steps)
    assert len(metadata.topics["inventory.updated"].partitions) == 5


def test_a_bad_file_stops_a_strict_hub_and_no_other(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "bad.yaml").write_text("- {identifier: a, topc: t}", encoding="utf-8")
    (tmp_path / "f" / "good.yaml").write_text(
        "- {identifier: b, topic: t, value: 1, seed_messages: 1, protocol: kafka}", encoding="utf-8"
    )
    with serving(tmp_path, "--fixtures-dir", "f") as hub:
        assert consume(hub, "t", 1)[0].value() == b"1"
    result = hubbub("serve", *FREE, "--fixtures-dir", "f", "--fixtures-strict", folder=tmp_path)
    assert result.returncode == 4
    assert "f/bad.yaml:1: topc is no key of a fixture; did you mean 'topic'?" in result.stderr
