"""What lies in a mailbox: folders, messages and what they say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

# Well-known folder names (identity-mail-teams.md §7.3) and how the owner sees them.
FOLDERS: Mapping[str, str] = {
    "inbox": "Inbox",
    "drafts": "Drafts",
    "sentitems": "Sent Items",
    "deleteditems": "Deleted Items",
    "outbox": "Outbox",
    "junkemail": "Junk Email",
    "archive": "Archive",
}


@dataclass(frozen=True)
class Sender:
    """The mailbox a message leaves from: its owner's object id, its name, its addresses with the primary one first."""

    mailbox: str
    name: str
    addresses: tuple[str, ...]

    @property
    def recipient(self) -> dict[str, Any]:
        """The mailbox as Graph writes a sender."""
        return {"emailAddress": {"name": self.name, "address": self.addresses[0]}}


@dataclass(frozen=True)
class Content:
    """What a message says. `document` has Graph's property names; the rest is what Graph shows only when asked.

    `headers` and `properties` hold `{name, value}` and `{id, value}`; `alternative` is the plain-text part of a message
    that came as MIME with both.
    """

    document: Mapping[str, Any]
    headers: tuple[Mapping[str, str], ...] = ()
    properties: tuple[Mapping[str, str], ...] = ()
    attachments: tuple[Mapping[str, Any], ...] = ()
    alternative: str | None = None


@dataclass(frozen=True)
class Message:
    """One message in its folder (a key of FOLDERS)."""

    number: int
    mailbox: str
    folder: str
    mutable_id: str
    immutable_id: str
    version: int
    content: Content = field(repr=False)

    @property
    def is_draft(self) -> bool:
        """Whether it can still be sent."""
        return bool(self.content.document["isDraft"])

    def id(self, *, immutable: bool) -> str:
        """Its id in one of the two families."""
        return self.immutable_id if immutable else self.mutable_id


def moment_text(moment: datetime) -> str:
    """A moment as Graph writes it: `2026-11-02T07:00:00Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
