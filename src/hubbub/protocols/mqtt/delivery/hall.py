"""What all connections of the room share: the space they publish in, who is here, and the counters.

Publishing goes through here, so that forms are begun once for all receivers and every message is counted once.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Final, Protocol

from hubbub.core.broker import Broker
from hubbub.core.durable import Bounds, Policy
from hubbub.core.errors import Full
from hubbub.core.hatch import Client
from hubbub.core.live import SpaceOptions
from hubbub.core.subscriptions import Receiver
from hubbub.model.record import Record
from hubbub.protocols.mqtt.delivery.forms import Forms
from hubbub.protocols.mqtt.naming import ROOM, Place, Places
from hubbub.protocols.mqtt.options import MqttOptions
from hubbub.protocols.mqtt.wire.broken import Broken
from hubbub.protocols.mqtt.wire.decode import Names
from hubbub.protocols.mqtt.wire.reasons import Reason

TAKEOVER_SECONDS: Final = 10.0
REMEMBERED_TAKEOVERS: Final = 10_000


class Visitor(Protocol):
    """A connection that said CONNECT, as others see it."""

    def describe(self) -> Client:
        """What people are told of it."""
        ...

    def evict(self, reason: Reason, why: str) -> None:
        """Say the reason where the level has a word for it, and close. Its durable is left before this returns."""
        ...


class Counters:
    """Plain integers, read by whoever looks."""

    __slots__ = (
        "clients_maximum",
        "connects",
        "errors",
        "overflown",
        "oversized",
        "publishes_sent",
        "refused",
        "retained_refused",
        "takeovers",
        "unread",
    )

    def __init__(self) -> None:
        self.clients_maximum = 0
        self.connects = 0
        self.errors: Final[Counter[Reason]] = Counter()
        """What clients were told, or would have been if their level had a word for it."""
        self.overflown = 0
        """Messages for which a queue had no room."""
        self.oversized = 0
        self.publishes_sent = 0
        self.refused = 0
        self.retained_refused = 0
        self.takeovers = 0
        self.unread = 0
        """Messages at QoS 0 for peers that did not read."""

    @property
    def dropped(self) -> int:
        """All messages that a receiver lost because it did not keep up."""
        return self.overflown + self.unread


class Hall:
    """One for a hub's MQTT."""

    __slots__ = (
        "_takeovers",
        "broker",
        "counters",
        "forms",
        "guests",
        "log",
        "names",
        "opened",
        "options",
        "places",
        "refuses",
        "retains",
        "space",
    )

    def __init__(self, broker: Broker, options: MqttOptions, log: logging.Logger) -> None:
        self.broker: Final = broker
        self.options: Final = options
        self.log: Final = log
        self.counters: Final = Counters()
        self.forms: Final = Forms(broker.clock)
        self.names: Final = Names()
        self.places: Final = Places()
        self.retains: Final = options.retain_available and options.enable_retained_messages
        self.refuses: Final = options.queue_policy == "refuse"
        """Whether a publisher may be told that a subscriber's queue is full, so that runs must be looked at one by one."""
        self.guests: dict[str, Visitor] = {}
        """Connections by client id."""
        self.opened: Final = broker.clock.elapsed()
        self.space: Final = broker.live.space(ROOM, space_options(options), self._dropped)
        self._takeovers: dict[str, tuple[float, int]] = {}

    def place(self, topic: str) -> Place:
        """The place of a topic name that has not been met yet. Raises `Broken` (0x90) for one with too many levels."""
        if topic.count("/") >= self.options.max_topic_levels:
            raise Broken(
                Reason.TOPIC_NAME_INVALID, f"a topic of more than {self.options.max_topic_levels} levels"
            )
        return self.places.learn(topic)

    def publish_run(self, place: Place, records: Sequence[Record], assurance: int, sender: Receiver) -> int:
        """Fan out records that are not to be retained; how many receivers took them all. Nothing is refused."""
        place.published.value += len(records)
        self.forms.begin(records, place.field)
        return self.space.publish_all(place.path, records, assurance, sender)

    def publish(self, place: Place, record: Record, assurance: int, sender: Receiver | None) -> int:
        """Keep and fan out one; how many receivers took it. Raises `Full`."""
        place.published.value += 1
        return self.space.publish(place.path, record, assurance, sender)

    def publish_anyway(self, place: Place, record: Record, assurance: int, sender: Receiver | None) -> int:
        """`publish` for those who cannot be told that there was no room: it is logged and counted instead."""
        try:
            return self.publish(place, record, assurance, sender)
        except Full as full:
            self.counters.retained_refused += 1
            self.complain("retained", "not all of a message to %s was kept: %s", place.path, full)
            return self.space.subscriptions.publish(place.path, (record,), assurance, sender)

    def takes_over(self, client_id: str) -> bool:
        """Count a takeover; False when this client id is taken over so often that two clients must be fighting for it."""
        now = self.broker.clock.elapsed()
        self.counters.takeovers += 1
        since, count = self._takeovers.get(client_id, (now, 0))
        if now - since > TAKEOVER_SECONDS:
            since, count = now, 0
        if len(self._takeovers) >= REMEMBERED_TAKEOVERS:
            self._takeovers.clear()
        self._takeovers[client_id] = (since, count + 1)
        if count + 1 <= self.options.takeover_limit:
            return True
        self.complain(
            client_id,
            "client id %s is taken over again and again: two clients use it; the newer is refused",
            client_id,
        )
        return False

    def complain(self, about: object, text: str, *values: object) -> None:
        """A warning, at most once in ten seconds for each subject."""
        self.broker.complaints.about(self.log, about, (logging.WARNING, text), *values)

    def _dropped(self, name: str, why: str) -> None:
        self.counters.overflown += 1
        self.complain(name, "messages for client %s are dropped: %s", name, why)


def space_options(options: MqttOptions) -> SpaceOptions:
    """The core's words for what the options say about keeping."""
    return SpaceOptions(
        options.max_retained_messages,
        Bounds(options.max_queued, options.max_queued_bytes, Policy(options.queue_policy)),
    )
