"""Topics and their partitions."""

from collections.abc import Mapping
from typing import Annotated, Final

from msgspec import Meta, Struct

from hubbub.console.commits import safe
from hubbub.console.office import Office
from hubbub.console.pages import Listing, Paged, number, page
from hubbub.console.rooms import hatch_of
from hubbub.console.route import Asked, Made
from hubbub.core.errors import AlreadyExists, NotFound
from hubbub.core.hatch import StreamWanted
from hubbub.core.partition import Partition
from hubbub.core.topics import MAX_PARTITIONS, Topic

NONE: Final = -1


class TopicShown(Struct, frozen=True):
    """A topic. ``records`` are offsets that are kept, ``octets`` what they take as they are stored."""

    name: str
    address: str
    id: str
    partitions: int
    records: int
    octets: int
    created_at: int
    settings: dict[str, str]


class PartitionShown(Struct, frozen=True):
    """``start`` is the first offset that is kept, ``end`` the next to be given that readers may see."""

    partition: int
    start: int
    end: int
    octets: int
    newest: int
    """The greatest timestamp in it, in ms; -1 where there is none."""


class Topics(Paged, frozen=True):
    """Those whose names hold this text."""

    contains: Annotated[str, Meta(description="Only topics whose names hold this text.")] = ""


class OneTopic(Asked, frozen=True):
    """By name."""

    topic: str


class Partitions(Paged, frozen=True, kw_only=True):
    """Of a topic."""

    topic: str


class NewTopic(Asked, frozen=True):
    """A topic that shall be there."""

    name: str
    partitions: Annotated[
        int, Meta(ge=0, le=MAX_PARTITIONS, description="0: as many as one has that does not say.")
    ] = 0
    settings: Annotated[
        Mapping[str, str], Meta(description="As clients set them, such as `retention.ms`.")
    ] = {}


async def listing(office: Office, asked: Topics) -> Listing[TopicShown]:
    """Topics, by name."""
    broker = office.hub.broker
    found = [topic for topic in broker.topics if asked.contains in topic.name]
    return await page(found, lambda topic: (topic.name,), shown, asked, broker.clock)


def topic(office: Office, asked: OneTopic) -> TopicShown:
    """One topic."""
    return shown(topic_of(office, asked.topic))


async def create(office: Office, asked: NewTopic) -> Made[TopicShown]:
    """Make a topic. It is no error when it is there and is the same."""
    hub = office.hub
    hatch = hatch_of(hub, hub.topics_room)
    is_new = hatch.declare(StreamWanted(asked.name, asked.partitions, asked.settings))
    await safe(hub.broker)
    made = shown(topic_of(office, asked.name))
    is_same = asked.partitions in (0, made.partitions) and asked.settings.items() <= made.settings.items()
    if not is_new and not is_same:
        raise AlreadyExists(f"topic {asked.name!r} is there already, and is not the same")
    return Made(made, is_new)


async def delete(office: Office, asked: OneTopic) -> None:
    """Delete a topic with its records, and what groups have committed for it."""
    broker = office.hub.broker
    broker.topics.delete(topic_of(office, asked.topic), broker.turn.commit)
    await safe(broker)


async def partitions(office: Office, asked: Partitions) -> Listing[PartitionShown]:
    """The partitions of a topic."""
    found = list(topic_of(office, asked.topic).partitions)
    return await page(
        found, lambda partition: (number(partition.index),), partition_shown, asked, office.hub.broker.clock
    )


def topic_of(office: Office, name: str) -> Topic:
    """Raises `NotFound`."""
    found = office.hub.broker.topics.find(name)
    if found is None:
        raise NotFound(f"there is no topic {name!r}")
    return found


def shown(topic: Topic) -> TopicShown:
    """As this API says it."""
    logs = [partition.log for partition in topic.partitions]
    return TopicShown(
        name=topic.name,
        address=str(topic.partitions[0].address),
        id=str(topic.id),
        partitions=len(logs),
        records=sum(log.durable - log.start for log in logs),
        octets=sum(log.size for log in logs),
        created_at=topic.created_at,
        settings=topic.settings,
    )


def partition_shown(partition: Partition) -> PartitionShown:
    """As this API says it."""
    log = partition.log
    newest = log.newest()
    return PartitionShown(
        partition.index, log.start, partition.high_watermark, log.size, NONE if newest is None else newest[1]
    )
