"""What the log says of what was refused and what was lost: once, with the reason, and without a payload."""

import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hubbub.protocols.amqp.options import AmqpOptions
from hubbub.protocols.kafka.options import KafkaOptions
from hubbub.protocols.mqtt.options import MqttOptions
from hubbub.protocols.mqtt.wire.packets import Connect, Publish, Request, Subscribe
from tests.clients.kafka_words import Confluent, Message
from tests.clients.mqtt_words import Line, close_opened, until

pika = pytest.importorskip("pika")

SECRET = b"the-payload-that-nobody-may-read"
SOURCE = Path(__file__).resolve().parents[2] / "src"


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    yield
    close_opened()


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """How many of our lines at info and above hold these words; clients log in this process, too."""
    monkeypatch.setattr(logging.getLogger("hubbub"), "propagate", True)
    caplog.set_level(logging.INFO, "hubbub")
    return lambda words: sum(
        words in record.getMessage() for record in caplog.records if record.name.startswith("hubbub")
    )


@pytest.fixture
def hub(run_hub: Callable[..., Any]) -> Any:
    return run_hub(
        kafka=KafkaOptions(port=0, default_partitions=1),
        mqtt=MqttOptions(port=0, websocket_port=0, shared_available=False),
        amqp=AmqpOptions(port=0, max_connections=1),
    )


def test_what_kafka_refuses_is_said_once(hub: Any, said: Callable[[str], int], caplog: Any) -> None:
    for _ in range(3):
        with pytest.raises(Exception, match="MSG_SIZE_TOO_LARGE"):
            Confluent().produce(
                hub.address("kafka"), "t", [Message(0, SECRET * 100_000)], max_bytes=5_000_000, retries=False
            )
    assert said("was answered MESSAGE_TOO_LARGE to PRODUCE: a batch of ") == 1
    with socket.create_connection(("127.0.0.1", hub.port("kafka"))) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(1) == b""
    until(lambda: said("closed 127.0.0.1:") == 1)
    assert SECRET.decode() not in caplog.text


def test_what_mqtt_refuses_and_loses_is_said_once(hub: Any, said: Callable[[str], int], caplog: Any) -> None:
    line = Line(hub).says(
        Connect("c"), Subscribe(1, (Request("$share/g/a"),)), Subscribe(2, (Request("slow"),))
    )
    line.hears(3)
    assert said("filter '$share/g/a' is refused: shared subscriptions are not offered") == 1
    other = Line(hub).says(Connect("d"))
    other.hears(1)
    for _ in range(40):
        other.says(Publish("slow", SECRET * 30_000))
    until(lambda: said("client c does not read: messages at QoS 0 are dropped") == 1)
    Line(hub).says(Connect("c")).hears(1)
    until(lambda: said("client c is disconnected: another client came with this client id") == 1)
    other.says(b"\xf0\x00" + SECRET).is_closed()
    until(lambda: said("closed 127.0.0.1:") == 1)
    assert SECRET.decode() not in caplog.text


def test_what_amqp_refuses_and_loses_is_said_once(hub: Any, said: Callable[[str], int], caplog: Any) -> None:
    connection = pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", hub.port("amqp")))
    channel = connection.channel()
    channel.queue_declare("short", arguments={"x-max-length": 1})
    channel.queue_declare("full", arguments={"x-max-length": 1, "x-overflow": "reject-publish"})
    for _ in range(5):
        channel.basic_publish("", "short", SECRET)
        channel.basic_publish("", "full", SECRET)
        channel.basic_publish("amq.direct", "nowhere", SECRET)
    with pytest.raises(pika.exceptions.ChannelClosedByBroker):
        channel.queue_declare("not there", passive=True)
    for words in (
        "queue 'short' of '/' drops records: maxlen",
        "queue 'full' takes no more",
        "what is sent to exchange 'amq.direct' with key 'nowhere' reaches no queue",
        "NOT_FOUND - no queue 'not there' in vhost '/'",
    ):
        assert said(words) == 1, words
    for _ in range(3):
        with socket.create_connection(("127.0.0.1", hub.port("amqp"))) as line:
            assert line.recv(1) == b""
    until(lambda: said("1 connections are open there, the most allowed (amqp.max_connections)") == 1)
    connection.close()
    assert SECRET.decode() not in caplog.text


@pytest.mark.parametrize(
    ("flags", "environment", "is_shown"),
    [
        ([], {}, False),
        (["--log-level", "debug"], {}, True),
        (["--verbose"], {}, True),
        ([], {"LOG_LEVEL": "debug"}, True),
        ([], {"HUBBUB_LOG_LEVEL": "debug"}, True),
        (["--log-level", "warning"], {"LOG_LEVEL": "debug"}, False),
    ],
)
def test_the_level_is_chosen_by_flag_or_environment(
    tmp_path: Path, flags: list[str], environment: dict[str, str], is_shown: bool
) -> None:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("HUBBUB_", "LOG_LEVEL"))
    }
    command = [
        "serve",
        "--json",
        "--log-format",
        "json",
        "--kafka-port",
        "0",
        "--no-mqtt",
        "--no-amqp",
        "--no-admin",
    ]
    with subprocess.Popen(
        [sys.executable, "-m", "hubbub", *command, *flags],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        text=True,
        env={**kept, "PYTHONPATH": str(SOURCE), **environment},
    ) as process:
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["ports"]["kafka"]
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.shutdown(socket.SHUT_WR)
            assert line.recv(1) == b""
        process.terminate()
        _, err = process.communicate(timeout=20)
    lines = [json.loads(each) for each in err.splitlines() if each.startswith("{")]
    assert any("connected" in each["message"] and each["part"] == "kafka" for each in lines) == is_shown
