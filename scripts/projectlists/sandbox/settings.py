"""What the sandbox itself remembers between starts: its seed, its clock, its digests' key."""

from __future__ import annotations

from typing import Final, Literal

from projectlists.sandbox.store import Store

Key = Literal["seed", "clock_offset_seconds", "digest_key"]
_TABLES: Final = "CREATE TABLE IF NOT EXISTS sandbox_settings (key TEXT PRIMARY KEY, value TEXT NOT NULL);"


class Settings:
    """Named texts in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        store.declare(_TABLES)

    def get(self, key: Key) -> str | None:
        """A value, or None when it was never set."""
        row = self._store.row("SELECT value FROM sandbox_settings WHERE key = ?", (key,))
        return str(row["value"]) if row else None

    def set(self, key: Key, value: str) -> None:
        """Remember a value."""
        self._store.execute("INSERT OR REPLACE INTO sandbox_settings VALUES (?, ?)", (key, value))
