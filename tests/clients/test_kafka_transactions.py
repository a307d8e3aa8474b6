"""Transactions are not offered yet: a transactional producer is told so at once, and not after its time is up."""

from typing import Any

import confluent_kafka
import kafka
import kafka.errors
import pytest

PATIENCE = 20


def test_confluent_kafka_is_told_for_good(hub: Any) -> None:
    producer = confluent_kafka.Producer(
        {"bootstrap.servers": hub.address("kafka"), "transactional.id": "t", "log_level": 0}
    )
    with pytest.raises(confluent_kafka.KafkaException) as refused:
        producer.init_transactions(PATIENCE)
    assert refused.value.args[0].fatal()
    assert "transactions are not offered here yet" in str(refused.value)


def test_kafka_python_is_told_for_good(hub: Any) -> None:
    producer = kafka.KafkaProducer(bootstrap_servers=hub.address("kafka"), transactional_id="t")
    try:
        with pytest.raises(kafka.errors.TransactionalIdAuthorizationFailedError):
            producer.init_transactions()
    finally:
        producer.close(timeout=1)
