"""A program to be killed: publishes into a data directory, trims and writes anew there, as fast as it can, and says what was acknowledged.

Arguments: the directory, the fsync policy, a seed. Each line: the ends of all logs, their starts and the state's count, all acknowledged.
Record values say log and offset, so that a checker needs nothing but the directory and these lines.
"""

import os
import sys
import time
from collections import deque
from contextlib import suppress
from queue import SimpleQueue
from random import Random

from hubbub.core.commit import Commit, Outcome
from hubbub.core.errors import NotFound, OutOfRange
from hubbub.core.store import LogOptions, Owned
from hubbub.model.clock import Action, Clock
from hubbub.octets.batch import Entry, build, read_header, split
from hubbub.storage.segments.engine import SegmentsEngine
from hubbub.storage.segments.options import SegmentsOptions

LOGS = 4


def value_of(log: int, offset: int, size: int) -> bytes:
    return b"%d/%d/" % (log, offset) + bytes(size)


def main(directory: str, fsync: str, seed: str) -> None:
    random = Random(seed)
    events: SimpleQueue[Action] = SimpleQueue()
    clock = Clock(steady=time.monotonic, wall=time.time, arm=lambda when: None, soon=events.put)
    engine = SegmentsEngine(directory, SegmentsOptions(fsync=fsync, chunk_bytes=64 << 10), clock, events.put)
    logs = [engine.acquire(f"log {number}", LogOptions(segment_bytes=200_000)) for number in range(LOGS)]
    state = engine.state("count")
    count = int(state.get("n") or b"0")
    waiting: deque[Commit] = deque()
    os.write(1, b"ready\n")
    while True:
        clock.run_due()
        commit = Commit()
        for _ in range(random.randint(1, 6)):
            number = random.randrange(LOGS)
            log, size = logs[number], random.choice((0, 10, 900, 30_000))
            entries = [
                Entry(delta, None, value_of(number, log.end + delta, size))
                for delta in range(random.randint(1, 3))
            ]
            log.append(build(entries), len(entries), len(entries) - 1, commit)
            if random.random() < 0.02:
                log.trim(random.randint(log.start, log.durable), commit)
            if random.random() < 0.02 and log.pieces():
                first, _ = random.choice(log.pieces())
                _, following = random.choice([piece for piece in log.pieces() if piece[0] >= first])
                with suppress(NotFound, OutOfRange):  # trimmed meanwhile
                    log.rewrite(first, whole(log, first, following, events), commit, until=following)
        count += 1
        state.put("n", b"%d" % count, commit)
        line = " ".join(map(str, [*(log.end for log in logs), *(log.start for log in logs), count]))
        commit.join(lambda outcome, line=line: say(outcome, line))
        engine.seal(commit)
        waiting.append(commit)
        while waiting and (waiting[0].outcome is not None or len(waiting) > 8):
            if waiting[0].outcome is None:
                events.get()()
            else:
                waiting.popleft()


def whole(log: Owned, first: int, following: int, events: SimpleQueue[Action]) -> list[bytes]:
    """All batches of a piece that are not trimmed: written anew, it holds what it held."""
    found: list[bytes] = []
    offset = max(first, log.start)
    while offset < following:
        views = log.read(offset, 1 << 20)
        arrived = [] if views is None else [views]
        if views is None:
            log.fetch(offset, 1 << 20, arrived.append)
        while not arrived:
            events.get()()
        for batch in (batch for view in arrived[0] for batch in split(view)):
            header = read_header(batch)
            if offset < header.next_offset <= following:
                found.append(bytes(batch))
            offset = max(offset, header.next_offset)
    return found


def say(outcome: Outcome, line: str) -> None:
    if outcome is Outcome.OK:
        os.write(1, line.encode() + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
