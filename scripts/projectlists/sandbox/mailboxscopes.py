"""What apps may do with single mailboxes: RBAC for Applications in Exchange Online (identity-mail-teams.md §2.5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from projectlists.sandbox.store import Store

PROPAGATION: Final = timedelta(hours=2)
"""How long Exchange goes on by what it knew: 30 minutes to 2 hours, of which the longest."""

_NEVER: Final = "9999"
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS mailbox_scopes (app_id TEXT NOT NULL, mailbox TEXT NOT NULL COLLATE NOCASE,
  role TEXT NOT NULL, since TEXT NOT NULL, until TEXT NOT NULL, PRIMARY KEY (app_id, mailbox, role));
"""


class MailboxScopes:
    """Roles such as Mail.Send by app and mailbox, each from a moment on and maybe to another."""

    def __init__(self, store: Store) -> None:
        self.store = store
        store.declare(_TABLES)

    def roles(self, app_id: str, mailbox: str, now: datetime) -> frozenset[str]:
        """What Exchange lets an app do with a mailbox at a moment (aware); changes it has not heard of do not count."""
        moment = _instant(now)
        rows = self.store.rows(
            "SELECT role FROM mailbox_scopes WHERE app_id = ? AND mailbox = ? AND since <= ? AND ? < until",
            (app_id.lower(), mailbox, moment, moment),
        )
        return frozenset(row["role"] for row in rows)

    def assigned(self, app_id: str) -> dict[str, list[str]]:
        """The roles an administrator has assigned, heard of or not: mailbox to roles."""
        found: dict[str, list[str]] = {}
        sql = "SELECT mailbox, role FROM mailbox_scopes WHERE app_id = ? AND until = ? ORDER BY mailbox, role"
        for row in self.store.rows(sql, (app_id.lower(), _NEVER)):
            found.setdefault(row["mailbox"], []).append(row["role"])
        return found

    def add(self, app_id: str, mailbox: str, role: str, since: datetime | None = None) -> None:
        """Let an app do this with one mailbox, from a moment on (aware; None: it always could)."""
        self.store.execute(
            "INSERT INTO mailbox_scopes VALUES (?, ?, ?, ?, ?)"
            # What was taken back begins anew.
            " ON CONFLICT DO UPDATE SET since = excluded.since, until = excluded.until"
            " WHERE until <> excluded.until",
            (app_id.lower(), mailbox, role, _instant(since) if since else "", _NEVER),
        )

    def remove(self, app_id: str, mailbox: str, role: str, until: datetime | None = None) -> None:
        """Take a role on a mailbox back, from a moment on (aware; None: at once and without a trace)."""
        key = (app_id.lower(), mailbox, role)
        if until is None:
            self.store.execute("DELETE FROM mailbox_scopes WHERE app_id = ? AND mailbox = ? AND role = ?", key)
        else:
            sql = "UPDATE mailbox_scopes SET until = ? WHERE app_id = ? AND mailbox = ? AND role = ? AND until = ?"
            self.store.execute(sql, (_instant(until), *key, _NEVER))


def clear(store: Store) -> None:
    """Forget all scopes."""
    store.execute("DELETE FROM mailbox_scopes")


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
