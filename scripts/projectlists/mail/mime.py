"""A mail as MIME: the only form in which Graph takes both a text and an HTML part, and an `Auto-Submitted` header.

identity-mail-teams.md §7.1, §7.5; guide.md §5.4 rules 3, 15 and 16. Pure.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP

from projectlists.errors import Refused
from projectlists.language import _, plain
from projectlists.mail.messages import Message

_OWN_ID = re.compile(r"<([0-9a-f]{32})@[^<>\s]+>")


@dataclass(frozen=True)
class Envelope:
    """Where a mail goes and who it comes from. Addresses are bare; `sender_name` is shown before the mailbox."""

    to: tuple[str, ...]
    sender_name: str
    reply_to: str
    cc: tuple[str, ...] = ()


def message_id(key: str, mailbox: str) -> str:
    """The Message-ID of the mail with this key: a second way to find it again."""
    return f"<{key}@{mailbox.rpartition('@')[2]}>"


def key_in(text: str) -> str:
    """The key in a Message-ID of this program; empty for any other."""
    found = _OWN_ID.fullmatch(text.strip())
    return found[1] if found else ""


def encoded(message: Message, envelope: Envelope, *, key: str, mailbox: str) -> bytes:
    """The base64 of the whole message, as Graph wants it in a `text/plain` body.

    Raises:
        Refused: an address is malformed.
    """
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = message_id(key, mailbox)
    mail["Subject"] = plain(message.subject)
    mail["From"] = _address(mailbox, envelope.sender_name)
    mail["To"] = _addresses(envelope.to)
    if envelope.cc:
        mail["Cc"] = _addresses(envelope.cc)
    mail["Reply-To"] = _addresses((envelope.reply_to,))
    # Both keep automatic replies from bouncing around; Exchange only knows the second.
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    mail["Content-Language"] = message.language
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    return b64encode(mail.as_bytes())


def _addresses(addresses: Sequence[str]) -> list[Address]:
    return [_address(address) for address in addresses]


def _address(address: str, name: str = "") -> Address:
    try:
        return Address(plain(name), addr_spec=address)
    except (MessageError, ValueError, LookupError) as error:
        # The standard library raises IndexError for some malformed texts.
        raise Refused(_("The mail address of a reader is malformed. Correct it in Microsoft Entra.")) from error
