"""Metrics: everything that is counted in a hub, as text for whoever scrapes it.

    metrics.text("text/plain")          all at once
    async for piece in metrics.pages    the same in pieces, with the loop's other work in between

Counters are plain numbers where the counted thing happens; nothing is added up before somebody asks.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from functools import partial
from typing import Final

from hubbub.model.clock import Clock
from hubbub.observe.cardinality import Cardinality
from hubbub.observe.commits import commits
from hubbub.observe.exposition import Format, chosen, text
from hubbub.observe.health import Health
from hubbub.observe.journal import journal
from hubbub.observe.parts import parts
from hubbub.observe.ports import ports
from hubbub.observe.process import process
from hubbub.observe.queues import queues
from hubbub.observe.rooms import rooms
from hubbub.observe.sheet import Sheet, Source
from hubbub.observe.streams import streams
from hubbub.observe.view import View

BREATH_SECONDS: Final = 0.002
"""How long a scrape works before it lets others come in between."""


class Metrics:
    """Of one hub, used on its loop."""

    __slots__ = ("_cardinality", "_sources", "_view")

    def __init__(self, view: Callable[[], View], most_rows: int, health: Health) -> None:
        self._view = view
        self._sources: Sequence[Source] = (partial(parts, health), *SOURCES)
        self._cardinality = Cardinality(most_rows)

    def text(self, accept: str = "") -> tuple[str, bytes]:
        """Content type and body, in the format that the header ``Accept`` asks for."""
        form = chosen(accept)
        return form.content_type, "".join(self._pieces(form)).encode(errors="replace")

    def content_type(self, accept: str = "") -> str:
        """Of what `pages` gives for the same header."""
        return chosen(accept).content_type

    async def pages(self, accept: str = "") -> AsyncIterator[bytes]:
        """The body in pieces; a large one lets the loop do other things on its way."""
        clock = self._view().broker.clock
        since = clock.elapsed()
        for piece in self._pieces(chosen(accept)):
            if piece:
                yield piece.encode(errors="replace")
            if clock.elapsed() - since > BREATH_SECONDS:
                await come_round(clock)
                since = clock.elapsed()

    def sheet(self) -> Sheet:
        """The bare numbers."""
        sheet, view = Sheet(), self._view()
        for source in self._sources:
            for _ in source(sheet, view):
                pass
        return sheet

    # inside

    def _pieces(self, form: Format) -> Iterator[str]:
        sheet, view = Sheet(), self._view()
        for source in self._sources:
            for _ in source(sheet, view):
                yield ""
        for family in sheet.families:
            yield from text(family, self._cardinality.rows(family), form)
        yield form.end


async def come_round(clock: Clock) -> None:
    """Return when the loop has come round."""
    passed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    clock.soon(partial(wake, passed))
    await passed


def wake(passed: "asyncio.Future[None]") -> None:
    """Who asked may have gone meanwhile."""
    if not passed.done():
        passed.set_result(None)


SOURCES: Final[Sequence[Source]] = (process, ports, rooms, streams, queues, commits, journal)
"""In the order of the text, behind the parts' health."""
