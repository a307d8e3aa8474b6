"""Topics as clients meet them: made on first use or refused, deleted, made again."""

import asyncio
from typing import Any

import confluent_kafka
import kafka.errors
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import UnknownTopicOrPartitionError
from confluent_kafka.admin import AdminClient, NewTopic
from kafka import KafkaProducer

from hubbub.protocols.kafka.options import DeclaredTopic, KafkaOptions
from tests.clients.kafka_words import PATIENCE, Client, Confluent, Message


def admin(hub: Any) -> AdminClient:
    return AdminClient({"bootstrap.servers": hub.address("kafka")})


def partitions(hub: Any) -> dict[str, int]:
    topics = admin(hub).list_topics(timeout=PATIENCE).topics
    return {name: len(topic.partitions) for name, topic in topics.items()}


@pytest.mark.row("MF-50", "MF-51", "MF-52")
def test_a_topic_comes_with_its_first_record_and_the_partitions_that_were_set(
    run_hub: Any, client: Client
) -> None:
    hub = run_hub(kafka=KafkaOptions(port=0, default_partitions=5, default_replication_factor=1))
    client.produce(hub.address("kafka"), "new", [Message(4, b"in the last")])
    topics = admin(hub).list_topics(timeout=PATIENCE).topics
    assert [each.replicas for each in topics["new"].partitions.values()] == [[1]] * 5


@pytest.mark.row("MF-35", "MF-36")
def test_declared_topics_are_there_before_anyone_asks(run_hub: Any, client: Client) -> None:
    topics = (DeclaredTopic("orders", 6), DeclaredTopic("payments"))
    hub = run_hub(kafka=KafkaOptions(port=0, topics=topics, auto_create_topics=False))
    assert partitions(hub) == {"orders": 6, "payments": 3}
    assert client.produce(hub.address("kafka"), "orders", [Message(5, b"six")]) == [0]


@pytest.mark.row("MF-50")
class TestAnUnknownTopicIsRefusedWhereNoneMayBeMade:
    @pytest.fixture
    def hub(self, run_hub: Any) -> Any:
        return run_hub(kafka=KafkaOptions(port=0, auto_create_topics=False))

    def test_by_confluent_kafka(self, hub: Any) -> None:
        errors: list[Any] = []
        producer = confluent_kafka.Producer(
            {"bootstrap.servers": hub.address("kafka"), "topic.metadata.propagation.max.ms": 100}
        )
        producer.produce("nowhere", b"x", on_delivery=lambda error, _: errors.append(error))
        assert producer.flush(PATIENCE) == 0
        assert errors[0].code() == confluent_kafka.KafkaError.UNKNOWN_TOPIC_OR_PART
        assert partitions(hub) == {}

    def test_by_kafka_python(self, hub: Any) -> None:
        producer = KafkaProducer(bootstrap_servers=hub.address("kafka"), max_block_ms=300)
        try:
            with pytest.raises(kafka.errors.KafkaTimeoutError):
                producer.send("nowhere", b"x").get(PATIENCE)
        finally:
            producer.close()
        assert partitions(hub) == {}

    def test_by_aiokafka(self, hub: Any) -> None:
        async def run() -> None:
            producer = AIOKafkaProducer(bootstrap_servers=hub.address("kafka"), request_timeout_ms=300)
            await producer.start()
            try:
                with pytest.raises(UnknownTopicOrPartitionError):
                    await producer.send_and_wait("nowhere", b"x")
            finally:
                await producer.stop()

        asyncio.run(run())
        assert partitions(hub) == {}


@pytest.mark.row("MF-31", "MF-32", "FX-77", "FX-78")
def test_a_deleted_topic_is_gone_and_one_of_its_name_begins_anew(hub: Any, client: Client) -> None:
    clients = admin(hub)
    clients.create_topics([NewTopic("phoenix", 2)])["phoenix"].result(PATIENCE)
    first = clients.describe_topics(confluent_kafka.TopicCollection(["phoenix"]))["phoenix"].result(PATIENCE)
    client.produce(hub.address("kafka"), "phoenix", [Message(1, b"old")] * 3)
    clients.delete_topics(["phoenix"])["phoenix"].result(PATIENCE)
    assert partitions(hub) == {}
    clients.create_topics([NewTopic("phoenix", 4)])["phoenix"].result(PATIENCE)
    second = clients.describe_topics(confluent_kafka.TopicCollection(["phoenix"]))["phoenix"].result(PATIENCE)
    assert str(first.topic_id) != str(second.topic_id)
    assert client.produce(hub.address("kafka"), "phoenix", [Message(1, b"new")]) == [0]
    assert [each.value for each in client.consume(hub.address("kafka"), "phoenix", [1], 1)] == [b"new"]


def test_a_consumer_hears_that_its_topic_was_deleted(run_hub: Any) -> None:
    hub = run_hub(kafka=KafkaOptions(port=0, auto_create_topics=False, topics=(DeclaredTopic("doomed", 1),)))
    producer = confluent_kafka.Producer({"bootstrap.servers": hub.address("kafka")})
    producer.produce("doomed", b"last words")
    assert producer.flush(PATIENCE) == 0
    consumer = Confluent().consumer(
        hub.address("kafka"), "mourners", **{"topic.metadata.refresh.interval.ms": 50}
    )
    try:
        consumer.subscribe(["doomed"])
        message = consumer.poll(PATIENCE)
        assert message is not None
        assert message.value() == b"last words"
        clients = admin(hub)
        clients.delete_topics(["doomed"])["doomed"].result(PATIENCE)
        message = consumer.poll(PATIENCE)
        assert message is not None
        assert message.error().code() == confluent_kafka.KafkaError.UNKNOWN_TOPIC_OR_PART
    finally:
        consumer.close()
