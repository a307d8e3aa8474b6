"""The first minute with Kafka clients as they come: produce, consume, look around."""

from typing import Any

import pytest

confluent_kafka = pytest.importorskip("confluent_kafka")


@pytest.mark.row("MF-19", "MF-20")
def test_what_confluent_kafka_produces_it_consumes_again(hub: Any) -> None:
    failures = []
    producer = confluent_kafka.Producer({"bootstrap.servers": hub.address("kafka")})
    for number in range(100):
        producer.produce(
            "orders",
            key=str(number),
            value=f"order {number}",
            headers={"n": str(number)},
            partition=number % 3,
            on_delivery=lambda error, _: failures.append(error) if error else None,
        )
    assert producer.flush(10) == 0
    assert failures == []
    consumer = confluent_kafka.Consumer(
        {"bootstrap.servers": hub.address("kafka"), "group.id": "none", "enable.auto.commit": False}
    )
    try:
        consumer.assign([confluent_kafka.TopicPartition("orders", partition, 0) for partition in range(3)])
        seen = set()
        while len(seen) < 100:
            (message,) = consumer.consume(1, timeout=10)
            assert message.error() is None
            assert message.headers() == [("n", message.key())]
            seen.add((message.partition(), message.offset(), message.value().decode()))
    finally:
        consumer.close()
    assert seen == {(number % 3, number // 3, f"order {number}") for number in range(100)}
