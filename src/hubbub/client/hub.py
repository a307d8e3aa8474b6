"""A hub in the loop that runs: for programs and tests that have one. `running` is for those that have not.

    async with hubbub.Hub() as hub:
        await hub.publish("kafka:orders", {"total": 99.99}, key="order-1")

No signals, no globals: as many as one likes, in as many loops.
"""

import asyncio
import logging
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self, Unpack

from hubbub.client.addresses import pattern_of
from hubbub.client.choices import Choice, Origin, settings_of
from hubbub.client.errors import ConfigError, HubbubError, NetworkError, RefusedError, StorageError
from hubbub.client.figures import Metrics
from hubbub.client.groups import Groups
from hubbub.client.messages import How, Published, Value, posting_of, published
from hubbub.client.places import AdminPlace, AmqpPlace, Found, KafkaPlace, MqttPlace, Places
from hubbub.client.refusals import error_of, our_errors
from hubbub.client.subscription import Subscription
from hubbub.client.topics import Topics
from hubbub.core.hatch import Hatch, Posted
from hubbub.observe.health import Report

if TYPE_CHECKING:
    from hubbub.app import Hub as Inside

LOG: Final = logging.getLogger("hubbub")
ROOM_FOR: Final = 100_000


class Hub:
    """A hub. ``async with`` starts it and stops it; `start` and `stop` do the same by hand, each once.

    It takes a configuration file or a `Settings`, or nothing, and options by keyword; see `client.choices`. Ports that nobody chose are free
    ones. ``on_defect`` hears of bugs in Hubbub itself; without it they are logged. Raises `ConfigError`.
    """

    def __init__(
        self,
        origin: Origin = None,
        /,
        *,
        on_defect: Callable[[Exception], None] | None = None,
        **choices: Choice,
    ) -> None:
        settings, warnings = settings_of(origin, choices)
        self.settings: Final = settings
        for warning in warnings:
            LOG.warning("%s", warning)
        self._on_defect: Final = on_defect
        self._inside: list[Inside] = []
        self._metrics: Final[list[Metrics]] = []
        self._stopped: Final = asyncio.Event()
        self._places = Places((), ("", ""))
        self._subscriptions: Final[set[Subscription]] = set()

    # its life

    async def start(self) -> None:
        """Listen. Raises `NetworkError` for a port that cannot be had, `StorageError` for the directory, `ConfigError` for what is declared."""
        from hubbub.app import CannotOpen
        from hubbub.app import Hub as Inside
        from hubbub.core.errors import Invalid
        from hubbub.net.acceptor import CannotListen

        inside = Inside(self.settings, self._on_defect)
        try:
            listening = await inside.start()
        except CannotListen as why:
            raise NetworkError(f"cannot listen: {why.strerror or why}") from why
        except CannotOpen as why:
            raise StorageError(str(why)) from why
        except Invalid as why:
            raise ConfigError(str(why)) from why
        inside.before_end.append(self._end_subscriptions)
        amqp = self.settings.amqp
        found = [Found(each.protocol, each.host, each.port) for each in listening]
        self._places = Places(found, (amqp.username, amqp.password))
        self._inside.append(inside)
        self._metrics.append(Metrics(self._here))

    async def run(self) -> None:
        """Start, and return when it was told to `stop`, or when this is cancelled (by Ctrl-C, under `asyncio.run`): then it has stopped."""
        self._stopped.clear()
        async with self:
            await self._stopped.wait()

    async def stop(self) -> None:
        """Say goodbye to who is connected, and end. Idempotent."""
        inside, self._inside = self._inside, []
        self._metrics.clear()
        self._stopped.set()
        for each in inside:
            await each.stop(self.settings.drain_seconds)

    async def reset(self) -> None:
        """Be as new, on the same ports: nothing of what was published or made is left, and what the settings declare is there again.

        Clients are disconnected with their protocol's word, and may come again at once; subscriptions end. Raises `StorageError`: a
        directory cannot be emptied; the hub goes on with what it has.
        """
        from hubbub.app import CannotOpen, CannotReset

        try:
            await self._here().reset()
        except CannotReset as why:
            raise StorageError(str(why)) from why
        except CannotOpen as why:
            self._inside.clear()
            raise StorageError(str(why)) from why

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    # where it is

    @property
    def kafka(self) -> KafkaPlace:
        """Where Kafka's clients go: ``hub.kafka.bootstrap``."""
        return self._places.kafka

    @property
    def mqtt(self) -> MqttPlace:
        """Where MQTT's clients go: ``hub.mqtt.host``, ``hub.mqtt.port``, ``hub.mqtt.url``."""
        return self._places.mqtt

    @property
    def amqp(self) -> AmqpPlace:
        """Where AMQP's clients go: ``hub.amqp.url``."""
        return self._places.amqp

    @property
    def admin(self) -> AdminPlace:
        """Where the admin API is: ``hub.admin.url``. Raises `ConfigError` unless it was switched on (``admin=True``, or a port)."""
        return self._places.admin

    @property
    def ports(self) -> dict[str, int]:
        """Every port, by protocol."""
        return self._places.ports

    @property
    def environment(self) -> dict[str, str]:
        """Variables for a service in a process of its own: ``KAFKA_BOOTSTRAP_SERVERS``, ``MQTT_URL``, ``AMQP_URL`` and so on."""
        return self._places.environment

    # what is in it

    @property
    def topics(self) -> Topics:
        """To make, list, look at and delete topics."""
        return Topics(self._here)

    @property
    def groups(self) -> Groups:
        """To list, look at and delete consumer groups."""
        return Groups(self._here)

    @property
    def metrics(self) -> Metrics:
        """How much it does: ``hub.metrics.snapshot()``. Raises `HubbubError` when it does not run."""
        self._here()
        return self._metrics[0]

    def health(self) -> Report:
        """Whether it is well, with each of its parts. Raises `HubbubError` when it does not run."""
        return self._here().health.report()

    # messages

    async def publish(self, address: str, value: Value = None, **how: Unpack[How]) -> Published:
        """Publish from inside, as a client would; return when it is as safe as this hub keeps things.

        ``address`` is ``kafka:TOPIC``, ``mqtt:TOPIC`` or ``amqp:EXCHANGE/KEY`` (``amqp:QUEUE`` by way of the default exchange). Text is
        sent as UTF-8, octets as they are, anything else as JSON, None as no value at all. Raises `RefusedError`, and `StorageError` where it
        cannot be kept.
        """
        inside = self._here()
        if inside.is_changing:
            await inside.settled()
            inside = self._here()
        room, colon, path = address.partition(":")
        hatch = self._hatch(room if colon else address)
        taken: asyncio.Future[list[Posted]] = asyncio.get_running_loop().create_future()

        def done(answers: list[Posted]) -> None:
            if not taken.done():
                taken.set_result(answers)

        with our_errors(address):
            place = hatch.address(path)
            hatch.post([posting_of(place, value, how, inside.broker.clock.now())], done)
        (posted,) = await taken
        if posted.refused:
            raise error_of(posted.cause, f"{address}: {posted.refused}")
        return published(place, posted)

    def subscribe(self, pattern: str, *, most: int = ROOM_FOR) -> Subscription:
        """See what comes to addresses of this pattern from now on, whatever it comes by; at most so many wait to be taken.

        ``mqtt:sensors/#``, ``kafka:orders.*``, ``amqp:events/order.#``, ``*:#``: see `model.address`. What is seen is not taken away from
        anybody. Raises `ConfigError` for what is no pattern.
        """
        wanted = pattern_of(pattern)
        subscription = Subscription(self._here().broker.taps, wanted, most, self._subscriptions.discard)
        self._subscriptions.add(subscription)
        return subscription

    @property
    def inside(self) -> "Inside":
        """The running hub itself, for Hubbub's own upper floors: no part of the library. Raises `HubbubError` when there is none."""
        return self._here()

    # inside

    def _here(self) -> "Inside":
        """The running hub. Raises `HubbubError` when there is none."""
        if not self._inside:
            raise HubbubError("this hub does not run: start it with `async with`, or by `start`")
        return self._inside[0]

    def _hatch(self, room: str) -> Hatch:
        hatches = self._here().hatches
        hatch = hatches.get(room)
        if hatch is None:
            known = ", ".join(f"{name}:" for name in sorted(hatches))
            raise RefusedError(f"{room!r} is no protocol of this hub; addresses begin with one of: {known}")
        return hatch

    def _end_subscriptions(self) -> None:
        for subscription in list(self._subscriptions):
            subscription.close()
