"""The menus of a site as one document: `navigation/MenuState` and `SaveMenuState`.

Clients read it to set what a node has no property for: whether it opens in a new window.
"""

from __future__ import annotations

from typing import Any, Final

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import access, answers, bodies, navigation
from projectlists.sandbox.sharepoint.answers import Collection, Complex
from projectlists.sandbox.sharepoint.errors import invalid_argument, not_implemented
from projectlists.sandbox.sharepoint.model import Call, Segment
from projectlists.sandbox.sharepoint.schema import Schema

_DEEPEST: Final = 10
# 0 is a link; the service has other kinds for pages and headings.
_LINK: Final = 0


def handle(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `_api/navigation/MenuState` and `SaveMenuState`."""
    method = rest[0] if len(rest) == 1 else None
    if method is None or call.method != "POST" or method.key not in {"menustate", "savemenustate"}:
        raise not_implemented(f"_api/navigation/{'/'.join(segment.name for segment in rest)}")
    return _shown(call, method, schema) if method.key == "menustate" else _save(call, method, schema)


def _shown(call: Call, method: Segment, schema: Schema) -> Response:
    names = ("menuNodeKey", "mapProviderName", "depth", "customProperties")
    key = str(bodies.arguments(call, method, names).get("menuNodeKey") or navigation.QUICK_LAUNCH)
    if not key.isascii() or not key.isdecimal() or len(key) > 9:
        raise invalid_argument()
    state = {
        "AudienceIds": None,
        "FriendlyUrlPrefix": "",
        "IsAudienceTargetEnabledForGlobalNav": False,
        "Nodes": _nodes(call, int(key), schema, _DEEPEST),
        "SimpleUrl": "",
        "SPSitePrefix": f"{call.web.url}/",
        "SPWebPrefix": f"{call.web.url}/",
        "StartingNodeKey": key,
        "StartingNodeTitle": "",
        "Version": "",
    }
    return answers.value(call, "MenuState", Complex(state, "Microsoft.SharePoint.Navigation.REST.MenuState"))


def _nodes(call: Call, parent: int, schema: Schema, depth: int) -> Collection:
    found = navigation.children(schema, call.web.url, parent) if depth else []
    nodes = [
        Complex(
            {
                "AudienceIds": row["audience"].split(",") if row["audience"] else None,
                "CurrentLCID": call.web.language,
                "CustomProperties": Collection([], "Edm.ComplexType"),
                "FriendlyUrlSegment": "",
                "IsDeleted": False,
                "IsHidden": not row["is_visible"],
                "IsTitleForExistingLanguage": False,
                "Key": str(row["id"]),
                "Nodes": _nodes(call, row["id"], schema, depth - 1),
                "NodeType": _LINK,
                "OpenInNewWindow": bool(row["new_window"]),
                "SimpleUrl": row["url"],
                "Title": row["title"],
                "Translations": Collection([], "Edm.ComplexType"),
            },
            "Microsoft.SharePoint.Navigation.REST.MenuNode",
        )
        for row in found
    ]
    return Collection(nodes, "Microsoft.SharePoint.Navigation.REST.MenuNode")


def _save(call: Call, method: Segment, schema: Schema) -> Response:
    """Save title, address and window of the nodes named; nodes are neither made, moved nor removed this way here."""
    access.require(call, schema, access.MANAGE_WEB)
    state = bodies.arguments(call, method, ("menuState",)).get("menuState")
    nodes = state.get("Nodes") if isinstance(state, dict) else None
    if not isinstance(nodes, list):
        raise invalid_argument()
    with schema.store.transaction():
        for node in _flat(nodes, _DEEPEST):
            _save_node(call, node, schema)
    return answers.value(call, "SaveMenuState", Complex({"Value": 200}, "SP.NavigationSaveResult"))


def _flat(nodes: list[Any], depth: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for node in nodes:
        below = node.get("Nodes") if isinstance(node, dict) else None
        if not isinstance(node, dict) or not isinstance(below, list) or not depth:
            raise invalid_argument()
        found += [node, *_flat(below, depth - 1)]
    return found


def _save_node(call: Call, node: dict[str, Any], schema: Schema) -> None:
    title, url, window = node.get("Title"), node.get("SimpleUrl", ""), node.get("OpenInNewWindow", False)
    if not isinstance(title, str) or not title or not isinstance(url, str) or not isinstance(window, bool):
        raise invalid_argument()
    if node.get("IsDeleted"):
        raise not_implemented("removing nodes through SaveMenuState")
    sql = "UPDATE sp_node SET title = ?, url = ?, new_window = ? WHERE web_url = ? AND id = ?"
    if not schema.store.execute(sql, (title, url, window, call.web.url, str(node.get("Key")))).rowcount:
        raise not_implemented("making nodes through SaveMenuState")
