"""What is published from inside reaches real clients of each room as if a client had sent it, and a tap sees what either publishes."""

import threading
from typing import Any

import confluent_kafka
import paho.mqtt.client as paho
import paho.mqtt.properties as paho_properties
import pika
import pytest

from hubbub.core.errors import Invalid
from hubbub.core.hatch import BindingWanted, ExchangeWanted, Posted, Posting, QueueWanted, StreamWanted
from hubbub.model.record import Properties, Record
from tests.conftest import HubThread

PATIENCE = 20


def post(hub: HubThread, room: str, path: str, *values: bytes, **how: Any) -> list[Posted]:
    """Publish from inside and wait until it is safe."""
    heard: list[Posted] = []
    is_done = threading.Event()
    posting_names = ("assurance", "partition", "realm")
    ways = {name: how.pop(name) for name in posting_names if name in how}

    def begin() -> None:
        hatch = hub.hub.hatches[room]
        address = hatch.address(path)
        postings = [Posting(Record(address, value, **how), **ways) for value in values]
        hatch.post(postings, lambda answers: (heard.extend(answers), is_done.set()))

    hub.call(begin)
    assert is_done.wait(PATIENCE)
    return heard


def consumed(hub: HubThread, topic: str, count: int) -> list[confluent_kafka.Message]:
    consumer = confluent_kafka.Consumer(
        {"bootstrap.servers": hub.address("kafka"), "group.id": "g", "auto.offset.reset": "earliest"}
    )
    consumer.subscribe([topic])
    found = consumer.consume(count, PATIENCE)
    consumer.close()
    return found


def test_kafka_clients_read_what_was_posted(hub: HubThread) -> None:
    answers = post(
        hub,
        "kafka",
        "orders",
        b"one",
        b"two",
        key=b"k",
        headers=(("h", b"v"),),
        properties=Properties(correlation=b"c-1", content_type="text/plain"),
    )
    assert [(answer.refused, answer.offset) for answer in answers] == [("", 0), ("", 1)]
    first, second = consumed(hub, "orders", 2)
    assert (first.value(), first.key(), second.value()) == (b"one", b"k", b"two")
    assert dict(first.headers()) == {"h": b"v", "content-type": b"text/plain", "correlation-id": b"c-1"}


def test_keys_choose_the_partition_that_clients_choose(hub: HubThread) -> None:
    hub.call(hub.hub.hatches["kafka"].declare, StreamWanted("six", 6))
    producer = confluent_kafka.Producer(
        {"bootstrap.servers": hub.address("kafka"), "partitioner": "murmur2_random"}
    )
    theirs: dict[bytes, int] = {}
    keys = [b"key %d" % number for number in range(20)]
    for key in keys:
        producer.produce(
            "six",
            b"",
            key,
            on_delivery=lambda error, message: theirs.update({message.key(): message.partition()}),
        )
    assert producer.flush(PATIENCE) == 0
    ours = {key: post(hub, "kafka", "six", b"", key=key)[0].partition for key in keys}
    assert ours == theirs


def test_an_absent_value_is_a_tombstone(hub: HubThread) -> None:
    post(hub, "kafka", "orders", b"", key=b"k", properties=Properties(is_absent=True))
    assert consumed(hub, "orders", 1)[0].value() is None


def test_one_refusal_leaves_the_other_postings_alone(hub: HubThread) -> None:
    hub.call(hub.hub.hatches["kafka"].declare, StreamWanted("small", 1, {"max.message.bytes": 1000}))
    small, large = post(hub, "kafka", "small", b"fits", b"x" * 2000)
    assert (small.refused, small.offset) == ("", 0)
    assert "over this topic's limit" in large.refused


def test_mqtt_clients_hear_what_was_posted_with_its_properties(hub: HubThread) -> None:
    heard: list[paho.MQTTMessage] = []
    is_subscribed, has_heard = threading.Event(), threading.Event()
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
    client.on_subscribe = lambda *_: is_subscribed.set()
    client.on_message = lambda _client, _data, message: (heard.append(message), has_heard.set())
    client.connect("127.0.0.1", hub.port("mqtt"))
    client.subscribe("sensors/#", qos=2)
    client.loop_start()
    assert is_subscribed.wait(PATIENCE)
    properties = Properties(reply_to="answers", correlation=b"c", retain=True)
    (answer,) = post(
        hub, "mqtt", "sensors/t1", b"22", headers=(("unit", b"C"),), properties=properties, assurance=2
    )
    assert (answer.refused, answer.reached) == ("", 1)
    assert has_heard.wait(PATIENCE)
    client.loop_stop()
    client.disconnect()
    (message,) = heard
    assert (message.topic, message.payload, message.qos) == ("sensors/t1", b"22", 2)
    said = message.properties
    assert isinstance(said, paho_properties.Properties)
    assert (said.ResponseTopic, said.CorrelationData, said.UserProperty) == ("answers", b"c", [("unit", "C")])
    assert hub.call(hub.hub.broker.live.spaces["mqtt"].retained.find, "sensors/t1", 0) is not None


def test_amqp_queues_get_what_was_posted_by_way_of_what_was_declared(hub: HubThread) -> None:
    declare = hub.hub.hatches["amqp"].declare
    assert hub.call(declare, ExchangeWanted("events", "topic"))
    assert hub.call(declare, QueueWanted("tasks"))
    assert hub.call(declare, BindingWanted("events", "tasks", "order.*"))
    assert not hub.call(declare, QueueWanted("tasks"))
    (answer,) = post(
        hub,
        "amqp",
        "events/order.created",
        b"x",
        headers=(("h", b"v"),),
        properties=Properties(correlation=b"c", persistent=True, priority=3),
    )
    assert (answer.refused, answer.reached) == ("", 1)
    with pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", hub.port("amqp"))) as connection:
        method, properties, body = connection.channel().basic_get("tasks", auto_ack=True)
    assert (body, method.routing_key, properties.correlation_id, properties.priority) == (
        b"x",
        "order.created",
        "c",
        3,
    )
    assert properties.headers == {"h": "v"}
    assert properties.delivery_mode == 2


def test_what_does_not_exist_is_refused_by_name(hub: HubThread) -> None:
    assert "no exchange 'nowhere'" in post(hub, "amqp", "nowhere/key", b"")[0].refused
    assert "no virtual host" in post(hub, "amqp", "queue", b"", realm="elsewhere")[0].refused
    for room, path in (("kafka", "bad name"), ("mqtt", "a/+"), ("mqtt", "")):
        with pytest.raises(Invalid):
            hub.call(hub.hub.hatches[room].address, path)


def test_a_tap_sees_what_clients_publish_in_every_room_in_order(hub: HubThread) -> None:
    taps = hub.hub.broker.taps
    tap = hub.call(taps.open, lambda address: True, lambda: None)
    producer = confluent_kafka.Producer(
        {"bootstrap.servers": hub.address("kafka"), "compression.type": "gzip"}
    )
    producer.produce("orders", b"by kafka", headers={"correlation-id": "c"})
    assert producer.flush(PATIENCE) == 0
    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", hub.port("mqtt"))
    client.loop_start()
    client.publish("sensors/t1", b"by mqtt", qos=1).wait_for_publish(PATIENCE)
    client.loop_stop()
    client.disconnect()
    with pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", hub.port("amqp"))) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.queue_declare("tasks")
        channel.basic_publish("", "tasks", b"by amqp", pika.BasicProperties(correlation_id="c"))
    sightings = hub.call(tap.take)
    hub.call(tap.close)
    records = [record for sighting in sightings for record in sighting.records()]
    assert [str(record.address) for record in records] == ["kafka:orders", "mqtt:sensors/t1", "amqp:/tasks"]
    assert [record.value for record in records] == [b"by kafka", b"by mqtt", b"by amqp"]
    assert [record.properties.correlation for record in records] == [b"c", None, b"c"]
    assert len(taps._onlookers) == 1  # the journal


def test_a_tap_that_is_full_says_so(hub: HubThread) -> None:
    taps = hub.hub.broker.taps
    tap = hub.call(lambda: taps.open(lambda address: True, lambda: None, most=2))
    post(hub, "mqtt", "t", b"1", b"2", b"3")
    assert [record.value for sighting in hub.call(tap.take) for record in sighting.records()] == [b"1", b"2"]
    assert tap.missed == 1


def test_dead_letters_are_seen_where_they_go(hub: HubThread) -> None:
    declare = hub.hub.hatches["amqp"].declare
    hub.call(declare, QueueWanted("grave"))
    hub.call(
        declare,
        QueueWanted(
            "short",
            arguments={"x-dead-letter-exchange": "", "x-dead-letter-routing-key": "grave", "x-max-length": 1},
        ),
    )
    tap = hub.call(hub.hub.broker.taps.open, lambda address: address.parts[1] == "grave", lambda: None)
    post(hub, "amqp", "short", b"first", b"second")
    assert [record.value for sighting in hub.call(tap.take) for record in sighting.records()] == [b"first"]


def test_clients_are_listed_and_shown_the_door(hub: HubThread) -> None:
    gone = threading.Event()
    client = paho.Client(paho.CallbackAPIVersion.VERSION2, client_id="me", protocol=paho.MQTTv5)
    reasons: list[Any] = []
    here = threading.Event()
    client.on_connect = lambda *_: here.set()
    client.on_disconnect = lambda _client, _data, _flags, reason, _properties: (
        reasons.append(reason),
        gone.set(),
    )
    client.connect("127.0.0.1", hub.port("mqtt"))
    client.loop_start()
    assert here.wait(PATIENCE)
    connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", hub.port("amqp")))
    producer = confluent_kafka.Producer({"bootstrap.servers": hub.address("kafka"), "client.id": "mine"})
    producer.produce("orders", b"")  # with that it keeps a connection to the leader
    assert producer.flush(PATIENCE) == 0
    found = {name: hub.call(hatch.clients) for name, hatch in hub.hub.hatches.items()}
    assert [(one.id, one.protocol) for one in found["mqtt"]] == [("me", "5.0")]
    assert {one.details["client_id"] for one in found["kafka"]} == {"mine"}
    assert [one.user for one in found["amqp"]] == ["guest"]
    assert hub.call(hub.hub.hatches["mqtt"].kick, "me", "out")
    assert gone.wait(PATIENCE)
    client.loop_stop()
    assert reasons[0].value == 0x98
    assert hub.call(hub.hub.hatches["amqp"].kick, found["amqp"][0].id, "out")
    with pytest.raises(pika.exceptions.ConnectionClosedByBroker, match="320"):
        connection.process_data_events(PATIENCE)
    for one in found["kafka"]:
        assert hub.call(hub.hub.hatches["kafka"].kick, one.id, "out")
    assert not hub.call(hub.hub.hatches["mqtt"].kick, "nobody", "out")
