"""What is set for Kafka does what its name says: seen by clients, against a hub that was set otherwise than usual."""

import socket
import struct
from pathlib import Path
from typing import Any

import confluent_kafka
import pytest
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic

from hubbub.protocols.kafka.options import DeclaredTopic, KafkaOptions
from tests.clients.kafka_words import PATIENCE, Confluent, Message, wait_for
from tests.unit.cli.program import Serving

HEADER = struct.Struct(">ihhih1s")
ERROR = confluent_kafka.KafkaError
FLUXMQ = """
port: 0
host: "127.0.0.1"
enable_consumer_groups: {groups}
enable_tls: false
enable_acl: false
max_connections: 3
segment_size: 2147483648
mqtt: {{enabled: false}}
amqp: {{enabled: false}}
"""


def setting(address: str, name: str, kind: str = "BROKER", resource: str = "1") -> str:
    """As DescribeConfigs shows it."""
    admin = AdminClient({"bootstrap.servers": address})
    (found,) = admin.describe_configs([ConfigResource(kind, resource)]).values()
    return str(found.result(PATIENCE)[name].value)


def joined(address: str, group: str = "g", **settings: Any) -> confluent_kafka.KafkaError | None:
    """What a member of a group hears first: an error, or None when it has partitions. It stays no longer than that."""
    consumer = Confluent().consumer(address, group, **settings)
    assigned: list[Any] = []
    consumer.subscribe(["t"], on_assign=lambda _, parts: assigned.extend(parts))
    found: list[confluent_kafka.KafkaError] = []

    def heard() -> bool:
        message = consumer.poll(0.1)
        if message is not None and message.error() is not None:
            found.append(message.error())
        return bool(found or assigned)

    wait_for("the group's answer", heard)
    consumer.close()
    return found[0] if found else None


def test_message_max_bytes_is_the_limit_of_topics_that_have_none(run_hub: Any) -> None:
    topics = (DeclaredTopic("narrow", 1), DeclaredTopic("wide", 1, {"max.message.bytes": 5000}))
    hub = run_hub(kafka=KafkaOptions(port=0, message_max_bytes=1000, topics=topics))
    with pytest.raises(confluent_kafka.KafkaException) as caught:
        Confluent().produce(hub.address("kafka"), "narrow", [Message(0, b"x" * 2000)])
    assert caught.value.args[0].code() == ERROR.MSG_SIZE_TOO_LARGE
    assert Confluent().produce(hub.address("kafka"), "wide", [Message(0, b"x" * 2000)]) == [0]


def test_log_segment_bytes_is_what_topics_begin_with(run_hub: Any) -> None:
    options = KafkaOptions(port=0, log_segment_bytes=1 << 20, topics=(DeclaredTopic("t", 1),))
    address = run_hub(kafka=options).address("kafka")
    assert setting(address, "segment.bytes", "TOPIC", "t") == str(1 << 20)
    assert setting(address, "log.segment.bytes") == str(1 << 20)


@pytest.mark.row("MF-54")
@pytest.mark.parametrize("engine", ["memory", "disk"])
def test_log_retention_ms_is_how_long_records_are_kept_and_log_segment_bytes_how_they_lie(
    engine: str, run_hub: Any, tmp_path: Path
) -> None:
    """A week and a gigabyte, if nothing is said. On disk whole segments go, so there they are made small."""
    directory = {"data_dir": str(tmp_path)} if engine == "disk" else {}
    small = {"log_segment_bytes": 1024} if engine == "disk" else {}
    options = KafkaOptions(port=0, topics=(DeclaredTopic("t", 1),), **small)
    hub = run_hub(kafka=options, **directory)
    address = hub.address("kafka")
    assert setting(address, "retention.ms", "TOPIC", "t") == "604800000"
    assert setting(address, "segment.bytes", "TOPIC", "t") == str(small.get("log_segment_bytes", 1 << 30))
    now = hub.call(hub.hub.broker.clock.now)
    day = 24 * 3600 * 1000
    for age in (9 * day, 8 * day, 6 * day, 0):
        Confluent().produce(address, "t", [Message(0, b"x" * 20_000, timestamp=now - age)])
    hub.call(hub.hub.broker.clock.advance, 60)
    assert [each.offset for each in Confluent().consume(address, "t", [0], 2)] == [2, 3]
    hub.call(hub.hub.broker.clock.advance, 2 * 24 * 3600)
    assert [each.offset for each in Confluent().consume(address, "t", [0], 1)] == [3]


@pytest.mark.parametrize("limit", ["group_min_session_timeout_ms", "group_max_session_timeout_ms"])
def test_a_session_timeout_outside_the_bounds_is_refused(limit: str, run_hub: Any) -> None:
    bound = 50_000 if "min" in limit else 5_000
    topics = (DeclaredTopic("t", 1),)
    hub = run_hub(kafka=KafkaOptions(port=0, topics=topics, **{limit: bound}))
    error = joined(hub.address("kafka"), **{"session.timeout.ms": 10_000})
    assert error is not None
    assert error.code() == ERROR.INVALID_SESSION_TIMEOUT
    assert joined(hub.address("kafka"), **{"session.timeout.ms": bound}) is None


def test_a_group_that_is_full_takes_nobody_else(run_hub: Any) -> None:
    topics = (DeclaredTopic("t", 2),)
    hub = run_hub(kafka=KafkaOptions(port=0, topics=topics, group_max_size=1))
    first = Confluent().consumer(hub.address("kafka"), "g")
    first.subscribe(["t"])
    wait_for("the first member's partitions", lambda: first.poll(0.1) is None and first.assignment())
    error = joined(hub.address("kafka"))
    assert error is not None
    assert error.code() == ERROR.GROUP_MAX_SIZE_REACHED
    first.close()


def test_no_client_makes_more_partitions_than_there_may_be(run_hub: Any) -> None:
    topics = (DeclaredTopic("t", 2),)
    hub = run_hub(kafka=KafkaOptions(port=0, topics=topics, default_partitions=2, max_partitions=5))
    admin = AdminClient({"bootstrap.servers": hub.address("kafka")})

    def outcome(asked: dict[str, Any]) -> int:
        (future,) = asked.values()
        try:
            future.result(PATIENCE)
        except confluent_kafka.KafkaException as caught:
            return int(caught.args[0].code())
        return 0

    assert outcome(admin.create_topics([NewTopic("many", 4)])) == ERROR.POLICY_VIOLATION
    assert outcome(admin.create_topics([NewTopic("many", 4)], validate_only=True)) == ERROR.POLICY_VIOLATION
    assert outcome(admin.create_partitions([NewPartitions("t", 6)])) == ERROR.POLICY_VIOLATION
    assert outcome(admin.create_partitions([NewPartitions("t", 3)])) == 0
    assert Confluent().produce(hub.address("kafka"), "unasked", [Message(0, b"x")]) == [0]
    names = ["another", "yet.another"]
    found = [admin.list_topics(name, PATIENCE).topics[name].error for name in names]
    assert [error is not None and error.code() for error in found] == [ERROR.POLICY_VIOLATION] * 2
    assert outcome(admin.delete_topics(["unasked"])) == 0
    assert outcome(admin.create_topics([NewTopic("two", 2)])) == 0


def test_a_request_without_records_may_not_be_large_and_one_with_records_may(run_hub: Any) -> None:
    hub = run_hub(kafka=KafkaOptions(port=0, max_control_request_bytes=2000))
    with socket.create_connection(("127.0.0.1", hub.port("kafka"))) as peer:
        peer.settimeout(PATIENCE)
        peer.sendall(HEADER.pack(2001, 3, 1, 7, 1, b"x"))
        assert peer.recv(1) == b"", "it need not come whole to be refused"
    assert Confluent().produce(hub.address("kafka"), "t", [Message(0, b"x" * 10_000)]) == [0]


@pytest.mark.row("FX-8", "FX-12", "FX-19")
def test_fluxmqs_flat_configuration_is_about_kafka(tmp_path: Path) -> None:
    (tmp_path / "hubbub.yaml").write_text(FLUXMQ.format(groups="true"), encoding="utf-8")
    with Serving(folder=tmp_path) as hub:
        place, *others = hub.ready["listening"]
        assert (place["protocol"], place["host"]) == ("kafka", "127.0.0.1")
        assert [other["protocol"] for other in others] == ["admin"]
        address = f"127.0.0.1:{place['port']}"
        assert setting(address, "max.connections") == "3"
        assert setting(address, "log.segment.bytes") == str(2 << 30)
        Confluent().produce(address, "t", [Message(0, b"x")])
        assert joined(address) is None


@pytest.mark.row("FX-8")
def test_without_consumer_groups_no_coordinator_is_found(tmp_path: Path) -> None:
    (tmp_path / "hubbub.yaml").write_text(FLUXMQ.format(groups="false"), encoding="utf-8")
    with Serving(folder=tmp_path) as hub:
        admin = AdminClient(
            {"bootstrap.servers": f"127.0.0.1:{hub.port('kafka')}", "socket.timeout.ms": 1500}
        )
        (found,) = admin.delete_consumer_groups(["g"], request_timeout=1).values()
        with pytest.raises(confluent_kafka.KafkaException):
            found.result(PATIENCE)
        with socket.create_connection(("127.0.0.1", hub.port("kafka"))) as peer:
            peer.settimeout(PATIENCE)
            peer.sendall(HEADER.pack(14, 10, 0, 7, 1, b"x") + b"\0\1g")
            answer = peer.recv(100)
            assert struct.unpack_from(">ih", answer, 4) == (7, 15)


@pytest.mark.row("FX-11", "FX-14")
def test_fluxmqs_data_dir_and_segment_size_are_kept_to(tmp_path: Path) -> None:
    text = FLUXMQ.format(groups="true").replace("2147483648", "20000") + 'data_dir: "./kept"\n'
    (tmp_path / "hubbub.yaml").write_text(text, encoding="utf-8")
    sent = [Message(0, bytes([number]) * 10_000) for number in range(8)]
    with Serving(folder=tmp_path) as hub:
        for each in sent:
            Confluent().produce(f"127.0.0.1:{hub.port('kafka')}", "t", [each])
        hub.stop()
    segments = [file for file in (tmp_path / "kept" / "logs").rglob("*.log") if file.stat().st_size > 1000]
    assert len(segments) >= 4
    assert all(file.stat().st_size < 21_000 for file in segments)
    with Serving(folder=tmp_path) as hub:
        got = Confluent().consume(f"127.0.0.1:{hub.port('kafka')}", "t", [0], len(sent))
    assert [each.value for each in got] == [each.value for each in sent]
