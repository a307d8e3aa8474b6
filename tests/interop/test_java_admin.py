"""Kafka's own admin client and its own command-line tools against a hub."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.interop

Java = Callable[..., list[str]]
PROGRAM = Path(__file__).parent / "java" / "AdminQuestions.java"

ANSWERS = {
    "create": "3 1 60000",
    "create with defaults": "3",
    "create twice": "TopicExistsException",
    "create by hand": "null",
    "validate": "4",
    "list": "[by-hand, defaults, orders]",
    "describe": "3 1 1 []",
    "describe in pages": "8",
    "describe a missing one": "UnknownTopicOrPartitionException",
    "grow": "null",
    "shrink": "InvalidPartitionsException",
    "topic settings": "60000 DYNAMIC_TOPIC_CONFIG LONG 2 true",
    "broker settings": "3",
    "change": "null",
    "changed": "delete,compact",
    "change the broker": "InvalidRequestException",
    "what has settings": "3",
    "client metrics": "[]",
    "delete records": "0",
    "delete records to come": "OffsetOutOfRangeException",
    "offsets": "0",
    "producers": "[]",
    "sizes": "hubbub",
    "move": "LogDirNotFoundException",
    "cluster": "1 1",
    "elect": "ElectionNotNeededException",
    "elect everywhere": "{}",
    "reassignments": "{}",
    "reassign here": "null",
    "reassign elsewhere": "InvalidReplicaAssignmentException",
    "reassign no more": "NoReassignmentInProgressException",
    "quotas": "{}",
    "quorum": "1",
    "transactions": "[]",
    "permissions": "SecurityDisabledException",
    "features": "{}",
    "delete by id": "null",
    "delete an unknown id": "UnknownTopicIdException",
    "delete": "null",
    "delete again": "UnknownTopicOrPartitionException",
    "left": "[defaults]",
}
"""What a Kafka of one node says, too, but for the words of its own settings and places."""


def test_the_java_admin_client_hears_the_truth(hub: Any, java: Java) -> None:
    lines = java(PROGRAM, hub.address("kafka"))
    assert dict(line.split(": ", 1) for line in lines) == ANSWERS


@pytest.mark.row("MF-31", "MF-32", "MF-36")
def test_kafka_topics_makes_shows_grows_and_deletes(hub: Any, java: Java) -> None:
    def topics(*words: str) -> list[str]:
        return java("org.apache.kafka.tools.TopicCommand", "--bootstrap-server", hub.address("kafka"), *words)

    topics("--create", "--topic", "orders", "--partitions", "2", "--config", "retention.ms=60000")
    head, *partitions = topics("--describe", "--topic", "orders")
    assert head.split("\t")[2:5] == [
        "PartitionCount: 2",
        "ReplicationFactor: 1",
        "Configs: retention.ms=60000",
    ]
    assert [line.split("\t")[2:4] for line in partitions] == [
        [f"Partition: {n}", "Leader: 1"] for n in range(2)
    ]
    topics("--alter", "--topic", "orders", "--partitions", "4")
    assert len(topics("--describe", "--topic", "orders")) == 5
    assert topics("--list") == ["orders"]
    topics("--delete", "--topic", "orders")
    assert [line for line in topics("--list") if line] == []


@pytest.mark.row("MF-34", "FX-79")
def test_kafka_configs_changes_and_shows_settings(hub: Any, java: Java) -> None:
    def configs(*words: str) -> list[str]:
        return java("kafka.admin.ConfigCommand", "--bootstrap-server", hub.address("kafka"), *words)

    java(
        "org.apache.kafka.tools.TopicCommand",
        *("--bootstrap-server", hub.address("kafka"), "--create", "--topic", "orders"),
    )
    configs("--alter", "--topic", "orders", "--add-config", "retention.ms=5,cleanup.policy=[delete,compact]")
    shown = {line.split("=")[0].strip() for line in configs("--describe", "--topic", "orders")[1:]}
    assert shown == {"retention.ms", "cleanup.policy"}
    configs("--alter", "--topic", "orders", "--delete-config", "retention.ms")
    shown = {line.split("=")[0].strip() for line in configs("--describe", "--topic", "orders")[1:]}
    assert shown == {"cleanup.policy"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["org.apache.kafka.tools.LogDirsCommand", "--describe"], '"logDir":"hubbub"'),
        (
            ["org.apache.kafka.tools.reassign.ReassignPartitionsCommand", "--list"],
            "No partition reassignments found.",
        ),
        (["org.apache.kafka.tools.BrokerApiVersionsCommand"], "Produce(0): 0 to 13 [usable: 13]"),
        (
            ["org.apache.kafka.tools.MetadataQuorumCommand", "describe", "--status"],
            "LeaderId:               1",
        ),
        (["org.apache.kafka.tools.GetOffsetShell"], "orders:0:0"),
        (["org.apache.kafka.tools.TransactionsCommand", "list"], "TransactionalId"),
    ],
    ids=lambda each: each[0].rpartition(".")[2] if isinstance(each, list) else "",
)
def test_kafkas_tools_look_around(hub: Any, java: Java, words: list[str], said: str) -> None:
    address = ["--bootstrap-server", hub.address("kafka")]
    java(
        "org.apache.kafka.tools.TopicCommand", *address, "--create", "--topic", "orders", "--partitions", "1"
    )
    tool, *rest = words
    assert said in "\n".join(java(tool, *address, *rest))
