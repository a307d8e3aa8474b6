"""The composition root: from settings to a running hub. With the pieces in `wiring`, the only place that names rooms and engines.

A hub lives on one event loop and touches no signals and no globals, so several may live in one process.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from functools import partial
from os import environ
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from hubbub.console.port import AdminPort
from hubbub.console.subject import Setting
from hubbub.core.broker import Broker
from hubbub.core.commit import OK
from hubbub.core.compaction import Compaction
from hubbub.core.errors import Unavailable
from hubbub.core.hatch import Hatch
from hubbub.core.letting_go import letting_go
from hubbub.core.turn import Turn
from hubbub.model.clock import Clock, Timer
from hubbub.net.acceptor import CannotListen
from hubbub.net.arena import Arena
from hubbub.net.clock import LoopTimer
from hubbub.net.edge import OnDefect
from hubbub.net.listener import Listener
from hubbub.net.stream import Reader, Stream
from hubbub.observe.commits import Commits
from hubbub.observe.health import Health
from hubbub.observe.metrics import Metrics
from hubbub.observe.view import Port, RoomToShow, View
from hubbub.protocols.contract import Desk, House, Room
from hubbub.protocols.serve import Conversation
from hubbub.settings import Settings
from hubbub.wiring.cores import STREAMS, clear, ended, open_broker, recollect, restored, take_notes
from hubbub.wiring.engines import CannotOpen, open_engine
from hubbub.wiring.ports import NoPlace, Plan, advertise, listen, rooms, spoken

__all__ = [
    "CannotOpen",
    "CannotReset",
    "Hub",
    "Listening",
    "NoPlace",
    "log_defect",
    "open_broker",
    "open_world",
]

if TYPE_CHECKING:
    from hubbub.fixtures.loaded import Fixtures

TIDY_SECONDS: Final = 5.0
GRACE_SECONDS: Final = 3.0
STEPS_AT_A_TIME: Final = 50
DONE: Final = object()
NOT_WRITTEN: Final = "nothing can be written just now"
QUEUES: Final = "amqp"
"""The room whose exchanges and queues the core keeps."""


class CannotReset(Unavailable):
    """The hub is as it was; the text says why."""


class Listening(Struct, frozen=True):
    """Where a protocol can be reached."""

    protocol: str
    host: str
    port: int
    tls: bool = False


class World(Struct, frozen=True):
    """What a hub holds and knows. `Hub.reset` makes another."""

    broker: Broker
    desks: Mapping[str, tuple[Desk, House]]
    commits: Commits
    at_work: ExitStack
    """Ends what works on the core: rooms, and the tidying."""
    timer: LoopTimer

    @property
    def hatches(self) -> dict[str, Hatch]:
        """Of its rooms, by their names."""
        return {name: desk.hatch for name, (desk, _) in self.desks.items()}

    def close(self) -> None:
        """End in good order."""
        self.at_work.close()
        take_notes(self.broker)
        self.broker.engine.close()
        self.timer.close()


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
        self._fixtures: Final[list[Fixtures]] = []
        """One, from the first time that somebody asks."""
        self._worlds: list[World] = []
        """The one there is; none before the start, and after the stop."""
        self._places: Final[dict[str, list[tuple[Listener, Plan]]]] = {}
        self._conversations: Final[set[Conversation]] = set()
        self._changing: Final = asyncio.Lock()
        self._late: list[Stream] = []
        self._admin: list[AdminPort] = []
        self.listening: list[Listening] = []
        self.topics_room: Final = STREAMS
        self.queues_room: Final = QUEUES
        self.before_end: Final[list[Callable[[], object]]] = []
        """Called when all that is here is about to end, by a `reset` or by `stop`: for those who hold something of it."""
        self.on_open: Final[list[Callable[[Broker], object]]] = []
        """Called with each new core, before anybody can come: for those who look at all that comes."""

    @property
    def connections(self) -> int:
        """How many are open."""
        return sum(len(listener.streams) for listener in self._listeners())

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
        `core.errors.Invalid` when the settings declare what cannot be made, `documents.problems.BadDocument` when fixtures have mistakes
        and must not (all that was opened is closed again).
        """
        found = self.listening
        is_started = False
        arena = Arena()
        try:
            await self._enter()
            self._began_at = self.broker.clock.now()
            self.health = Health(self._view)
            self.metrics = Metrics(self._view, self.settings.metrics.max_series, self.health)
            if self.settings.fixtures.is_wanted:  # what is to be there is there before the first client
                self.fixtures.open()
            for room, _, plans in rooms(self.settings):
                for plan in plans:
                    listener = self._listener(room, plan, arena)
                    self._places[room.name].append((listener, plan))
                    await listen(listener, plan)
                    found.append(Listening(spoken(room.name, plan), listener.host, listener.port))
            if self.settings.admin.enabled and found:
                plans = [plan for places in self._places.values() for _, plan in places]
                found.append(await self._open_admin(is_beside=not any(plan.port for plan in plans)))
            is_started = True
        finally:
            if not is_started:
                await self.stop()
        return found

    async def stop(self, grace: float = GRACE_SECONDS) -> None:
        """Accept no more, say goodbye, let what was sent drain for at most ``grace`` seconds, close the engine. Idempotent."""
        async with self._changing:
            self._announce_end()
            for admin in self._admin:
                admin.stop()
            for listener in self._listeners():
                listener.stop()
            for conversation in list(self._conversations):
                conversation.dismiss()
            await asyncio.gather(self._drain(grace), *(admin.drain(grace) for admin in self._admin))
            worlds, self._worlds = self._worlds, []
            for world in worlds:
                world.close()

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
                self._play_again()
                self.broker.clock.call_in(GRACE_SECONDS, self._hurry)
                crumble(letting_go(old.broker), self.broker.clock)

    @property
    def fixtures(self) -> "Fixtures":
        """What is loaded and what may be. Only once it is started, and another after each `reset`."""
        if not self._fixtures:
            from hubbub.fixtures.loaded import Fixtures

            self._fixtures.append(Fixtures(self.settings.fixtures, self.broker, self.hatches, environ))
        return self._fixtures[0]

    # for the admin API

    @property
    def admin_token(self) -> str:
        """What callers of the admin API must show, where it was made here; else empty."""
        return next((admin.made_token for admin in self._admin), "")

    def readings(self, room: str) -> Mapping[str, int]:
        """A room's counters, those that are one number."""
        desk, _ = self._shown.desks[room]
        return {name: value for name, value in desk.readings().items() if isinstance(value, int)}

    def configuration(self) -> list[Setting]:
        """All options as they hold; secrets are veiled."""
        from hubbub.settings.inspection import in_force

        return in_force(self.settings)

    # inside

    async def _open_admin(self, *, is_beside: bool) -> Listening:
        """``is_beside``: all protocols take any port, and so does it, unless told otherwise."""
        admin = AdminPort(self.settings.admin, self, self._on_defect)
        self._admin.append(admin)
        self.before_end.append(admin.end_feeds)
        try:
            await admin.listen(is_beside=is_beside)
        except CannotListen as why:
            raise NoPlace(why, "admin.port") from None
        return Listening("admin", admin.site.host, admin.site.port)

    def _play_again(self) -> None:
        """The fixtures that the settings name, in a new world. Mistakes that their files got meanwhile are told, and no more."""
        if self.settings.fixtures.is_wanted:
            self.fixtures.open(may_fail=False)

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
            lateness=world.timer.lateness,
            data_dir=self.settings.data_dir,
            began_at=self._began_at,
            defects=self.defects,
        )

    def _announce_end(self) -> None:
        for fixtures in self._fixtures:
            fixtures.close()
        self._fixtures.clear()  # the next world has its own
        for hear in self.before_end:
            hear()

    async def _enter(self) -> None:
        """Open a world, and let it be this hub's."""
        world = await open_world(self.settings, self._places, self._on_defect)
        self._worlds = [world]
        self._shown = world
        self.broker = world.broker
        self.desks = {name: desk for name, (desk, _) in world.desks.items()}
        self.hatches = world.hatches
        for hear in self.on_open:
            hear(world.broker)

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
            self._play_again()
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
            self.broker.complaints.about(
                logging.getLogger(f"hubbub.{room.name}"),
                listener.port,
                (
                    logging.WARNING,
                    "%s refused %s:%d on port %d: %d connections are open there, the most allowed (%s.max_connections)",
                ),
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


def keep_tidy(broker: Broker) -> Callable[[], None]:
    """Retention and compaction, from time to time, as long as there is anything to keep in bounds; returns how to end it."""
    timer: list[Timer] = []
    compaction = Compaction(broker.topics, broker.engine, broker.clock, broker.turn)

    def tidy() -> None:
        broker.engine.tidy(broker.clock.now())
        compaction.tidy()
        timer[:] = [broker.clock.call_in(TIDY_SECONDS, tidy)]

    def end() -> None:
        timer[0].cancel()
        compaction.close()

    timer.append(broker.clock.call_in(TIDY_SECONDS, tidy))
    return end


def crumble(steps: Iterator[None], clock: Clock) -> None:
    """Take some steps in each pass of the loop until there are no more."""
    for _ in range(STEPS_AT_A_TIME):
        if next(steps, DONE) is DONE:
            return
    clock.soon(partial(crumble, steps, clock))


def log_defect(defect: Exception) -> None:
    """What happens to a bug of ours when nobody else wants to hear of it."""
    logging.getLogger("hubbub").error("a defect in Hubbub itself; please report it", exc_info=defect)
