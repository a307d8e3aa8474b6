"""What a command sends: a value of the command line, the lines of a file, or those of standard input as they come.

A pipe is read in a thread, so that the connection stays alive while nobody types.
"""

import asyncio
import io
import os
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from typing import BinaryIO, Final

import click
from msgspec import Struct

from hubbub.cli.exits import Ends, Exit
from hubbub.cli.reaching import reason

CHUNK: Final = 1 << 16
AHEAD: Final = 16
STDIN: Final = "-"


class Source(Struct, frozen=True):
    """Where the records of a call come from. One of ``value``, ``file`` is given, or the command line was wrong."""

    value: str | None
    file: str | None
    is_whole: bool = False
    count: int = 1
    """How often a value is sent."""

    async def records(self) -> AsyncIterator[bytes]:
        """One after the other."""
        if self.value is not None and self.value != STDIN:
            for _ in range(self.count):
                yield self.value.encode()
            return
        stream = opened(self.file) if self.file and self.file != STDIN else sys.stdin.buffer
        chunks = read(stream)
        if self.is_whole:
            yield b"".join([chunk async for chunk in chunks])
            return
        async for line in lines(chunks):
            yield line


def source(value: str | None, file: str | None, dash: str | None, flag: str) -> tuple[str | None, str | None]:
    """What was given, once. ``dash`` is the lone argument ``-``. Raises `click.UsageError` at none and at more than one."""
    if dash not in (None, STDIN):
        raise click.UsageError(
            f"there is no argument {dash!r}; `-` reads standard input, and {flag} is what is sent"
        )
    given = [each for each in (value, file, dash) if each is not None]
    if len(given) != 1:
        much = "only one of" if given else "one of"
        raise click.UsageError(f"give {much} {flag} VALUE, --file FILE and `-` for standard input")
    return value, file if dash is None else STDIN


def opened(file: str) -> BinaryIO:
    """The file. Ends the command when it cannot be read."""
    try:
        return open(file, "rb")
    except OSError as error:
        raise Ends(Exit.USAGE, [f"--file: {file} cannot be read: {reason(error)}"]) from None


async def read(stream: BinaryIO) -> AsyncIterator[bytes]:
    """Chunks as they come; closes files, leaves standard input."""
    try:
        number = stream.fileno()
    except (OSError, io.UnsupportedOperation):
        yield stream.read()  # no file of the system's: what is there is all there is
        return
    loop = asyncio.get_running_loop()
    queue: asyncio.Queue[bytes] = asyncio.Queue()
    room = threading.Semaphore(AHEAD)

    def pump() -> None:
        # os.read, not the stream: a thread that sleeps in a buffered stream holds its lock, and the interpreter cannot end
        while room.acquire():
            try:
                chunk = os.read(number, CHUNK)
                loop.call_soon_threadsafe(queue.put_nowait, chunk)
            except (OSError, RuntimeError):  # the loop is gone: nobody wants more
                return
            if not chunk:
                return

    threading.Thread(target=pump, name="input", daemon=True).start()
    while chunk := await queue.get():
        room.release()
        yield chunk
    if number > 2:
        stream.close()


async def lines(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Lines without their ends; a last line without one counts."""
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.removesuffix(b"\r")
    if rest:
        yield rest


def pairs(given: tuple[str, ...], flag: str) -> Iterator[tuple[str, str]]:
    """Names and values of ``name:value`` and ``name=value``, whichever sign comes first. Raises `click.UsageError`."""
    for text in given:
        cut = min((at for at in (text.find("="), text.find(":")) if at > 0), default=0)
        if not cut:
            raise click.UsageError(f"{flag}: {text!r} is neither name=value nor name:value")
        yield text[:cut], text[cut + 1 :].lstrip(" ") if text[cut] == ":" else text[cut + 1 :]
