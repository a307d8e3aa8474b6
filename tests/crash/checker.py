"""The judge of crash tests: reads what clients were told, and says in plain lines which promise was broken.

It is a program of its own and knows no hub, no protocol and no client::

    python -m tests.crash.checker account.json     prints what is wrong, a line each; ends with 1 if anything is

An account says of each stream of messages how often its sender sent each number, which were acknowledged, and what receivers found, in order;
and of each position (an offset, a retained message, what was deleted) what the hub had promised and what it said later. The promises:

- ``once``: all that was sent is there, once; for senders that go on until each number is acknowledged, in a protocol that numbers them;
- ``at most once``: nothing is there twice; what was acknowledged is there;
- ``at least once``: what was acknowledged is there; twice only where it was sent twice, or was said to come again.

Whatever was promised, numbers come in the order in which they were sent, each where it is found first.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Literal

from msgspec import Struct, json

_SHOWN = 10


class Stream(Struct, frozen=True, gc=False):
    """One sender's messages: the numbers from 0 on.

    ``sent``: how often each was sent, as far as the client knows. ``found``: number, and whether the hub said that it had been out before.
    Numbers below ``deleted`` may be gone, since somebody had them deleted.
    """

    name: str
    promise: Literal["once", "at most once", "at least once"]
    sent: list[int]
    acknowledged: list[int]
    found: list[tuple[int, bool]]
    deleted: int = 0


class Position(Struct, frozen=True, gc=False):
    """What must not go back: ``promised`` was acknowledged before ``said`` was asked for."""

    name: str
    promised: int
    said: int


class Account(Struct, frozen=True, gc=False):
    """All that one load was told."""

    streams: list[Stream]
    positions: list[Position]


def complaints(account: Account) -> Iterator[str]:
    """What was promised and not kept."""
    for stream in account.streams:
        for complaint in _of_stream(stream):
            yield f"{stream.name}: {complaint}"
    for position in account.positions:
        if position.said < position.promised:
            yield f"{position.name}: {position.promised} was promised, {position.said} is what the hub said later"


def _of_stream(stream: Stream) -> Iterator[str]:
    numbers = [number for number, _ in stream.found]
    there = set(numbers)
    owed = set(range(len(stream.sent))) if stream.promise == "once" else set(stream.acknowledged)
    if lost := sorted(number for number in owed - there if number >= stream.deleted):
        yield f"{len(lost)} messages are lost, among them {lost[:_SHOWN]}"
    if strange := sorted(number for number in there if number >= len(stream.sent) or not stream.sent[number]):
        yield f"nobody sent {strange[:_SHOWN]}"
    firsts = list(dict.fromkeys(numbers))
    if swapped := [pair for pair in pairwise(firsts) if pair[0] > pair[1]]:
        yield f"out of order: {swapped[:_SHOWN]}"
    if stream.promise == "at least once":
        fresh = Counter(number for number, again in stream.found if not again)
        twice = sorted(number for number, count in fresh.items() if count > stream.sent[number])
    else:
        twice = sorted(number for number, count in Counter(numbers).items() if count > 1)
    if twice:
        yield f"there more often than it may be: {twice[:_SHOWN]}"


def main(path: str) -> int:
    """The program."""
    found = list(complaints(json.decode(Path(path).read_bytes(), type=Account)))
    sys.stdout.writelines(f"{complaint}\n" for complaint in found)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
