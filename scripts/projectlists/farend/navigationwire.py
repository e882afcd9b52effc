"""The links of a site on the wire, both ways (sharepoint-rest.md §2.4). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from projectlists.farend.batch import Operation
from projectlists.structure.navigation import Destination, Link, Move

QUICK_LAUNCH = Operation("GET", "web/Navigation/QuickLaunch", query={"$expand": "Children"})


def links(entries: Iterable[Mapping[str, Any]], *, top: bool = True) -> tuple[Link, ...]:
    """The links in the order in which they stand, those below another one after it."""
    found: list[Link] = []
    for entry in entries:
        found.append(
            Link(int(entry.get("Id") or 0), str(entry.get("Title") or ""), str(entry.get("Url") or ""), top=top)
        )
        below = entry.get("Children")
        if isinstance(below, Mapping):
            below = below.get("results")
        if isinstance(below, list):
            found += links(below, top=False)
    return tuple(found)


def link_creation(wanted: Destination) -> Operation:
    """The operation that adds a link at the end."""
    return Operation("POST", "web/Navigation/QuickLaunch", {"Title": wanted.title, "Url": wanted.url})


def link_title(link: Link, title: str) -> Operation:
    """The operation that gives a link another title."""
    return Operation("MERGE", f"web/Navigation/GetNodeById({link.id})", {"Title": title})


def link_move(move: Move) -> Operation:
    """The operation that puts a link elsewhere."""
    body = {"nodeId": move.id, "previousNodeId": move.after}
    return Operation("POST", "web/Navigation/QuickLaunch/MoveAfter", body)
