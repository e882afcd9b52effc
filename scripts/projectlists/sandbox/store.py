"""One SQLite file under all services (WAL): what was answered survives a kill."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class Store:
    """The tenant's state. One connection behind one re-entrant lock; every answered write is committed first.

    Each service declares its own tables with `declare` and touches no other's. `lasting` is false for a state that
    goes with its process.
    """

    def __init__(self, path: Path, *, lasting: bool = True) -> None:
        self.path = path
        self.lock = threading.RLock()
        self._depth = 0
        self.connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA journal_mode=WAL")
        # FULL: an answered write survives a power cut too, not only a killed process. What is thrown away at the end
        # need not wait for the disk.
        self.connection.execute(f"PRAGMA synchronous={'FULL' if lasting else 'OFF'}")
        self.connection.execute("PRAGMA foreign_keys=ON")

    def declare(self, statements: str) -> None:
        """Create a service's tables when they are not there yet (`CREATE TABLE IF NOT EXISTS …`)."""
        # Not executescript: that would commit a transaction under way.
        with self.lock:
            statement = ""
            for part in statements.split(";"):
                statement += part + ";"
                if sqlite3.complete_statement(statement):
                    self.connection.execute(statement)
                    statement = ""

    def rows(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        """All rows of a query."""
        with self.lock:
            return self.connection.execute(sql, parameters).fetchall()

    def row(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        with self.lock:
            found: sqlite3.Row | None = self.connection.execute(sql, parameters).fetchone()
            return found

    def execute(self, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> sqlite3.Cursor:
        """Run one statement; inside `transaction` it commits with the rest."""
        with self.lock:
            return self.connection.execute(sql, parameters)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. Nested uses join the outer one."""
        with self.lock:
            if self._depth:
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1
                return
            self.connection.execute("BEGIN IMMEDIATE")
            self._depth = 1
            try:
                yield
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            else:
                self.connection.execute("COMMIT")
            finally:
                self._depth = 0

    def close(self) -> None:
        """Close the file; the WAL is folded in."""
        with self.lock:
            self.connection.close()
