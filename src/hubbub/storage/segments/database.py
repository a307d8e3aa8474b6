"""The engine's SQLite database: state by purpose and key, and the table of logs. Opened by whoever opens the engine, then used by the
writer's thread alone. Raises `sqlite3.Error`.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

_TABLES: Final = """
CREATE TABLE IF NOT EXISTS state (purpose TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, PRIMARY KEY (purpose, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS logs (directory INTEGER PRIMARY KEY, name TEXT NOT NULL, start INTEGER NOT NULL, epoch INTEGER NOT NULL);
"""


class Row(Struct, frozen=True, gc=False):
    """What is known of a log beside its segments. ``epoch`` -1: the log is no more."""

    directory: int
    name: str
    start: int
    epoch: int


class Database:
    """``is_sync``: a commit returns when it is on the disk."""

    __slots__ = ("_connection", "_path")

    def __init__(self, path: str, *, is_sync: bool) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute(f"PRAGMA synchronous = {'FULL' if is_sync else 'NORMAL'}")
        self._connection.executescript(_TABLES)

    @property
    def journal(self) -> str:
        """The file that holds what was committed last."""
        return self._path + "-wal"

    def rows(self) -> list[Row]:
        """All logs."""
        return [
            Row(*row)
            for row in self._connection.execute(
                "SELECT directory, name, start, epoch FROM logs ORDER BY directory"
            )
        ]

    def entries(self) -> Iterator[tuple[str, str, bytes]]:
        """All state: purpose, key, value; in order."""
        return self._connection.execute("SELECT purpose, key, value FROM state ORDER BY purpose, key")

    def save(self, entries: Iterable[tuple[tuple[str, str], bytes | None]], rows: Iterable[Row]) -> None:
        """Write all of this or nothing; a value of None deletes."""
        execute = self._connection.execute
        execute("BEGIN IMMEDIATE")
        try:
            for (purpose, key), value in entries:
                if value is None:
                    execute("DELETE FROM state WHERE purpose = ? AND key = ?", (purpose, key))
                else:
                    execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", (purpose, key, value))
            for row in rows:
                if row.epoch < 0:
                    execute("DELETE FROM logs WHERE directory = ?", (row.directory,))
                else:
                    execute(
                        "INSERT OR REPLACE INTO logs VALUES (?, ?, ?, ?)",
                        (row.directory, row.name, row.start, row.epoch),
                    )
            execute("COMMIT")
        except sqlite3.Error:
            if self._connection.in_transaction:
                execute("ROLLBACK")
            raise

    def complaints(self) -> list[str]:
        """What SQLite's own check finds; empty when all is well."""
        found = [str(row[0]) for row in self._connection.execute("PRAGMA integrity_check(10)")]
        return [] if found == ["ok"] else found

    def close(self) -> None:
        self._connection.close()


def open_to_look(path: str) -> Database:
    """The database of a stopped directory. FileNotFoundError if there is none."""
    if not os.path.exists(path):
        raise FileNotFoundError(path)
    return Database(path, is_sync=False)
