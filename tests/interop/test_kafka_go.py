"""The Kafka clients of Go: franz-go, sarama, confluent-kafka-go."""

from pathlib import Path
from typing import Any

import pytest

from hubbub.protocols.kafka.options import DeclaredTopic, KafkaOptions
from tests.interop.tool_chains import BUILD, HERE, build, found, tool

pytestmark = pytest.mark.interop
TARGET = BUILD / "go"


@pytest.fixture
def hub(run_hub: Any) -> Any:
    return run_hub(kafka=KafkaOptions(port=0, topics=(DeclaredTopic("records", 2),)))


def program(name: str) -> Path:
    """One of the programs in ``go/``, built."""
    TARGET.mkdir(parents=True, exist_ok=True)
    build([tool("go"), "build", "-o", TARGET / name, f"./{name}"], HERE / "go")
    return TARGET / name


@pytest.mark.row("MF-17", "MF-37")
def test_franz_go(hub: Any) -> None:
    assert found([program("franz"), hub.address("kafka")]) == {
        "made again": True,
        "partitions": 3,
        "retention": "12345",
        "records": 1,
        "group": "Empty",
        "controller": 1,
        "consumed": "500, 0 wrong",
        "shared": "fairly",
    }


@pytest.mark.row("FX-87")
def test_sarama(hub: Any) -> None:
    assert found([program("sarama"), hub.address("kafka")]) == {
        "partitions": 4,
        "retention": "777",
        "controller": 1,
        "consumed": {"none": 50, "gzip": 50, "snappy": 50, "lz4": 50, "zstd": 50},
    }


@pytest.mark.row("FX-87")
def test_confluent_kafka_go(run_hub: Any) -> None:
    tool("gcc")  # librdkafka is C
    hub = run_hub()
    assert found([program("confluent"), hub.address("kafka")]) == {"sum": sum(range(100))}
