"""Mail as people read it: what was delivered, what lies in the folders of a mailbox, one letter in full."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from projectlists.sandbox.directory import Person
from projectlists.sandbox.graph import mail
from projectlists.sandbox.graph.mailbox import FOLDERS, Message
from projectlists.sandbox.graph.recipients import addresses
from projectlists.sandbox.graph.text import from_html
from projectlists.sandbox.pages.house import House, NotFoundError


@dataclass(frozen=True)
class Letter:
    """One mail. `key` finds it again; `moment` is ISO; `links` are its addresses with their words."""

    key: str
    moment: str
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    subject: str
    html: str
    text: str
    draft: bool
    headers: tuple[tuple[str, str], ...]
    properties: tuple[tuple[str, str], ...]
    attachments: tuple[tuple[str, int], ...]

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """Address and words of each link in the HTML, in order."""
        reader = _Links()
        reader.feed(self.html)
        reader.close()
        return tuple((address, " ".join("".join(words).split())) for address, words in reader.found)


def mailboxes(house: House) -> tuple[Person, ...]:
    """The shared mailboxes, and those of people in which something lies."""
    return tuple(
        person
        for person in house.directory.users()
        if person.shared_mailbox or (person.mail and house.mail.messages(person.object_id))
    )


def mailbox(house: House, upn: str | None) -> Person:
    """The mailbox asked for, else the first. Raises NotFoundError."""
    boxes = mailboxes(house)
    found = next((one for one in boxes if upn is None or one.upn.lower() == upn.lower()), None)
    if found is None:
        raise NotFoundError
    return found


def counts(house: House, owner: Person) -> Mapping[str, int]:
    """How many messages lie in each folder of a mailbox."""
    held = [message.folder for message in house.mail.messages(owner.object_id)]
    return {folder: held.count(folder) for folder in FOLDERS}


def folder(house: House, owner: Person, name: str) -> tuple[Letter, ...]:
    """The letters in a folder, newest first. Raises NotFoundError."""
    if name not in FOLDERS:
        raise NotFoundError
    return tuple(_of_message(message) for message in house.mail.messages(owner.object_id, name))


def in_mailbox(house: House, owner: Person, key: str) -> tuple[Letter, str]:
    """One letter in a mailbox and its folder. Raises NotFoundError."""
    for message in house.mail.messages(owner.object_id):
        if str(message.number) == key:
            return _of_message(message), message.folder
    raise NotFoundError


def delivered(house: House) -> tuple[Letter, ...]:
    """What arrived, newest first."""
    found = mail.delivered(house.tenant.store)
    return tuple(_of_delivery(str(number), entry) for number, entry in enumerate(found, start=1))[::-1]


def one_delivered(house: House, key: str) -> Letter:
    """One delivery. Raises NotFoundError."""
    found = next((letter for letter in delivered(house) if letter.key == key), None)
    if found is None:
        raise NotFoundError
    return found


def _of_delivery(key: str, entry: Mapping[str, Any]) -> Letter:
    return Letter(
        key=key,
        moment=entry["sent"],
        sender=entry["from"],
        to=tuple(entry["to"]),
        cc=tuple(entry["cc"]),
        bcc=tuple(entry["bcc"]),
        subject=entry["subject"],
        html=entry["html"],
        text=entry["text"],
        draft=False,
        headers=tuple(entry["headers"].items()),
        properties=tuple(entry["properties"].items()),
        attachments=tuple((one["name"], one["size"]) for one in entry["attachments"]),
    )


def _of_message(message: Message) -> Letter:
    document, content = message.content.document, message.content
    body = document.get("body") or {"contentType": "text", "content": ""}
    html = body["content"] if body["contentType"] == "html" else ""
    text = content.alternative if content.alternative is not None else from_html(html) if html else body["content"]
    return Letter(
        key=str(message.number),
        moment=str(document["createdDateTime"] if message.is_draft else document["sentDateTime"]),
        sender=addresses([document["from"]])[0],
        to=tuple(addresses(document.get("toRecipients", []))),
        cc=tuple(addresses(document.get("ccRecipients", []))),
        bcc=tuple(addresses(document.get("bccRecipients", []))),
        subject=document.get("subject") or "",
        html=html,
        text=text,
        draft=message.is_draft,
        headers=(
            ("Message-ID", document["internetMessageId"]),
            *((one["name"], one["value"]) for one in content.headers),
        ),
        properties=tuple((one["id"], one["value"]) for one in content.properties),
        attachments=tuple((one["name"], one["size"]) for one in content.attachments),
    )


class _Links(HTMLParser):
    """Gathers the links of a body; what it says stays text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, list[str]]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a link."""
        address = dict(attrs).get("href")
        if tag == "a" and address:
            self.found.append((address, []))
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        """End a link."""
        self._open = self._open and tag != "a"

    def handle_data(self, data: str) -> None:
        """Add to the words of the open link."""
        if self._open:
            self.found[-1][1].append(data)
