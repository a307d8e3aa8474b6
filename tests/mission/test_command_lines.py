"""Every command line about a protocol that the mission's documents print, run as it is written against a hub.

The hub is found by the environment, so that the words stay as they are; of `serve` alone the port is another. What a command needs is
prepared with the same program.
"""

import json
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

from tests.clients.command import CommandLine
from tests.mission.seeds import shell_commands
from tests.mission.test_serve import free_ports
from tests.unit.cli.program import COMMAND, PATIENCE, environment

DOCUMENTS: Final = ("mockforge-async-protocols", "mockforge-microservices-example")
PROTOCOLS: Final = ("kafka", "mqtt", "amqp")


class Stage:
    """A hub, the command line, and a folder."""

    def __init__(self, line: CommandLine, addresses: dict[str, str], folder: Path) -> None:
        self.line = line
        self.addresses = addresses
        self.folder = folder

    def prepare(self, *commands: str) -> None:
        for command in commands:
            self.line.works(*command.split())

    @contextmanager
    def running(self, words: list[str]) -> Iterator["subprocess.Popen[str]"]:
        with subprocess.Popen(
            [*COMMAND, *words],
            cwd=self.folder,
            env=environment(self.addresses),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as program:
            try:
                yield program
            finally:
                program.kill()

    def prints(self, words: list[str], expected: str) -> None:
        """A command that goes on until it is told to stop."""
        with self.running(words) as program:
            assert program.stdout is not None
            assert program.stdout.readline() == f"{expected}\n"
            program.send_signal(signal.SIGINT)
            assert program.communicate(timeout=PATIENCE) == ("", "")
            assert program.returncode == 0


def serves(stage: Stage, words: list[str]) -> None:
    """It listens where it is told, and nowhere else."""
    (port,) = free_ports(1)
    assert words[-2] == "--port"
    with stage.running([*words[:-1], str(port), "--json"]) as program:
        assert program.stdout is not None
        ready = json.loads(program.stdout.readline())
        assert ready["ports"] == {words[0]: port}


def publishes_by_mqtt(stage: Stage, words: list[str]) -> None:
    """Whoever subscribes hears it."""
    subscriber = "mqtt subscribe # --qos 1 --id listener --keep-session"
    stage.prepare(f"{subscriber} --timeout 0.1")
    stage.line.works(*words)
    if "--qos" not in words:  # nobody keeps a QoS 0 message for a client that is away
        return
    (heard,) = stage.line.works(*f"{subscriber} --count 1 --json".split()).objects
    assert (heard["topic"], heard["payload"]) == (
        words[words.index("--topic") + 1],
        words[words.index("--payload") + 1],
    )


def hears_by_mqtt(topic: str, expected: str) -> Callable[[Stage, list[str]], None]:
    def hears(stage: Stage, words: list[str]) -> None:
        stage.prepare(f"mqtt publish --topic {topic} --payload 22.5 --retain --qos 1")
        stage.prints(words, expected)

    return hears


def produces(stage: Stage, words: list[str]) -> None:
    stage.line.works(*words)
    (record,) = stage.line.works(
        "kafka", "consume", "orders.created", "--from-beginning", "--exit", "--json"
    ).objects
    order = json.loads(record["value"])
    assert record["key"] == "order-12345"
    assert order["items"] == [{"product_id": "prod-1", "quantity": 2}]
    assert (order["order_id"], order["customer_id"], order["total"], order["status"]) == (
        "12345",
        "cust-789",
        99.99,
        "pending",
    )


def a_group(stage: Stage) -> None:
    """The group has read one record of two."""
    stage.prepare(
        "kafka produce --topic inventory.updated --value first --partition 0",
        "kafka consume --topic inventory.updated --group inventory-service --from-beginning --count 1",
        "kafka produce --topic inventory.updated --value second --partition 0",
    )


def consumes(stage: Stage, words: list[str]) -> None:
    a_group(stage)
    stage.prints(words, "second")


def shows_lag(stage: Stage, words: list[str]) -> None:
    a_group(stage)
    head, *rows = stage.line.works(*words).lines
    at = {
        name: place
        for place, name in enumerate(
            head.replace("CURRENT OFFSET", "CURRENT_OFFSET")
            .replace("LOG END OFFSET", "LOG_END_OFFSET")
            .split()
        )
    }
    lags = {row.split()[at["PARTITION"]]: row.split()[at["LAG"]] for row in rows}
    assert lags["0"] == "1"


def lists_topics(stage: Stage, words: list[str]) -> None:
    stage.prepare("kafka topics create orders.created")
    assert stage.line.works(*words).lines == ["orders.created"]


def shows_stats(stage: Stage, words: list[str]) -> None:
    shown = stage.line.works(*words).out.decode()
    assert "Active connections:" in shown
    assert "Subscriptions:" in shown
    assert "Received a minute:" in shown


NOTIFICATIONS: Final = (
    "amqp exchange declare --name notifications --type topic",
    "amqp queue declare --name email.queue",
    "amqp queue bind --exchange notifications --queue email.queue --routing-key notification.email.*",
)


def declares_exchange(stage: Stage, words: list[str]) -> None:
    stage.line.works(*words)
    found = {
        each["exchange"]: each["type"]
        for each in stage.line.works("amqp", "exchange", "list", "--json").objects
    }
    assert found["notifications"] == "topic"


def declares_queue(stage: Stage, words: list[str]) -> None:
    stage.line.works(*words)
    assert [each["queue"] for each in stage.line.works("amqp", "queue", "list", "--json").objects] == [
        "email.queue"
    ]


def binds(stage: Stage, words: list[str]) -> None:
    stage.prepare(*NOTIFICATIONS[:2])
    stage.line.works(*words)
    stage.prepare("amqp publish -e notifications -k notification.email.order -b found --mandatory")
    assert (
        stage.line(
            "amqp", "publish", "-e", "notifications", "-k", "notification.sms.order", "-b", "b", "--mandatory"
        ).code
        == 1
    )


def publishes_by_amqp(queue: str, *preparation: str) -> Callable[[Stage, list[str]], None]:
    def publishes(stage: Stage, words: list[str]) -> None:
        stage.prepare(*preparation)
        stage.line.works(*words)
        (message,) = stage.line.works("amqp", "get", queue, "--json").objects
        assert message["body"] == words[words.index("--body") + 1]
        assert message["routing_key"] == words[words.index("--routing-key") + 1]

    return publishes


def takes(stage: Stage, words: list[str]) -> None:
    queue = words[words.index("--queue") + 1]
    stage.prepare(f"amqp queue declare {queue}", f"amqp publish --routing-key {queue} --body waiting")
    stage.prints(words, "waiting")
    assert stage.line.works("amqp", "get", queue).lines == []


def lists_queues(stage: Stage, words: list[str]) -> None:
    stage.prepare("amqp queue declare email.queue", "amqp publish -k email.queue -b b")
    _, row = stage.line.works(*words).lines
    assert row.split()[:4] == ["email.queue", "classic", "yes", "1"]


def lists_bindings(stage: Stage, words: list[str]) -> None:
    stage.prepare(
        *NOTIFICATIONS,
        "amqp queue declare sms.queue",
        "amqp bind notifications sms.queue -r notification.sms.*",
    )
    _, row = stage.line.works(*words).lines
    assert row.split()[:4] == ["notifications", "email.queue", "queue", "notification.email.*"]


Does = Callable[[Stage, list[str]], None]
# By how a command begins, since what follows is data; the rows that it shows.
COMMANDS: Final[dict[str, tuple[Does, tuple[str, ...]]]] = {
    "kafka serve --port": (serves, ("MF-42",)),
    "kafka topics list": (lists_topics, ("MF-43", "EX-52")),
    "kafka produce --topic orders.created": (produces, ("EX-30",)),
    "kafka consume --topic inventory.updated --group inventory-service": (consumes, ("EX-31",)),
    "kafka consumer-groups describe --group inventory-service": (shows_lag, ("EX-50",)),
    "mqtt publish --topic sensors/temp": (publishes_by_mqtt, ("MF-92",)),
    "mqtt subscribe --topic sensors/#": (hears_by_mqtt("sensors/temp", "22.5"), ("MF-93",)),
    "mqtt publish --topic warehouse/sensors/temperature/zone-1": (publishes_by_mqtt, ("EX-33",)),
    "mqtt subscribe --topic warehouse/sensors/# -v": (
        hears_by_mqtt("warehouse/sensors/t", "warehouse/sensors/t 22.5"),
        ("EX-34",),
    ),
    "mqtt stats": (shows_stats, ("EX-51",)),
    "amqp serve --port": (serves, ("MF-126",)),
    "amqp publish --exchange orders": (
        publishes_by_amqp("q", "amqp exchange declare orders", "amqp queue declare q", "amqp bind orders q -r order.created"),
        ("MF-127",),
    ),
    "amqp consume --queue orders.new": (takes, ("MF-128",)),
    "amqp exchange declare --name notifications": (declares_exchange, ("EX-36",)),
    "amqp queue declare --name email.queue": (declares_queue, ("EX-37",)),
    "amqp queue bind --exchange notifications": (binds, ("EX-38",)),
    "amqp publish --exchange notifications": (publishes_by_amqp("email.queue", *NOTIFICATIONS), ("EX-39",)),
    "amqp consume --queue email.queue": (takes, ("EX-40",)),
    "amqp queue list": (lists_queues, ("EX-53",)),
    "amqp bindings list --queue email.queue": (lists_bindings, ("EX-54",)),
}  # fmt: skip


def printed() -> list[list[str]]:
    """The commands of the documents that are about a protocol, without the program's name; fixtures have tests of their own."""
    found = [words for document in DOCUMENTS for words in shell_commands(document)]
    return [
        words[1:]
        for words in found
        if words[0] == "mockforge" and words[1] in PROTOCOLS and words[2] != "fixtures"
    ]


def begins(words: list[str], beginning: str) -> bool:
    """Word by word."""
    return words[: len(beginning.split())] == beginning.split()


def test_every_command_that_is_printed_is_tried() -> None:
    missing = [words for words in printed() if not any(begins(words, beginning) for beginning in COMMANDS)]
    assert not missing


@pytest.mark.parametrize(
    "beginning",
    [pytest.param(each, marks=pytest.mark.row(*rows)) for each, (_, rows) in COMMANDS.items()],
)
def test_a_command_does_what_its_document_says(beginning: str, stage: Stage) -> None:
    words = next(words for words in printed() if begins(words, beginning))
    does, _ = COMMANDS[beginning]
    does(stage, words)


@pytest.fixture
def stage(
    hub: Any, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> Stage:
    line = CommandLine(hub, monkeypatch, capfdbinary)
    return Stage(line, line.addresses, tmp_path)
