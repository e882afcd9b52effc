"""Mailboxes: what lies in them, and what sending does to it over time.

The life of a message (identity-mail-teams.md §7.2): a draft; `send` accepts it, and transport has it from that moment;
it still lies in Drafts, as a draft, for a while; then the store moves it to Sent Items (or drops it when no copy is
wanted) and refused addresses come back as a report in the Inbox.

Where the facts are uncertain (§15.1) the stricter reading holds: a second `send` while the first is queued delivers a
second time; a `send` of a message that is no draft any more finds nothing and delivers nothing.
"""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from projectlists.sandbox.clock import Clock
from projectlists.sandbox.graph import deliveries, errors, ids, reports
from projectlists.sandbox.graph.mailbox import Content, Message, Sender, moment_text
from projectlists.sandbox.graph.recipients import all_recipients, bounces
from projectlists.sandbox.store import Store

_TABLES = """
CREATE TABLE IF NOT EXISTS graph_message (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox TEXT NOT NULL,
    folder TEXT NOT NULL,
    mutable_id TEXT NOT NULL UNIQUE,
    immutable_id TEXT NOT NULL UNIQUE,
    content TEXT NOT NULL,
    version INTEGER NOT NULL,
    accepted_at TEXT,
    leaves_at TEXT,
    keeps_copy INTEGER NOT NULL DEFAULT 1,
    refused TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX IF NOT EXISTS graph_message_by_mailbox ON graph_message (mailbox, folder);
CREATE INDEX IF NOT EXISTS graph_message_queued ON graph_message (leaves_at) WHERE leaves_at IS NOT NULL;
"""


class Mail:
    """All mailboxes of the tenant. Every look first lets messages leave Drafts whose time has come.

    `refuses` tells which addresses come back.
    """

    def __init__(self, store: Store, clock: Clock, refuses: Callable[[str], bool] = bounces) -> None:
        self.store = store
        self.clock = clock
        self._refuses = refuses
        store.declare(_TABLES)
        deliveries.declare(store)

    def create(self, sender: Sender, content: Content, folder: str = "drafts") -> Message:
        """Put a new draft into a folder."""
        now = moment_text(self.clock.now())
        document = {
            "createdDateTime": now,
            "lastModifiedDateTime": now,
            "receivedDateTime": now,
            "sentDateTime": now,
            "internetMessageId": f"<{uuid.uuid4().hex.upper()}@AM0PR00MB0001.eurprd00.prod.outlook.com>",
            "conversationId": ids.new_mutable(sender.mailbox),
            "from": sender.recipient,
            "sender": sender.recipient,
            "isRead": True,
            **content.document,
            "isDraft": True,
        }
        return self._insert(sender.mailbox, folder, replace(content, document=document))

    def find(self, mailbox: str, message_id: str, *, immutable: bool) -> Message:
        """A message by its id in one family; raises `ErrorInvalidIdMalformed` or `ErrorItemNotFound`."""
        self.settle()
        if not ids.is_well_formed(message_id):
            raise errors.malformed_id()
        column = "immutable_id" if immutable else "mutable_id"
        row = self.store.row(
            f"SELECT * FROM graph_message WHERE mailbox = ? AND {column} = ?",  # noqa: S608 - one of two own names
            (mailbox, message_id),
        )
        if row is None:
            raise errors.item_not_found()
        return _message(row)

    def messages(self, mailbox: str, folder: str | None = None) -> list[Message]:
        """The messages of a folder, or of the whole mailbox, newest first."""
        self.settle()
        found = self.store.rows(
            "SELECT * FROM graph_message WHERE mailbox = :mailbox AND (:folder IS NULL OR folder = :folder)"
            " ORDER BY number DESC",
            {"mailbox": mailbox, "folder": folder},
        )
        return [_message(row) for row in found]

    def change(self, message: Message, content: Content) -> Message:
        """Replace what a message says."""
        document = {**content.document, "lastModifiedDateTime": moment_text(self.clock.now())}
        return self._save(replace(message, content=replace(content, document=document)))

    def move(self, message: Message, folder: str) -> Message:
        """Put a message into another folder: its mutable id changes (identity-mail-teams.md §7.3)."""
        return self._save(replace(message, folder=folder, mutable_id=ids.new_mutable(message.mailbox)))

    def delete(self, message: Message) -> None:
        """Move a message to Deleted Items; from there it is gone for good."""
        if message.folder == "deleteditems":
            self.store.execute("DELETE FROM graph_message WHERE number = ?", (message.number,))
        else:
            self.move(message, "deleteditems")

    def send(self, sender: Sender, message: Message, *, keeps_copy: bool = True) -> None:
        """Hand a draft to transport. It counts as delivered from here on, whatever the client gets to hear.

        Raises GraphError: what `deliveries.check` refuses, or `ErrorItemNotFound` for what is no draft any more.
        """
        if not message.is_draft:
            raise errors.item_not_found()
        now = self.clock.now()
        with self.store.transaction():
            document = message.content.document
            deliveries.check(self.store, sender, document, now)
            refused = [address for address in all_recipients(document) if self._refuses(address)]
            leaves_at = deliveries.record(self.store, sender, message.content, now, refused)
            self.store.execute(
                "UPDATE graph_message SET accepted_at = coalesce(accepted_at, ?), leaves_at = coalesce(leaves_at, ?),"
                " keeps_copy = ?, refused = ? WHERE number = ?",
                (
                    deliveries.exact(now),
                    deliveries.exact(leaves_at),
                    keeps_copy,
                    json.dumps(refused),
                    message.number,
                ),
            )

    def settle(self) -> None:
        """Let every accepted message leave Drafts whose time has come.

        A clock that was set back behind the moment of acceptance does not hold messages up.
        """
        now = deliveries.exact(self.clock.now())
        due = "leaves_at IS NOT NULL AND (leaves_at <= ? OR accepted_at > ?)"
        if self.store.row(f"SELECT 1 FROM graph_message WHERE {due}", (now, now)) is None:  # noqa: S608 - own text
            return
        with self.store.transaction():
            found = self.store.rows(f"SELECT * FROM graph_message WHERE {due} ORDER BY number", (now, now))  # noqa: S608
            for row in found:
                self._leave(row)

    def _leave(self, row: sqlite3.Row) -> None:
        message = _message(row)
        document = message.content.document
        if row["keeps_copy"]:
            sent = moment_text(datetime.fromisoformat(row["accepted_at"]))
            self.store.execute("UPDATE graph_message SET leaves_at = NULL WHERE number = ?", (message.number,))
            facts = {"isDraft": False, "sentDateTime": sent, "receivedDateTime": sent}
            left = replace(message, content=replace(message.content, document={**document, **facts}))
            # Who threw a queued message away does not find it among the sent ones.
            self.move(left, message.folder if message.folder == "deleteditems" else "sentitems")
        else:
            self.store.execute("DELETE FROM graph_message WHERE number = ?", (message.number,))
        if refused := json.loads(row["refused"]):
            report = reports.undeliverable(document, refused, moment_text(self.clock.now()))
            self._insert(message.mailbox, "inbox", report)

    def _insert(self, mailbox: str, folder: str, content: Content) -> Message:
        message = Message(0, mailbox, folder, ids.new_mutable(mailbox), ids.new_immutable(mailbox), 1, content)
        number = self.store.execute(
            "INSERT INTO graph_message (mailbox, folder, mutable_id, immutable_id, content, version)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (mailbox, folder, message.mutable_id, message.immutable_id, _dumped(content), message.version),
        ).lastrowid
        return replace(message, number=number or 0)

    def _save(self, message: Message) -> Message:
        changed = replace(message, version=message.version + 1)
        self.store.execute(
            "UPDATE graph_message SET folder = ?, mutable_id = ?, content = ?, version = ? WHERE number = ?",
            (changed.folder, changed.mutable_id, _dumped(changed.content), changed.version, changed.number),
        )
        return changed


def delivered(store: Store) -> list[dict[str, Any]]:
    """Every message that arrived, one entry per delivery: see `deliveries.delivered`."""
    return deliveries.delivered(store)


def clear(store: Store) -> None:
    """Empty all mailboxes and forget all deliveries."""
    with store.transaction():
        store.execute("DELETE FROM graph_message")
        deliveries.clear(store)


def _dumped(content: Content) -> str:
    return json.dumps(asdict(content), ensure_ascii=False)


def _message(row: sqlite3.Row) -> Message:
    kept = json.loads(row["content"])
    content = Content(
        document=kept["document"],
        headers=tuple(kept["headers"]),
        properties=tuple(kept["properties"]),
        attachments=tuple(kept["attachments"]),
        alternative=kept["alternative"],
    )
    return Message(
        number=row["number"],
        mailbox=row["mailbox"],
        folder=row["folder"],
        mutable_id=row["mutable_id"],
        immutable_id=row["immutable_id"],
        version=row["version"],
        content=content,
    )
