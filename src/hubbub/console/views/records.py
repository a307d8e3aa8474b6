"""The records of a topic, browsed by offset, time and key."""

import asyncio
from typing import Annotated, Final

from msgspec import Meta, Struct

from hubbub.console.browsing import Found, Wanted, browse
from hubbub.console.office import Office
from hubbub.console.pages import Cursor, Limit, Listing, sealed, unsealed
from hubbub.console.route import Asked
from hubbub.console.showing import Form, FormAsked, Look, OctetsAsked, RecordShown, record_shown
from hubbub.console.views.topics import topic_of
from hubbub.core.errors import NotFound
from hubbub.core.partition import Partition
from hubbub.core.taps import record_of
from hubbub.core.timestamps import Place, first_at_or_after
from hubbub.octets.batch import Entry

FARTHEST: Final = (1 << 63) - 1


class Mark(Struct, frozen=True, array_like=True):
    """Where a page begins: a partition, and an offset in it; -1: where the request says."""

    partition: int
    offset: int


class Records(Asked, frozen=True):
    """Which records of a topic. A page may be short, even empty, and not the last: only a ``next`` of null says that this was all."""

    topic: str
    partition: Annotated[int, Meta(ge=-1, le=2_147_483_647, description="-1: all, one after the other.")] = -1
    offset: Annotated[
        int,
        Meta(
            ge=-FARTHEST,
            le=FARTHEST,
            description="Where to begin, in each partition; below 0: so many before its end.",
        ),
    ] = 0
    since: Annotated[
        int,
        Meta(
            ge=-1,
            le=FARTHEST,
            description="Begin at the first that is not older than this (wall time in ms), instead.",
        ),
    ] = -1
    key: Annotated[str, Meta(description="Only records with this key.")] = ""
    contains: Annotated[str, Meta(description="Only records whose value holds this text.")] = ""
    form: FormAsked = Form.AUTO
    octets: OctetsAsked = 64 * 1024
    limit: Limit = 100
    cursor: Cursor = ""


async def records(office: Office, asked: Records) -> Listing[RecordShown]:
    """Records of a topic."""
    broker = office.hub.broker
    partitions = partitions_of(office, asked)
    mark = unsealed(asked.cursor, Mark) if asked.cursor else Mark(partitions[0].index, -1)
    look = Look(asked.form, asked.octets)
    wanted = wish(asked)
    items: list[RecordShown] = []
    for partition in partitions:
        if partition.index < mark.partition:
            continue
        is_begun = partition.index == mark.partition and mark.offset >= 0
        offset = mark.offset if is_begun else await begin(partition, asked)
        found = await browse(partition.log, offset, asked.limit - len(items), wanted, broker.clock)
        items += shown(office, partition, found, look)
        if found.next is not None:
            return Listing(items, sealed(Mark(partition.index, found.next)))
    return Listing(items, None)


def partitions_of(office: Office, asked: Records) -> list[Partition]:
    """Those that are to be looked through. Raises `NotFound`."""
    partitions = topic_of(office, asked.topic).partitions
    if asked.partition < 0:
        return list(partitions)
    if asked.partition >= len(partitions):
        raise NotFound(
            f"topic {asked.topic!r} has {len(partitions)} partitions, and none of number {asked.partition}"
        )
    return [partitions[asked.partition]]


async def begin(partition: Partition, asked: Records) -> int:
    """The first offset to look at."""
    end = partition.high_watermark
    if asked.since < 0:
        return asked.offset if asked.offset >= 0 else end + asked.offset
    heard: asyncio.Future[Place | None] = asyncio.get_running_loop().create_future()

    def told(place: Place | None) -> None:
        if not heard.done():
            heard.set_result(place)

    first_at_or_after(partition, asked.since, told)
    place = await heard
    return end if place is None else place[0]


def wish(asked: Records) -> Wanted:
    """Whether a record is one of those that were asked for."""
    key, contains = asked.key.encode(), asked.contains.encode()

    def wanted(entry: Entry) -> bool:
        return (not key or entry.key == key) and (not contains or contains in (entry.value or b""))

    return wanted


def shown(office: Office, partition: Partition, found: Found, look: Look) -> list[RecordShown]:
    """As this API says them, in the neutral names."""
    address = partition.address
    translate = office.hub.broker.taps.translations.get(address.room)
    shown: list[RecordShown] = []
    for entry in found.entries:
        record = record_of(address, entry)
        record = record if translate is None else translate(record)
        shown.append(record_shown(record, look, partition.index, entry.offset))
    return shown
