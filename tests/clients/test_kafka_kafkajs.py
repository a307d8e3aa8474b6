"""KafkaJS: JavaScript's most used Kafka client, which never leaves the oldest layouts."""

import base64
from typing import Any

import pytest

from hubbub.protocols.kafka.options import DeclaredTopic, KafkaOptions
from tests.clients.kafka_words import Confluent, Message
from tests.clients.node_words import FOLDER, needs, run

NOON = 1_700_000_000_000


@pytest.fixture(autouse=True)
def kafkajs() -> None:
    needs("kafkajs")


def kafkajs_does(script: str, hub: Any, **task: Any) -> Any:
    return run(FOLDER / f"{script}.mjs", {"address": hub.address("kafka"), **task})


def text(octets: bytes | None) -> str | None:
    return None if octets is None else base64.b64encode(octets).decode()


def octets(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


def as_json(message: Message) -> dict[str, Any]:
    headers = {name: text(value) for name, value in message.headers}
    return {
        "partition": message.partition,
        "key": text(message.key),
        "value": text(message.value),
        "headers": headers,
        "timestamp": message.timestamp,
    }


def from_json(message: dict[str, Any]) -> Message:
    headers = tuple((name, octets(value) or b"") for name, value in message["headers"].items())
    return Message(
        message["partition"],
        octets(message["value"]),
        octets(message["key"]),
        headers,
        message["timestamp"],
        message["offset"],
    )


SENT = [
    Message(
        number % 3, bytes(range(256)) * number, f"key {number}".encode(), (("h", b"\xff\x00"),), NOON + number
    )
    for number in range(1, 12)
] + [Message(2, None, b"tombstone", timestamp=NOON)]


@pytest.mark.row("MF-41", "MF-58", "FX-85")
@pytest.mark.parametrize("compression", ["None", "GZIP"])
@pytest.mark.parametrize("acks", [0, 1, -1])
def test_what_kafkajs_sends_arrives_octet_for_octet(hub: Any, acks: int, compression: str) -> None:
    said = kafkajs_does(
        "produce",
        hub,
        topic="js",
        acks=acks,
        compression=compression,
        messages=[as_json(each) for each in SENT],
    )
    assert said == {"offsets": {} if acks == 0 else {"0": 0, "1": 0, "2": 0}}
    got = Confluent().consume(hub.address("kafka"), "js", range(3), len(SENT))
    assert sorted(each._replace(offset=-1) for each in got if each.value) == sorted(
        each for each in SENT if each.value
    )
    assert [each.key for each in got if each.value is None] == [b"tombstone"]


@pytest.mark.row("MF-59", "FX-86")
@pytest.mark.parametrize("compression", ["none", "gzip"])
def test_kafkajs_gets_what_others_sent_and_resumes(hub: Any, compression: str) -> None:
    sent = [Message(0, str(number).encode(), b"k", (("h", b"v"),), NOON) for number in range(8)]
    Confluent().produce(hub.address("kafka"), "js", sent, compression=compression)
    first = kafkajs_does("consume", hub, topic="js", group="one", count=5)["messages"]
    second = kafkajs_does("consume", hub, topic="js", group="one", count=3)["messages"]
    assert [from_json(each)._replace(offset=-1) for each in first + second] == sent
    assert [each["offset"] for each in first + second] == list(range(8))


def test_an_idempotent_kafkajs_producer_is_served(hub: Any) -> None:
    said = kafkajs_does(
        "produce", hub, topic="js", idempotent=True, messages=[as_json(each) for each in SENT]
    )
    assert said == {"offsets": {"0": 0, "1": 0, "2": 0}}


def test_kafkajs_is_told_of_a_topic_that_may_not_be_made(run_hub: Any) -> None:
    hub = run_hub(kafka=KafkaOptions(port=0, auto_create_topics=False))
    said = kafkajs_does("produce", hub, topic="nowhere", messages=[as_json(SENT[0])])
    assert said == {"error": "UNKNOWN_TOPIC_OR_PARTITION"}


@pytest.mark.row("MF-37")
def test_two_kafkajs_members_share_a_group_and_one_takes_over(run_hub: Any) -> None:
    hub = run_hub(kafka=KafkaOptions(port=0, topics=(DeclaredTopic("jobs", 4),)))
    said = kafkajs_does("group", hub, topic="jobs", group="workers", partitions=4)
    assert said == {"alone": [4], "shared": [2, 2], "left": [4]}


@pytest.mark.row("MF-31", "MF-32", "MF-33", "MF-34")
def test_kafkajs_administers(hub: Any) -> None:
    Confluent().produce(hub.address("kafka"), "audited", [Message(0, b"x")] * 3)
    Confluent().read_group(hub.address("kafka"), "audited", "auditors", 2)
    assert kafkajs_does("admin", hub) == {
        "created": True,
        "createdAgain": False,
        "topics": ["audited", "ledger"],
        "partitions": 6,
        "retention": "12345",
        "altered": "54321",
        "offsets": {"offset": "5", "high": "5", "low": "0"},
        "atThree": "2",
        "committed": "2",
        "groups": ["auditors"],
        "state": "Empty",
        "groupDeleted": 0,
        "trimmed": {"offset": "5", "high": "5", "low": "4"},
        "brokers": [f"1@{hub.address('kafka')}"],
        "left": ["audited"],
    }
