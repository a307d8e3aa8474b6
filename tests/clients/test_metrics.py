"""What is counted is what real clients sent and got: produced = end offset = consumed, and the like for the others."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from hubbub.observe.options import MetricsOptions
from hubbub.protocols.amqp.options import AmqpOptions
from hubbub.protocols.kafka.options import KafkaOptions
from hubbub.protocols.mqtt.options import MqttOptions
from tests.clients.kafka_words import COMPRESSIONS, Client, Confluent, Message
from tests.clients.mqtt_words import until
from tests.clients.scraping import families, samples, value
from tests.clients.test_mqtt_clients import connected, subscribe

pika = pytest.importorskip("pika")
paho = pytest.importorskip("paho.mqtt.client")


def messages(count: int) -> list[Message]:
    return [Message(number % 2, b"%d" % number, b"key") for number in range(count)]


@pytest.fixture
def kafka(run_hub: Callable[..., Any]) -> Any:
    return run_hub(kafka=KafkaOptions(port=0, default_partitions=2))


@pytest.mark.row("MF-168", "MF-169", "EX-47")
@pytest.mark.parametrize("acks", ["all", 1, 0])
def test_what_is_produced_is_what_is_there_and_what_is_consumed(
    kafka: Any, client: Client, acks: Any
) -> None:
    address, topic = kafka.address("kafka"), "orders.created"
    client.produce(address, topic, messages(120), acks=acks)
    until(lambda: value(kafka, "kafka_messages_produced_total", topic) == 120)
    assert sum(client.end_offsets(address, topic, (0, 1))) == 120
    client.consume(address, topic, (0, 1), 120)
    found = samples(kafka)
    assert found["kafka_messages_produced_total"] == {(topic,): 120}
    assert found["kafka_messages_consumed_total"] == {(topic,): 120}
    assert found["kafka_topic_messages"] == {(topic,): 120}
    assert found["kafka_topic_partition_count"] == {(topic,): 2}
    assert found["kafka_topic_sent_bytes_total"][topic,] >= found["kafka_topic_size_bytes"][topic,]


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_compressed_batches_are_counted_by_their_records(
    kafka: Any, client: Client, compression: str
) -> None:
    address = kafka.address("kafka")
    client.produce(address, "packed", messages(50), compression=compression)
    client.consume(address, "packed", (0, 1), 50)
    found = samples(kafka)
    assert (
        found["kafka_messages_produced_total"] == found["kafka_messages_consumed_total"] == {("packed",): 50}
    )


def test_what_a_restarted_hub_had_before_is_not_counted_again(
    run_hub: Callable[..., Any], tmp_path: Any
) -> None:
    client = Confluent()
    for round_ in (1, 2):
        hub = run_hub(kafka=KafkaOptions(port=0, default_partitions=2), data_dir=str(tmp_path))
        client.produce(hub.address("kafka"), "kept", messages(20))
        found = samples(hub)
        assert found["kafka_messages_produced_total"] == {("kept",): 20}
        assert found["kafka_topic_messages"] == {("kept",): 20 * round_}
        client.consume(hub.address("kafka"), "kept", (0, 1), 20 * round_)
        assert value(hub, "kafka_messages_consumed_total", "kept") == 20 * round_
        assert value(hub, "hubbub_commit_seconds_count") > 0
        hub.stop()


@pytest.mark.row("MF-170")
def test_lag_is_what_a_group_has_not_committed(kafka: Any, client: Client) -> None:
    address = kafka.address("kafka")
    client.produce(address, "work", messages(40))
    client.read_group(address, "work", "workers", 40)
    assert samples(kafka)["kafka_consumer_lag"] == {("workers", "work", "0"): 0, ("workers", "work", "1"): 0}
    client.produce(address, "work", [Message(1, b"more")] * 3)
    assert value(kafka, "kafka_consumer_lag", "workers", "work", "1") == 3
    assert value(kafka, "kafka_consumer_lag", "workers", "work", "0") == 0


def test_requests_and_errors_are_counted_by_what_they_are(kafka: Any) -> None:
    client = Confluent()
    with pytest.raises(Exception, match="MSG_SIZE_TOO_LARGE"):
        client.produce(
            kafka.address("kafka"),
            "small",
            [Message(0, b"x" * 3_000_000)],
            max_bytes=5_000_000,
            retries=False,
        )
    found = samples(kafka)
    assert found["kafka_errors_total"]["Produce", "MESSAGE_TOO_LARGE"] == 1
    assert found["kafka_requests_total"]["Produce",] == 1
    assert found["hubbub_request_seconds_count"]["kafka", "Metadata"] >= 1


@pytest.mark.row("MF-171", "MF-172", "EX-48")
@pytest.mark.parametrize("qos", [0, 1, 2])
def test_what_is_published_is_what_subscribers_get(hub: Any, qos: int) -> None:
    topic = "warehouse/sensors/temperature"
    with (
        connected(hub, paho.MQTTv5, "tcp", "in") as receiver,
        connected(hub, paho.MQTTv311, "tcp", "out") as sender,
    ):
        subscribe(receiver, "warehouse/#", 2)
        assert value(hub, "mqtt_clients_connected") == 2
        for number in range(57):
            sender.publish(topic, str(number), qos).wait_for_publish(10)
        assert [int(receiver.inbox.get(timeout=10).payload) for _ in range(57)] == list(range(57))
        found = samples(hub)
        assert found["mqtt_messages_published_total"] == {(topic,): 57}
        assert found["mqtt_messages_delivered_total"] == {(): 57}
        assert found["mqtt_subscriptions_active"] == {(): 1}
        assert found["hubbub_connections"]["mqtt", str(hub.port("mqtt"))] == 2
    until(lambda: value(hub, "mqtt_clients_connected") == 0)
    assert value(hub, "hubbub_received_bytes_total", "mqtt", str(hub.port("mqtt"))) > 57 * len(topic)


@pytest.fixture
def channel(hub: Any) -> Iterator[Any]:
    connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", hub.port("amqp")))
    yield connection.channel()
    connection.close()


@pytest.mark.row("MF-173", "MF-174", "EX-49")
@pytest.mark.parametrize("confirms", [False, True])
def test_what_is_sent_to_an_exchange_is_what_its_queues_hand_out(
    hub: Any, channel: Any, confirms: bool
) -> None:
    if confirms:
        channel.confirm_delivery()
    channel.exchange_declare("notifications", "topic")
    for name in ("email.queue", "all"):
        channel.queue_declare(name)
    channel.queue_bind("email.queue", "notifications", "notification.email.#")
    channel.queue_bind("all", "notifications", "#")
    for number in range(30):
        channel.basic_publish("notifications", "notification.email.order", b"%d" % number)
        channel.basic_publish("notifications", "notification.sms", b"%d" % number)
    channel.queue_declare("all", passive=True)  # all that was sent before is there now
    found = samples(hub)
    assert found["amqp_messages_published_total"]["notifications",] == 60
    assert found["amqp_queues_total"] == found["amqp_queues"] == {(): 2}
    assert found["amqp_queue_messages_ready"] == {("/", "email.queue"): 30, ("/", "all"): 60}
    for _, (method, _, _) in zip(range(30), channel.consume("email.queue"), strict=False):
        channel.basic_ack(method.delivery_tag)
    channel.cancel()
    while channel.basic_get("all", auto_ack=True)[0]:
        pass
    found = samples(hub)
    assert found["amqp_messages_consumed_total"] == {("/", "email.queue"): 30, ("/", "all"): 60}
    assert found["amqp_messages_acked_total"] == {(): 30}
    assert set(found["amqp_queue_messages_ready"].values()) == {0}


def test_every_message_that_is_lost_is_counted_with_its_reason(hub: Any, channel: Any) -> None:
    channel.queue_declare("short", arguments={"x-max-length": 2})
    channel.queue_declare(
        "gone",
        arguments={"x-max-length": 1, "x-dead-letter-exchange": "", "x-dead-letter-routing-key": "short"},
    )
    for number in range(5):
        channel.basic_publish("", "short", b"%d" % number)
    for number in range(3):
        channel.basic_publish("", "gone", b"%d" % number)
    channel.basic_publish("amq.direct", "nowhere", b"x")
    channel.queue_declare("short", passive=True)
    found = samples(hub)
    assert found["amqp_messages_dropped_total"]["maxlen",] == 5
    assert found["amqp_messages_dead_lettered_total"]["maxlen",] == 2
    assert found["amqp_messages_dropped_total"]["unroutable",] == 1
    with pytest.raises(pika.exceptions.ChannelClosedByBroker):
        channel.queue_declare("missing", passive=True)
    assert samples(hub)["amqp_errors_total"] == {("NOT_FOUND",): 1}


@pytest.mark.row("MF-167")
def test_a_scrape_under_load_parses_in_both_formats_and_never_goes_back(run_hub: Callable[..., Any]) -> None:
    hub = run_hub(
        kafka=KafkaOptions(port=0, default_partitions=1),
        mqtt=MqttOptions(port=0, websocket_port=0),
        amqp=AmqpOptions(port=0),
        metrics=MetricsOptions(max_series=5),
    )
    over = threading.Event()
    sent = {"mqtt": 0, "kafka": 0, "amqp": 0}

    def kafka() -> None:
        while not over.is_set():
            topics = [f"t{(sent['kafka'] + number) % 12}" for number in range(4)]
            for topic in topics:
                Confluent().produce(hub.address("kafka"), topic, [Message(0, b"x")] * 10)
                sent["kafka"] += 10

    def mqtt() -> None:
        with connected(hub, paho.MQTTv311, "tcp", "load") as client:
            while not over.is_set():
                client.publish(f"load/{sent['mqtt'] % 12}", b"x", 1).wait_for_publish(10)
                sent["mqtt"] += 1

    def amqp() -> None:
        connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", hub.port("amqp")))
        channel = connection.channel()
        channel.confirm_delivery()
        while not over.is_set():
            name = f"queue-{sent['amqp'] % 12}"
            channel.queue_declare(name)
            channel.basic_publish("", name, b'with "quotes" and \\ and \n')
            sent["amqp"] += 1
        connection.close()

    threads = [threading.Thread(target=each) for each in (kafka, mqtt, amqp)]
    for thread in threads:
        thread.start()
    before: dict[str, float] = {}
    try:
        while min(sent.values()) < 60:
            for accept in ("text/plain", "application/openmetrics-text; version=1.0.0"):
                for family in families(hub, accept).values():
                    if family.type == "counter":
                        total = sum(
                            sample.value for sample in family.samples if sample.name.endswith("_total")
                        )
                        name = family.name.removesuffix("_total")
                        assert total >= before.get(name, 0), name
                        before[name] = total
                    assert len(family.samples) <= 60 or family.type == "histogram"
    finally:
        over.set()
        for thread in threads:
            thread.join()
    found = samples(hub)
    assert sum(found["kafka_messages_produced_total"].values()) == sent["kafka"]
    assert sum(found["mqtt_messages_published_total"].values()) == sent["mqtt"]
    assert sum(found["amqp_messages_published_total"].values()) == sent["amqp"]
    assert len(found["kafka_messages_produced_total"]) == 6
    assert found["kafka_messages_produced_total"]["__other__",] > 0
