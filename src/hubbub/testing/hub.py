"""The hub of a test: what the fixture ``hub`` gives."""

from collections.abc import Mapping
from typing import Final, Unpack

from hubbub.client.messages import How, Published, Value
from hubbub.client.places import AdminPlace, AmqpPlace, KafkaPlace, MqttPlace
from hubbub.client.running import RunningHub, RunningSubscription
from hubbub.core.broker import Broker
from hubbub.testing.looks import BrokerLooks
from hubbub.testing.patience import Ledger
from hubbub.testing.sights import Sights
from hubbub.testing.waits import BesideTheHub, Waits
from hubbub.testing.witness import MOST_MESSAGES, TapWitness


class HubUnderTest(Sights):
    """A running hub, and what it saw since the test began. ``running`` is the hub as `hubbub.running` gives it."""

    def __init__(self, running: RunningHub, witness: TapWitness, ledger: Ledger) -> None:
        super().__init__(witness, ledger)
        self.running: Final = running
        looks = BrokerLooks(lambda: running.hub.inside, witness)
        self.wait: Final = Waits(looks, BesideTheHub(running), ledger)
        """Waits for what only the hub knows: ``hub.wait.group_caught_up("billing")``."""

    # where it is

    @property
    def kafka(self) -> KafkaPlace:
        """``hub.kafka.bootstrap``."""
        return self.running.kafka

    @property
    def mqtt(self) -> MqttPlace:
        """``hub.mqtt.host``, ``hub.mqtt.port``, ``hub.mqtt.url``."""
        return self.running.mqtt

    @property
    def amqp(self) -> AmqpPlace:
        """``hub.amqp.url``."""
        return self.running.amqp

    @property
    def admin(self) -> AdminPlace:
        """``hub.admin.url``, where ``hubbub_settings`` or the mark say ``admin=True``."""
        return self.running.admin

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables for a service in a process of its own: ``KAFKA_BOOTSTRAP_SERVERS``, ``MQTT_URL``, ``AMQP_URL`` and so on."""
        return self.running.environment

    # acting

    def publish(self, address: str, value: Value = None, **how: Unpack[How]) -> Published:
        """`hubbub.Hub.publish`."""
        return self.running.publish(address, value, **how)

    def subscribe(self, pattern: str) -> RunningSubscription:
        """`hubbub.Hub.subscribe`."""
        return self.running.subscribe(pattern)

    def reset(self) -> None:
        """`hubbub.Hub.reset`, in the middle of a test. What was seen stays seen."""
        self.running.reset()


class Scene:
    """One test on a running hub: its ``hub``, from the moment in which it begins to that in which it owes nothing any more."""

    title: Final = "hubbub"
    """What stands above what is told of it."""

    def __init__(self, running: RunningHub, patience: float, most: int = MOST_MESSAGES) -> None:
        self._running: Final = running
        self._witness: Final = TapWitness(most)
        self._ledger: Final = Ledger(patience)
        self.hub: Final = HubUnderTest(running, self._witness, self._ledger)

    def begin(self, *, resets: bool) -> None:
        """See all that comes from now on, and nothing of what came before."""

        async def begin() -> None:
            hub = self._running.hub
            if resets:
                await hub.reset()
            hub.inside.on_open.append(self._look)
            self._look(hub.inside.broker)

        self._running.call(begin())

    def settle(self) -> None:
        """What was expected and not asked. Raises `patience.Unmet`."""
        __tracebackhide__ = True
        self._ledger.settle()

    def end(self) -> None:
        """See no more."""

        async def end() -> None:
            self._running.hub.inside.on_open.remove(self._look)
            self._witness.leave()

        self._running.call(end())

    def _look(self, broker: Broker) -> None:
        self._witness.look(broker.taps, broker.clock.now())
