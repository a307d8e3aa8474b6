"""The hub of a test, in a process of its own: what the fixture ``hub_process`` gives. What it saw and what it holds is asked over its admin API."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path as File
from typing import Final

from hubbub.client.places import AdminPlace, AmqpPlace, KafkaPlace, MqttPlace
from hubbub.testing.api import Api, ApiLooks
from hubbub.testing.feed import FeedWitness
from hubbub.testing.patience import Ledger
from hubbub.testing.process import HubProcess, start_process
from hubbub.testing.sights import Sights
from hubbub.testing.waits import FromAfar, Waits
from hubbub.testing.witness import MOST_MESSAGES


class HubApart(Sights):
    """A running process, and what it saw since the test began."""

    def __init__(self, process: HubProcess, witness: FeedWitness, ledger: Ledger) -> None:
        super().__init__(witness, ledger)
        self._process: Final = process
        self.pid: Final = process.pid
        self.ports: Final = process.ports
        """Every port, by protocol."""
        self.wait: Final = Waits(ApiLooks(Api(process.admin)), FromAfar(), ledger)
        """Waits for what only the hub knows: ``hub_process.wait.group_caught_up("billing")``."""

    @property
    def kafka(self) -> KafkaPlace:
        """``hub_process.kafka.bootstrap``."""
        return self._process.kafka

    @property
    def mqtt(self) -> MqttPlace:
        """``hub_process.mqtt.url``."""
        return self._process.mqtt

    @property
    def amqp(self) -> AmqpPlace:
        """``hub_process.amqp.url``."""
        return self._process.amqp

    @property
    def admin(self) -> AdminPlace:
        """``hub_process.admin.url``."""
        return self._process.admin

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables for whoever is started next: ``KAFKA_BOOTSTRAP_SERVERS``, ``MQTT_URL``, ``AMQP_URL`` and so on."""
        return self._process.environment

    def stop(self) -> None:
        """Let it end, in the middle of a test. What came until then is known. Idempotent."""
        self._process.stop()


class SceneApart:
    """One test on such a hub: its ``hub``, until it owes nothing any more."""

    title: Final = "hubbub, in its process"

    def __init__(self, hub: HubApart, ledger: Ledger) -> None:
        self.hub: Final = hub
        self._ledger: Final = ledger

    def settle(self) -> None:
        """What was expected and not asked. Raises `patience.Unmet`."""
        __tracebackhide__ = True
        self._ledger.settle()


@contextmanager
def scene_apart(file: File | None, patience: float, most: int = MOST_MESSAGES) -> Iterator[SceneApart]:
    """A process with this configuration, looked at from its first moment. Raises what `start_process` raises."""
    process = start_process(file)
    try:
        witness = FeedWitness(Api(process.admin), most)
        ledger = Ledger(patience)
        try:
            witness.look()
            yield SceneApart(HubApart(process, witness, ledger), ledger)
        finally:
            witness.leave()
    finally:
        process.stop()
