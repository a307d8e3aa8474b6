"""The composition root: from settings to a wired, running hub. The only place that names rooms and engines.

A hub lives on one event loop and touches no signals and no globals, so several may live in one process.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from functools import partial
from typing import Final
from uuid import uuid4

from msgspec import Struct

from hubbub.core.access import Access
from hubbub.core.broker import Broker
from hubbub.core.catchup import CatchUp
from hubbub.core.commit import OK, Commit, Outcome
from hubbub.core.errors import Unavailable
from hubbub.core.groups import GroupOptions, Groups
from hubbub.core.hatch import Hatch
from hubbub.core.letting_go import crumble, letting_go
from hubbub.core.live import Live
from hubbub.core.producers import ProducerIds
from hubbub.core.queues.realm import Realms
from hubbub.core.store import Engine
from hubbub.core.taps import Taps
from hubbub.core.tidying import keep_tidy
from hubbub.core.topics import Topics
from hubbub.core.turn import Turn
from hubbub.model.clock import Clock
from hubbub.net.arena import Arena
from hubbub.net.clock import LoopTimer
from hubbub.net.edge import OnDefect, attempt
from hubbub.net.listener import CannotListen, Listener
from hubbub.net.stream import Reader, Stream
from hubbub.observe.commits import Commits
from hubbub.observe.health import Health
from hubbub.observe.metrics import Metrics
from hubbub.observe.view import Port, RoomToShow, View
from hubbub.protocols.contract import Desk, House, Room
from hubbub.protocols.serve import Conversation
from hubbub.settings import Settings

GRACE_SECONDS: Final = 3.0
NOT_WRITTEN: Final = "nothing can be written just now"
STREAMS: Final = "kafka"
"""The room whose addresses topics have."""


class CannotReset(Exception):  # noqa: N818 - it says what stands in the way
    """The hub is as it was; the text says why."""


class CannotOpen(Exception):  # noqa: N818 - it says what stands in the way
    """The data directory cannot be used; the text says why and what to do."""


class Listening(Struct, frozen=True):
    """Where a protocol can be reached."""

    protocol: str
    host: str
    port: int
    tls: bool = False


class Plan(Struct, frozen=True):
    """One port of a room, as the settings want it."""

    host: str
    port: int
    setting: str
    """The key of the configuration that names the port."""
    max_connections: int
    advertised_host: str = ""
    advertised_port: int = 0
    subprotocols: tuple[str, ...] = ()
    """Of WebSocket; none: the port speaks the room's protocol itself."""


class NoPlace(CannotListen):
    """A port of the plan cannot be had. ``setting`` is the key of the configuration that chose it."""

    def __init__(self, why: CannotListen, setting: str) -> None:
        super().__init__(*why.args)
        self.setting: Final = setting


class World(Struct, frozen=True):
    """What a hub holds and knows. `Hub.reset` makes another."""

    broker: Broker
    desks: Mapping[str, tuple[Desk, House]]
    commits: Commits
    at_work: ExitStack
    """Ends what works on the core: rooms, and the tidying."""
    timer: LoopTimer


class Hub:
    """One hub. ``start``, then ``stop``; neither twice.

    ``broker``, ``desks`` and ``hatches`` (by the room's name) are there once it is started, and others after each `reset`: ask for them when they are used.
    ``metrics`` and ``health`` stay the same, and speak of what there is.
    ``on_defect`` hears of errors that no layer could answer: a bug of ours. By default they are logged with their traceback.
    """

    broker: Broker
    metrics: Metrics
    health: Health
    _shown: World
    """The latest world, also while there is none."""

    def __init__(self, settings: Settings, on_defect: Callable[[Exception], None] | None = None) -> None:
        self.settings: Final = settings
        self.desks: dict[str, Desk] = {}
        self.hatches: dict[str, Hatch] = {}
        self._began_at = 0
        self.defects = 0
        """How many there were."""
        self._hear_of_defect: Final = on_defect or log_defect
        self._worlds: list[World] = []
        """The one there is; none before the start, and after the stop."""
        self._places: Final[dict[str, list[tuple[Listener, Plan]]]] = {}
        self._conversations: Final[set[Conversation]] = set()
        self._changing: Final = asyncio.Lock()
        self._late: list[Stream] = []
        self.before_end: Final[list[Callable[[], object]]] = []
        """Called when all that is here is about to end, by a `reset` or by `stop`: for those who hold something of it."""

    @property
    def is_changing(self) -> bool:
        """Whether a reset, or the stop, is under way and takes its time."""
        return self._changing.locked()

    async def settled(self) -> None:
        """Return when no reset is under way any more."""
        async with self._changing:
            return

    async def start(self) -> list[Listening]:
        """Open the engine, the core and every enabled room, and listen.

        Raises `CannotOpen` when the data directory cannot be used, `NoPlace` when a port cannot be had,
        `core.errors.Invalid` when the settings declare what cannot be made (all that was opened is closed again).
        """
        found: list[Listening] = []
        is_started = False
        arena = Arena()
        await self._enter()
        self._began_at = self.broker.clock.now()
        self.metrics = Metrics(self._view, self.settings.metrics.max_series)
        self.health = Health(self._view)
        try:
            for room, _, plans in rooms(self.settings):
                for plan in plans:
                    listener = self._listener(room, plan, arena)
                    self._places[room.name].append((listener, plan))
                    await listen(listener, plan)
                    found.append(Listening(spoken(room.name, plan), listener.host, listener.port))
            is_started = True
        finally:
            if not is_started:
                await self.stop()
        return found

    async def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Accept no more, say goodbye, let what was sent drain for at most ``grace`` seconds, close the engine. Idempotent."""
        async with self._changing:
            self._announce_end()
            for listener in self._listeners():
                listener.stop()
            for conversation in list(self._conversations):
                conversation.dismiss()
            await self._drain(grace)
            worlds, self._worlds = self._worlds, []
            for world in worlds:
                world.at_work.close()
                take_notes(world.broker)
                world.broker.engine.close()
                world.timer.close()

    async def reset(self) -> None:
        """Be as new, on the same ports: forget records, topics, groups, sessions and queues, and declare again what the settings declare.

        Clients are sent away with their protocol's word for it and may come again at once. In memory one world is swapped for another within
        one pass of the loop, whatever the old one held. On disk the directory is emptied under one commit, so that it is as it was or
        empty, whatever happens meanwhile; who comes in that time waits. Raises `CannotReset`: the hub goes on with what it had; and
        `CannotOpen`: the directory was lost on the way, and the hub has ended.
        """
        async with self._changing:
            (old,) = self._worlds
            if old.broker.engine.outlives:
                await self._reset_directory(old)
            else:
                self._announce_end()
                self._hurry()
                self._send_away(old)
                self._late = [
                    stream for listener in self._listeners() for stream in listener.streams if stream.unsent
                ]
                old.at_work.close()
                old.timer.close()
                await self._enter()
                self.broker.clock.call_in(GRACE_SECONDS, self._hurry)
                crumble(letting_go(old.broker), self.broker.clock)

    # inside

    def _on_defect(self, defect: Exception) -> None:
        self.defects += 1
        self._hear_of_defect(defect)

    def _view(self) -> View:
        """What there is now, for who looks."""
        world = self._shown
        return View(
            broker=world.broker,
            rooms=[
                RoomToShow(name, desk.readings, house.traffic) for name, (desk, house) in world.desks.items()
            ],
            ports=[
                Port(spoken(room, plan), listener)
                for room, places in self._places.items()
                for listener, plan in places
            ],
            commits=world.commits.times,
            data_dir=self.settings.data_dir,
            began_at=self._began_at,
            defects=self.defects,
        )

    def _announce_end(self) -> None:
        for hear in self.before_end:
            hear()

    async def _enter(self) -> None:
        """Open a world, and let it be this hub's."""
        world = await open_world(self.settings, self._places, self._on_defect)
        self._worlds = [world]
        self._shown = world
        self.broker = world.broker
        self.desks = {name: desk for name, (desk, _) in world.desks.items()}
        self.hatches = {name: desk.hatch for name, desk in self.desks.items()}

    async def _reset_directory(self, old: World) -> None:
        turn = old.broker.turn
        try:
            old.broker.engine.state("hub").put("reset", b"", turn.commit)
        except Unavailable as why:
            raise CannotReset(f"{self.settings.data_dir} cannot be emptied: {why}") from None
        if await ended(turn.commit) is not OK:
            raise CannotReset(f"{self.settings.data_dir} cannot be emptied: {NOT_WRITTEN}")
        self._announce_end()
        for listener in self._listeners():
            listener.hold()
        try:
            self._send_away(old)
            await self._drain(GRACE_SECONDS)
            old.at_work.close()
            is_empty = await clear(old.broker)
            self._worlds = []
            old.broker.engine.close()
            old.timer.close()
            await self._enter()
        finally:
            for listener in self._listeners():
                if self._worlds:
                    listener.go_on()
                else:
                    listener.stop()
        if not is_empty:
            raise CannotReset(f"{self.settings.data_dir} could not be emptied: {NOT_WRITTEN}")

    def _send_away(self, world: World) -> None:
        """Close all conversations, each with the word of its protocol for somebody who must go and may come again."""
        for hatch in self.hatches.values():
            for client in hatch.clients():
                hatch.kick(client.id, "reset")
        for conversation in list(self._conversations):
            conversation.dismiss()
        world.broker.turn.end()

    async def _drain(self, grace: float) -> None:
        """Return when no connection is open any more; those that take longer than so many seconds are ended."""
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                for listener in self._listeners():
                    await listener.drained()
        for listener in self._listeners():
            listener.abort()
            await listener.drained()

    def _hurry(self) -> None:
        """Who has not taken the last word by now will not."""
        late, self._late = self._late, []
        for stream in late:
            stream.abort()

    def _listeners(self) -> list[Listener]:
        return [listener for places in self._places.values() for listener, _ in places]

    def _listener(self, room: Room, plan: Plan, arena: Arena) -> Listener:
        def converse(stream: Stream) -> Reader:
            desk, house = self._worlds[0].desks[room.name]
            return Conversation(room, desk, house, stream, self._conversations)

        def over_websocket(stream: Stream) -> Reader:
            from hubbub.net.websocket import WebSocket

            return WebSocket(stream, arena, plan.subprotocols, converse, self._on_defect)

        def refused(stream: Stream) -> None:
            logging.getLogger(f"hubbub.{room.name}").warning(
                "%s refused %s:%d on port %d: %d connections are open there, the most allowed (%s.max_connections)",
                room.name,
                *stream.peer,
                listener.port,
                plan.max_connections,
                room.name,
            )

        reader = over_websocket if plan.subprotocols else converse
        listener = Listener(arena, reader, plan.max_connections, refused, self._on_defect)
        return listener


async def open_world(
    settings: Settings, places: dict[str, list[tuple[Listener, Plan]]], on_defect: OnDefect
) -> World:
    """The engine, the core on it, and every enabled room. ``places`` gets an entry for each. Raises what `Hub.start` raises."""
    loop = asyncio.get_running_loop()
    timer = LoopTimer(loop, on_defect)
    clock = timer.clock
    desks: dict[str, tuple[Desk, House]] = {}
    with ExitStack() as undo, ExitStack() as at_work:
        undo.callback(timer.close)
        engine = open_engine(settings, clock, loop, on_defect)
        undo.callback(engine.close)
        commits = Commits(engine.seal, clock)
        turn = Turn(clock.soon, commits.seal if engine.outlives else engine.seal)
        broker = open_broker(settings, engine, clock, turn)
        await recollect(broker)
        at_work.callback(keep_tidy(broker))
        for room, options, _ in rooms(settings):
            advertised = partial(advertise, places.setdefault(room.name, []))
            house = House(broker, options, advertised, logging.getLogger(f"hubbub.{room.name}"))
            desk = room.open(house)
            at_work.callback(desk.close)
            desks[room.name] = desk, house
        await restored(broker)
        undo.pop_all()
        return World(broker, desks, commits, at_work.pop_all(), timer)


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


def spoken(room: str, plan: Plan) -> str:
    """What a port is called."""
    return f"{room}-websocket" if plan.subprotocols else room


async def listen(listener: Listener, plan: Plan) -> None:
    """Raises `NoPlace`."""
    try:
        await listener.listen(plan.host, plan.port)
    except CannotListen as why:
        raise NoPlace(why, plan.setting) from None


def log_defect(defect: Exception) -> None:
    """What happens to a bug of ours when nobody else wants to hear of it."""
    logging.getLogger("hubbub").error("a defect in Hubbub itself; please report it", exc_info=defect)


def open_engine(
    settings: Settings, clock: Clock, loop: asyncio.AbstractEventLoop, on_defect: OnDefect
) -> Engine:
    """The engine that the settings name: on disk where they name a directory. Raises `CannotOpen`."""
    if settings.data_dir:
        return open_directory(settings, clock, loop, on_defect)
    from hubbub.storage.memory.engine import MemoryEngine

    return MemoryEngine(settings.memory)


def open_directory(
    settings: Settings, clock: Clock, loop: asyncio.AbstractEventLoop, on_defect: OnDefect
) -> Engine:
    """The engine on disk, with what earlier runs have left there. Says in one line what that is. Raises `CannotOpen`."""
    import sqlite3

    from hubbub.storage.segments.engine import SegmentsEngine
    from hubbub.storage.segments.layout import DirectoryInUse, UnknownFormat

    log = logging.getLogger("hubbub.storage")
    directory = settings.data_dir
    began = clock.elapsed()
    try:
        engine = SegmentsEngine(
            directory,
            settings.segments,
            clock,
            lambda action: loop.call_soon_threadsafe(attempt, on_defect, action),
            on_trouble=partial(log.warning, "%s: %s", directory),
            on_defect=on_defect,
        )
    except (DirectoryInUse, UnknownFormat) as why:
        raise CannotOpen(str(why)) from None
    except OSError as why:
        reason = (why.strerror or str(why)).lower()
        if isinstance(why, FileExistsError):
            reason += " and is not a directory"
        where = why.filename if isinstance(why.filename, str) else directory
        raise CannotOpen(f"{where}: {reason}; choose another directory with --data-dir") from None
    except sqlite3.Error as why:
        raise CannotOpen(
            f"{directory}: its state.db cannot be used: {why}; `hubbub data verify` says more"
        ) from None
    log.info("opened %s in %.2f s: %s", directory, clock.elapsed() - began, engine.report)
    return engine


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


def open_broker(settings: Settings, engine: Engine, clock: Clock, turn: Turn) -> Broker:
    """The core, on an open engine, with all that the engine has kept."""
    taps = Taps(clock, turn)
    topics = Topics(engine, clock, taps, STREAMS)
    groups = Groups(engine, clock, turn, group_options(settings))
    topics.on_deleted(lambda topic: groups.forget_topic(topic.name))
    return Broker(
        hub_id=hub_id(engine, turn),
        clock=clock,
        turn=turn,
        engine=engine,
        access=Access(),
        taps=taps,
        topics=topics,
        groups=groups,
        producer_ids=ProducerIds(clock.now),
        live=Live(clock, engine, turn, taps),
        realms=Realms(engine, clock, turn, taps),
    )


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


def rooms(settings: Settings) -> list[tuple[Room, object, list[Plan]]]:
    """The enabled rooms, each with its options and its ports; a room that is off is not imported."""
    found: list[tuple[Room, object, list[Plan]]] = []
    host = settings.host
    if settings.kafka.enabled:
        from hubbub.protocols.kafka.room import ROOM as KAFKA

        kafka = settings.kafka
        plans = [
            Plan(
                kafka.host or host,
                kafka.port,
                "kafka.port",
                kafka.max_connections,
                kafka.advertised_host,
                kafka.advertised_port,
            )
        ]
        plans += [
            Plan(
                extra.host or kafka.host or host,
                extra.port,
                f"kafka.listeners[{number}].port",
                kafka.max_connections,
                extra.advertised_host,
                extra.advertised_port,
            )
            for number, extra in enumerate(kafka.listeners)
        ]
        found.append((KAFKA, kafka, plans))
    if settings.mqtt.enabled:
        from hubbub.protocols.mqtt.options import WEBSOCKET_PORT
        from hubbub.protocols.mqtt.room import ROOM as MQTT

        mqtt = settings.mqtt
        place = mqtt.host or host
        plans = [Plan(place, mqtt.port, "mqtt.port", mqtt.max_connections)]
        if mqtt.websocket:
            is_any = mqtt.port == 0 and mqtt.websocket_port == WEBSOCKET_PORT
            port = 0 if is_any else mqtt.websocket_port
            plans.append(
                Plan(
                    place,
                    port,
                    "mqtt.websocket_port",
                    mqtt.max_connections,
                    subprotocols=("mqtt", "mqttv3.1"),
                )
            )
        found.append((MQTT, mqtt, plans))
    if settings.amqp.enabled:
        from hubbub.protocols.amqp.room import ROOM as AMQP

        amqp = settings.amqp
        found.append((AMQP, amqp, [Plan(amqp.host or host, amqp.port, "amqp.port", amqp.max_connections)]))
    return found


def advertise(places: Sequence[tuple[Listener, Plan]], stream: Stream) -> tuple[str, int]:
    """The address to hand to this client: what its listener advertises, else the one it has come to."""
    host, port = stream.local
    plan = next((plan for listener, plan in places if stream in listener.streams), places[0][1])
    return plan.advertised_host or host, plan.advertised_port or port


def hub_id(engine: Engine, turn: Turn) -> str:
    """Made when the data is new, and kept with it."""
    state = engine.state("hub")
    kept = state.get("id")
    if kept is not None:
        return kept.decode()
    made = uuid4().hex
    state.put("id", made.encode(), turn.commit)
    return made
