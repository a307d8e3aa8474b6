"""The hub as a whole: what it is, where it listens, how much there is of everything."""

import os
import platform

from msgspec import Struct

from hubbub.console.office import Office
from hubbub.console.route import Asked
from hubbub.version import __version__


class Listener(Struct, frozen=True):
    """A port that is open."""

    protocol: str
    host: str
    port: int
    tls: bool


class Counts(Struct, frozen=True):
    """How many there are now."""

    clients: int
    topics: int
    partitions: int
    groups: int
    exchanges: int
    queues: int
    sessions: int
    subscriptions: int
    retained: int
    """The hub's own included, which say how it is."""


class Status(Struct, frozen=True):
    """Times are wall time in ms."""

    version: str
    hub_id: str
    pid: int
    python: str
    platform: str
    started_at: int
    now: int
    is_lasting: bool
    """Whether what is published outlives the process."""
    seen: int
    """The number of the last act that anybody was shown: who listens to `tap` and has heard it has heard all."""
    listening: list[Listener]
    counts: Counts


class Room(Struct, frozen=True):
    """A protocol that is switched on. ``readings`` are its own counters."""

    protocol: str
    listening: list[Listener]
    clients: int
    readings: dict[str, int]


class Rooms(Struct, frozen=True):
    """All of them."""

    items: list[Room]


class Listeners(Struct, frozen=True):
    """All of them, the admin API's own included."""

    items: list[Listener]


def status(office: Office, asked: Asked) -> Status:  # noqa: ARG001 - a view's shape
    """The hub at a glance."""
    hub = office.hub
    broker = hub.broker
    spaces = broker.live.spaces.values()
    realms = broker.realms.by_name.values()
    return Status(
        version=__version__,
        hub_id=broker.hub_id,
        pid=os.getpid(),
        python=platform.python_version(),
        platform=f"{platform.system()} {platform.machine()}",
        started_at=office.started_at,
        now=broker.clock.now(),
        is_lasting=broker.engine.outlives,
        seen=broker.taps.number,
        listening=all_listeners(office),
        counts=Counts(
            clients=sum(len(hatch.clients()) for hatch in hub.hatches.values()),
            topics=len(broker.topics),
            partitions=sum(len(topic.partitions) for topic in broker.topics),
            groups=len(broker.groups),
            exchanges=sum(len(realm.graph.exchanges) for realm in realms),
            queues=sum(len(realm.queues) for realm in realms),
            sessions=sum(len(space.durables) for space in spaces),
            subscriptions=sum(space.subscriptions.count for space in spaces),
            retained=sum(len(space.retained) for space in spaces),
        ),
    )


def protocols(office: Office, asked: Asked) -> Rooms:  # noqa: ARG001 - a view's shape
    """The protocols that are switched on, with their counters."""
    listening = all_listeners(office)
    return Rooms(
        [
            Room(
                name,
                [each for each in listening if each.protocol.partition("-")[0] == name],
                len(hatch.clients()),
                dict(office.hub.readings(name)),
            )
            for name, hatch in office.hub.hatches.items()
        ]
    )


def listeners(office: Office, asked: Asked) -> Listeners:  # noqa: ARG001 - a view's shape
    """The ports that are open."""
    return Listeners(all_listeners(office))


def all_listeners(office: Office) -> list[Listener]:
    """As this API says them."""
    return [Listener(each.protocol, each.host, each.port, each.tls) for each in office.hub.listening]
