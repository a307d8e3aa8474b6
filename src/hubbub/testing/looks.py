"""Looks inside of a hub, for waits: what is lacking until something is so, in words. `BrokerLooks` is for a hub in this process."""

from collections.abc import Callable
from typing import Final, Protocol, TypeAlias

from hubbub.app import Hub
from hubbub.core.broker import Broker
from hubbub.core.groups.group import State
from hubbub.testing.witness import TapWitness

NAMED: Final = 5
Lack: TypeAlias = Callable[[], str]
"""Why something is not so yet; empty: it is so."""


class Looks(Protocol):
    """Each but the last is a `Lack` of its arguments."""

    def group_behind(self, name: str, topic: str) -> str:
        """What a group has not committed yet."""
        ...

    def group_unstable(self, name: str, members: int) -> str:
        """Why a group does not work yet."""
        ...

    def queue_full(self, realm: str, name: str) -> str:
        """What a queue still has."""
        ...

    def queue_idle(self, realm: str, name: str) -> str:
        """Why nobody takes from a queue."""
        ...

    def unheard(self, pattern: str) -> str:
        """Why nobody hears."""
        ...

    def moved(self) -> tuple[float, tuple[int, ...]]:
        """The time, in seconds; and what changes whenever anything moves."""
        ...


class BrokerLooks:
    """On the hub's own thread. ``inside`` says which hub, ``witness`` what it saw."""

    def __init__(self, inside: Callable[[], Hub], witness: TapWitness) -> None:
        self._inside = inside
        self._witness = witness

    @property
    def broker(self) -> Broker:
        """The one that is there now: a reset brings another."""
        return self._inside().broker

    def group_behind(self, name: str, topic: str) -> str:
        return group_lack(self.broker, name, topic)

    def group_unstable(self, name: str, members: int) -> str:
        return members_lack(self.broker, name, members)

    def queue_full(self, realm: str, name: str) -> str:
        return queue_lack(self.broker, realm, name)

    def queue_idle(self, realm: str, name: str) -> str:
        return consumer_lack(self.broker, realm, name)

    def unheard(self, pattern: str) -> str:
        return subscriber_lack(self.broker, pattern)

    def moved(self) -> tuple[float, tuple[int, ...]]:
        clients = [client for hatch in self._inside().hatches.values() for client in hatch.clients()]
        octets = sum(client.octets_in + client.octets_out for client in clients)
        return self.broker.clock.elapsed(), (len(clients), octets, self._witness.seen)


def group_lack(broker: Broker, name: str, topic: str) -> str:
    """See `Looks.group_behind`."""
    group = broker.groups.find(name)
    if group is None:
        return missing("group", name, [each.name for each in broker.groups])
    topics = [topic] if topic else group.offsets.topics()
    if not topics:
        return nothing_committed(name)
    behind: list[str] = []
    for each in topics:
        found = broker.topics.find(each)
        if found is None:
            return missing("topic", each, [one.name for one in broker.topics])
        for partition in found.partitions:
            committed = group.offsets.find(each, partition.index)
            at = partition.log.start if committed is None else committed.offset
            if at < partition.high_watermark:
                behind.append(f"{each}[{partition.index}] at {at} of {partition.high_watermark}")
    return behind_text(name, behind)


def members_lack(broker: Broker, name: str, members: int) -> str:
    """See `Looks.group_unstable`."""
    group = broker.groups.find(name)
    if group is None:
        return missing("group", name, [each.name for each in broker.groups])
    return unstable_text(name, group.state.value, len(list(group.roster)), members)


def queue_lack(broker: Broker, realm_name: str, name: str) -> str:
    """See `Looks.queue_full`."""
    realm = broker.realms.by_name.get(realm_name)
    queue = None if realm is None else realm.queues.get(name)
    if realm is None or queue is None:
        return missing("queue", name, [] if realm is None else list(realm.queues), realm_name)
    return full_text(name, len(queue), queue.out, len(queue.consumers))


def consumer_lack(broker: Broker, realm_name: str, name: str) -> str:
    """See `Looks.queue_idle`."""
    realm = broker.realms.by_name.get(realm_name)
    queue = None if realm is None else realm.queues.get(name)
    if realm is None or queue is None:
        return missing("queue", name, [] if realm is None else list(realm.queues), realm_name)
    return idle_text(name, len(queue.consumers))


def subscriber_lack(broker: Broker, pattern: str) -> str:
    """See `Looks.unheard`."""
    return unheard_text(
        pattern,
        {
            text
            for space in broker.live.spaces.values()
            for durable in space.durables.values()
            for text in durable.subscriptions
        },
    )


# the words


def missing(what: str, name: str, known: list[str], realm: str = "") -> str:
    """There is no such thing."""
    place = f" in virtual host {realm!r}" if realm else ""
    return f"there is no {what} {name!r}{place}; there are: {named(known)}"


def nothing_committed(group: str) -> str:
    """It has not begun."""
    return f"group {group!r} has committed nothing"


def behind_text(group: str, behind: list[str]) -> str:
    """In which partitions it is behind."""
    return f"group {group!r} is behind: {named(behind)}" if behind else ""


def unstable_text(group: str, state: str, count: int, members: int) -> str:
    """How it stands."""
    if state != State.STABLE.value or count < members:
        return f"group {group!r} is {state} and has {count} of {members} members"
    return ""


def full_text(queue: str, ready: int, out: int, consumers: int) -> str:
    """What it holds."""
    if ready or out:
        return f"queue {queue!r} holds {ready}, and {out} are out with {consumers} consumers"
    return ""


def idle_text(queue: str, consumers: int) -> str:
    """Whether it has consumers."""
    return "" if consumers else f"nobody consumes from queue {queue!r}"


def unheard_text(pattern: str, held: set[str]) -> str:
    """Whether it is among those."""
    if pattern in held:
        return ""
    return f"nobody has subscribed to {pattern!r}; subscribed is: {named(sorted(held))}"


def named(names: list[str]) -> str:
    """A few of them."""
    if not names:
        return "none"
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(sorted(names)[:NAMED]) + more
