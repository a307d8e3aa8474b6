"""Declared topics are there from the start; a declaration that cannot be is named with its place."""

import pytest

from hubbub.core.errors import Invalid
from hubbub.protocols.kafka.handlers.provision import provision
from hubbub.protocols.kafka.options import DeclaredTopic, KafkaOptions
from tests.unit.protocols.kafka.handlers.visit import Visit


def test_declared_topics_are_made_with_their_settings() -> None:
    options = KafkaOptions(
        default_partitions=4,
        topics=(
            DeclaredTopic("orders", 2, {"retention.ms": 5, "preallocate": True}),
            DeclaredTopic("events"),
        ),
    )
    visit = Visit(options)
    assert provision(visit.broker, options) == ["orders", "events"]
    orders, events = visit.broker.topics.find("orders"), visit.broker.topics.find("events")
    assert orders is not None
    assert events is not None
    assert (len(orders.partitions), len(events.partitions)) == (2, 4)
    assert orders.settings == {"retention.ms": "5", "preallocate": "true"}
    assert orders.options.retention_ms == 5


def test_a_topic_that_is_there_already_stays_as_it_is() -> None:
    options = KafkaOptions(topics=(DeclaredTopic("orders", 9),))
    visit = Visit(options)
    kept = visit.topic("orders", 2)
    assert provision(visit.broker, options) == []
    assert visit.broker.topics.find("orders") is kept
    assert len(kept.partitions) == 2


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (DeclaredTopic("bad name"), "topic name 'bad name'"),
        (DeclaredTopic("fine"), "declared twice"),
        (DeclaredTopic("t", 0, {"retention.ms": "soon"}), "retention.ms"),
        (DeclaredTopic("t", 0, {"retention.years": 1}), "retention.years"),
        (DeclaredTopic("t", 20_000), "20000 partitions"),
        (DeclaredTopic("__cluster_metadata"), "controllers"),
    ],
)
def test_a_wrong_declaration_is_named_and_nothing_is_made(wrong: DeclaredTopic, complaint: str) -> None:
    options = KafkaOptions(topics=(DeclaredTopic("fine"), wrong))
    visit = Visit(options)
    with pytest.raises(Invalid, match=complaint) as raised:
        provision(visit.broker, options)
    assert str(raised.value).startswith(f"kafka.topics[1], topic {wrong.name!r}: ")
    assert len(visit.broker.topics) == 0
