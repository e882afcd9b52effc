"""One SQLite file under all services (WAL): what was answered survives a kill."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class ForeignFolder(Exception):
    """The file holds a state of another version; the message is for the person who asked."""


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
        """Create a service's tables when they are not there yet (`CREATE TABLE IF NOT EXISTS …`).

        A table of an earlier version gets the columns it lacks when they stand at the end and need no value. Raises
        ForeignFolder when it differs in any other way.
        """
        # Not executescript: that would commit a transaction under way.
        with self.lock:
            for statement in _split(statements):
                self.connection.execute(statement)
            with closing(sqlite3.connect(":memory:")) as wanted:
                for statement in _split(statements):
                    if statement.lstrip().upper().startswith("CREATE TABLE"):
                        wanted.execute(statement)
                for (table,) in wanted.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
                    if not table.startswith("sqlite_"):
                        self._complete(table, _columns(wanted, table))

    def _complete(self, table: str, wanted: list[_Column]) -> None:
        there = _columns(self.connection, table)
        missing = wanted[len(there) :]
        if wanted[: len(there)] != there or not all(column.is_optional for column in missing):
            raise ForeignFolder(
                f"{self.path.parent} was made by another version of the sandbox: its table {table} has other columns. "
                "Use an empty folder, or delete this one to start again."
            )
        for column in missing:
            self.connection.execute(f"ALTER TABLE {table} ADD COLUMN {column.definition}")

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


@dataclass(frozen=True)
class _Column:
    name: str
    type: str
    is_required: bool
    default: str | None
    key: int

    @property
    def is_optional(self) -> bool:
        """Whether rows that are there already need no value for it."""
        return not self.key and (self.default is not None or not self.is_required)

    @property
    def definition(self) -> str:
        required = " NOT NULL" if self.is_required else ""
        default = "" if self.default is None else f" DEFAULT {self.default}"
        return f"{self.name} {self.type}{required}{default}"


def _columns(connection: sqlite3.Connection, table: str) -> list[_Column]:
    found = connection.execute(f"PRAGMA table_info({table})").fetchall()
    return [_Column(name, kind, bool(required), default, key) for _, name, kind, required, default, key in found]


def _split(statements: str) -> Iterator[str]:
    statement = ""
    for part in statements.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
