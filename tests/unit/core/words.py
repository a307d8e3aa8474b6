"""What the tests of the core say again and again: a hub's core with nothing around it, on an engine that ends commits when told."""

from hubbub.core.checkpoint import Checkpoint
from hubbub.core.commit import Commit, Outcome
from hubbub.core.options import TopicOptions
from hubbub.core.partition import Appended, Around, Partition
from hubbub.core.store import LogOptions, Owned
from hubbub.core.taps import Taps
from hubbub.core.topics import Topics
from hubbub.core.turn import Turn
from hubbub.model.address import Address, Kind
from hubbub.model.clock import Action, Clock
from hubbub.octets.batch import Entry, Producer, build, check_batch, records, split
from hubbub.storage.memory.engine import MemoryEngine
from hubbub.storage.memory.options import MemoryOptions

START = 1_700_000_000
NOW = START * 1000


class PatientEngine(MemoryEngine):
    """Keeps what it is told for as long as the object lives. With ``is_quick`` False commits end by `end_commits`."""

    def __init__(self, options: MemoryOptions | None = None) -> None:
        super().__init__(options)
        self.sealed: list[Commit] = []
        self.is_quick = True

    @property
    def outlives(self) -> bool:
        return True

    def seal(self, commit: Commit) -> None:
        if self.is_quick:
            commit.end(Outcome.OK)
        else:
            self.sealed.append(commit)

    def end_commits(self, outcome: Outcome = Outcome.OK, count: int = -1) -> None:
        """End the oldest ``count`` commits, or all."""
        count = len(self.sealed) if count < 0 else count
        ending, self.sealed = self.sealed[:count], self.sealed[count:]
        for commit in ending:
            commit.end(outcome)


ROOM = "room"
ADDRESS = Address(ROOM, Kind.STREAM, ("t",))


class Core:
    """A clock moved by hand, a turn ended by hand, and the topics of an engine."""

    def __init__(self, engine: PatientEngine | None = None) -> None:
        self.soon: list[Action] = []
        self.engine = engine or PatientEngine()
        self.clock = Clock(lambda: 0.0, lambda: START, lambda when: None, self.soon.append)
        self.turn = Turn(self.soon.append, self.engine.seal)
        self.taps = Taps(self.clock, self.turn)
        self.topics = Topics(self.engine, self.clock, self.taps, ROOM)

    def end_turn(self) -> None:
        """Let the loop pass until nothing is left to do."""
        while self.soon:
            self.soon.pop(0)()

    def partition(self, options: TopicOptions | None = None) -> Partition:
        """One that belongs to no topic."""
        options = options or TopicOptions()
        log: Owned = self.engine.acquire("log", LogOptions())
        checkpoint = Checkpoint("log", self.engine.state("producers"), is_lasting=self.engine.outlives)
        return Partition(ADDRESS, 0, log, options, Around(self.clock, self.taps), checkpoint)

    def append(self, partition: Partition, octets: bytes) -> Appended:
        """In the turn that goes on."""
        return partition.append(octets, check_batch(octets), self.turn.commit)


def batch(*values: bytes, at: int = NOW, producer: tuple[int, int, int] = (-1, -1, -1)) -> bytes:
    """A batch of these values, all of the time ``at``; ``producer`` is id, epoch, first sequence."""
    return build([Entry(at, b"key", value) for value in values], producer=Producer(*producer))


def values(partition: Partition) -> list[bytes | None]:
    """All that a reader may see."""
    views = partition.log.read(partition.log.start, 1 << 30) or []
    return [
        entry.value
        for view in views
        for part in split(view)
        for entry in records(part)
        if entry.offset >= partition.log.start
    ]
