"""Records as programs send and read them: of a `Producer`, a `Consumer` and a `Store`."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from hubbub.client.messages import octets_of, shown
from hubbub.octets.batch import Entry


class ProducerMessage(Struct, frozen=True):
    """What to send. Text travels as UTF-8; a value of None is a tombstone."""

    value: bytes | str | None = b""
    key: bytes | str | None = None
    partition: int | None = None
    """None: as the `ProducerConfig` says."""
    timestamp: int | None = None
    """In ms since 1970; None: now."""
    headers: Sequence[tuple[str, bytes]] = ()

    def with_key(self, key: bytes | str) -> "ProducerMessage":
        """The same with a key."""
        return replace(self, key=key)

    def to_partition(self, partition: int) -> "ProducerMessage":
        """The same for this partition."""
        return replace(self, partition=partition)


class ConsumedMessage(Struct, frozen=True):
    """A record of a topic. ``str`` of it is ``[topic:partition:offset] value``."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    timestamp: int
    """In ms since 1970."""
    headers: tuple[tuple[str, bytes | None], ...] = ()

    def value_as_string(self) -> str:
        """The value as text; of a tombstone "". Raises UnicodeDecodeError."""
        return (self.value or b"").decode()

    def __str__(self) -> str:
        return f"[{self.topic}:{self.partition}:{self.offset}] {shown(self.value or b'', most=10_000)}"


def entry_of(message: ProducerMessage | str | bytes, now: int) -> Entry:
    """As it is stored."""
    if not isinstance(message, ProducerMessage):
        message = ProducerMessage(message)
    timestamp = now if message.timestamp is None else message.timestamp
    return Entry(timestamp, octets_of(message.key), octets_of(message.value), tuple(message.headers))


def message_of(topic: str, partition: int, entry: Entry) -> ConsumedMessage:
    """As it is read."""
    return ConsumedMessage(
        topic, partition, entry.offset, entry.key, entry.value, entry.timestamp, entry.headers
    )
