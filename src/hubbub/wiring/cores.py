"""The core on an open engine: made, filled with what earlier runs have left, left in good order, emptied."""

import asyncio
from functools import partial
from typing import Final
from uuid import uuid4

from hubbub.core.access import Access
from hubbub.core.broker import Broker
from hubbub.core.catchup import CatchUp
from hubbub.core.commit import OK, Commit, Outcome
from hubbub.core.complaints import Complaints
from hubbub.core.errors import Unavailable
from hubbub.core.groups import GroupOptions, Groups
from hubbub.core.journal import Journal, JournalBounds
from hubbub.core.live import Live
from hubbub.core.producers import ProducerIds
from hubbub.core.queues.realm import Realms
from hubbub.core.store import Engine
from hubbub.core.taps import Taps
from hubbub.core.topics import Topics
from hubbub.core.turn import Turn
from hubbub.model.clock import Clock
from hubbub.observe.options import JournalOptions
from hubbub.settings import Settings

STREAMS: Final = "kafka"
"""The room whose addresses topics have."""


def open_broker(settings: Settings, engine: Engine, clock: Clock, turn: Turn) -> Broker:
    """The core, on an open engine, with all that the engine has kept."""
    taps = Taps(clock, turn)
    topics = Topics(engine, clock, taps, STREAMS, settings.kafka.max_partitions)
    groups = Groups(engine, clock, turn, group_options(settings))
    topics.on_deleted(lambda topic: groups.forget_topic(topic.name))
    return Broker(
        hub_id=hub_id(engine, turn),
        clock=clock,
        turn=turn,
        engine=engine,
        access=Access(),
        complaints=Complaints(clock.elapsed),
        taps=taps,
        journal=Journal(taps, clock, journal_bounds(settings.journal)),
        topics=topics,
        groups=groups,
        producer_ids=ProducerIds(clock.now),
        live=Live(clock, engine, turn, taps),
        realms=Realms(engine, clock, turn, taps),
    )


def journal_bounds(options: JournalOptions) -> JournalBounds:
    """How much the journal keeps and sees."""
    return JournalBounds(options.max_entries, options.max_bytes, options.per_second if options.enabled else 0)


def group_options(settings: Settings) -> GroupOptions:
    """The rules for groups, which only Kafka's clients know and so only Kafka's section sets."""
    kafka = settings.kafka
    return GroupOptions(
        min_session_timeout_ms=kafka.group_min_session_timeout_ms,
        max_session_timeout_ms=kafka.group_max_session_timeout_ms,
        max_members=kafka.group_max_size,
        initial_delay_ms=kafka.group_initial_rebalance_delay_ms,
        offset_retention_ms=kafka.offsets_retention_minutes * 60_000,
    )


def hub_id(engine: Engine, turn: Turn) -> str:
    """Made when the data is new, and kept with it."""
    state = engine.state("hub")
    kept = state.get("id")
    if kept is not None:
        return kept.decode()
    made = uuid4().hex
    state.put("id", made.encode(), turn.commit)
    return made


async def recollect(broker: Broker) -> None:
    """Let the partitions know their producers again, and read what was live, before anybody can send."""
    if broker.engine.outlives:
        done = asyncio.get_running_loop().create_future()
        CatchUp(broker.topics.partitions(), partial(done.set_result, None)).go_on()
        await done
        for partition in broker.topics.partitions():
            broker.producer_ids.begin_behind(max(partition.producers.known, default=0))
        done = asyncio.get_running_loop().create_future()
        broker.live.recall(partial(done.set_result, None))
        await done


async def restored(broker: Broker) -> None:
    """Wait until queues hold what they held, so that nobody finds them empty, or sends past what was there before."""
    done = asyncio.get_running_loop().create_future()
    broker.realms.when_restored(partial(done.set_result, None))
    await done


def take_notes(broker: Broker) -> None:
    """The hub stops in good order: the next start shall have nothing to read again."""
    for partition in broker.topics.partitions():
        partition.checkpoint(broker.turn.commit)
    broker.turn.end()


async def clear(broker: Broker) -> bool:
    """Forget all that the engine holds, under one commit; whether that is safe now."""
    engine, turn = broker.engine, broker.turn
    if await ended(turn.commit) is not OK:  # what was begun before may write as it ends
        return False
    commit = turn.commit
    try:
        for purpose in engine.purposes():
            state = engine.state(purpose)
            for key, _ in state.scan(""):
                state.delete(key, commit)
    except Unavailable:
        return False
    for log in engine.logs():
        engine.drop(log, commit)
    return await ended(commit) is OK


async def ended(commit: Commit) -> Outcome:
    """How the commit ends."""
    outcome: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
    commit.join(outcome.set_result)
    return await outcome
