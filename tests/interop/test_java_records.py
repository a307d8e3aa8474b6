"""Kafka's own producer, consumers and console tools, as its project publishes them for Java."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hubbub.protocols.kafka.options import DeclaredTopic, KafkaOptions
from tests.clients.kafka_words import Confluent, Message
from tests.interop.tool_chains import HERE
from tests.mission.seeds import block

pytestmark = pytest.mark.interop

Java = Callable[..., list[str]]
TOOLS = "org.apache.kafka.tools"


@pytest.mark.row("FX-82", "MF-33", "MF-37", "MF-38")
def test_producer_and_consumers_with_their_defaults(java: Java, run_hub: Any) -> None:
    hub = run_hub(kafka=KafkaOptions(port=0, topics=(DeclaredTopic("records", 2),)))
    lines = java(HERE / "java" / "Records.java", hub.address("kafka"))
    assert dict(line.split(": ", 1) for line in lines) == {
        "produced none": "up to 99",
        "produced gzip": "up to 199",
        "produced snappy": "up to 299",
        "produced lz4": "up to 399",
        "produced zstd": "up to 499",
        "consumed": "1000, 0 wrong",
        "resumed": "300 then 700",
        "by time": "25 at 51, null",
        "shared": "fairly",
        "groups": "[checking, resuming, sharing]",
        "state": "Empty",
        "committed": "500",
        "altered": "7",
        "forgotten": "nothing",
        "left": "[checking, sharing]",
    }


@pytest.mark.row("FX-73", "FX-74", "MF-33", "MF-38")
def test_console_clients_and_groups_by_command(java: Java, hub: Any) -> None:
    def command(tool: str, *words: str, stdin: str = "") -> list[str]:
        return java(f"{TOOLS}.{tool}", "--bootstrap-server", hub.address("kafka"), *words, stdin=stdin)

    words = ["one", "two", "three", "four"]
    keyed = ("--reader-property", "parse.key=true", "--reader-property", "key.separator=:")
    lines = "".join(f"k:{word}\n" for word in words)
    command("ConsoleProducer", "--topic", "words", *keyed, stdin=lines)
    reading = ("--topic", "words", "--group", "readers", "--from-beginning", "--max-messages")
    read = command("consumer.ConsoleConsumer", *reading, "3", "--formatter-property", "print.key=true")
    assert read == ["k\tone", "k\ttwo", "k\tthree"]
    groups = "consumer.group.ConsumerGroupCommand"
    assert command(groups, "--list") == ["readers"]
    described = [line.split() for line in command(groups, "--describe", "--group", "readers")]
    assert [row[3:6] for row in described if row[:2] == ["readers", "words"] and row[4] != "0"] == [
        ["3", "4", "1"]
    ]
    command(groups, "--group", "readers", "--reset-offsets", "--to-earliest", "--topic", "words", "--execute")
    assert command("consumer.ConsoleConsumer", *reading, "4") == words
    command(groups, "--delete", "--group", "readers")
    assert [line for line in command(groups, "--list") if line] == []


def test_records_cut_and_performance_measured_by_command(java: Java, hub: Any, tmp_path: Path) -> None:
    address = ("--bootstrap-server", hub.address("kafka"))
    Confluent().produce(hub.address("kafka"), "odds", [Message(1, b"x" * 100)] * 6)
    cut = tmp_path / "cut.json"
    cut.write_text('{"version": 1, "partitions": [{"topic": "odds", "partition": 1, "offset": 4}]}', "utf-8")
    java(f"{TOOLS}.DeleteRecordsCommand", *address, "--offset-json-file", cut)
    offsets = java(f"{TOOLS}.GetOffsetShell", *address, "--topic", "odds", "--time", "-2")
    assert "odds:1:4" in offsets
    load = ("--topic", "odds", "--num-records", "1000", "--record-size", "100", "--throughput", "-1")
    where = ("--producer-props", f"bootstrap.servers={hub.address('kafka')}")
    assert "1000 records sent" in java(f"{TOOLS}.ProducerPerformance", *load, *where)[-1]


@pytest.mark.row("FX-82")
def test_the_seeds_java_snippet(java: Java, hub: Any, tmp_path: Path) -> None:
    """As it is written, but for the port; its document leaves out the import of `Properties` and the class around it."""
    text = block("fluxmq-api-reference", "java", "KafkaProducer<String, String>")
    lines = text.replace("localhost:9092", hub.address("kafka")).splitlines()
    imports = [line for line in lines if line.startswith("import ")]
    body = [line for line in lines if not line.startswith("import ")]
    program = ["import java.util.Properties;", *imports, "public class Snippet {"]
    program += ["public static void main(String[] arguments) {", *body, "}", "}"]
    source = tmp_path / "Snippet.java"
    source.write_text("\n".join(program), "utf-8")
    java(source)
    (got,) = Confluent().consume(hub.address("kafka"), "my-topic", range(3), 1)
    assert (got.key, got.value) == (b"key", b"Hello FluxMQ!")
