"""What comes back: the report that says whom a mail did not reach (identity-mail-teams.md §7.2, §8 step 7). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_REFERENCE = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")
_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_TAG = re.compile(r"<[^>]*>")
_REFERRING = frozenset({"in-reply-to", "references"})


@dataclass(frozen=True)
class Report:
    """A mail that came back: the key of the mail it is about, and the addresses that its text names, lower case."""

    mail_key: str
    addresses: tuple[str, ...]


def report_of(message: Mapping[str, Any], mailbox: str) -> Report | None:
    """The report in a message of the Inbox; None when it is not about a mail of this program."""
    headers = message.get("internetMessageHeaders") or ()
    referred = " ".join(
        str(header.get("value") or "")
        for header in headers
        if isinstance(header, Mapping) and str(header.get("name") or "").lower() in _REFERRING
    )
    found = _REFERENCE.search(referred)
    if found is None:
        return None
    body = message.get("body")
    text = str(body.get("content") or "") if isinstance(body, Mapping) else ""
    # Message-IDs look like addresses, and the sender is named in every report.
    text = _TAG.sub(" ", _REFERENCE.sub(" ", text))
    named = dict.fromkeys(address.lower() for address in _ADDRESS.findall(text))
    own = {mailbox.lower(), *(name for name in named if name.startswith(("postmaster@", "mailer-daemon@")))}
    return Report(found[1], tuple(name for name in named if name not in own))
