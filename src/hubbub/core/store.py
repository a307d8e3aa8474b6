"""What an engine must offer: logs that have one owner, small state by name, and Commits that end.

The core and the rooms know these protocols and nothing else of an engine. One suite (`tests/engines`) runs on every engine.
All calls are made on the hub's one event loop; none of them blocks on a disk or a network.

Batches are record batch v2 (`octets.batch`), the house format: the engine stores them as they came, but for the base offset
and the epoch (octets 0-7 and 12-15, outside the checksum), which it writes when the order is fixed.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from msgspec import Struct

from hubbub.core.commit import Commit
from hubbub.octets.buffer import Buffer


class LogOptions(Struct, frozen=True, gc=False):
    """Bounds of one log. -1: no bound of its own (the hub's remain)."""

    retention_bytes: int = -1
    retention_ms: int = -1
    retention_records: int = -1
    segment_bytes: int = 1 << 30
    segment_ms: int = 7 * 24 * 3600 * 1000


class Owned(Protocol):
    """A log that this hub owns, with the epoch that proves it.

    ``start`` is the first offset kept, ``end`` the next to be given, ``durable`` the first that is not yet as safe as the
    engine promises (start <= durable <= end), ``size`` the bytes kept, those
    included that are trimmed but lie in one piece with others that are not. ``epoch`` grows by one with each acquisition; it is -1
    while ownership has not been won yet or is lost, and then ``append`` raises `Fenced`. A commit that does not end OK takes its
    offsets back: ``end`` is what it was before, as if nothing had been appended. ``reached`` is the offset behind the batches that `read` gave
    last, for who counts them.
    """

    @property
    def epoch(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def durable(self) -> int: ...
    @property
    def size(self) -> int: ...
    @property
    def reached(self) -> int: ...

    def append(self, batch: Buffer, count: int, max_timestamp: int, commit: Commit) -> int:
        """Take a copy of one whole batch of ``count`` offsets and return its base offset (the old ``end``).

        Synchronous: order is fixed on return, and a reader sees the batch once ``durable`` has passed it. ``max_timestamp`` is
        in milliseconds since the epoch. The batch is safe when ``commit`` ends OK. ``batch`` may be reused by the
        caller at once. Raises `Full` (nothing was written), `Fenced`, `Unavailable`.
        """
        ...

    def read(self, offset: int, max_bytes: int) -> list[memoryview] | None:
        """Whole batches from the one that holds ``offset``, up to ``max_bytes`` in all but at least one; views, not copies.

        Empty at ``durable`` and above. None when the batches are not at hand: ask `fetch`. The views stay valid as long as they
        are referenced. Raises `OutOfRange` below ``start`` or above ``end``.
        """
        ...

    def fetch(self, offset: int, max_bytes: int, done: Callable[[list[memoryview]], None]) -> None:
        """Like `read` for cold data; ``done`` is called once, at once or later, with an empty list if the data has gone meanwhile.

        It may get less than ``max_bytes`` although there is more.
        """
        ...

    def offset_for(self, timestamp: int) -> tuple[int, int] | None:
        """Base offset and max timestamp of the first batch whose max timestamp is >= ``timestamp`` (ms); None if there is none."""
        ...

    def newest(self) -> tuple[int, int] | None:
        """Base offset and max timestamp of the batch with the greatest max timestamp (the earliest such); None when empty."""
        ...

    def trim(self, before: int, commit: Commit) -> None:
        """Forget whole batches below offset ``before`` and let ``start`` be ``before`` (at most ``end``). Idempotent. Raises `Unavailable`."""
        ...

    def configure(self, options: LogOptions) -> None:
        """Change the bounds; they are enforced by later appends and by `Engine.tidy`."""
        ...

    def pieces(self) -> list[tuple[int, int]]:
        """Offsets (first, next) of the parts that `rewrite` takes, oldest first; what is being filled is not among them."""
        ...

    def rewrite(self, first: int, batches: Sequence[Buffer], commit: Commit, *, until: int = -1) -> None:
        """Put these whole batches in the place of the piece that begins at ``first``; for those who keep some records of it only.

        ``until``: of all pieces from that one on up to the one that ends there, which become one. The batches come in order, with
        offsets within the piece and the epochs they had (`octets.batch.retain`); none is allowed. Offsets that are gone are
        skipped by `read`, which answers with the next batch. Readers see the piece as it was, or as it is going to be, until
        the commit ends OK; a commit that fails leaves one of the two. Views of its old batches stay valid. Raises `NotFound` if there
        is no such piece (any more), or it is being written anew already, `Full`, `Unavailable`.
        """
        ...

    def on_lost(self, callback: Callable[[], None]) -> None:
        """Call back once if ownership goes to somebody else."""
        ...


class State(Protocol):
    """A small ordered key-value space for one purpose (``topics``, ``offsets``, ``retained`` ...), read from memory.

    Keys sort by code point. A write is visible to reads at once and safe when its Commit ends OK.
    """

    def get(self, key: str) -> bytes | None:
        """The value, or None."""
        ...

    def scan(self, prefix: str) -> Iterator[tuple[str, bytes]]:
        """Keys and values under a prefix, in order; a snapshot, so that the caller may write while iterating."""
        ...

    def put(self, key: str, value: bytes, commit: Commit) -> None:
        """Write. Raises `Full` or `Unavailable` (nothing was written)."""
        ...

    def delete(self, key: str, commit: Commit) -> None:
        """Forget a key; no error when it is not there."""
        ...


class Engine(Protocol):
    """One way of keeping things."""

    @property
    def outlives(self) -> bool:
        """Whether anything is still there after the process ended. Where not, callers may skip writes that only serve a restart."""
        ...

    @property
    def in_use(self) -> int:
        """Octets of memory in which records and states lie."""
        ...

    @property
    def capacity(self) -> int:
        """What ``in_use`` may come to."""
        ...

    @property
    def is_failing(self) -> bool:
        """Whether writes are refused until what is below works again."""
        ...

    def acquire(self, log: str, options: LogOptions) -> Owned:
        """Own the log of this name, made empty if it is not there. Owning twice returns the same log."""
        ...

    def drop(self, log: str, commit: Commit) -> None:
        """Delete a log with all it holds; views handed out stay valid. Idempotent."""
        ...

    def logs(self) -> list[str]:
        """Names of all logs that are there, in order."""
        ...

    def state(self, purpose: str) -> State:
        """The space for this purpose; the same object each time."""
        ...

    def purposes(self) -> list[str]:
        """Those for which there is a space, in order."""
        ...

    def seal(self, commit: Commit) -> None:
        """No more will join: end the commit, now or later, when all that was written with it is as safe as promised."""
        ...

    def tidy(self, now: int) -> None:
        """Enforce retention as of ``now`` (ms since the epoch) in a bounded slice of work. Called from time to time."""
        ...

    def close(self) -> None:
        """Write what is pending and let go of everything. Idempotent."""
        ...
