"""What transport took: the list behind the control `GET mail`, and the limits that count it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from projectlists.sandbox.graph import errors
from projectlists.sandbox.graph.mailbox import Content, Sender, moment_text
from projectlists.sandbox.graph.recipients import RECIPIENT_PROPERTIES, addresses, all_recipients, is_address
from projectlists.sandbox.graph.text import from_html
from projectlists.sandbox.store import Store

# Exchange Online's limits (identity-mail-teams.md §7.6).
MESSAGES_PER_MINUTE = 30
RECIPIENTS_PER_MESSAGE = 500
RECIPIENTS_PER_DAY = 10_000

# How long an accepted message still lies in Drafts (identity-mail-teams.md §7.2).
QUEUE_TIME = timedelta(seconds=2)

_TABLES = """
CREATE TABLE IF NOT EXISTS graph_delivery (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    mailbox TEXT NOT NULL,
    accepted_at TEXT NOT NULL,
    leaves_at TEXT NOT NULL,
    recipients INTEGER NOT NULL,
    reached INTEGER NOT NULL,
    entry TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS graph_delivery_by_mailbox ON graph_delivery (mailbox, accepted_at);
"""


def declare(store: Store) -> None:
    """Make the table when it is not there."""
    store.declare(_TABLES)


def check(store: Store, sender: Sender, document: Mapping[str, Any], now: datetime) -> None:
    """Refuse what transport does not take: no, unresolved or too many recipients, a foreign `from`, a used-up quota."""
    to = all_recipients(document)
    if not to:
        raise errors.no_recipients()
    for address in to:
        if not is_address(address):
            raise errors.unresolved_recipient(address)
    if len(to) > RECIPIENTS_PER_MESSAGE:
        raise errors.too_many_recipients(RECIPIENTS_PER_MESSAGE)
    own = {address.lower() for address in sender.addresses}
    if any(address.lower() not in own for address in addresses([document["from"], document["sender"]])):
        raise errors.send_as_denied()
    used = store.row(
        "SELECT coalesce(sum(recipients), 0) AS sum FROM graph_delivery"
        " WHERE mailbox = ? AND accepted_at > ? AND accepted_at <= ?",
        (sender.mailbox, exact(now - timedelta(days=1)), exact(now)),
    )
    if used and used["sum"] + len(to) > RECIPIENTS_PER_DAY:
        raise errors.sending_quota_exceeded()


def record(store: Store, sender: Sender, content: Content, now: datetime, refused: Collection[str]) -> datetime:
    """Note that transport took a message; returns when the sender's copy leaves Drafts.

    `refused` are the addresses it does not reach.
    """
    to = all_recipients(content.document)
    leaves_at = _leaves_at(store, sender.mailbox, now)
    reached = any(address not in refused for address in to)
    store.execute(
        "INSERT INTO graph_delivery (mailbox, accepted_at, leaves_at, recipients, reached, entry)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (sender.mailbox, exact(now), exact(leaves_at), len(to), reached, json.dumps(_entry(content, now, refused))),
    )
    return leaves_at


def delivered(store: Store) -> list[dict[str, Any]]:
    """Every message transport took and at least one recipient got, in order, one entry per delivery.

    Keys: `from`, `to`, `cc`, `bcc` (addresses reached), `subject`, `html`, `text`, `headers` (by name), `properties`
    (extended property id to value), `attachments` (name, contentType, size) and `sent` (moment of acceptance, UTC).
    """
    found = store.rows("SELECT entry FROM graph_delivery WHERE reached ORDER BY number")
    return [json.loads(row["entry"]) for row in found]


def clear(store: Store) -> None:
    """Forget all deliveries."""
    store.execute("DELETE FROM graph_delivery")


def exact(moment: datetime) -> str:
    """A moment to the microsecond in UTC: such texts sort as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _leaves_at(store: Store, mailbox: str, now: datetime) -> datetime:
    """No more than 30 messages a minute leave a mailbox; the surplus waits (identity-mail-teams.md §7.6)."""
    earliest = now + QUEUE_TIME
    row = store.row(
        "SELECT leaves_at FROM graph_delivery WHERE mailbox = ? AND accepted_at <= ?"
        " ORDER BY leaves_at DESC LIMIT 1 OFFSET ?",
        (mailbox, exact(now), MESSAGES_PER_MINUTE - 1),
    )
    return max(earliest, datetime.fromisoformat(row["leaves_at"]) + timedelta(minutes=1)) if row else earliest


def _entry(content: Content, now: datetime, refused: Collection[str]) -> dict[str, Any]:
    """What arrived. A message with HTML only gets a text part derived from it, as Exchange gives it one."""
    document = content.document
    body = document.get("body") or {"contentType": "text", "content": ""}
    subject = document.get("subject") or ""
    is_html = body["contentType"] == "html"
    derived = from_html(body["content"]) if is_html else body["content"]
    to, cc, bcc = (
        [address for address in addresses(document.get(name, [])) if address not in refused]
        for name in RECIPIENT_PROPERTIES
    )
    sender = addresses([document["from"]])[0]
    headers = {
        "From": sender,
        "To": ", ".join(addresses(document.get("toRecipients", []))),
        "Cc": ", ".join(addresses(document.get("ccRecipients", []))),
        "Reply-To": ", ".join(addresses(document.get("replyTo", []))),
        "Subject": subject,
        "Message-ID": document["internetMessageId"],
        "Importance": document.get("importance", "normal"),
        **{one["name"]: one["value"] for one in content.headers},
    }
    return {
        "from": sender,
        "to": to,
        "cc": cc,
        "bcc": bcc,
        "subject": subject,
        "html": body["content"] if is_html else "",
        "text": derived if content.alternative is None else content.alternative,
        "headers": {name: value for name, value in headers.items() if value},
        "properties": {one["id"]: one["value"] for one in content.properties},
        "attachments": [{name: one[name] for name in ("name", "contentType", "size")} for one in content.attachments],
        "sent": moment_text(now),
    }
