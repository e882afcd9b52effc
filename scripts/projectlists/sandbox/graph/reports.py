"""What comes back: the report on addresses that refused a message (identity-mail-teams.md §7.2, step 7)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from projectlists.sandbox.graph.mailbox import Content

# The message class as an extended property: clients tell reports from mail by it.
MESSAGE_CLASS = "String 0x1a"
_POSTMASTER = {"emailAddress": {"name": "Microsoft Outlook", "address": "postmaster@outlook.com"}}


def undeliverable(original: Mapping[str, Any], refused: Sequence[str], now: str) -> Content:
    """The report the sender finds in the Inbox; `In-Reply-To` names the message that was refused."""
    subject = original.get("subject") or ""
    lines = "\n".join(f"{address}: 550 5.1.10 RESOLVER.ADR.RecipientNotFound" for address in refused)
    document = {
        "createdDateTime": now,
        "lastModifiedDateTime": now,
        "receivedDateTime": now,
        "sentDateTime": now,
        "isDraft": False,
        "isRead": False,
        "subject": f"Undeliverable: {subject}",
        "body": {"contentType": "text", "content": f"Delivery has failed to these recipients:\n{lines}\n"},
        "from": _POSTMASTER,
        "sender": _POSTMASTER,
        "toRecipients": [original["from"]],
        "internetMessageId": f"<{uuid.uuid4()}@outlook.com>",
        "conversationId": original["conversationId"],
    }
    headers = (
        {"name": "In-Reply-To", "value": original["internetMessageId"]},
        {"name": "Content-Type", "value": "multipart/report; report-type=delivery-status"},
        {"name": "Auto-Submitted", "value": "auto-replied"},
        {"name": "X-MS-Exchange-Message-Is-Ndr", "value": ""},
    )
    return Content(document, headers, ({"id": MESSAGE_CLASS, "value": "REPORT.IPM.Note.NDR"},))
