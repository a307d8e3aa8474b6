"""The topics of a hub or of a store: make, list, look at, delete."""

from collections.abc import Callable, Mapping
from typing import Protocol

from msgspec import Struct

from hubbub.client.errors import RefusedError
from hubbub.client.refusals import our_errors
from hubbub.console.commits import safe
from hubbub.core.broker import Broker
from hubbub.core.hatch import Hatch, StreamWanted
from hubbub.core.topics import Topic as Inner

ROOM = "kafka"
"""The protocol whose topics they are."""


class Inside(Protocol):
    """Where they are."""

    @property
    def broker(self) -> Broker: ...
    @property
    def hatches(self) -> Mapping[str, Hatch]: ...


class Topic(Struct, frozen=True):
    """A topic as it is now."""

    name: str
    partitions: int
    records: int
    """That are kept, in all partitions."""
    octets: int
    """That they take, as they are stored."""
    created_at: int
    """In ms since 1970."""
    settings: Mapping[str, str]
    """As they were set, in Kafka's names; what is not in it has its default."""


class Topics:
    """Made by `Hub.topics` and `Store.topics`."""

    __slots__ = ("_inside",)

    def __init__(self, inside: Callable[[], Inside]) -> None:
        self._inside = inside

    async def create(
        self,
        name: str,
        partitions: int = 0,
        *,
        retention_ms: int | None = None,
        retention_bytes: int | None = None,
        segment_bytes: int | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> Topic:
        """Make a topic; return when that is as safe as things are kept here.

        ``partitions`` 0: as many as a topic has that does not say. ``settings`` are others in Kafka's names, such as ``cleanup.policy``.
        Raises `RefusedError` for a name or a setting that cannot be, and where there is such a topic; `StorageError`.
        """
        inside = self._inside()
        wanted = dict(settings or {})
        for setting, value in (
            ("retention.ms", retention_ms),
            ("retention.bytes", retention_bytes),
            ("segment.bytes", segment_bytes),
        ):
            if value is not None:
                wanted[setting] = str(value)
        hatch = inside.hatches.get(ROOM)
        if hatch is None:
            raise RefusedError(f"topic {name}: this hub does not speak Kafka, and has no topics")
        with our_errors(f"topic {name}"):
            is_new = hatch.declare(StreamWanted(name, partitions, wanted))
            if not is_new:
                raise RefusedError(f"topic {name}: it is there already")
            await safe(inside.broker)
        return self.describe(name)

    def list(self) -> "list[Topic]":
        """All of them, by name."""
        return [topic_of(each) for each in sorted(self._inside().broker.topics, key=lambda each: each.name)]

    def describe(self, name: str) -> Topic:
        """One of them. Raises `RefusedError` where there is none."""
        return topic_of(self._found(name))

    async def delete(self, name: str) -> None:
        """Delete it with its records, and what groups have committed for it. Raises `RefusedError`, `StorageError`."""
        broker = self._inside().broker
        with our_errors(f"topic {name}"):
            broker.topics.delete(self._found(name), broker.turn.commit)
            await safe(broker)

    def _found(self, name: str) -> Inner:
        found = self._inside().broker.topics.find(name)
        if found is None:
            raise RefusedError(f"topic {name}: there is none")
        return found


def topic_of(topic: Inner) -> Topic:
    """As the library says it."""
    logs = [partition.log for partition in topic.partitions]
    return Topic(
        topic.name,
        len(logs),
        sum(log.durable - log.start for log in logs),
        sum(log.size for log in logs),
        topic.created_at,
        topic.settings,
    )
