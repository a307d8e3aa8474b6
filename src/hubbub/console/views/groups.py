"""Groups of consumers: how far they are behind, who is in them, and where they shall go on."""

import asyncio
from enum import Enum
from typing import Annotated, Final

from msgspec import Meta, Struct

from hubbub.console.commits import safe
from hubbub.console.office import Office
from hubbub.console.pages import Listing, Paged, number, page
from hubbub.console.route import Asked, meaningless
from hubbub.console.views.topics import topic_of
from hubbub.core.broker import Broker
from hubbub.core.errors import InUse, NotFound
from hubbub.core.groups import Claim, Committed, Group
from hubbub.core.groups.members import Member
from hubbub.core.partition import Partition
from hubbub.core.timestamps import Place, first_at_or_after

OUTSIDER: Final = Claim("", -1)
FARTHEST: Final = (1 << 63) - 1


class GroupShown(Struct, frozen=True):
    """A group. ``lag`` is the sum over all partitions for which it has committed."""

    name: str
    state: str
    kind: str
    protocol: str
    generation: int
    leader: str
    members: int
    lag: int
    since: int
    """Wall time in ms since which it is in this state."""


class MemberShown(Struct, frozen=True):
    """A member."""

    id: str
    instance: str | None
    client_id: str
    host: str
    is_leader: bool


class OffsetShown(Struct, frozen=True):
    """How far a group is in a partition: ``offset`` is the next it wants; ``end`` is where the partition ends, -1 when it is gone."""

    topic: str
    partition: int
    offset: int
    end: int
    lag: int
    committed_at: int
    note: str


class OneGroup(Asked, frozen=True):
    """By name."""

    group: str


class OfGroup(Paged, frozen=True, kw_only=True):
    """Of one group."""

    group: str


class Where(Enum):
    """Where a group shall go on."""

    EARLIEST = "earliest"
    LATEST = "latest"
    OFFSET = "offset"
    """At ``value``."""
    TIME = "time"
    """At the first record that is not older than ``value``, wall time in ms."""
    SHIFT = "shift"
    """``value`` further on than it is; back, if that is below 0."""


class NewOffsets(Asked, frozen=True):
    """Where a group shall go on. It must have no members just now."""

    group: str
    topic: str
    to: Where
    value: Annotated[int, Meta(ge=-FARTHEST, le=FARTHEST)] = 0
    partition: Annotated[int, Meta(ge=-1, le=2_147_483_647, description="-1: all.")] = -1


class OldOffsets(Asked, frozen=True):
    """What a group shall forget. It must have no members just now."""

    group: str
    topic: str
    partition: Annotated[int, Meta(ge=-1, le=2_147_483_647, description="-1: all.")] = -1


class Offsets(Struct, frozen=True):
    """Where a group goes on now."""

    items: list[OffsetShown]


async def listing(office: Office, asked: Paged) -> Listing[GroupShown]:
    """Groups, by name."""
    broker = office.hub.broker
    return await page(
        list(broker.groups),
        lambda group: (group.name,),
        lambda group: shown(broker, group),
        asked,
        broker.clock,
    )


def group(office: Office, asked: OneGroup) -> GroupShown:
    """One group."""
    broker = office.hub.broker
    return shown(broker, broker.groups.named(asked.group))


async def members(office: Office, asked: OfGroup) -> Listing[MemberShown]:
    """The members of a group."""
    broker = office.hub.broker
    group = broker.groups.named(asked.group)

    def show(member: Member) -> MemberShown:
        said = member.said
        return MemberShown(
            member.id, said.instance, said.client_id, said.client_host, member.id == group.leader
        )

    return await page(list(group.roster), lambda member: (member.id,), show, asked, broker.clock)


async def offsets(office: Office, asked: OfGroup) -> Listing[OffsetShown]:
    """How far a group is, by partition."""
    broker = office.hub.broker
    found = list(broker.groups.named(asked.group).offsets)
    return await page(
        found,
        lambda each: (each[0], number(each[1])),
        lambda each: offset_shown(broker, *each),
        asked,
        broker.clock,
    )


async def move(office: Office, asked: NewOffsets) -> Offsets:
    """Let a group go on somewhere else. One that is not there is made."""
    broker = office.hub.broker
    found = broker.groups.find(asked.group)
    check_empty(found)
    chosen = partitions_of(topic_of(office, asked.topic).partitions, asked.partition)
    wanted: dict[tuple[str, int], Committed] = {}
    for partition in chosen:
        before = None if found is None else found.offsets.find(asked.topic, partition.index)
        offset = await place_of(partition, asked, before)
        wanted[asked.topic, partition.index] = Committed(offset, -1, "", broker.clock.now())
    check_empty(broker.groups.find(asked.group))  # somebody may have joined meanwhile
    for refusal in broker.groups.commit(asked.group, OUTSIDER, wanted, broker.turn.commit).values():
        raise refusal
    await safe(broker)
    return Offsets([offset_shown(broker, topic, index, it) for (topic, index), it in wanted.items()])


async def forget(office: Office, asked: OldOffsets) -> None:
    """Forget what a group has committed for a topic."""
    broker = office.hub.broker
    found = broker.groups.named(asked.group)
    check_empty(found)
    known = found.offsets.partitions(asked.topic)
    chosen = [index for index in known if asked.partition in (-1, index)]
    if not chosen:
        raise NotFound(f"group {asked.group!r} has committed nothing there")
    for index in chosen:
        found.offsets.drop(asked.topic, index, broker.turn.commit)
    await safe(broker)


async def delete(office: Office, asked: OneGroup) -> None:
    """Forget a group and its offsets. It must have no members just now."""
    broker = office.hub.broker
    broker.groups.delete(asked.group, broker.turn.commit)
    await safe(broker)


def check_empty(group: Group | None) -> None:
    """Raises `InUse`."""
    if group is not None and len(group.roster):
        raise InUse(f"group {group.name!r} has {len(group.roster)} members; stop them first")


def partitions_of(partitions: list[Partition], index: int) -> list[Partition]:
    """One, or all. Raises `NotFound`."""
    if index >= len(partitions):
        raise NotFound(f"the topic has {len(partitions)} partitions, and none of number {index}")
    return list(partitions) if index < 0 else [partitions[index]]


async def place_of(partition: Partition, asked: NewOffsets, before: Committed | None) -> int:
    """The offset that is meant, within what the partition has. Raises `Unanswerable`."""
    start, end = partition.log.start, partition.high_watermark
    match asked.to:
        case Where.EARLIEST:
            return start
        case Where.LATEST:
            return end
        case Where.OFFSET:
            return min(max(asked.value, start), end)
        case Where.SHIFT:
            if before is None:
                raise meaningless(
                    f"there is nothing to shift: nothing is committed for partition {partition.index}"
                )
            return min(max(before.offset + asked.value, start), end)
        case Where.TIME:
            heard: asyncio.Future[Place | None] = asyncio.get_running_loop().create_future()
            first_at_or_after(partition, asked.value, heard.set_result)
            place = await heard
            return end if place is None else place[0]


def shown(broker: Broker, group: Group) -> GroupShown:
    """As this API says it."""
    lag = sum(offset_shown(broker, *each).lag for each in group.offsets)
    return GroupShown(
        group.name,
        group.state.value,
        group.kind,
        group.protocol,
        group.generation,
        group.leader,
        len(group.roster),
        lag,
        group.since,
    )


def offset_shown(broker: Broker, topic: str, index: int, committed: Committed) -> OffsetShown:
    """As this API says it."""
    partition = broker.topics.partition(topic, index)
    end = -1 if partition is None else partition.high_watermark
    behind = 0 if partition is None else max(0, end - max(committed.offset, partition.log.start))
    return OffsetShown(topic, index, committed.offset, end, behind, committed.at, committed.note)
