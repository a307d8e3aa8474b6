"""How a `Producer` and a `Consumer` are to behave: settings by name, or the same from a file.

    broker:   {address: "localhost:9092", timeout_secs: 30, max_retries: 3}
    producer: {topic: events, required_acks: -1, batch_size: 100, flush_interval_ms: 100}
    consumer: {topic: events, group_id: readers, offset: -2, auto_commit: true}

Names and defaults are Rust-MQ's, whose files load unchanged. Where its own program takes another default from a file than in code (``offset``),
the one of the code holds for both.
"""

from os import PathLike, fspath
from pathlib import Path as File
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from hubbub.client.errors import ConfigError
from hubbub.documents.problems import BadDocument
from hubbub.documents.tree import parse
from hubbub.settings.loading import Loaded, Sources, load
from hubbub.settings.problems import BadSettings
from hubbub.settings.spellings import Dialect

EARLIEST: Final = -2
LATEST: Final = -1

Count = Annotated[int, Meta(ge=1, le=1_000_000)]
Milliseconds = Annotated[int, Meta(ge=1, le=3_600_000)]
Octets = Annotated[int, Meta(ge=1, le=1 << 30)]
Partition = Annotated[int, Meta(ge=0, le=1 << 30)] | None


class BrokerConfig(Struct, frozen=True, kw_only=True):
    """Where to go. The port is that of the Kafka protocol: ``hubbub serve --kafka-port 50051`` is where Rust-MQ's files look."""

    address: str = "http://localhost:50051"
    """``host:port``, several with commas between; ``http://`` in front of one says nothing and is allowed."""
    timeout_secs: Annotated[int, Meta(ge=1, le=3600)] = 30
    """For connecting, and for each answer that has no time of its own."""
    max_retries: Annotated[int, Meta(ge=0, le=1000)] = 3
    """How often connecting is tried again, half a second apart, when nobody is there."""


class ProducerConfig(Struct, frozen=True):
    """What a `Producer` does with what it is sent."""

    topic: str = ""
    partition: Partition = 0
    """Where messages go that name no other; None: their key decides, as Kafka's own clients do it, or else they take turns."""
    required_acks: Literal[-1, 0, 1] = 1
    """Who must have a message: 0 nobody, 1 the broker, -1 all that keep it, and then none is written twice."""
    timeout_ms: Milliseconds = 5000
    """How long a message may take to be acknowledged, new attempts included."""
    batch_size: Count = 100
    """Messages that travel together."""
    flush_interval_ms: Milliseconds = 100
    """How long a message waits for others."""


class ConsumerConfig(Struct, frozen=True):
    """What a `Consumer` reads, and what becomes of its place."""

    topic: str = ""
    partition: Partition = 0
    """The one to read; None: the members of the group share all partitions."""
    group_id: str | None = None
    """Whose place is kept. Where the group has one, reading goes on there, whatever ``offset`` says."""
    offset: Annotated[int, Meta(ge=-2)] = EARLIEST
    """Where to begin: -2 at the earliest record, -1 at what comes from now on, or at this offset."""
    max_bytes: Octets = 1_048_576
    """Octets of one answer of the broker; a larger record comes alone."""
    max_wait_ms: Milliseconds = 1000
    """How long the broker may wait until there are ``min_bytes``."""
    min_bytes: Octets = 1
    auto_commit: bool = False
    """Keep the group's place by itself: of what was handled, every ``auto_commit_interval_ms`` and at the end."""
    auto_commit_interval_ms: Milliseconds = 5000
    poll_interval_ms: Milliseconds = 1000
    """How long one `Consumer.poll` waits for a message; there is no wait between polls."""


class ClientConfig(Struct, frozen=True):
    """A file with all of it. A section that is not there has no topic."""

    broker: BrokerConfig = BrokerConfig()
    producer: ProducerConfig = ProducerConfig()
    consumer: ConsumerConfig = ConsumerConfig()

    @staticmethod
    def from_file(path: "str | PathLike[str]") -> "ClientConfig":
        """Read a YAML or JSON file. Raises `ConfigError` with file and line of each mistake."""
        return loaded(Sources(File(fspath(path))))

    @staticmethod
    def from_yaml(text: str) -> "ClientConfig":
        """The same for text at hand."""
        try:
            root, problems = parse(text, "the text")
        except BadDocument as bad:
            raise ConfigError(*map(str, bad.problems)) from None
        if problems:
            raise ConfigError(*map(str, problems))
        return loaded(Sources(given=root))


DIALECT: Final = Dialect(ClientConfig)


def loaded(sources: Sources) -> ClientConfig:
    """What holds. Raises `ConfigError`."""
    try:
        found: Loaded[ClientConfig] = load(DIALECT, sources)
    except BadSettings as bad:
        raise ConfigError(*map(str, bad.problems)) from None
    named = {path[0]: where for path, where in found.origins.items()}
    missing = [
        f"{named[section]}: {section} has no topic; name one"
        for section in ("producer", "consumer")
        if section in named and not getattr(found.settings, section).topic
    ]
    if missing:
        raise ConfigError(*missing)
    return found.settings
