"""Kafka's own clients and command-line tools, as its project publishes them for Java."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hubbub.protocols.kafka.options import DeclaredTopic, KafkaOptions
from tests.clients.kafka_words import Confluent, Message
from tests.interop.tool_chains import BUILD, HERE, build, found, run, tool
from tests.mission.seeds import block

pytestmark = pytest.mark.interop
TARGET = BUILD / "java"
CLASSES = f"{TARGET / 'classes'}:{TARGET / 'lib'}/*"

TOOLS = {
    "kafka-topics": "org.apache.kafka.tools.TopicCommand",
    "kafka-configs": "kafka.admin.ConfigCommand",
    "kafka-consumer-groups": "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
    "kafka-console-producer": "org.apache.kafka.tools.ConsoleProducer",
    "kafka-console-consumer": "org.apache.kafka.tools.consumer.ConsoleConsumer",
    "kafka-get-offsets": "org.apache.kafka.tools.GetOffsetShell",
    "kafka-delete-records": "org.apache.kafka.tools.DeleteRecordsCommand",
    "kafka-log-dirs": "org.apache.kafka.tools.LogDirsCommand",
    "kafka-groups": "org.apache.kafka.tools.GroupsCommand",
    "kafka-broker-api-versions": "org.apache.kafka.tools.BrokerApiVersionsCommand",
    "kafka-metadata-quorum": "org.apache.kafka.tools.MetadataQuorumCommand",
    "kafka-cluster": "org.apache.kafka.tools.ClusterTool",
    "kafka-leader-election": "org.apache.kafka.tools.LeaderElectionCommand",
    "kafka-producer-perf-test": "org.apache.kafka.tools.ProducerPerformance",
}


@pytest.fixture(scope="module")
def java() -> str:
    """A Java with the clients, the tools and our programs on its path."""
    program = tool("java")
    build([tool("mvn"), "-q", "-B", f"-Dhubbub.build={TARGET}", "process-classes"], HERE / "java")
    return program


@pytest.fixture
def kafka(java: str, hub: Any) -> Callable[..., str]:
    """Run one of Kafka's command-line tools against the hub; return what it wrote."""

    def command(name: str, *arguments: str, stdin: str = "") -> str:
        where = ("--bootstrap-server", hub.address("kafka"))
        if name == "kafka-cluster":
            line = [*arguments, *where]
        elif name == "kafka-producer-perf-test":
            line = [*arguments, "--producer-props", f"bootstrap.servers={hub.address('kafka')}"]
        else:
            line = [*where, *arguments]
        return run([java, "-cp", CLASSES, TOOLS[name], *line], stdin=stdin)

    return command


@pytest.mark.row("FX-82", "MF-37", "MF-38")
def test_producer_and_consumers_with_their_defaults(java: str, run_hub: Any) -> None:
    hub = run_hub(kafka=KafkaOptions(port=0, topics=(DeclaredTopic("records", 2),)))
    assert found([java, "-cp", CLASSES, "Records", hub.address("kafka")]) == {
        "produced none": "up to 99",
        "produced gzip": "up to 199",
        "produced snappy": "up to 299",
        "produced lz4": "up to 399",
        "produced zstd": "up to 499",
        "consumed": "1000, 0 wrong",
        "resumed": "300 then 700",
        "by time": "25 at 51, null",
        "shared": "fairly",
    }


@pytest.mark.row("MF-31", "MF-32", "MF-33", "MF-34", "MF-35")
def test_the_admin_client(java: str, hub: Any) -> None:
    assert found([java, "-cp", CLASSES, "Administration", hub.address("kafka")]) == {
        "made": "2 partitions, retention 12345",
        "made again": "TopicExistsException",
        "listed": "[ledger]",
        "has": "3 partitions, led by 1",
        "the id is the same": "true",
        "altered": "5000 delete,compact DEFAULT_CONFIG",
        "subtracted": "delete",
        "latest": "10",
        "greatest time": "true",
        "earliest": "4",
        "producers": "1",
        "sizes": "true",
        "groups": "[auditors]",
        "group": "Empty",
        "committed": "7",
        "no longer": "null",
        "deleted": "none",
        "nobody": "GroupIdNotFoundException",
        "nodes": "1, controller 1",
        "quorum": "1",
        "broker": "3",
        "elected": "{ledger-0=ElectionNotNeededException}",
        "reassigning": "0",
        "transactions": "0",
        "quotas": "0",
        "resources": "[ledger]",
        "access": "SecurityDisabledException",
        "features": "0",
        "left": "[]",
    }


@pytest.mark.row("MF-31", "MF-34", "MF-36")
def test_topics_and_configs_by_command(kafka: Callable[..., str]) -> None:
    kafka(
        "kafka-topics", "--create", "--topic", "shop", "--partitions", "2", "--config", "retention.ms=60000"
    )
    assert kafka("kafka-topics", "--list").split() == ["shop"]
    kafka("kafka-topics", "--alter", "--topic", "shop", "--partitions", "4")
    described = kafka("kafka-topics", "--describe", "--topic", "shop")
    assert "PartitionCount: 4" in described
    assert "retention.ms=60000" in described
    assert described.count("Leader: 1") == 4
    entity = ("--entity-type", "topics", "--entity-name", "shop")
    kafka("kafka-configs", "--alter", *entity, "--add-config", "max.message.bytes=2000")
    kafka("kafka-configs", "--alter", *entity, "--delete-config", "retention.ms")
    described = kafka("kafka-configs", "--describe", *entity)
    assert "max.message.bytes=2000" in described
    assert "retention.ms" not in described
    assert "num.partitions=3" in kafka(
        "kafka-configs", "--describe", "--all", "--entity-type", "brokers", "--entity-name", "1"
    )
    kafka("kafka-topics", "--delete", "--topic", "shop")
    assert kafka("kafka-topics", "--list").split() == []


@pytest.mark.row("FX-73", "FX-74", "MF-33", "MF-38")
def test_console_clients_and_groups_by_command(kafka: Callable[..., str]) -> None:
    words = ["one", "two", "three", "four"]
    kafka(
        "kafka-console-producer",
        "--topic",
        "words",
        "--reader-property",
        "parse.key=true",
        "--reader-property",
        "key.separator=:",
        stdin="".join(f"k:{word}\n" for word in words),
    )
    reading = ("--topic", "words", "--group", "readers", "--from-beginning", "--max-messages")
    read = kafka("kafka-console-consumer", *reading, "3", "--formatter-property", "print.key=true")
    assert read.split() == ["k", "one", "k", "two", "k", "three"]
    assert kafka("kafka-consumer-groups", "--list").split() == ["readers"]
    described = kafka("kafka-consumer-groups", "--describe", "--group", "readers")
    rows = [line.split() for line in described.splitlines() if line.startswith("readers")]
    assert [row[3:6] for row in rows if row[4] == "4"] == [["3", "4", "1"]]
    reset = ("--reset-offsets", "--to-earliest", "--topic", "words", "--execute")
    kafka("kafka-consumer-groups", "--group", "readers", *reset)
    assert kafka("kafka-console-consumer", *reading, "4").split() == words
    assert "readers" in kafka("kafka-groups", "--list")
    kafka("kafka-consumer-groups", "--delete", "--group", "readers")
    assert kafka("kafka-consumer-groups", "--list").split() == []


def test_other_tools_by_command(hub: Any, kafka: Callable[..., str], tmp_path: Path) -> None:
    Confluent().produce(hub.address("kafka"), "odds", [Message(1, b"x" * 100)] * 6)
    assert "odds:1:6" in kafka("kafka-get-offsets", "--topic", "odds").split()
    cut = tmp_path / "cut.json"
    cut.write_text(json.dumps({"version": 1, "partitions": [{"topic": "odds", "partition": 1, "offset": 4}]}))
    kafka("kafka-delete-records", "--offset-json-file", str(cut))
    assert "odds:1:4" in kafka("kafka-get-offsets", "--topic", "odds", "--time", "-2").split()
    assert '"partition":"odds-1"' in kafka("kafka-log-dirs", "--describe")
    versions = kafka("kafka-broker-api-versions")
    assert f"{hub.address('kafka')} (id: 1" in versions
    assert "Produce(0): 0 to 13 [usable: 13]" in versions
    assert "LeaderId:" in kafka("kafka-metadata-quorum", "describe", "--status")
    assert "Cluster ID: " in kafka("kafka-cluster", "cluster-id")
    performance = ("--topic", "odds", "--num-records", "1000", "--record-size", "100", "--throughput", "-1")
    assert "1000 records sent" in kafka("kafka-producer-perf-test", *performance)


@pytest.mark.row("FX-82")
def test_the_seeds_java_snippet(java: str, hub: Any, tmp_path: Path) -> None:
    """As it is written, but for the port; its document leaves out the import of `Properties` and the class around it."""
    text = block("fluxmq-api-reference", "java", "KafkaProducer<String, String>")
    text = text.replace("localhost:9092", hub.address("kafka"))
    lines = text.splitlines()
    imports = [line for line in lines if line.startswith("import ")]
    body = [line for line in lines if not line.startswith("import ")]
    program = ["import java.util.Properties;", *imports, "public class Snippet {"]
    program += ["public static void main(String[] arguments) {", *body, "}", "}"]
    source = tmp_path / "Snippet.java"
    source.write_text("\n".join(program), "utf-8")
    run([java, "-cp", CLASSES, source])
    (got,) = Confluent().consume(hub.address("kafka"), "my-topic", range(3), 1)
    assert (got.key, got.value) == (b"key", b"Hello FluxMQ!")
