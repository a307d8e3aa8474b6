"""The hub of a test: what the fixture ``hub`` gives."""

from collections.abc import Mapping
from pathlib import Path as File
from typing import Final, Unpack

from hubbub.client.addresses import pattern_of
from hubbub.client.messages import How, Message, Published, Value
from hubbub.client.places import AdminPlace, AmqpPlace, KafkaPlace, MqttPlace
from hubbub.client.running import RunningHub, RunningSubscription
from hubbub.core.broker import Broker
from hubbub.testing.expectation import Expectation
from hubbub.testing.order import Order
from hubbub.testing.patience import Ledger
from hubbub.testing.recording import record
from hubbub.testing.timeline import timeline
from hubbub.testing.waits import Waits
from hubbub.testing.wanted import Wanted
from hubbub.testing.witness import MOST_MESSAGES, Witness


class HubUnderTest:
    """A running hub, and what it saw since the test began. ``running`` is the hub as `hubbub.running` gives it."""

    def __init__(self, running: RunningHub, witness: Witness, ledger: Ledger) -> None:
        self.running: Final = running
        self._witness: Final = witness
        self._ledger: Final = ledger
        self.wait: Final = Waits(running, witness, ledger)
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

    # what it saw

    def expect(self, pattern: str) -> Expectation:
        """One message, or as many as is said, at addresses of this pattern: ``kafka:orders.*``, ``mqtt:sensors/#``, ``amqp:tasks``."""
        return Expectation(pattern, self._witness, self._ledger)

    def expect_none(self, pattern: str) -> Expectation:
        """No message: ``within`` waits so long for one; without it the test must end with none."""
        return self.expect(pattern).times(0)

    def expect_in_order(self, *parts: Expectation | str) -> Order:
        """A message for each part, one after the other, over all protocols."""
        wanted = [Wanted(part, self._witness) if isinstance(part, str) else part.as_part() for part in parts]
        return Order(wanted, self._witness, self._ledger)

    def messages(self, pattern: str = "*:#") -> list[Message]:
        """What has come so far, in order."""
        wanted = pattern_of(pattern)
        return [message for message in self._witness.messages() if wanted.matches(message.place)]

    def forget(self) -> None:
        """As if nothing had come yet: what is expected from here on must come from here on."""
        self._witness.forget()

    def timeline(self) -> list[str]:
        """What came, as lines for people."""
        return timeline(self._witness.messages(), self._witness.began)

    def record(self, file: File) -> int:
        """Write what came as lines of JSON; how many."""
        messages = self._witness.messages()
        record(file, messages, self._witness.began)
        return len(messages)


class Scene:
    """One test on a running hub: its ``hub``, from the moment in which it begins to that in which it owes nothing any more."""

    def __init__(self, running: RunningHub, patience: float, most: int = MOST_MESSAGES) -> None:
        self._running: Final = running
        self._witness: Final = Witness(most)
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
