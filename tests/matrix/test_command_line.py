"""The same `hubbub mqtt` and `hubbub amqp` commands to Mosquitto and to RabbitMQ, where they are installed."""

from typing import Any

import pytest

from tests.clients.command import CommandLine
from tests.matrix.amqp_caller import Broker
from tests.matrix.test_amqp_differential import rabbitmq  # noqa: F401 - a fixture
from tests.matrix.test_mqtt_differential import mosquitto  # noqa: F401 - a fixture

pytestmark = pytest.mark.matrix


@pytest.fixture
def line(hub: Any, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> CommandLine:
    return CommandLine(hub, monkeypatch, capfdbinary)


@pytest.mark.parametrize("version", ["5", "3.1.1", "3.1"])
def test_mosquitto_is_talked_to(line: CommandLine, mosquitto: int, version: str) -> None:  # noqa: F811
    there = ["--port", str(mosquitto), "-V", version, "--host", "127.0.0.1"]
    sent = line.works("mqtt", "publish", "-t", "a/b", "-p", "kept", "--retain", "--qos", "1", *there)
    assert sent.err == "hubbub: acknowledged: 1 message to a/b at QoS 1\n"
    line.works("mqtt", "publish", "-t", "a/c", "-p", "gone", *there)
    assert line.works("mqtt", "subscribe", "--topic", "a/#", "-v", "--count", "1", *there).lines == [
        "a/b kept"
    ]
    assert line.works("mqtt", "retained", *there).lines == ["a/b kept"]
    shown = line.works("mqtt", "stats", *there).out.decode()
    assert "mosquitto version" in shown
    assert "Active connections:" in shown
    line.works("mqtt", "retained", "--clear", *there)
    assert line.works("mqtt", "retained", *there).lines == []


def test_many_messages_go_through_mosquitto_and_none_is_lost(line: CommandLine, mosquitto: int) -> None:  # noqa: F811
    there = ["--port", str(mosquitto), "--host", "127.0.0.1"]
    subscriber = ["mqtt", "sub", "many", "-q", "1", "--id", "one", "--keep-session", *there]
    line.works(*subscriber, "--timeout", "0.1")
    lines = [str(number) for number in range(90)]  # Mosquitto keeps a hundred for a client that is away
    line.works("mqtt", "pub", "-t", "many", "-q", "1", "-", *there, stdin="\n".join(lines).encode())
    assert line.works(*subscriber, "--count", "90").lines == lines


def test_rabbitmq_is_talked_to(line: CommandLine, rabbitmq: Broker) -> None:  # noqa: F811
    there = ["--port", str(rabbitmq.port), "--host", "127.0.0.1"]
    for command in (
        ["exchange", "declare", "--name", "cli.x", "--type", "topic"],
        ["queue", "declare", "--name", "cli.q"],
        ["queue", "bind", "--exchange", "cli.x", "--queue", "cli.q", "--routing-key", "k.*"],
    ):
        line.works("amqp", *command, *there)
    sent = line.works(
        "amqp", "publish", "--exchange", "cli.x", "--routing-key", "k.1", "--body", "b", "-c", "3", *there
    )
    assert sent.err == "hubbub: confirmed: 3 messages to exchange 'cli.x' with routing key 'k.1'\n"
    assert line.works("amqp", "get", "cli.q", "--requeue", *there).lines == ["b"]
    assert line.works("amqp", "consume", "--queue", "cli.q", "--count", "2", *there).lines == ["b", "b"]
    missing = line("amqp", "get", "cli.none", *there)
    assert missing.code == 1
    assert "NOT_FOUND - no queue 'cli.none' in vhost '/'" in missing.err
    wrong = line("amqp", "get", "cli.q", "-P", "wrong", *there)
    assert wrong.code == 1
    assert "does not let 'guest' in: ACCESS_REFUSED" in wrong.err
    elsewhere = line("amqp", "get", "cli.q", "--vhost", "nowhere", *there)
    assert elsewhere.code == 1
    assert (
        line.works("amqp", "queue", "delete", "cli.q", *there).err == "hubbub: cli.q: gone, with 1 messages\n"
    )
    line.works("amqp", "exchange", "delete", "cli.x", *there)
