"""What has a bound keeps it and says so: memory, message size, connections."""

import logging
import socket
from collections.abc import Callable
from typing import Any

import confluent_kafka
import pytest
from aiokafka.errors import KafkaStorageError as AioStorageError
from aiokafka.errors import KafkaTimeoutError as AioTimeoutError
from aiokafka.errors import MessageSizeTooLargeError as AioTooLargeError
from confluent_kafka.admin import AdminClient
from kafka.errors import KafkaStorageError, KafkaTimeoutError, MessageSizeTooLargeError

from hubbub.protocols.kafka.options import DeclaredTopic, KafkaOptions
from hubbub.storage.memory.options import MemoryOptions
from tests.clients.kafka_words import PATIENCE, Client, Message, wait_for

SMALL_MEMORY = MemoryOptions(max_bytes=2 << 20, chunk_bytes=64 << 10, pool_bytes=0)


@pytest.mark.row("FX-62")
def test_a_full_memory_refuses_with_its_error_and_keeps_what_it_has(run_hub: Any, client: Client) -> None:
    hub = run_hub(memory=SMALL_MEMORY)
    sent = [Message(0, bytes([number]) * 100_000) for number in range(10)]
    client.produce(hub.address("kafka"), "kept", sent)
    # aiokafka and kafka-python give up a batch that they had not begun to send with an error of their own
    refused = (
        confluent_kafka.KafkaException,
        KafkaStorageError,
        KafkaTimeoutError,
        AioStorageError,
        AioTimeoutError,
    )
    more = [Message(0, b"?" * 100_000)] * 50
    with pytest.raises(refused) as caught:
        client.produce(hub.address("kafka"), "kept", more, retries=False)
    if isinstance(caught.value, confluent_kafka.KafkaException):
        assert caught.value.args[0].code() == confluent_kafka.KafkaError.KAFKA_STORAGE_ERROR
    got = client.consume(hub.address("kafka"), "kept", [0], 10)
    assert [each.value for each in got] == [each.value for each in sent]


def test_memory_that_was_full_takes_records_again_when_a_topic_goes(run_hub: Any) -> None:
    hub = run_hub(memory=SMALL_MEMORY)
    producer = confluent_kafka.Producer({"bootstrap.servers": hub.address("kafka"), "retries": 0})
    outcomes: list[Any] = []

    def is_full() -> bool:
        producer.produce("flood", b"x" * 100_000, on_delivery=lambda error, _: outcomes.append(error))
        assert producer.flush(PATIENCE) == 0
        return outcomes[-1] is not None

    wait_for("memory to be full", is_full)
    admin = AdminClient({"bootstrap.servers": hub.address("kafka")})
    admin.delete_topics(["flood"])["flood"].result(PATIENCE)
    assert not is_full()


def test_a_log_with_a_bound_drops_its_oldest_records(run_hub: Any, client: Client) -> None:
    hub = run_hub(memory=MemoryOptions(max_log_bytes=1 << 20, chunk_bytes=64 << 10))
    sent = [Message(0, bytes([number]) * 100_000) for number in range(30)]
    offsets = client.produce(hub.address("kafka"), "rolling", sent)
    assert offsets == list(range(30))
    assert client.end_offsets(hub.address("kafka"), "rolling", [0]) == [30]
    first = client.consume(hub.address("kafka"), "rolling", [0], 1)[0].offset
    assert 30 - first <= 10
    got = client.consume(hub.address("kafka"), "rolling", [0], 30 - first)
    assert [each.value for each in got] == [each.value for each in sent[first:]]


@pytest.mark.row("MF-35")
def test_a_megabyte_passes_where_the_topic_allows_it(run_hub: Any, client: Client) -> None:
    topics = (DeclaredTopic("roomy", 1, {"max.message.bytes": 3_000_000}), DeclaredTopic("narrow", 1))
    hub = run_hub(kafka=KafkaOptions(port=0, topics=topics))
    large = [Message(0, b"\x00\x01" * 1_000_000)]
    assert client.produce(hub.address("kafka"), "roomy", large, max_bytes=4_000_000) == [0]
    assert client.consume(hub.address("kafka"), "roomy", [0], 1)[0].value == large[0].value
    refused = (confluent_kafka.KafkaException, MessageSizeTooLargeError, AioTooLargeError)
    with pytest.raises(refused) as caught:
        client.produce(hub.address("kafka"), "narrow", large, max_bytes=4_000_000)
    if isinstance(caught.value, confluent_kafka.KafkaException):
        assert caught.value.args[0].code() == confluent_kafka.KafkaError.MSG_SIZE_TOO_LARGE
    assert client.end_offsets(hub.address("kafka"), "narrow", [0]) == [0]


def test_ten_messages_of_a_megabyte_come_through_the_usual_fetch_limits(hub: Any, client: Client) -> None:
    """Each is as large as what these clients ask for at a time (KIP-74: the first batch comes whole)."""
    sent = [Message(0, bytes([number]) * 1_000_000) for number in range(10)]
    client.produce(hub.address("kafka"), "large", sent, max_bytes=1_040_000)
    got = client.consume(hub.address("kafka"), "large", [0], 10)
    assert [each.value for each in got] == [each.value for each in sent]


@pytest.mark.row("MF-49")
def test_one_connection_too_many_is_closed_and_logged(
    run_hub: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    hub = run_hub(kafka=KafkaOptions(port=0, max_connections=2))
    with caplog.at_level(logging.WARNING, "hubbub.kafka"):
        here = ("127.0.0.1", hub.port("kafka"))
        with socket.create_connection(here), socket.create_connection(here):
            wait_for("two connections", lambda: hub.call(lambda: len(hub.hub._listeners()[0].streams)) == 2)
            with socket.create_connection(here) as third:
                third.settimeout(PATIENCE)
                assert third.recv(1) == b""
    (line,) = [each.getMessage() for each in caplog.records]
    assert f"on port {hub.port('kafka')}: 2 connections are open there, the most allowed" in line
    assert "kafka.max_connections" in line
