"""The consumer groups of a hub: who is in them, what they read, how far they are behind."""

from collections.abc import Callable

from msgspec import Struct

from hubbub.client.errors import RefusedError
from hubbub.client.refusals import our_errors
from hubbub.client.topics import ROOM, Inside
from hubbub.console.commits import safe
from hubbub.core.groups import Committed
from hubbub.core.groups import Group as Inner


class GroupMember(Struct, frozen=True):
    """Somebody who reads for a group."""

    id: str
    client_id: str
    host: str
    is_leader: bool
    partitions: tuple[tuple[str, int], ...]
    """Topics and partitions that are its own now."""


class GroupOffset(Struct, frozen=True):
    """How far a group is in one partition: ``offset`` is the next that it wants."""

    topic: str
    partition: int
    offset: int
    lag: int
    """Records that it has not got to; 0 where the topic is gone."""


class Group(Struct, frozen=True):
    """A group as it is now."""

    group_id: str
    state: str
    assignment_strategy: str
    """By which its leader shares partitions out: ``range``, ``roundrobin``, ``cooperative-sticky`` and the like."""
    generation_id: int
    leader_id: str
    members: tuple[GroupMember, ...]
    offsets: tuple[GroupOffset, ...]
    last_state_change: int
    """In ms since 1970."""

    @property
    def member_count(self) -> int:
        """How many there are."""
        return len(self.members)

    @property
    def total_assigned_partitions(self) -> int:
        """How many partitions its members have, together."""
        return sum(len(member.partitions) for member in self.members)

    @property
    def lag(self) -> int:
        """Records that it has not got to, in all partitions for which it has committed."""
        return sum(each.lag for each in self.offsets)


class Groups:
    """Made by `Hub.groups`."""

    __slots__ = ("_inside",)

    def __init__(self, inside: Callable[[], Inside]) -> None:
        self._inside = inside

    def list(self) -> "list[Group]":
        """All of them, by name."""
        inside = self._inside()
        return [group_of(inside, each) for each in sorted(inside.broker.groups, key=lambda each: each.name)]

    def describe(self, group_id: str) -> Group:
        """One of them. Raises `RefusedError` where there is none."""
        inside = self._inside()
        found = inside.broker.groups.find(group_id)
        if found is None:
            raise RefusedError(f"group {group_id}: there is none")
        return group_of(inside, found)

    async def delete(self, group_id: str) -> None:
        """Forget it and its offsets. Raises `RefusedError` while it has members, and where there is none; `StorageError`."""
        broker = self._inside().broker
        with our_errors(f"group {group_id}"):
            broker.groups.delete(group_id, broker.turn.commit)
            await safe(broker)


def group_of(inside: Inside, group: Inner) -> Group:
    """As the library says it."""
    hatch = inside.hatches.get(ROOM)
    scheme = None if hatch is None else hatch.scheme
    members = tuple(
        GroupMember(
            member.id,
            member.said.client_id,
            member.said.client_host,
            member.id == group.leader,
            () if scheme is None else tuple(scheme.places(member.assignment)),
        )
        for member in group.roster
    )
    return Group(
        group.name,
        group.state.value,
        group.protocol,
        group.generation,
        group.leader,
        members,
        tuple(offset_of(inside, *each) for each in group.offsets),
        group.since,
    )


def offset_of(inside: Inside, topic: str, index: int, committed: Committed) -> GroupOffset:
    """As the library says it."""
    partition = inside.broker.topics.partition(topic, index)
    lag = (
        0
        if partition is None
        else max(0, partition.high_watermark - max(committed.offset, partition.log.start))
    )
    return GroupOffset(topic, index, committed.offset, lag)
