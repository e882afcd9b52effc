"""A message as Graph writes it: all its properties, those selected, and those a filter sees."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from projectlists.sandbox.graph import ids
from projectlists.sandbox.graph.mailbox import Message
from projectlists.sandbox.graph.text import from_html

TYPE = "microsoft.graph.message"
_PREVIEW_LENGTH = 255
_DEFAULTS: Mapping[str, Any] = {
    "createdDateTime": None,
    "lastModifiedDateTime": None,
    "categories": [],
    "receivedDateTime": None,
    "sentDateTime": None,
    "internetMessageId": None,
    "subject": None,
    "importance": "normal",
    "conversationId": None,
    "isDeliveryReceiptRequested": False,
    "isReadReceiptRequested": False,
    "isRead": True,
    "isDraft": True,
    "inferenceClassification": "focused",
    "body": {"contentType": "text", "content": ""},
    "sender": None,
    "from": None,
    "toRecipients": [],
    "ccRecipients": [],
    "bccRecipients": [],
    "replyTo": [],
    "flag": {"flagStatus": "notFlagged"},
}
_MADE = frozenset({"id", "changeKey", "parentFolderId", "hasAttachments"})
SELECTABLE = frozenset(_DEFAULTS) | _MADE | {"bodyPreview", "webLink", "internetMessageHeaders"}
FILTERABLE = frozenset(_DEFAULTS) | _MADE | {"singleValueExtendedProperties"}
SORTABLE = frozenset(
    {"createdDateTime", "lastModifiedDateTime", "receivedDateTime", "sentDateTime", "subject", "importance"}
)


def facts(message: Message, *, immutable: bool) -> dict[str, Any]:
    """What a filter looks at."""
    return _properties(message, immutable=immutable) | {"singleValueExtendedProperties": message.content.properties}


def shape(message: Message, names: Sequence[str] | None, *, immutable: bool) -> dict[str, Any]:
    """A message with the selected properties, or with all that come unasked.

    Exchange adds `id` to every selection. Headers come only when selected, and never for drafts (§7.5).
    """
    properties = _properties(message, immutable=immutable)
    if names is None or "bodyPreview" in names:
        body = properties["body"]
        words = from_html(body["content"]) if body["contentType"] == "html" else body["content"]
        properties["bodyPreview"] = words[:_PREVIEW_LENGTH]
    properties["webLink"] = (
        f"https://outlook.office365.com/owa/?ItemID={message.mutable_id}&exvsurl=1&viewmodel=ReadMessageItem"
    )
    etag = {"@odata.etag": f'W/"{properties["changeKey"]}"'}
    if names is None:
        return etag | properties
    if not message.is_draft:
        properties["internetMessageHeaders"] = [dict(one) for one in message.content.headers]
    return etag | {name: properties[name] for name in ("id", *names) if name in properties}


def attachment_shape(message: Message, position: int, attachment: Mapping[str, Any]) -> dict[str, Any]:
    """An attachment of a message, content included."""
    identity = base64.urlsafe_b64encode(f"{message.immutable_id}#{position}".encode()).decode()
    changed = message.content.document["lastModifiedDateTime"]
    return {
        "@odata.type": "#microsoft.graph.fileAttachment",
        "id": identity,
        "lastModifiedDateTime": changed,
        "contentId": None,
        "contentLocation": None,
        **attachment,
    }


def _properties(message: Message, *, immutable: bool) -> dict[str, Any]:
    document = {name: value for name, value in message.content.document.items() if value is not None}
    change_key = base64.b64encode(f"{message.number:08}{message.version:08}".encode()).decode()
    return {
        **_DEFAULTS,
        **document,
        "id": message.id(immutable=immutable),
        "changeKey": change_key,
        "parentFolderId": ids.folder(message.mailbox, message.folder),
        "hasAttachments": any(not one.get("isInline") for one in message.content.attachments),
    }
