"""One run of a load: messages with the time in them, a bound on how many are under way, and what is said in the end."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from struct import Struct as Layout
from typing import Final
from uuid import uuid4

import click
from msgspec import Struct

from hubbub.cli.exits import Ends, Exit
from hubbub.cli.printing import Progress, flush, json_line, put
from hubbub.cli.working import wait

STAMP: Final = Layout(">d")
IDLE_SECONDS: Final = 10.0
BREATH: Final = 8
OPTIONS: Final = (
    click.option("-c", "-n", "--messages", type=click.IntRange(min=1), default=20_000, show_default=True, metavar="N", help="How many."),
    click.option("--size", type=click.IntRange(min=STAMP.size), default=1000, show_default=True, metavar="N", help="Octets of each."),
    click.option(
        "--window",
        type=click.IntRange(min=1),
        default=1000,
        show_default=True,
        metavar="N",
        help="At most so many are under way; 1 measures the way there and back.",
    ),
    click.option("--rate", type=click.FloatRange(min=0, min_open=True), metavar="N", help="At most N messages a second."),
)  # fmt: skip


class Load(Struct, frozen=True):
    """What is to be carried."""

    messages: int
    size: int
    window: int
    rate: float | None


def fresh_name() -> str:
    """Of a topic or queue that nobody else has."""
    return f"hubbub-bench-{uuid4().hex[:12]}"


class Course:
    """Sends `stamped` messages, is told of each that has `arrived`, and is over when all have."""

    __slots__ = ("_delays", "_first", "_last", "_load", "_padding", "_progress", "_room")

    def __init__(self, load: Load, what: str) -> None:
        self._load = load
        self._padding = bytes(load.size - STAMP.size)
        self._room = asyncio.Semaphore(load.window)
        self._delays: list[float] = []
        self._first = self._last = asyncio.get_running_loop().time()
        self._progress = Progress(what, load.messages)

    @property
    def is_over(self) -> bool:
        """All have arrived."""
        return len(self._delays) >= self._load.messages

    async def stamped(self) -> AsyncIterator[bytes]:
        """Messages to send, each when there is room for it and its time has come."""
        now = asyncio.get_running_loop().time
        self._first = now()
        for number in range(self._load.messages):
            if self._load.rate is not None and (early := self._first + number / self._load.rate - now()) > 0:
                await wait(early)
            if number % BREATH == 0:
                await wait(0)  # the other half, and the sockets, live on the same loop
            await self._room.acquire()
            yield STAMP.pack(now()) + self._padding

    def arrived(self, message: bytes) -> None:
        """One is here."""
        self._last = asyncio.get_running_loop().time()
        self._delays.append(self._last - float(STAMP.unpack_from(message)[0]))
        self._room.release()
        self._progress.step()

    async def drive(
        self, sending: Coroutine[object, object, None], hearing: Coroutine[object, object, None]
    ) -> None:
        """Do both until all have arrived. Raises what they raise, and `Ends` when nothing arrives any more."""
        tasks = {asyncio.ensure_future(sending), asyncio.ensure_future(hearing)}
        try:
            while True:
                before = len(self._delays)
                done, left = await asyncio.wait(
                    tasks, timeout=IDLE_SECONDS, return_when=asyncio.FIRST_EXCEPTION
                )
                for each in done:
                    each.result()
                if not left:
                    return
                if len(self._delays) == before:
                    few = f"{before} of {self._load.messages} messages"
                    raise Ends(Exit.FAILED, [f"nothing arrived for {IDLE_SECONDS:g} s: {few}"])
        finally:
            self._progress.end()
            for each in tasks:
                each.cancel()
            await asyncio.wait(tasks)

    def report(self, protocol: str, *, as_json: bool) -> None:
        """Rate and latency."""
        seconds = max(self._last - self._first, 1e-9)
        count, delays = len(self._delays), sorted(self._delays)
        rate, octets = count / seconds, count * self._load.size / seconds
        latency = {f"p{share}": 1000 * delays[(count - 1) * share // 100] for share in (50, 90, 99)}
        latency["max"] = 1000 * delays[-1]
        if as_json:
            facts = {
                "protocol": protocol,
                "messages": count,
                "size": self._load.size,
                "window": self._load.window,
                "seconds": round(seconds, 3),
                "messages_per_second": round(rate),
                "octets_per_second": round(octets),
                "latency_ms": {name: round(value, 3) for name, value in latency.items()},
            }
            put(json_line(facts))
        else:
            shown = ", ".join(f"{name} {value:.2f} ms" for name, value in latency.items())
            put(f"{count} messages of {self._load.size} octets in {seconds:.2f} s\n".encode())
            put(f"rate:    {rate:,.0f} messages/s, {octets / 1e6:,.1f} MB/s\n".encode())
            put(f"latency: {shown}\n".encode())
        flush()
