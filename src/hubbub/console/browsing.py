"""Looking through a log, a bounded piece at a time: what lies on disk is asked for and waited for, and others get their turn between batches."""

import asyncio
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from hubbub.console.breath import breathe
from hubbub.core.errors import OutOfRange
from hubbub.core.store import Owned
from hubbub.model.clock import Clock
from hubbub.octets.batch import Entry, read_header, records, split
from hubbub.octets.buffer import Buffer
from hubbub.octets.malformed import Malformed

READ_OCTETS: Final = 256 * 1024
MOST_OCTETS: Final = 8 << 20
"""Looked through for one page, whatever is found."""


class Found(Struct, frozen=True):
    """What was found, and the offset at which to go on; None: that was all there is."""

    entries: list[Entry]
    next: int | None


Wanted = Callable[[Entry], bool]


async def browse(log: Owned, offset: int, most: int, wanted: Wanted, clock: Clock) -> Found:
    """At most so many records from ``offset`` on that are wanted. Fewer, perhaps none, with a ``next`` where the piece that may be looked through is over.

    Batches that cannot be read are passed over, and so are those that say only how a transaction ended.
    """
    entries: list[Entry] = []
    offset = max(offset, log.start)
    looked = 0
    while offset < log.durable:
        if looked >= MOST_OCTETS:
            return Found(entries, offset)
        following = offset
        for view in await views_of(log, offset):
            for batch in split(view):
                header = read_header(batch)
                following = header.next_offset
                looked += len(batch)
                for entry in () if header.is_control else readable(batch):
                    if entry.offset >= offset and wanted(entry):
                        if len(entries) == most:
                            return Found(entries, entry.offset)
                        entries.append(entry)
                await breathe(clock)
        if following <= offset:
            break
        offset = following
    return Found(entries, None)


async def views_of(log: Owned, offset: int) -> list[memoryview]:
    """Whole batches from the one that holds ``offset`` on; none where they have gone meanwhile."""
    try:
        views = log.read(offset, READ_OCTETS)
    except OutOfRange:
        return []
    if views is not None:
        return views
    heard: asyncio.Future[list[memoryview]] = asyncio.get_running_loop().create_future()

    def done(found: list[memoryview]) -> None:
        if not heard.done():
            heard.set_result(found)

    log.fetch(offset, READ_OCTETS, done)
    return await heard


def readable(batch: Buffer) -> list[Entry]:
    """The records of a batch; none where they cannot be read."""
    try:
        return records(batch)
    except Malformed:
        return []
