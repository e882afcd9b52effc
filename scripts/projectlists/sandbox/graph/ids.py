"""The two families of message ids, folder ids, and the ids of extended properties.

A mutable id changes when its message moves; an immutable id stays. Each resolves only in its own family, chosen by the
header `Prefer: IdType="ImmutableId"` (identity-mail-teams.md §7.3, §14). Ids are URL-safe base64 and case-sensitive.
"""

from __future__ import annotations

import base64
import binascii
import re
import uuid

# What the first characters of real ids decode to: `AAMk…` and `AAkA…`.
_MUTABLE = b"\x00\x03\x24\x00"
_IMMUTABLE = b"\x00\x09\x00\x00"
_FOLDER = b"\x00\x03\x24\x01"
_EXTENDED = re.compile(
    r"(?P<kind>String|Integer|Boolean|Double|SystemTime|CLSID)\s+"
    r"(?:(?P<guid>\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\})\s+(?:Name\s+(?P<name>\S.*)|Id\s+(?P<number>0x[0-9A-Fa-f]+))"
    r"|(?P<tag>0x[0-9A-Fa-f]+))"
)


def new_mutable(mailbox: str) -> str:
    """An id for a message where it lies now."""
    return _encoded(_MUTABLE + uuid.UUID(mailbox).bytes + b"\x46" * 12 + uuid.uuid4().bytes * 2)


def new_immutable(mailbox: str) -> str:
    """An id for a message wherever it goes."""
    return _encoded(_IMMUTABLE + uuid.UUID(mailbox).bytes + uuid.uuid4().bytes)


def folder(mailbox: str, name: str) -> str:
    """The id of a well-known folder: constant in both families."""
    return _encoded(_FOLDER + uuid.uuid5(uuid.UUID(mailbox), name).bytes * 2)


def is_well_formed(text: str) -> bool:
    """Whether a text can be a message id at all; others are answered `ErrorInvalidIdMalformed`."""
    try:
        data = base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        return False
    return data.startswith((_MUTABLE, _IMMUTABLE))


def extended_property(text: str) -> str | None:
    """An extended property's id in one spelling, or None when it is none (identity-mail-teams.md §7.4).

    GUID and numbers lose their case, the name keeps it: `String {guid} Name Tag` and `… Name tag` are two properties.
    """
    found = _EXTENDED.fullmatch(text.strip())
    if found is None:
        return None
    if found["tag"]:
        return f"{found['kind']} {found['tag'].lower()}"
    own = f"Name {found['name']}" if found["name"] else f"Id {found['number'].lower()}"
    return f"{found['kind']} {found['guid'].lower()} {own}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode()
