"""Metrics: everything that is counted in a hub, as text for whoever scrapes it.

    metrics.text("text/plain")          all at once
    async for piece in metrics.pages    the same in pieces, with the loop's other work in between

Counters are plain numbers where the counted thing happens; nothing is added up before somebody asks.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import partial
from typing import Final

from hubbub.model.clock import Clock
from hubbub.observe.cardinality import Cardinality
from hubbub.observe.exposition import Format, chosen, text
from hubbub.observe.sheet import Sheet, Source

BREATH_SECONDS: Final = 0.002
"""How long a scrape works before it lets others come in between."""


class Metrics:
    """Of one hub, used on its loop."""

    __slots__ = ("_cardinality", "_clock", "_sources")

    def __init__(self, sources: Sequence[Source], clock: Clock, most_rows: int) -> None:
        self._sources = sources
        self._clock = clock
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
        since = self._clock.elapsed()
        for piece in self._pieces(chosen(accept)):
            if piece:
                yield piece.encode(errors="replace")
            if self._clock.elapsed() - since > BREATH_SECONDS:
                await self._breath()
                since = self._clock.elapsed()

    def sheet(self) -> Sheet:
        """The bare numbers."""
        sheet = Sheet()
        for source in self._sources:
            for _ in source.fill(sheet):
                pass
        return sheet

    # inside

    def _pieces(self, form: Format) -> Iterator[str]:
        sheet = Sheet()
        for source in self._sources:
            for _ in source.fill(sheet):
                yield ""
        for family in sheet.families:
            yield from text(family, self._cardinality.rows(family), form)
        yield form.end

    async def _breath(self) -> None:
        """Until the loop has come round."""
        passed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._clock.soon(partial(come_round, passed))
        await passed


def come_round(passed: "asyncio.Future[None]") -> None:
    """The loop has come round; who asked may have gone meanwhile."""
    if not passed.done():
        passed.set_result(None)
