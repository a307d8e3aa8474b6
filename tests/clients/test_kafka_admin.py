"""Topics and their settings, by the admin clients of three libraries."""

import asyncio
from typing import Any

import confluent_kafka
import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin import NewTopic as AioNewTopic
from aiokafka.admin.config_resource import ConfigResource as AioConfigResource
from aiokafka.admin.config_resource import ConfigResourceType as AioConfigResourceType
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    OffsetSpec,
    ResourceType,
)
from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import ConfigResource as PyConfigResource
from kafka.admin import ConfigResourceType as PyConfigResourceType
from kafka.errors import TopicAlreadyExistsError

from tests.clients.kafka_words import PATIENCE, Confluent, KafkaPython, Message


@pytest.fixture
def admin(hub: Any) -> AdminClient:
    return AdminClient({"bootstrap.servers": hub.address("kafka")})


def done(futures: Any) -> Any:
    """The one result of one request."""
    (future,) = futures.values()
    return future.result(PATIENCE)


def code_of(caught: Any) -> int:
    return int(caught.value.args[0].code())


@pytest.mark.row("MF-31", "MF-34", "MF-35", "FX-77", "FX-79")
def test_topics_are_made_as_they_were_asked_for(admin: AdminClient) -> None:
    done(admin.create_topics([NewTopic("ledger", 7, 1, config={"retention.ms": "12345"})]))
    topic = done(admin.describe_topics(confluent_kafka.TopicCollection(["ledger"])))
    assert len(topic.partitions) == 7
    assert [each.leader.id for each in topic.partitions] == [1] * 7
    configs = done(admin.describe_configs([ConfigResource(ResourceType.TOPIC, "ledger")]))
    assert configs["retention.ms"].value == "12345"
    assert not configs["retention.ms"].is_default
    assert configs["max.message.bytes"].value == "1048588"
    assert configs["max.message.bytes"].is_default


@pytest.mark.row("MF-31", "FX-77")
@pytest.mark.parametrize(
    ("topic", "code"),
    [
        (NewTopic("taken", 1), confluent_kafka.KafkaError.TOPIC_ALREADY_EXISTS),
        (NewTopic("none", 0), confluent_kafka.KafkaError.INVALID_PARTITIONS),
        (NewTopic("a b", 1), confluent_kafka.KafkaError.TOPIC_EXCEPTION),
        (NewTopic("odd", 1, config={"retention.ms": "soon"}), confluent_kafka.KafkaError.INVALID_CONFIG),
        (NewTopic("odd", 1, config={"no.such.thing": "1"}), confluent_kafka.KafkaError.INVALID_CONFIG),
    ],
    ids=["taken", "no partitions", "bad name", "bad value", "unknown setting"],
)
def test_what_cannot_be_made_is_refused_with_its_code(admin: AdminClient, topic: NewTopic, code: int) -> None:
    done(admin.create_topics([NewTopic("taken", 1)]))
    with pytest.raises(confluent_kafka.KafkaException) as caught:
        done(admin.create_topics([topic]))
    assert code_of(caught) == code
    assert list(admin.list_topics(timeout=PATIENCE).topics) == ["taken"]


def test_asking_whether_a_topic_could_be_made_does_not_make_it(admin: AdminClient) -> None:
    done(admin.create_topics([NewTopic("maybe", 1)], validate_only=True))
    assert admin.list_topics(timeout=PATIENCE).topics == {}


@pytest.mark.row("MF-34", "FX-80")
def test_a_changed_setting_takes_effect_at_once(hub: Any, admin: AdminClient) -> None:
    done(admin.create_topics([NewTopic("narrow", 1)]))
    resource = ConfigResource(
        ResourceType.TOPIC,
        "narrow",
        incremental_configs=[
            ConfigEntry("max.message.bytes", "500", incremental_operation=AlterConfigOpType.SET)
        ],
    )
    done(admin.incremental_alter_configs([resource]))
    with pytest.raises(confluent_kafka.KafkaException) as caught:
        Confluent().produce(hub.address("kafka"), "narrow", [Message(0, b"x" * 600)])
    assert code_of(caught) == confluent_kafka.KafkaError.MSG_SIZE_TOO_LARGE
    resource = ConfigResource(
        ResourceType.TOPIC,
        "narrow",
        incremental_configs=[
            ConfigEntry("max.message.bytes", None, incremental_operation=AlterConfigOpType.DELETE)
        ],
    )
    done(admin.incremental_alter_configs([resource]))
    assert Confluent().produce(hub.address("kafka"), "narrow", [Message(0, b"x" * 600)]) == [0]


def test_the_hub_stamps_records_where_the_topic_says_so(hub: Any, admin: AdminClient) -> None:
    done(admin.create_topics([NewTopic("stamped", 1, config={"message.timestamp.type": "LogAppendTime"})]))
    for compression in ("none", "zstd"):
        sent = [Message(0, b"old news", timestamp=1000)]
        Confluent().produce(hub.address("kafka"), "stamped", sent, compression=compression)
    got = Confluent().consume(hub.address("kafka"), "stamped", [0], 2)
    assert all(each.timestamp > 1_700_000_000_000 for each in got)


@pytest.mark.row("MF-36")
def test_a_topic_grows_by_partitions_and_never_shrinks(hub: Any, admin: AdminClient) -> None:
    done(admin.create_topics([NewTopic("growing", 2)]))
    done(admin.create_partitions([NewPartitions("growing", 5)]))
    assert Confluent().produce(hub.address("kafka"), "growing", [Message(4, b"new")]) == [0]
    with pytest.raises(confluent_kafka.KafkaException) as caught:
        done(admin.create_partitions([NewPartitions("growing", 3)]))
    assert code_of(caught) == confluent_kafka.KafkaError.INVALID_PARTITIONS


def test_deleted_records_are_gone_and_offsets_stay(hub: Any, admin: AdminClient) -> None:
    done(admin.create_topics([NewTopic("trimmed", 2)]))
    sent = [Message(number % 2, str(number).encode()) for number in range(40)]
    Confluent().produce(hub.address("kafka"), "trimmed", sent, compression="lz4")
    cut = done(admin.delete_records([confluent_kafka.TopicPartition("trimmed", 1, 13)]))
    assert cut.low_watermark == 13
    ends = admin.list_offsets(
        {
            confluent_kafka.TopicPartition("trimmed", 0): OffsetSpec.earliest(),
            confluent_kafka.TopicPartition("trimmed", 1): OffsetSpec.earliest(),
        }
    )
    assert {each.partition: found.result(PATIENCE).offset for each, found in ends.items()} == {0: 0, 1: 13}
    got = Confluent().consume(hub.address("kafka"), "trimmed", [1], 7)
    assert [each.offset for each in got] == list(range(13, 20))


@pytest.mark.row("MF-34", "FX-79")
def test_the_brokers_own_settings_are_told(admin: AdminClient) -> None:
    configs = done(admin.describe_configs([ConfigResource(ResourceType.BROKER, "1")]))
    assert configs["num.partitions"].value == "3"
    assert configs["auto.create.topics.enable"].value == "true"


@pytest.mark.row("MF-18")
def test_the_cluster_is_one_broker_that_leads_itself(admin: AdminClient, hub: Any) -> None:
    cluster = admin.describe_cluster().result(PATIENCE)
    assert cluster.controller.id == 1
    assert [f"{each.host}:{each.port}" for each in cluster.nodes] == [hub.address("kafka")]
    assert cluster.cluster_id


@pytest.mark.row("MF-31", "MF-32", "MF-34", "MF-35")
def test_kafka_pythons_admin_makes_changes_and_deletes_topics(hub: Any) -> None:
    admin = KafkaAdminClient(bootstrap_servers=hub.address("kafka"))
    try:
        admin.create_topics({"paper": {"num_partitions": 4, "configs": {"retention.ms": "777"}}})
        with pytest.raises(TopicAlreadyExistsError):
            admin.create_topics({"paper": {"num_partitions": 1}})
        assert admin.list_topics() == ["paper"]
        resource = PyConfigResource(PyConfigResourceType.TOPIC, "paper", {"retention.bytes": "9999"})
        admin.alter_configs([resource])
        described = admin.describe_configs([PyConfigResource(PyConfigResourceType.TOPIC, "paper")])
        (configs,) = described["topic"].values()
        assert {name: each["value"] for name, each in configs.items()} == {
            "retention.ms": "777",
            "retention.bytes": "9999",
        }
        admin.create_partitions({"paper": 6})
        KafkaPython().produce(hub.address("kafka"), "paper", [Message(5, b"x")] * 3)
        cut = admin.delete_records({TopicPartition("paper", 5): 2})
        assert [each["low_watermark"] for each in cut.values()] == [2]
        admin.delete_topics(["paper"])
        assert admin.list_topics() == []
    finally:
        admin.close()


@pytest.mark.row("MF-31", "MF-32", "MF-34")
def test_aiokafkas_admin_makes_describes_and_deletes_topics(hub: Any) -> None:
    async def run() -> None:
        admin = AIOKafkaAdminClient(bootstrap_servers=hub.address("kafka"))
        await admin.start()
        try:
            await admin.create_topics([AioNewTopic("old", 4, 1, topic_configs={"retention.ms": "777"})])
            assert await admin.list_topics() == ["old"]
            (topic,) = await admin.describe_topics(["old"])
            assert len(topic["partitions"]) == 4
            resource = AioConfigResource(AioConfigResourceType.TOPIC, "old")
            (answer,) = await admin.describe_configs([resource])
            entries = {each[0]: each[1] for each in answer.resources[0][4]}
            assert entries["retention.ms"] == "777"
            await admin.delete_topics(["old"])
            assert await admin.list_topics() == []
        finally:
            await admin.close()

    asyncio.run(run())
