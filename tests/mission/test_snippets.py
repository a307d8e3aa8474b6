"""The client code that the mission's documents print, run as it is written against a hub.

Changed are the ports, which a test cannot have, and what no client of today takes; each such change stands beside its snippet.
"""

import os
import re
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.mission.seeds import ROOT, block
from tests.unit.cli.program import FREE, Serving, environment

CLIENTS = ROOT / "tests" / "clients"
PATIENCE = 45.0

MOCKFORGE = "mockforge-async-protocols"
EXAMPLE = "mockforge-microservices-example"
FLUXMQ = "fluxmq-api-reference"

# confluent-kafka's consumer cannot be iterated, in no version; these lines give it what the snippets take for granted
ITERABLE = """
import json, confluent_kafka
class Iterable(confluent_kafka.Consumer):
    def __iter__(self):
        return iter(lambda: self.poll(), None)
confluent_kafka.Consumer = Iterable
"""
JSON = "import json\n"
# paho 2 asks which of its two callback interfaces is meant, and warns that the old one will go
OLD_PAHO = "import warnings; warnings.simplefilter('ignore')\n"
# both MQTT snippets publish before they subscribe, yet mean to hear it: here it is said once more behind the subscription
SAYS_IT_AGAIN = """
import paho.mqtt.client
class Again(paho.mqtt.client.Client):
    def subscribe(self, *words):
        super().subscribe(*words)
        self.publish("sensors/temperature", '{"temp": 22.5}', qos=1)
paho.mqtt.client.Client = Again
"""
SAYS_IT_AGAIN_JS = """
const { MqttClient } = require('mqtt');
const subscribe = MqttClient.prototype.subscribe;
MqttClient.prototype.subscribe = function (filter) {
  const again = () => this.publish('sensors/temperature', JSON.stringify({ temp: 22.5 }), { qos: 1 });
  return subscribe.call(this, filter, again);
};
"""
STOPS_AT_A_FAILURE = "set -e\n"


class Snippet(NamedTuple):
    document: str
    language: str
    contains: str
    says: str
    """What it prints when all is well."""
    prelude: str = ""
    feed: tuple[str, str] = ("", "")
    """A place, ``protocol:name``, and what somebody else puts there while the snippet runs."""


def ported(text: str, hub: Serving) -> str:
    """The snippet with this hub's ports where it has, or leaves to the client, the usual ones."""
    for protocol, usual in (("kafka", "9092"), ("mqtt", "1883"), ("amqp", "5672")):
        text = re.sub(rf"\b{usual}\b", str(hub.port(protocol)), text)
    text = re.sub(
        r"ConnectionParameters\(\s*'localhost'", f"ConnectionParameters('localhost', {hub.port('amqp')}", text
    )
    return text.replace("'amqp://localhost'", f"'amqp://localhost:{hub.port('amqp')}'")


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Serving]:
    with Serving(*FREE, folder=tmp_path) as serving:
        yield serving
        assert "defect" not in serving.stop()[1]


class Program:
    """A snippet that is running. Most of them run for ever; ``until`` reads what they print."""

    def __init__(self, snippet: Snippet, hub: Serving, folder: Path) -> None:
        text = ported(block(snippet.document, snippet.language, snippet.contains), hub)
        if snippet.language == "python":
            command = [sys.executable, "-u", "-c", snippet.prelude + text]
        elif snippet.language == "bash":
            command = ["bash", "-c", snippet.prelude + text]
        else:
            # await at the top and require do not go together in any module system of Node
            command = ["node", "-e", f"{snippet.prelude}(async () => {{\n{text}\n}})()"]
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        extra = {
            "NODE_PATH": str(CLIENTS / "node_modules"),
            "PATH": path,
            "KAFKAJS_NO_PARTITIONER_WARNING": "1",
        }
        surroundings = environment(extra) | {"PYTHONWARNINGS": "default"}
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=surroundings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
            start_new_session=True,  # what it starts ends with it
        )

    def until(self, words: str, nudge: Callable[[], None]) -> str:
        """Read until the words are there, or the program ends or is silent for too long. Nudges whenever nothing comes."""
        assert self.process.stdout is not None
        printed = ""
        for _ in range(int(PATIENCE)):
            nudge()
            while select.select([self.process.stdout], [], [], 1.0)[0]:
                data = os.read(self.process.stdout.fileno(), 65536)
                printed += data.decode()
                if words in printed or not data:
                    return printed
        return printed

    def end(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def feeder(place: str, payload: str, hub: Serving) -> Iterator[Callable[[], None]]:
    """Somebody else, who puts one message in a place at each call."""
    protocol, _, name = place.partition(":")
    if protocol == "kafka":
        confluent_kafka = pytest.importorskip("confluent_kafka")
        producer = confluent_kafka.Producer({"bootstrap.servers": f"localhost:{hub.port('kafka')}"})

        def produce() -> None:
            producer.produce(name, payload)
            producer.flush()

        yield produce
    elif protocol == "mqtt":
        publish = pytest.importorskip("paho.mqtt.publish")
        yield lambda: publish.single(name, payload, qos=1, hostname="127.0.0.1", port=hub.port("mqtt"))
    elif protocol == "amqp":
        pika = pytest.importorskip("pika")
        with pika.BlockingConnection(pika.ConnectionParameters("127.0.0.1", hub.port("amqp"))) as connection:
            channel = connection.channel()
            channel.queue_declare(name)
            yield lambda: channel.basic_publish("", name, payload)
    else:
        yield lambda: None


ORDER = '{"order_id": "order-12345"}'
MAIL = '{"recipient": "user@example.com"}'


@pytest.mark.parametrize(
    "snippet",
    [
        pytest.param(
            Snippet(MOCKFORGE, "python", "import Producer, Consumer", 'Received: {"total": 99.99}', ITERABLE),
            marks=pytest.mark.row("MF-56", "MF-57"),
            id="confluent-kafka",
        ),
        pytest.param(
            Snippet(MOCKFORGE, "javascript", "require('kafkajs')", 'Received: {"total":99.99}'),
            marks=pytest.mark.row("MF-58", "MF-59"),
            id="KafkaJS",
        ),
        pytest.param(
            Snippet(FLUXMQ, "python", "import KafkaProducer, KafkaConsumer", "Received: Hello from Python!"),
            marks=pytest.mark.row("FX-83", "FX-84"),
            id="kafka-python",
        ),
        pytest.param(
            Snippet(EXAMPLE, "python", "'orders.created'", "Processing order order-12345", ITERABLE, ("kafka:orders.created", ORDER)),
            marks=pytest.mark.row("EX-57"),
            id="confluent-kafka of the example",
        ),
        pytest.param(
            Snippet(MOCKFORGE, "python", "paho.mqtt", 'sensors/temperature: {"temp": 22.5}', OLD_PAHO, ("mqtt:sensors/temperature", '{"temp": 22.5}')),
            marks=pytest.mark.row("MF-104"),
            id="paho",
        ),
        pytest.param(
            Snippet(MOCKFORGE, "python", "paho.mqtt", 'sensors/temperature: {"temp": 22.5}', OLD_PAHO + SAYS_IT_AGAIN),
            marks=pytest.mark.row("MF-104"),
            id="paho that hears itself",
        ),
        pytest.param(
            Snippet(MOCKFORGE, "javascript", "'sensors/temperature'", 'sensors/temperature: {"temp":22.5}', feed=("mqtt:sensors/temperature", '{"temp":22.5}')),
            marks=pytest.mark.row("MF-105"),
            id="MQTT.js",
        ),
        pytest.param(
            Snippet(MOCKFORGE, "javascript", "'sensors/temperature'", 'sensors/temperature: {"temp":22.5}', SAYS_IT_AGAIN_JS),
            marks=pytest.mark.row("MF-105"),
            id="MQTT.js that hears itself",
        ),
        pytest.param(
            Snippet(MOCKFORGE, "bash", "mosquitto_sub", "test hello", STOPS_AT_A_FAILURE, ("mqtt:test", "hello")),
            marks=pytest.mark.row("MF-95"),
            id="mosquitto_pub and mosquitto_sub",
        ),
        pytest.param(
            Snippet(EXAMPLE, "javascript", "'warehouse/sensors/#'", "ALERT: High temperature in warehouse/sensors/t/1", feed=("mqtt:warehouse/sensors/t/1", '{"temp": 31}')),
            marks=pytest.mark.row("EX-58"),
            id="MQTT.js of the example",
        ),
        pytest.param(
            Snippet(MOCKFORGE, "python", "import pika", 'Received: {"order_id": "123", "total": 99.99}'),
            marks=pytest.mark.row("MF-140"),
            id="pika",
        ),
        pytest.param(
            Snippet(MOCKFORGE, "javascript", "require('amqplib')", 'Received: {"order_id":"123","total":99.99}'),
            marks=pytest.mark.row("MF-141"),
            id="amqplib",
        ),
        pytest.param(
            Snippet(EXAMPLE, "python", "'email.queue'", "Sending email to user@example.com", JSON, ("amqp:email.queue", MAIL)),
            marks=pytest.mark.row("EX-59"),
            id="pika of the example",
        ),
    ],
)  # fmt: skip
def test_the_snippet_does_what_its_document_says(snippet: Snippet, hub: Serving, tmp_path: Path) -> None:
    if snippet.language == "javascript" and not (CLIENTS / "node_modules").is_dir():
        pytest.skip("no JavaScript clients here: `make unit` sets them up")
    if "mosquitto" in snippet.contains and shutil.which(snippet.contains) is None:
        pytest.skip(f"skipped: no {snippet.contains} here")
    with feeder(*snippet.feed, hub) as nudge:
        program = Program(snippet, hub, tmp_path)
        try:
            printed = program.until(snippet.says, nudge)
        finally:
            program.end()
    assert snippet.says in printed


def test_the_kafkajs_block_of_fluxmq_is_no_code_of_that_client() -> None:
    """It calls the module itself, which KafkaJS never allowed, so there is nothing that a broker could do about it."""
    text = block(FLUXMQ, "javascript", "require('kafkajs')")
    assert "const kafka = require('kafkajs');" in text
    assert "const client = kafka({" in text
