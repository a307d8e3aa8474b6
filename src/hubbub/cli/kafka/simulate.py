"""`hubbub kafka simulate`: what can happen to a consumer group, made to happen, over the wire and so with any broker.

Nothing is pretended: a lag is committed offsets that lie behind, a rebalance is a member that comes and goes.
"""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import click

from hubbub.cli.asking import AS_JSON, one_name
from hubbub.cli.exits import Ends, Exit, talk
from hubbub.cli.kafka.connection import Broker, administering, looking, reaching, refusals, start
from hubbub.cli.kafka.groups import (
    EMPTY,
    GONE,
    GROUP,
    GROUP_NAME,
    group_of,
    refuse_members,
    reset_offsets,
    unknown,
)
from hubbub.cli.kafka.topics import partitions_of
from hubbub.cli.printing import rows
from hubbub.cli.working import run
from hubbub.client.peers import hang_up

if TYPE_CHECKING:
    from aiokafka import TopicPartition

ROUND_MS: Final = 200
REBALANCE_SECONDS: Final = 60.0
"""A group may wait so long for members that are busy."""


@click.group()
def simulate() -> None:
    """Let a group lag, rebalance or begin elsewhere."""


simulate.add_command(reset_offsets)


@simulate.command()
@GROUP_NAME
@GROUP
@click.option("-t", "--topic", metavar="NAME", required=True, help="In this topic.")
@click.option(
    "-l",
    "--lag",
    metavar="N",
    type=click.IntRange(min=0),
    required=True,
    help="Records behind, in all partitions together.",
)
@AS_JSON
@reaching
def lag(broker: Broker, name: str | None, group: str | None, topic: str, lag: int, *, as_json: bool) -> Exit:
    """Let a group that has no members be N records behind the end of a topic.

    The partitions share it as evenly as what they hold allows. A group that is not there is made.
    """
    return run(lag_behind(broker, one_name(name, group, "--group"), topic, lag, as_json=as_json))


async def lag_behind(broker: Broker, name: str, topic: str, wanted: int, *, as_json: bool) -> Exit:
    """Commit offsets that lie so far behind."""
    from aiokafka import TopicPartition

    async with administering(broker) as admin:
        refuse_members(await group_of(admin, name))
        parts = [TopicPartition(topic, each.partition) for each in await partitions_of(admin, broker, topic)]
    async with looking(broker, name) as consumer:
        starts, ends = await consumer.beginning_offsets(parts), await consumer.end_offsets(parts)
        shares = shared_out(wanted, {part: ends[part] - starts[part] for part in parts})
        if shares is None:
            held = sum(ends[part] - starts[part] for part in parts)
            raise Ends(
                Exit.FAILED,
                [
                    f"{topic} holds {held} records; a group cannot be {wanted} behind. `hubbub kafka produce` or `hubbub bench kafka` brings more"
                ],
            )
        consumer.assign(parts)
        await consumer.commit({part: ends[part] - share for part, share in shares.items()})
    found: list[dict[str, object]] = [
        {
            "group": name,
            "topic": topic,
            "partition": part.partition,
            "new_offset": ends[part] - share,
            "lag": share,
        }
        for part, share in shares.items()
    ]
    rows(found, ("group", "topic", "partition", "new_offset", "lag"), as_json=as_json)
    talk(f"{name}: {wanted} record{'' if wanted == 1 else 's'} behind in {topic}")
    return Exit.OK


def shared_out(wanted: int, held: "Mapping[TopicPartition, int]") -> "dict[TopicPartition, int] | None":
    """So many records over the partitions, as evenly as what they hold allows; None where they hold fewer."""
    if wanted > sum(held.values()):
        return None
    shares: dict[TopicPartition, int] = {}
    left = wanted
    for number, part in enumerate(sorted(held, key=lambda each: held[each])):
        shares[part] = min(held[part], -(-left // (len(held) - number)))
        left -= shares[part]
    return dict(sorted(shares.items()))


@simulate.command()
@GROUP_NAME
@GROUP
@reaching
def rebalance(broker: Broker, name: str | None, group: str | None) -> Exit:
    """Let a group share its partitions out anew, twice: one more member comes, and goes again."""
    return run(disturb(broker, one_name(name, group, "--group")))


async def disturb(broker: Broker, name: str) -> Exit:
    """Join with the group's own way of sharing, until there is an assignment, and leave."""
    from aiokafka import AIOKafkaConsumer
    from aiokafka.coordinator.assignors.range import RangePartitionAssignor
    from aiokafka.coordinator.assignors.roundrobin import RoundRobinPartitionAssignor
    from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

    known = {
        "range": RangePartitionAssignor,
        "roundrobin": RoundRobinPartitionAssignor,
        "sticky": StickyPartitionAssignor,
    }
    async with administering(broker) as admin:
        group = await group_of(admin, name)
    if group.state in EMPTY:
        if group.state == GONE:
            raise unknown(broker, name)
        raise Ends(Exit.FAILED, [f"group {name!r} has no members; there is nothing to share out"])
    topics = sorted({part.topic for part in group.owners})
    if group.protocol not in known or not topics:
        raise Ends(
            Exit.FAILED,
            [
                f"group {name!r} is {group.state} and shares by {group.protocol or 'nothing yet'}; this command can do {', '.join(known)}"
            ],
        )
    async with refusals(broker):
        consumer = AIOKafkaConsumer(
            *topics,
            group_id=name,
            enable_auto_commit=False,
            partition_assignment_strategy=[known[group.protocol]],
            **broker.settings(REBALANCE_SECONDS),
        )
        try:
            async with asyncio.timeout(REBALANCE_SECONDS):
                await start(consumer)
        finally:
            await hang_up(consumer, broker.patience)
    talk(
        f"{name}: one member came and went; {len(group.members)} had to share out {len(group.owners)} partitions anew, twice"
    )
    return Exit.OK
