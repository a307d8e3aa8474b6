"""The offsets a group has committed, by topic and partition.

They are kept in the engine's state ``offsets``, one entry each; the key is a JSON array of group, topic and partition, so that
any name can stand in it.
"""

from collections.abc import Iterator

import msgspec
from msgspec import Struct

from hubbub.core.commit import Commit
from hubbub.core.store import State


class Committed(Struct, frozen=True, gc=False, array_like=True):
    """How far a group has come in one partition: the offset of the next record it wants."""

    offset: int
    leader_epoch: int
    """The epoch of the record before it, -1 if the group did not say."""
    note: str
    """The group's own text, kept as it came."""
    at: int
    """When it was committed, ms since the epoch."""
    expires_at: int = -1
    """When it is to be forgotten, if the committer said so (ms since the epoch); -1: by the hub's retention."""


class Offsets:
    """Of one group. Writes are seen at once, and safe when their Commit ends OK."""

    __slots__ = ("_by_topic", "_group", "_state")

    def __init__(self, group: str, state: State) -> None:
        self._group = group
        self._state = state
        self._by_topic: dict[str, dict[int, Committed]] = {}

    def __iter__(self) -> Iterator[tuple[str, int, Committed]]:
        """Topic, partition and what is committed, in the order of the first commits. A snapshot."""
        return iter(
            [
                (topic, partition, committed)
                for topic, partitions in self._by_topic.items()
                for partition, committed in partitions.items()
            ]
        )

    def __bool__(self) -> bool:
        return bool(self._by_topic)

    def find(self, topic: str, partition: int) -> Committed | None:
        """What is committed for one partition."""
        partitions = self._by_topic.get(topic)
        return None if partitions is None else partitions.get(partition)

    def put(self, topic: str, partition: int, committed: Committed, commit: Commit) -> None:
        """Commit. Raises `Full`, `Unavailable` (nothing was written)."""
        self._state.put(key(self._group, topic, partition), msgspec.msgpack.encode(committed), commit)
        self.load(topic, partition, committed)

    def load(self, topic: str, partition: int, committed: Committed) -> None:
        """What was kept by an earlier run."""
        self._by_topic.setdefault(topic, {})[partition] = committed

    def drop(self, topic: str, partition: int, commit: Commit) -> None:
        """Forget one; no error when there is none. Raises `Unavailable`."""
        partitions = self._by_topic.get(topic, {})
        if partition in partitions:
            self._state.delete(key(self._group, topic, partition), commit)
            del partitions[partition]
            if not partitions:
                del self._by_topic[topic]

    def topics(self) -> list[str]:
        """Those for which anything is committed."""
        return list(self._by_topic)

    def partitions(self, topic: str) -> list[int]:
        """Those of a topic for which something is committed."""
        return list(self._by_topic.get(topic, ()))

    def expire(self, now: int, idle_since: int, retention_ms: int, commit: Commit) -> None:
        """Forget what is older than the retention, counted from the commit or, if later, ``idle_since`` (all in ms)."""
        for topic, partition, committed in self:
            if committed.expires_at >= 0:
                is_expired = now >= committed.expires_at
            else:
                is_expired = retention_ms >= 0 and now - max(committed.at, idle_since) >= retention_ms
            if is_expired:
                self.drop(topic, partition, commit)


def key(group: str, topic: str, partition: int) -> str:
    """The name of one entry in the engine's state."""
    return msgspec.json.encode((group, topic, partition)).decode()


def kept(state: State) -> Iterator[tuple[str, str, int, Committed]]:
    """All entries of the engine's state: group, topic, partition, what is committed."""
    for name, value in state.scan(""):
        group, topic, partition = msgspec.json.decode(name, type=tuple[str, str, int])
        yield group, topic, partition, msgspec.msgpack.decode(value, type=Committed)
