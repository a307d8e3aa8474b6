"""The default engine: everything in this process's memory, bounded, and gone with it.

Nothing is promised beyond the process, so a Commit ends the moment it is sealed. A log's own limit drops its oldest records; the
engine's limit refuses new ones with `Full`.
"""

from typing import Final

from hubbub.core.commit import OK, Commit
from hubbub.core.store import LogOptions
from hubbub.storage.chunks import Pool
from hubbub.storage.memory.log import MemoryLog
from hubbub.storage.memory.options import MemoryOptions
from hubbub.storage.memory.state import MemoryState

_LOGS_AT_A_TIME: Final = 1000


class MemoryEngine:
    """`core.store.Engine`."""

    __slots__ = ("_due", "_logs", "_options", "_pool", "_states")

    def __init__(self, options: MemoryOptions | None = None) -> None:
        self._options = options or MemoryOptions()
        self._pool = Pool(self._options.max_bytes, self._options.chunk_bytes, self._options.pool_bytes)
        self._logs: dict[str, MemoryLog] = {}
        self._states: dict[str, MemoryState] = {}
        self._due: list[MemoryLog] = []

    @property
    def outlives(self) -> bool:
        return False

    @property
    def in_use(self) -> int:
        """Octets of memory in all logs and states, of ``max_bytes``."""
        return self._pool.in_use

    @property
    def capacity(self) -> int:
        return self._pool.max_bytes

    @property
    def is_failing(self) -> bool:
        return False

    def acquire(self, log: str, options: LogOptions) -> MemoryLog:
        owned = self._logs.get(log)
        if owned is None:
            owned = self._logs[log] = MemoryLog(log, options, self._pool, self._options.max_log_bytes)
        return owned

    def drop(self, log: str, commit: Commit) -> None:  # noqa: ARG002 - safe at once
        owned = self._logs.pop(log, None)
        if owned is not None:
            owned.drop()

    def logs(self) -> list[str]:
        return sorted(self._logs)

    def state(self, purpose: str) -> MemoryState:
        found = self._states.get(purpose)
        if found is None:
            found = self._states[purpose] = MemoryState(self._pool)
        return found

    def purposes(self) -> list[str]:
        return sorted(self._states)

    def seal(self, commit: Commit) -> None:
        commit.end(OK)

    def tidy(self, now: int) -> None:
        if not self._due:
            self._due = list(self._logs.values())
        due, self._due = self._due[:_LOGS_AT_A_TIME], self._due[_LOGS_AT_A_TIME:]
        for log in due:
            log.tidy(now)

    def close(self) -> None:
        for log in self._logs.values():
            log.drop()
        self._logs.clear()
        self._states.clear()
        self._due.clear()
