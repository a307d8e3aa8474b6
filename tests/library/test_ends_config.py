"""The files of producers and consumers: names and defaults as documented, mistakes with their lines."""

from pathlib import Path

import pytest

import hubbub
from hubbub import BrokerConfig, ClientConfig, Consumer, ConsumerConfig, Producer, ProducerConfig
from tests.unit.cli.program import ROOT

# The configuration in Rust-MQ's own document.
DOCUMENT = """
broker:
  address: "http://localhost:50051"
  timeout_secs: 30
  max_retries: 3

producer:
  topic: "events"
  partition: 0
  required_acks: 1
  timeout_ms: 5000
  batch_size: 100
  flush_interval_ms: 100

consumer:
  topic: "events"
  partition: 0
  group_id: "my-consumer-group"
  offset: -2  # -2=earliest, -1=latest, 0+=specific
  max_bytes: 1048576
  max_wait_ms: 1000
  min_bytes: 1
  auto_commit: true
  auto_commit_interval_ms: 5000
  poll_interval_ms: 1000
"""
CONFIG = ROOT / "examples" / "producer-consumer" / "config"


@pytest.mark.row("RQ-42", "RQ-43", "RQ-44", "RQ-45")
def test_the_documents_own_file_is_what_is_there_anyway() -> None:
    config = ClientConfig.from_yaml(DOCUMENT)
    assert config.broker == BrokerConfig()
    assert config.broker == BrokerConfig(address="http://localhost:50051", timeout_secs=30, max_retries=3)
    assert config.producer == ProducerConfig("events")
    assert config.consumer == ConsumerConfig("events", group_id="my-consumer-group", auto_commit=True)
    assert Producer.of(config).config == config.producer
    assert Consumer.of(config).config == config.consumer


@pytest.mark.row("RQ-46", "RQ-48", "RQ-49", "RQ-50")
def test_defaults_of_a_producer() -> None:
    assert ClientConfig.from_yaml("producer: {topic: t}").producer == ProducerConfig(
        topic="t", partition=0, required_acks=1, timeout_ms=5000, batch_size=100, flush_interval_ms=100
    )


@pytest.mark.row("RQ-51", "RQ-52", "RQ-53", "RQ-54", "RQ-60")
def test_defaults_of_a_consumer_are_those_of_the_code_in_a_file_too() -> None:
    assert ClientConfig.from_yaml("consumer: {topic: t}").consumer == ConsumerConfig(
        topic="t",
        partition=0,
        group_id=None,
        offset=-2,
        max_bytes=1_048_576,
        max_wait_ms=1000,
        min_bytes=1,
        auto_commit=False,
        auto_commit_interval_ms=5000,
        poll_interval_ms=1000,
    )


@pytest.mark.row("RQ-5", "RQ-61", "RQ-62")
def test_the_examples_files_are_read_and_a_section_may_be_absent() -> None:
    full = ClientConfig.from_file(CONFIG / "example-full.yaml")
    assert full.producer == ProducerConfig("events")
    producer, consumer = (
        ClientConfig.from_file(CONFIG / f"{name}.yaml") for name in ("producer", "consumer")
    )
    assert producer.producer == full.producer
    assert consumer.consumer == full.consumer
    with pytest.raises(hubbub.ConfigError, match="the consumer has no topic"):
        Consumer.of(producer)
    with pytest.raises(hubbub.ConfigError, match="the producer has no topic"):
        Producer.of(consumer)


def test_every_mistake_is_told_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(
        "broker: {timeout: 30}\nproducer:\n  topic: t\n  required_acks: 2\n  batch_size: many\n"
        "consumer:\n  offset: -3\n",
        encoding="utf-8",
    )
    with pytest.raises(hubbub.ConfigError) as caught:
        ClientConfig.from_file(file)
    assert [problem.partition(": ")[0] for problem in caught.value.problems] == [
        f"{file}:{line}" for line in (1, 4, 5, 7)
    ]
    assert "timeout_secs" in caught.value.problems[0]
    with pytest.raises(hubbub.ConfigError, match=r"text:1: consumer has no topic"):
        ClientConfig.from_yaml("consumer: {offset: -2}")
    with pytest.raises(hubbub.ConfigError, match="cannot be read"):
        ClientConfig.from_file(tmp_path / "absent.yaml")
    with pytest.raises(hubbub.ConfigError, match="this is not YAML"):
        ClientConfig.from_yaml("producer: [")
