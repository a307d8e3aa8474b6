"""What the tests of engines say again and again."""

from collections.abc import Callable, Iterable

from hubbub.core.commit import Commit, Outcome
from hubbub.core.store import Engine, LogOptions, Owned
from hubbub.octets.batch import Entry, build, read_header, records, split

ALL = 1 << 30


def batch(*values: bytes, at: int = 1_000) -> bytes:
    """A batch of these values, a millisecond apart from ``at`` on."""
    return build([Entry(at + delta, None, value) for delta, value in enumerate(values)])


def nothing_happens() -> None:
    """The next event of an engine that has none: whoever waits for one waits for ever."""
    raise AssertionError("nothing is under way, yet somebody waits")


class Bench:
    """An engine, one log in it, and ``wait``, which lets the next thing happen that the engine has to tell the loop."""

    def __init__(self, engine: Engine, wait: Callable[[], None] = nothing_happens) -> None:
        self.engine = engine
        self.wait = wait
        self.log: Owned = engine.acquire("log", LogOptions())

    def close(self) -> None:
        """Close the engine; no bug of ours was heard of."""
        self.engine.close()

    def settle(self, commit: Commit) -> Outcome:
        """Seal and wait for the outcome."""
        heard: list[Outcome] = []
        commit.join(heard.append)
        self.engine.seal(commit)
        while not heard:
            self.wait()
        return heard[0]

    def append(self, octets: bytes, log: Owned | None = None) -> int:
        """Append one batch and see it safe; its base offset."""
        commit = Commit()
        base = self.join(octets, commit, log)
        assert self.settle(commit) is Outcome.OK
        return base

    def join(self, octets: bytes, commit: Commit, log: Owned | None = None) -> int:
        """Append one batch under a commit; its base offset."""
        header = read_header(octets)
        return (log or self.log).append(octets, header.count, header.max_timestamp, commit)

    def trim(self, before: int) -> None:
        """Trim the log and see it safe."""
        commit = Commit()
        self.log.trim(before, commit)
        assert self.settle(commit) is Outcome.OK

    def read(self, offset: int, max_bytes: int = ALL) -> list[memoryview]:
        """The views at an offset, be they at hand or not."""
        views = self.log.read(offset, max_bytes)
        if views is None:
            heard: list[list[memoryview]] = []
            self.log.fetch(offset, max_bytes, heard.append)
            while not heard:
                self.wait()
            views = heard[0]
        return views

    def everything(self) -> list[tuple[int, bytes | None]]:
        """Offset and value of all records from ``start`` on, read in several goes."""
        found: list[tuple[int, bytes | None]] = []
        offset = self.log.start
        while offset < self.log.durable:
            views = self.read(offset, 5_000)
            found += values(views)
            offset = read_header(batches(views)[-1]).next_offset
        return found


def batches(views: Iterable[memoryview]) -> list[bytes]:
    """The batches in what a read returned, as octets."""
    return [bytes(part) for view in views for part in split(view)]


def values(views: Iterable[memoryview]) -> list[tuple[int, bytes | None]]:
    """Offset and value of all records in what a read returned."""
    return [(entry.offset, entry.value) for part in batches(views) for entry in records(part)]
