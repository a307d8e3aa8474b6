"""Topics by name and by id, and their partitions.

A topic that is deleted and made again is another topic: it has a new id and new logs. Definitions are kept in the engine's
state ``topics``; partitions are acquired when the hub opens, or when the topic is made.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from typing import Final
from uuid import UUID, uuid4

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from hubbub.core.checkpoint import Checkpoint
from hubbub.core.commit import Commit
from hubbub.core.errors import AlreadyExists, Invalid, NotFound, TooMany
from hubbub.core.options import TopicOptions
from hubbub.core.partition import Around, Partition
from hubbub.core.store import Engine
from hubbub.core.taps import Taps
from hubbub.model.address import Address, Kind
from hubbub.model.clock import Clock

MAX_PARTITIONS: Final = 10_000
LOG: Final = logging.getLogger("hubbub.topics")


class Definition(Struct, frozen=True):
    """A topic as it is kept. ``settings`` are the room's own texts, ``options`` what they mean."""

    id: UUID
    partitions: int
    options: TopicOptions
    settings: dict[str, str]
    created_at: int


class Topic:
    """A named set of partitions."""

    __slots__ = ("created_at", "id", "name", "options", "partitions", "settings")

    def __init__(self, name: str, definition: Definition, partitions: list[Partition]) -> None:
        self.name = name
        self.id = definition.id
        self.options = definition.options
        self.settings = definition.settings
        self.created_at = definition.created_at
        self.partitions = partitions

    @property
    def definition(self) -> Definition:
        """What is kept of it."""
        return Definition(self.id, len(self.partitions), self.options, self.settings, self.created_at)


class Topics:
    """All topics of a hub. ``generation`` grows with every change, for those who keep answers ready. ``room`` is whose addresses they have.

    ``most``: partitions that all of them together may have. Those that the engine has kept are there whatever it says.
    """

    __slots__ = (
        "_around",
        "_by_id",
        "_by_name",
        "_count",
        "_engine",
        "_most",
        "_on_deleted",
        "_room",
        "_state",
        "generation",
        "records_gone",
    )

    def __init__(self, engine: Engine, clock: Clock, taps: Taps, room: str, most: int = 1_000_000) -> None:
        self._engine = engine
        self._around = Around(clock, taps)
        self._room = room
        self._most = most
        self._count = 0
        self._state = engine.state("topics")
        self._by_name: dict[str, Topic] = {}
        self._by_id: dict[bytes, Topic] = {}
        self._on_deleted: list[Callable[[Topic], None]] = []
        self.generation = 0
        self.records_gone = 0
        """`Partition.records_gone` of topics that are deleted."""
        for name, kept in self._state.scan(""):
            self._add(name, msgspec.json.decode(kept, type=Definition))

    def __iter__(self) -> Iterator[Topic]:
        return iter(list(self._by_name.values()))

    def partitions(self) -> Iterator[Partition]:
        """Those of all topics."""
        for topic in self:
            yield from topic.partitions

    def __len__(self) -> int:
        return len(self._by_name)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def find(self, name: str) -> Topic | None:
        """By name."""
        return self._by_name.get(name)

    def find_id(self, octets: bytes) -> Topic | None:
        """By the 16 octets of its id."""
        return self._by_id.get(octets)

    def partition(self, name: str, index: int) -> Partition | None:
        """One partition, by its topic's name."""
        topic = self._by_name.get(name)
        if topic is None or not 0 <= index < len(topic.partitions):
            return None
        return topic.partitions[index]

    def create(
        self, name: str, partitions: int, options: TopicOptions, settings: Mapping[str, str], commit: Commit
    ) -> Topic:
        """Make a topic. Raises `AlreadyExists`, `Invalid` (partition count), `TooMany`, `Full`."""
        if name in self._by_name:
            raise AlreadyExists(f"topic {name!r} exists already")
        check_partitions(partitions)
        self.check_room(partitions)
        definition = Definition(uuid4(), partitions, options, dict(settings), self._around.clock.now())
        self._keep(name, definition, commit)
        LOG.debug("created %r with %d partitions", name, partitions)
        return self._add(name, definition)

    def check_room(self, partitions: int) -> None:
        """Raises `TooMany` where there is no room for so many more."""
        if self._count + partitions > self._most:
            raise TooMany(f"{partitions} partitions more: {self._count} of at most {self._most} are there")

    def delete(self, topic: Topic, commit: Commit) -> None:
        """Forget a topic and its records; whoever waits at its partitions is woken. Raises `NotFound`, `Unavailable`."""
        if self._by_name.get(topic.name) is not topic:
            raise NotFound(f"topic {topic.name!r} is gone already")
        self._state.delete(topic.name, commit)
        del self._by_name[topic.name]
        del self._by_id[topic.id.bytes]
        self._count -= len(topic.partitions)
        self.generation += 1
        LOG.debug("deleted %r", topic.name)
        for partition in topic.partitions:
            self.records_gone += partition.records_gone
            self._engine.drop(log_name(topic.id, partition.index), commit)
            partition.retire(commit)
        for heard in self._on_deleted:
            heard(topic)

    def extend(self, topic: Topic, partitions: int, commit: Commit) -> None:
        """Let a topic have this many partitions. Raises `Invalid` when that is not more than it has, `TooMany`, `Full`."""
        if partitions <= len(topic.partitions):
            raise Invalid(
                f"topic {topic.name!r} has {len(topic.partitions)} partitions; {partitions} would not be more"
            )
        check_partitions(partitions)
        self.check_room(partitions - len(topic.partitions))
        self._keep(topic.name, replace(topic.definition, partitions=partitions), commit)
        self._count += partitions - len(topic.partitions)
        for index in range(len(topic.partitions), partitions):
            topic.partitions.append(self._acquire(topic.name, topic.id, index, topic.options))

    def configure(
        self, topic: Topic, options: TopicOptions, settings: Mapping[str, str], commit: Commit
    ) -> None:
        """Replace a topic's options; they hold from the next record on. Raises `Full`."""
        settings = dict(settings)
        self._keep(topic.name, replace(topic.definition, options=options, settings=settings), commit)
        topic.options = options
        topic.settings = settings
        for partition in topic.partitions:
            partition.options = options
            partition.log.configure(options.for_log())

    def take_apart(self) -> list[Topic]:
        """All topics, which nobody finds here any more; see `letting_go`."""
        topics = list(self._by_name.values())
        self._by_name.clear()
        self._by_id.clear()
        self._count = 0
        return topics

    def on_deleted(self, heard: Callable[[Topic], None]) -> None:
        """Tell of each topic that goes (groups drop its offsets)."""
        self._on_deleted.append(heard)

    def _keep(self, name: str, definition: Definition, commit: Commit) -> None:
        """First of all: where the engine is full nothing else may have changed."""
        self._state.put(name, msgspec.json.encode(definition), commit)
        self.generation += 1

    def _add(self, name: str, definition: Definition) -> Topic:
        partitions = [
            self._acquire(name, definition.id, index, definition.options)
            for index in range(definition.partitions)
        ]
        topic = Topic(name, definition, partitions)
        self._by_name[name] = topic
        self._by_id[topic.id.bytes] = topic
        self._count += len(partitions)
        return topic

    def _acquire(self, topic: str, topic_id: UUID, index: int, options: TopicOptions) -> Partition:
        name = log_name(topic_id, index)
        log = self._engine.acquire(name, options.for_log())
        checkpoint = Checkpoint(name, self._engine.state("producers"), is_lasting=self._engine.outlives)
        address = Address(self._room, Kind.STREAM, (topic,))
        return Partition(address, index, log, options, self._around, checkpoint)


def log_name(topic_id: UUID, index: int) -> str:
    """The engine's name for a partition's log."""
    return f"topic/{topic_id.hex}/{index}"


def check_partitions(count: int) -> None:
    """Raises `Invalid` outside 1 to 10,000."""
    if not 1 <= count <= MAX_PARTITIONS:
        raise Invalid(f"{count} partitions: a topic has 1 to {MAX_PARTITIONS}")
