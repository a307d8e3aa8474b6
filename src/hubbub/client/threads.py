"""`Topics`, `Groups` and `Metrics` of a hub in a thread of its own, for any other thread: each method is that of theirs."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Protocol, TypeVar

from hubbub.client.figures import Figures
from hubbub.client.groups import Group
from hubbub.client.hub import Hub
from hubbub.client.topics import Topic

T = TypeVar("T")


class Elsewhere(Protocol):
    """A hub with a loop of its own."""

    @property
    def hub(self) -> Hub: ...
    def call(self, work: Coroutine[object, object, T]) -> T: ...
    def ask(self, question: Callable[[], T]) -> T: ...


class RunningTopics:
    """Made by `RunningHub.topics`."""

    __slots__ = ("_there",)

    def __init__(self, there: Elsewhere) -> None:
        self._there = there

    def create(
        self,
        name: str,
        partitions: int = 0,
        *,
        retention_ms: int | None = None,
        retention_bytes: int | None = None,
        segment_bytes: int | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> Topic:
        """`Topics.create`."""
        return self._there.call(
            self._there.hub.topics.create(
                name,
                partitions,
                retention_ms=retention_ms,
                retention_bytes=retention_bytes,
                segment_bytes=segment_bytes,
                settings=settings,
            )
        )

    def list(self) -> "list[Topic]":
        """`Topics.list`."""
        return self._there.ask(self._there.hub.topics.list)

    def describe(self, name: str) -> Topic:
        """`Topics.describe`."""
        return self._there.ask(lambda: self._there.hub.topics.describe(name))

    def delete(self, name: str) -> None:
        """`Topics.delete`."""
        self._there.call(self._there.hub.topics.delete(name))


class RunningGroups:
    """Made by `RunningHub.groups`."""

    __slots__ = ("_there",)

    def __init__(self, there: Elsewhere) -> None:
        self._there = there

    def list(self) -> "list[Group]":
        """`Groups.list`."""
        return self._there.ask(self._there.hub.groups.list)

    def describe(self, group_id: str) -> Group:
        """`Groups.describe`."""
        return self._there.ask(lambda: self._there.hub.groups.describe(group_id))

    def delete(self, group_id: str) -> None:
        """`Groups.delete`."""
        self._there.call(self._there.hub.groups.delete(group_id))


class RunningMetrics:
    """Made by `RunningHub.metrics`."""

    __slots__ = ("_there",)

    def __init__(self, there: Elsewhere) -> None:
        self._there = there

    def snapshot(self) -> Figures:
        """`Metrics.snapshot`."""
        return self._there.ask(lambda: self._there.hub.metrics.snapshot())

    def text(self, accept: str = "") -> str:
        """`Metrics.text`."""
        return self._there.ask(lambda: self._there.hub.metrics.text(accept))
