"""The objects a CSOM request works with, each standing for a resource of the REST service.

An object has an identity: a text that a later request may name it by. Its parts are ids of site, web, list, field and
item, as in `…|740c6a0b-85e2-48a0-a494-e0f1759d4aa7:site:<id>:web:<id>:list:<id>`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from projectlists.sandbox.sharepoint.model import Web

OBJECTS: Final = "740c6a0b-85e2-48a0-a494-e0f1759d4aa7"
_GUID: Final = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_IDENTITY: Final = re.compile(
    rf"[^|]*\|{_GUID}:site:(?P<site>{_GUID})(?::web:(?P<web>{_GUID})"
    rf"(?::folder:(?P<folder>{_GUID}))?(?::list:(?P<list>{_GUID})(?::item:(?P<item>\d{{1,9}}),\d+)?)?(?::field:(?P<field>{_GUID}))?)?"
)


@dataclass
class Thing:
    """One object: its type, its address after `_api/`, the end of its identity, and values set but not yet saved."""

    type_name: str
    uri: str = ""
    identity: str = ""
    pending: dict[str, Any] = field(default_factory=dict)


def web_of(web: Web) -> Thing:
    """The site itself."""
    return Thing("SP.Web", "web", f":site:{web.site_id}:web:{web.id}")


def site_of(web: Web) -> Thing:
    """The site collection."""
    return Thing("SP.Site", "site", f":site:{web.site_id}")


def folder_of(web: Web, folder_id: str, uri: str = "") -> Thing:
    """A folder by its id; without an address only what is kept by its id can be had."""
    return Thing("SP.Folder", uri, f"{web_of(web).identity}:folder:{folder_id}")


def list_of(web: Web, list_id: str) -> Thing:
    """A list by its id."""
    return Thing("SP.List", f"web/lists(guid'{list_id}')", f"{web_of(web).identity}:list:{list_id}")


def field_of(holder: Thing, field_id: str, type_name: str) -> Thing:
    """A column of a list or site by its id."""
    return Thing(type_name, f"{holder.uri}/fields(guid'{field_id}')", f"{holder.identity}:field:{field_id}")


def by_identity(web: Web, identity: str) -> Thing | None:
    """The object with an identity on this site; None when it is none of this site."""
    found = _IDENTITY.fullmatch(identity)
    if found is None or found["site"].lower() != web.site_id:
        return None
    if found["web"] is None:
        return site_of(web)
    if found["web"].lower() != web.id:
        return None
    return _below(web, found)


def _below(web: Web, found: re.Match[str]) -> Thing:
    if found["folder"] is not None:
        return folder_of(web, found["folder"].lower())
    thing = web_of(web) if found["list"] is None else list_of(web, found["list"].lower())
    if found["field"] is not None:
        return field_of(thing, found["field"].lower(), "SP.Field")
    if found["item"] is not None:
        # The number behind the item's is the version a client has seen; the service does not compare it.
        identity = f"{thing.identity}:item:{found['item']},1"
        return Thing("SP.ListItem", f"{thing.uri}/items({found['item']})", identity)
    return thing


def literal(text: str) -> str:
    """A text as an argument in a URL."""
    return "'" + quote(text.replace("'", "''"), safe="") + "'"
