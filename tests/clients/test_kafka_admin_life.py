"""Administration with clients as they come: each makes, looks at, changes, grows, empties and deletes a topic in its own words."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hubbub.protocols.kafka.options import KafkaOptions
from hubbub.settings.known import DIALECT
from hubbub.settings.loading import Sources, load

SECONDS = 10


@pytest.mark.row("MF-31", "MF-32", "MF-36")
def test_confluent_kafka_runs_a_topics_whole_life(hub: Any) -> None:
    ck = pytest.importorskip("confluent_kafka")
    admin = pytest.importorskip("confluent_kafka.admin")
    client = admin.AdminClient({"bootstrap.servers": hub.address("kafka")})

    def one(futures: dict[Any, Any]) -> Any:
        (future,) = futures.values()
        return future.result(SECONDS)

    one(client.create_topics([admin.NewTopic("orders", 3, 1, config={"retention.ms": "60000"})]))
    with pytest.raises(ck.KafkaException) as refused:
        one(client.create_topics([admin.NewTopic("orders", 3, 1)]))
    assert refused.value.args[0].code() == ck.KafkaError.TOPIC_ALREADY_EXISTS
    assert len(client.list_topics(timeout=SECONDS).topics["orders"].partitions) == 3

    topic = admin.ConfigResource("topic", "orders")
    settings = one(client.describe_configs([topic]))
    assert (settings["retention.ms"].value, settings["retention.ms"].source) == ("60000", 1)
    assert settings["cleanup.policy"].is_default
    change = admin.ConfigEntry(
        "cleanup.policy", "compact", incremental_operation=admin.AlterConfigOpType.APPEND
    )
    one(
        client.incremental_alter_configs(
            [admin.ConfigResource("topic", "orders", incremental_configs=[change])]
        )
    )
    assert one(client.describe_configs([topic]))["cleanup.policy"].value == "delete,compact"

    one(client.create_partitions([admin.NewPartitions("orders", 5)]))
    described = one(client.describe_topics(ck.TopicCollection(["orders"])))
    assert [(each.id, each.leader.id, len(each.isr)) for each in described.partitions] == [
        (n, 1, 1) for n in range(5)
    ]

    producer = ck.Producer({"bootstrap.servers": hub.address("kafka")})
    for number in range(10):
        producer.produce("orders", key="k", value=str(number), partition=4)
    assert producer.flush(SECONDS) == 0
    place = ck.TopicPartition("orders", 4)
    assert one(client.list_offsets({place: admin.OffsetSpec.latest()})).offset == 10
    assert one(client.delete_records([ck.TopicPartition("orders", 4, 7)])).low_watermark == 7
    assert one(client.list_offsets({place: admin.OffsetSpec.earliest()})).offset == 7

    one(client.delete_topics(["orders"]))
    assert "orders" not in client.list_topics(timeout=SECONDS).topics


def test_confluent_kafka_sees_the_broker(run_hub: Callable[..., Any]) -> None:
    pytest.importorskip("confluent_kafka")
    admin = pytest.importorskip("confluent_kafka.admin")
    hub = run_hub(kafka=KafkaOptions(port=0, broker_id=7, default_partitions=6))
    client = admin.AdminClient({"bootstrap.servers": hub.address("kafka")})
    cluster = client.describe_cluster().result(SECONDS)
    assert [(node.id, node.port) for node in cluster.nodes] == [(7, hub.port("kafka"))]
    (future,) = client.describe_configs([admin.ConfigResource("broker", "7")]).values()
    settings = future.result(SECONDS)
    assert settings["num.partitions"].value == "6"
    assert settings["listeners"].value == f"PLAINTEXT://{hub.address('kafka')}"


@pytest.mark.row("MF-34", "FX-79")
def test_kafka_python_runs_a_topics_whole_life(hub: Any) -> None:
    kafka = pytest.importorskip("kafka")
    errors = pytest.importorskip("kafka.errors")
    admin = pytest.importorskip("kafka.admin")
    client = admin.KafkaAdminClient(bootstrap_servers=hub.address("kafka"))
    try:
        plan = {"num_partitions": 3, "replication_factor": 1, "configs": {"retention.ms": "60000"}}
        client.create_topics({"orders": plan})
        with pytest.raises(errors.TopicAlreadyExistsError):
            client.create_topics({"orders": plan})
        assert client.list_topics() == ["orders"]

        topic = admin.ConfigResource(admin.ConfigResourceType.TOPIC, "orders")
        assert client.describe_configs([topic])["topic"]["orders"]["retention.ms"]["value"] == "60000"
        client.alter_configs(
            [admin.ConfigResource(admin.ConfigResourceType.TOPIC, "orders", {"retention.ms": "5"})]
        )
        assert client.describe_configs([topic])["topic"]["orders"]["retention.ms"]["value"] == "5"
        client.reset_configs(
            [admin.ConfigResource(admin.ConfigResourceType.TOPIC, "orders", ["retention.ms"])]
        )
        assert client.describe_configs([topic])["topic"]["orders"] == {}

        client.create_partitions({"orders": 5})
        (described,) = client.describe_topic_partitions(["orders"])["topics"]
        assert len(described["partitions"]) == 5

        place = kafka.TopicPartition("orders", 4)
        producer = kafka.KafkaProducer(bootstrap_servers=hub.address("kafka"))
        for number in range(10):
            producer.send("orders", str(number).encode(), partition=4)
        producer.flush(SECONDS)
        (state,) = client.describe_producers([place])[place].active_producers
        assert state.last_sequence == 9
        producer.close()
        assert client.list_partition_offsets({place: -1})[place].offset == 10
        client.delete_records({place: 7})
        assert client.list_partition_offsets({place: -2})[place].offset == 7

        client.delete_topics(["orders"])
        assert client.list_topics() == []
    finally:
        client.close()


def test_kafka_python_hears_the_truth_about_one_node(hub: Any) -> None:
    kafka = pytest.importorskip("kafka")
    errors = pytest.importorskip("kafka.errors")
    admin = pytest.importorskip("kafka.admin")
    client = admin.KafkaAdminClient(bootstrap_servers=hub.address("kafka"))
    place = kafka.TopicPartition("orders", 0)
    try:
        client.create_topics({"orders": {"num_partitions": 1, "replication_factor": 1}})
        assert [node["broker_id"] for node in client.describe_cluster()["brokers"]] == [1]
        assert client.list_partition_reassignments() == {}
        assert client.alter_partition_reassignments({place: [2]}) == {place: errors.for_code(39)}
        (dirs,) = client.describe_log_dirs()
        assert [topic["name"] for topic in dirs["log_dirs"][0]["topics"]] == ["orders"]
        (quorum,) = client.describe_metadata_quorum()["topics"]
        assert quorum["partitions"][0]["leader_id"] == 1
        assert client.list_transactions() == {1: []}
        assert client.list_config_resources()["topic"] == ["orders"]
        everything = admin.ACLFilter(
            None,
            None,
            admin.ACLOperation.ANY,
            admin.ACLPermissionType.ANY,
            admin.ResourcePatternFilter(admin.ResourceType.ANY, None, admin.ACLResourcePatternType.ANY),
        )
        with pytest.raises(errors.SecurityDisabledError):
            client.describe_acls(everything)
    finally:
        client.close()


@pytest.mark.row("FX-79", "FX-80")
def test_aiokafka_runs_a_topics_whole_life(hub: Any) -> None:
    aiokafka = pytest.importorskip("aiokafka")
    admin = pytest.importorskip("aiokafka.admin")
    resources = pytest.importorskip("aiokafka.admin.config_resource")
    topic = resources.ConfigResourceType.TOPIC

    async def value(client: Any, name: str) -> str:
        (response,) = await client.describe_configs([resources.ConfigResource(topic, "orders")])
        ((_, _, _, _, entries),) = response.resources
        return next(entry[1] for entry in entries if entry[0] == name)

    async def live() -> None:
        client = admin.AIOKafkaAdminClient(bootstrap_servers=hub.address("kafka"))
        await client.start()
        try:
            made = await client.create_topics(
                [admin.NewTopic("orders", 3, 1, topic_configs={"retention.ms": "60000"})]
            )
            assert [(name, code) for name, code, _ in made.topic_errors] == [("orders", 0)]
            assert await client.list_topics() == ["orders"]
            assert await value(client, "retention.ms") == "60000"
            await client.alter_configs([resources.ConfigResource(topic, "orders", {"retention.bytes": "7"})])
            assert await value(client, "retention.bytes") == "7"
            assert await value(client, "retention.ms") == "604800000"
            await client.create_partitions({"orders": admin.NewPartitions(5)})
            (described,) = await client.describe_topics(["orders"])
            assert len(described["partitions"]) == 5
            producer = aiokafka.AIOKafkaProducer(bootstrap_servers=hub.address("kafka"))
            await producer.start()
            for number in range(10):
                await producer.send_and_wait("orders", str(number).encode(), partition=4)
            await producer.stop()
            place = aiokafka.TopicPartition("orders", 4)
            assert await client.delete_records({place: admin.RecordsToDelete(before_offset=7)}) == {place: 7}
            await client.delete_topics(["orders"])
            assert await client.list_topics() == []
        finally:
            await client.close()

    asyncio.run(asyncio.wait_for(live(), 60))


def test_the_configuration_on_the_page_makes_its_topic(run_hub: Callable[..., Any], tmp_path: Path) -> None:
    pytest.importorskip("confluent_kafka")
    admin = pytest.importorskip("confluent_kafka.admin")
    page = (Path(__file__).parents[2] / "docs" / "kafka.md").read_text(encoding="utf-8")
    file = tmp_path / "hubbub.yaml"
    file.write_text(page.partition("```yaml\n")[2].partition("```")[0], encoding="utf-8")
    hub = run_hub(kafka=load(DIALECT, Sources(file=file)).settings.kafka)
    client = admin.AdminClient({"bootstrap.servers": hub.address("kafka")})
    assert len(client.list_topics(timeout=SECONDS).topics["orders"].partitions) == 6
    (future,) = client.describe_configs([admin.ConfigResource("topic", "orders")]).values()
    assert future.result(SECONDS)["retention.ms"].value == "3600000"
