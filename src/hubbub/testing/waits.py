"""Waits for what only the hub can know, without sleeping: each looks again whenever a turn of the hub has ended.

Some things change in no turn (the last of a queue is acknowledged, and nothing is to be said); so it is looked at from time to time as well.
"""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from typing import Final

from hubbub.client.running import RunningHub
from hubbub.core.broker import Broker
from hubbub.core.groups.group import State
from hubbub.testing.patience import Ledger, TooLate, has_loop
from hubbub.testing.witness import Witness

TICK_SECONDS: Final = 0.01
NAMED: Final = 5
Lack = Callable[[], str]
"""Why something is not so yet; empty: it is so."""


class Waited:
    """A wait that is over; in a test with a loop, one that is over when it was awaited."""

    def __init__(self, hub: RunningHub, waiting: Callable[[], Coroutine[object, object, str]]) -> None:
        self._hub = hub
        self._waiting = waiting
        self.is_settled = False

    def __await__(self) -> Generator[object, None, None]:
        __tracebackhide__ = True
        self.is_settled = True
        self._answered((yield from asyncio.wrap_future(self._hub.submit(self._waiting())).__await__()))

    def block(self) -> None:
        """Wait here and now."""
        __tracebackhide__ = True
        self.is_settled = True
        self._answered(self._hub.call(self._waiting()))

    def settle(self) -> None:
        """See `patience.Pending`: by now it is too late."""
        __tracebackhide__ = True
        raise TooLate("a wait was not awaited: write `await hub.wait...` in a test with a loop")

    def _answered(self, lack: str) -> None:
        __tracebackhide__ = True
        if lack:
            raise TooLate(lack)


class Waits:
    """``hub.wait``. Each takes ``within``, in seconds, and raises `TooLate` with what is lacking. In a test with a loop: ``await`` it."""

    def __init__(self, hub: RunningHub, witness: Witness, ledger: Ledger) -> None:
        self._hub = hub
        self._witness = witness
        self._ledger = ledger

    def group_caught_up(self, group: str, *, topic: str = "", within: float | None = None) -> Waited:
        """The group has committed all that there is in the topic; without one: in all topics for which it has committed anything."""
        __tracebackhide__ = True
        return self._until(lambda broker: lambda: group_lack(broker, group, topic), within)

    def queue_empty(self, queue: str, *, virtual_host: str = "/", within: float | None = None) -> Waited:
        """Nothing is in the queue, and nothing of it is out with a consumer."""
        __tracebackhide__ = True
        return self._until(lambda broker: lambda: queue_lack(broker, virtual_host, queue), within)

    def group_stable(self, group: str, *, members: int = 1, within: float | None = None) -> Waited:
        """The group has so many members, or more, and each knows what is its part."""
        __tracebackhide__ = True
        return self._until(lambda broker: lambda: members_lack(broker, group, members), within)

    def queue_consumed(self, queue: str, *, virtual_host: str = "/", within: float | None = None) -> Waited:
        """Somebody consumes from the queue."""
        __tracebackhide__ = True
        return self._until(lambda broker: lambda: consumer_lack(broker, virtual_host, queue), within)

    def subscribed(self, pattern: str, *, within: float | None = None) -> Waited:
        """An MQTT client has subscribed to exactly this filter."""
        __tracebackhide__ = True
        return self._until(lambda broker: lambda: subscriber_lack(broker, pattern), within)

    def idle(self, *, quiet: float = 0.05, within: float | None = None) -> Waited:
        """Nothing was published, and nothing went to or came from any client, for so many seconds."""
        __tracebackhide__ = True
        return self._until(lambda broker: Quiet(broker, self._moved, quiet).lack, within)

    # inside

    def _moved(self) -> tuple[int, ...]:
        """Changes whenever anything moves."""
        inside = self._hub.hub.inside
        clients = [client for hatch in inside.hatches.values() for client in hatch.clients()]
        return (
            len(clients),
            sum(client.octets_in + client.octets_out for client in clients),
            self._witness.seen,
        )

    def _until(self, look_at: Callable[[Broker], Lack], within: float | None) -> Waited:
        __tracebackhide__ = True
        seconds = self._ledger.patience if within is None else within

        async def wait() -> str:
            broker = self._hub.hub.inside.broker
            lack = await until(broker, look_at(broker), seconds)
            return f"{lack}, after {seconds:g} s" if lack else ""

        waited = Waited(self._hub, wait)
        if has_loop():
            self._ledger.owe(waited)
        else:
            waited.block()
        return waited


class Quiet:
    """How long it has been quiet."""

    def __init__(self, broker: Broker, moved: Callable[[], tuple[int, ...]], seconds: float) -> None:
        self._clock = broker.clock
        self._moved = moved
        self._seconds = seconds
        self._since = self._clock.elapsed()
        self._last = moved()

    def lack(self) -> str:
        """Whether it was not quiet for long enough."""
        now, moved = self._clock.elapsed(), self._moved()
        if moved != self._last:
            self._last, self._since = moved, now
        quiet = now - self._since
        return "" if quiet >= self._seconds else f"it was never quiet for {self._seconds:g} s"


async def until(broker: Broker, lack: Lack, seconds: float) -> str:
    """Return when nothing is lacking any more, or what is when the time is over. On the hub's loop."""
    changed = asyncio.Event()
    broker.turn.watch(changed.set)
    try:
        async with asyncio.timeout(seconds):
            while lack():
                changed.clear()
                tick = broker.clock.call_in(TICK_SECONDS, changed.set)
                await changed.wait()
                tick.cancel()
        return ""
    except TimeoutError:
        return lack()
    finally:
        broker.turn.unwatch(changed.set)


def group_lack(broker: Broker, name: str, topic: str) -> str:
    """What a group has not committed yet."""
    group = broker.groups.find(name)
    if group is None:
        return f"there is no group {name!r}; there are: {named([each.name for each in broker.groups])}"
    topics = [topic] if topic else group.offsets.topics()
    if not topics:
        return f"group {name!r} has committed nothing"
    behind: list[str] = []
    for each in topics:
        found = broker.topics.find(each)
        if found is None:
            return f"there is no topic {each!r}; there are: {named([one.name for one in broker.topics])}"
        for partition in found.partitions:
            committed = group.offsets.find(each, partition.index)
            at = partition.log.start if committed is None else committed.offset
            if at < partition.high_watermark:
                behind.append(f"{each}[{partition.index}] at {at} of {partition.high_watermark}")
    return f"group {name!r} is behind: {named(behind)}" if behind else ""


def queue_lack(broker: Broker, realm_name: str, name: str) -> str:
    """What a queue still has."""
    realm = broker.realms.by_name.get(realm_name)
    queue = None if realm is None else realm.queues.get(name)
    if realm is None or queue is None:
        known = [] if realm is None else list(realm.queues)
        return f"there is no queue {name!r} in virtual host {realm_name!r}; there are: {named(known)}"
    if len(queue) or queue.out:
        return f"queue {name!r} holds {len(queue)}, and {queue.out} are out with {len(queue.consumers)} consumers"
    return ""


def members_lack(broker: Broker, name: str, members: int) -> str:
    """Why a group does not work yet."""
    group = broker.groups.find(name)
    if group is None:
        return f"there is no group {name!r}; there are: {named([each.name for each in broker.groups])}"
    count = len(list(group.roster))
    if group.state is not State.STABLE or count < members:
        return f"group {name!r} is {group.state.value} and has {count} of {members} members"
    return ""


def consumer_lack(broker: Broker, realm_name: str, name: str) -> str:
    """Why nobody takes from a queue."""
    realm = broker.realms.by_name.get(realm_name)
    queue = None if realm is None else realm.queues.get(name)
    if realm is None or queue is None:
        known = [] if realm is None else list(realm.queues)
        return f"there is no queue {name!r} in virtual host {realm_name!r}; there are: {named(known)}"
    return "" if queue.consumers else f"nobody consumes from queue {name!r}"


def subscriber_lack(broker: Broker, pattern: str) -> str:
    """Why nobody hears."""
    held = {
        text
        for space in broker.live.spaces.values()
        for durable in space.durables.values()
        for text in durable.subscriptions
    }
    return (
        ""
        if pattern in held
        else f"nobody has subscribed to {pattern!r}; subscribed is: {named(sorted(held))}"
    )


def named(names: list[str]) -> str:
    """A few of them."""
    if not names:
        return "none"
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(sorted(names)[:NAMED]) + more
