"""The composition root: from settings to a wired, running hub. The only place that names rooms and engines.

A hub lives on one event loop and touches no signals and no globals, so several may live in one process.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Final
from uuid import uuid4

from msgspec import Raw, Struct
from msgspec.structs import replace

from hubbub.console.options import ADMIN_PORT
from hubbub.console.port import AdminPort
from hubbub.console.subject import Setting
from hubbub.core.access import Access
from hubbub.core.broker import Broker
from hubbub.core.catchup import CatchUp
from hubbub.core.compaction import Compaction
from hubbub.core.groups import GroupOptions, Groups
from hubbub.core.hatch import Hatch
from hubbub.core.live import Live
from hubbub.core.producers import ProducerIds
from hubbub.core.queues.realm import Realms
from hubbub.core.store import Engine
from hubbub.core.taps import Taps
from hubbub.core.topics import Topics
from hubbub.core.turn import Turn
from hubbub.model.clock import Clock, Timer
from hubbub.net.arena import Arena
from hubbub.net.clock import LoopTimer
from hubbub.net.edge import OnDefect, attempt
from hubbub.net.listener import CannotListen, Listener
from hubbub.net.stream import Reader, Stream
from hubbub.protocols.contract import Desk, House, Room
from hubbub.protocols.serve import Conversation
from hubbub.settings import Settings

TIDY_SECONDS: Final = 5.0
GRACE_SECONDS: Final = 3.0
STREAMS: Final = "kafka"
"""The room whose addresses topics have."""
QUEUES: Final = "amqp"
"""The room whose exchanges and queues the core keeps."""


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


class Hub:
    """One hub. ``start``, then ``stop``; neither twice. ``broker``, ``desks`` and ``hatches`` (by the room's name) are there once it is started.

    ``on_defect`` hears of errors that no layer could answer: a bug of ours. By default they are logged with their traceback.
    """

    broker: Broker

    def __init__(self, settings: Settings, on_defect: Callable[[Exception], None] | None = None) -> None:
        self.settings: Final = settings
        self.hatches: dict[str, Hatch] = {}
        self._on_defect: Final = on_defect or log_defect
        self._listeners: list[Listener] = []
        self.desks: dict[str, Desk] = {}
        self._conversations: set[Conversation] = set()
        self._closers: list[Callable[[], None]] = []
        self._admin: list[AdminPort] = []
        self.listening: list[Listening] = []

    async def start(self) -> list[Listening]:
        """Open the engine, the core and every enabled room, and listen.

        Raises `CannotOpen` when the data directory cannot be used, `NoPlace` when a port cannot be had,
        `core.errors.Invalid` when the settings declare what cannot be made (all that was opened is closed again).
        """
        loop = asyncio.get_running_loop()
        timer = LoopTimer(loop, self._on_defect)
        clock = timer.clock
        self._closers = [timer.close]
        engine = open_engine(self.settings, clock, loop, self._on_defect)
        self._closers.append(engine.close)
        arena = Arena()
        found = self.listening
        is_started = False
        try:
            turn = Turn(clock.soon, engine.seal)
            broker = self.broker = open_broker(self.settings, engine, clock, turn)
            await recollect(broker)
            self._closers.append(partial(take_notes, broker))
            self._tidy(broker)
            for room, options, plans in rooms(self.settings):
                places: list[tuple[Listener, Plan]] = []
                house = House(
                    broker, options, partial(advertise, places), logging.getLogger(f"hubbub.{room.name}")
                )
                desk = room.open(house)
                self.desks[room.name] = desk
                self.hatches[room.name] = desk.hatch
                for plan in plans:
                    listener = self._listener(room, desk, house, plan, arena)
                    places.append((listener, plan))
                    await listen(listener, plan)
                    name = f"{room.name}-websocket" if plan.subprotocols else room.name
                    found.append(Listening(name, listener.host, listener.port))
            if self.settings.admin.enabled and found:
                found.append(await self._open_admin())
            is_started = True
        finally:
            if not is_started:
                await self.stop()
        return found

    async def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Accept no more, say goodbye, let what was sent drain for at most ``grace`` seconds, close the engine. Idempotent."""
        for admin in self._admin:
            admin.end_feeds()
            admin.site.stop()
        for listener in self._listeners:
            listener.stop()
        for conversation in list(self._conversations):
            conversation.dismiss()
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                for listener in self._listeners:
                    await listener.drained()
                for admin in self._admin:
                    await admin.site.drained()
        for listener in self._listeners:
            listener.abort()
        for admin in self._admin:
            admin.site.abort()
        for desk in self.desks.values():
            desk.close()
        self.desks = {}
        closers, self._closers = self._closers, []
        for close in reversed(closers):
            close()

    # for the admin API

    @property
    def topics_room(self) -> str:
        """The room whose addresses topics have."""
        return STREAMS

    @property
    def queues_room(self) -> str:
        """The room whose exchanges and queues the core keeps."""
        return QUEUES

    @property
    def admin_token(self) -> str:
        """What callers of the admin API must show, where it was made here; else empty."""
        return next((admin.made_token for admin in self._admin), "")

    def readings(self, room: str) -> Mapping[str, int]:
        """A room's counters."""
        return self.desks[room].readings()

    def configuration(self) -> list[Setting]:
        """All options as they hold; secrets are veiled."""
        return configuration(self.settings)

    # inside

    async def _open_admin(self) -> Listening:
        options = self.settings.admin
        if options.port == ADMIN_PORT and not any(
            plan.port for _, _, plans in rooms(self.settings) for plan in plans
        ):
            options = replace(options, port=0)  # who takes any port for all others has another hub beside it
        admin = AdminPort(options, self, self._on_defect)
        self._admin.append(admin)
        try:
            await admin.listen()
        except CannotListen as why:
            raise NoPlace(why, "admin.port") from None
        return Listening("admin", admin.site.host, admin.site.port)

    def _listener(self, room: Room, desk: Desk, house: House, plan: Plan, arena: Arena) -> Listener:
        def converse(stream: Stream) -> Reader:
            return Conversation(room, desk, house, stream, self._conversations)

        def over_websocket(stream: Stream) -> Reader:
            from hubbub.net.websocket import WebSocket

            return WebSocket(stream, arena, plan.subprotocols, converse, self._on_defect)

        listener = Listener(
            arena,
            over_websocket if plan.subprotocols else converse,
            plan.max_connections,
            lambda stream: house.log.warning(
                "%s refused %s:%d on port %d: %d connections are open there, the most allowed (%s.max_connections)",
                room.name,
                *stream.peer,
                listener.port,
                plan.max_connections,
                room.name,
            ),
            self._on_defect,
        )
        self._listeners.append(listener)
        return listener

    def _tidy(self, broker: Broker) -> None:
        """Retention and compaction, from time to time, as long as there is anything to keep in bounds."""
        timer: list[Timer] = []
        compaction = Compaction(broker.topics, broker.engine, broker.clock, broker.turn)
        self._closers.append(compaction.close)

        def tidy() -> None:
            broker.engine.tidy(broker.clock.now())
            compaction.tidy()
            timer[:] = [broker.clock.call_in(TIDY_SECONDS, tidy)]

        timer.append(broker.clock.call_in(TIDY_SECONDS, tidy))
        self._closers.append(lambda: timer[0].cancel())


def configuration(settings: Settings) -> list[Setting]:
    """All options as they hold, for people; secrets are veiled."""
    from hubbub.settings.options import options
    from hubbub.settings.wording import shown, value_of

    found: list[Setting] = []
    for option in options(Settings):
        value = value_of(settings, option.path)
        text = Raw(shown(option, value).encode())
        found.append(Setting(option.key, text, value == option.default, option.description))
    return found


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
