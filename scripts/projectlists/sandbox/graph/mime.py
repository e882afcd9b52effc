"""Messages that come as MIME: `Content-Type: text/plain`, the body is the base64 of the whole message.

The one way to give a message both a text and an HTML part, and headers without `x-` such as `Auto-Submitted`
(identity-mail-teams.md §7.1, §7.5).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import asdict
from email import policy
from email.headerregistry import AddressHeader
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from projectlists.sandbox.graph import errors
from projectlists.sandbox.graph.mailbox import Content

_ADDRESSES = {"To": "toRecipients", "Cc": "ccRecipients", "Bcc": "bccRecipients", "Reply-To": "replyTo"}
# Headers that become properties of the message, or describe its parts.
_READ = frozenset({"from", "sender", "subject", "message-id", "date", "importance", "mime-version"})
_IMPORTANCE = {"low": "low", "high": "high"}
_READ_TOO = frozenset(name.lower() for name in _ADDRESSES)


def message(body: bytes) -> Content:
    """Read a base64 MIME body.

    Raises GraphError: `ErrorMimeContentInvalidBase64String`, or `ErrorMimeContentInvalid` when it is no message.
    """
    try:
        data = base64.b64decode(b"".join(body.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise errors.bad_mime() from error
    parsed = BytesParser(EmailMessage, policy=policy.default).parsebytes(data)
    if not parsed.keys():
        raise errors.invalid_mime()
    try:
        content = _content(parsed)
        # Eight-bit headers and encoded words may hold bytes of no known character set.
        json.dumps(asdict(content), ensure_ascii=False).encode()
    except (LookupError, ValueError, AttributeError, TypeError) as error:
        # An unknown character set, a header no parser can read; on some of those the library's own one breaks.
        raise errors.invalid_mime() from error
    return content


def _content(parsed: EmailMessage) -> Content:
    html, text = _part(parsed, "html"), _part(parsed, "plain")
    document: dict[str, Any] = {
        "subject": str(parsed["Subject"] or ""),
        "body": {"contentType": "text" if html is None else "html", "content": html or text or ""},
        "importance": _IMPORTANCE.get(str(parsed["Importance"]).lower(), "normal"),
    }
    for header, name in _ADDRESSES.items():
        document[name] = _recipients(parsed, header)
    author = _recipients(parsed, "From")
    if author:
        document |= {"from": author[0], "sender": (_recipients(parsed, "Sender") or author)[0]}
    if parsed["Message-ID"]:
        document["internetMessageId"] = str(parsed["Message-ID"])
    headers = tuple(
        {"name": name, "value": str(value)}
        for name, value in parsed.items()
        if name.lower() not in _READ | _READ_TOO and not name.lower().startswith("content-")
    )
    alternative = text if html is not None else None
    return Content(document, headers, (), tuple(_attachments(parsed)), alternative)


def _part(parsed: EmailMessage, kind: str) -> str | None:
    part = parsed.get_body(preferencelist=(kind,))
    return None if part is None else str(part.get_content())


def _recipients(parsed: EmailMessage, name: str) -> list[dict[str, Any]]:
    found = (address for header in parsed.get_all(name, []) for address in _addresses(header))
    return [{"emailAddress": {"name": one[0], "address": one[1]}} for one in found]


def _addresses(header: AddressHeader) -> list[tuple[str, str]]:
    return [(address.display_name or address.addr_spec, address.addr_spec) for address in header.addresses]


def _attachments(parsed: EmailMessage) -> Iterator[dict[str, Any]]:
    """Every leaf that is not the text or the HTML."""
    bodies = {id(parsed.get_body(preferencelist=(kind,))) for kind in ("html", "plain")}
    for part in parsed.walk():
        if part.is_multipart() or id(part) in bodies:
            continue
        data = part.get_payload(decode=True)
        content = data if isinstance(data, bytes) else b""
        identity = part["Content-ID"]
        yield {
            "name": part.get_filename() or "attachment",
            "contentType": part.get_content_type(),
            "contentBytes": base64.b64encode(content).decode(),
            "contentId": str(identity).strip("<>") if identity else None,
            "isInline": part.get_content_disposition() == "inline",
            "size": len(content),
        }
