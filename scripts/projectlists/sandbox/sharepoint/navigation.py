"""The links beside and above a site's pages (sharepoint-rest.md §2.4)."""

from __future__ import annotations

from collections.abc import Mapping
from sqlite3 import Row
from typing import Any

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import address, answers, bodies
from projectlists.sandbox.sharepoint.errors import (
    invalid_argument,
    not_implemented,
    unknown_property,
    unknown_resource,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.model import Call, ListRecord, Segment
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many, single_property
from projectlists.sandbox.sharepoint.schema import IDS, Schema
from projectlists.sandbox.store import Store

TABLES = """
CREATE TABLE IF NOT EXISTS sp_node (
    web_url TEXT NOT NULL COLLATE NOCASE REFERENCES sp_web(url) ON DELETE CASCADE,
    id INTEGER NOT NULL,
    parent INTEGER NOT NULL,
    position REAL NOT NULL,
    title TEXT NOT NULL,
    url TEXT NOT NULL,
    is_external INTEGER NOT NULL,
    is_visible INTEGER NOT NULL,
    audience TEXT NOT NULL DEFAULT '',
    new_window INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (web_url, id)
);
"""
# The fixed parents of top-level nodes, as on the real service.
QUICK_LAUNCH, TOP_BAR = 1025, 1002
_BARS = {"quicklaunch": QUICK_LAUNCH, "topnavigationbar": TOP_BAR}
FIRST_ID = 2000
_TYPES = {"Title": str, "Url": str, "IsVisible": bool, "IsExternal": bool, "AudienceIds": list}


def declare(store: Store) -> None:
    """Create the table when it is not there yet."""
    store.declare(TABLES)


def clear(store: Store) -> None:
    """Empty the table."""
    declare(store)
    store.execute("DELETE FROM sp_node")


def add(schema: Schema, web_url: str, *, parent: int, title: str, url: str, external: bool = False) -> int:
    """Add a node at the end; returns its id."""
    with schema.store.transaction():
        found = schema.store.row(
            "SELECT coalesce(max(id), ?) + 1 AS next FROM sp_node WHERE web_url = ?", (FIRST_ID, web_url)
        )
        identity = int(found["next"]) if found else FIRST_ID + 1
        schema.store.execute(
            "INSERT INTO sp_node (web_url, id, parent, position, title, url, is_external, is_visible)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, 1)",
            (web_url, identity, parent, float(identity), title, url, external),
        )
    return identity


def show_list(schema: Schema, listing: ListRecord, *, shown: bool) -> None:
    """Put a list on the quick launch or take it off: what `OnQuickLaunch` does."""
    pages = [view.url for view in schema.views(listing.id)]
    sql = "SELECT id, url FROM sp_node WHERE web_url = ? AND parent = ?"
    present = [
        row for row in schema.store.rows(sql, (listing.web_url, QUICK_LAUNCH)) if row["url"] in {listing.url, *pages}
    ]
    if not shown:
        for row in present:
            schema.store.execute("DELETE FROM sp_node WHERE web_url = ? AND id = ?", (listing.web_url, row["id"]))
    elif not present:
        default = next((view.url for view in schema.views(listing.id) if view.is_default), listing.url)
        add(schema, listing.web_url, parent=QUICK_LAUNCH, title=listing.title, url=default)


def handle(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `Navigation/QuickLaunch`, `Navigation/TopNavigationBar`, `Navigation/GetNodeById(…)` and below."""
    if len(rest) < 2:
        raise not_implemented("Navigation itself")
    first = rest[1]
    if first.key == "getnodebyid":
        return _node(call, _found(call, first, schema), rest[2:], schema)
    if first.key not in _BARS:
        raise not_implemented(f"Navigation/{first.name}")
    return _nodes(call, _BARS[first.key], (first, *rest[2:]), schema)


def _nodes(call: Call, parent: int, rest: tuple[Segment, ...], schema: Schema) -> Response:
    if rest[0].arguments:
        return _node(call, _found(call, rest[0], schema), rest[1:], schema)
    if len(rest) == 1:
        if call.method == "POST":
            return _create(call, parent, schema)
        return answer_many(call, (_resource(call, row, schema) for row in _children(call, parent, schema)))
    method = rest[1]
    if method.key == "getbyid":
        return _node(call, _found(call, method, schema), rest[2:], schema)
    if method.key == "moveafter" and call.method == "POST":
        return _move(call, parent, method, schema)
    raise not_implemented(f"{rest[0].name}/{method.name}")


def _node(call: Call, row: Row, rest: tuple[Segment, ...], schema: Schema) -> Response:
    if rest and rest[0].key == "children":
        return _nodes(call, row["id"], rest, schema)
    if rest:
        found = single_property(call, _resource(call, row, schema), rest[0].key) if call.method == "GET" else None
        if found is None or len(rest) > 1:
            raise not_implemented(f"a navigation node's {rest[0].name}")
        return found
    match call.method:
        case "GET":
            return answer(call, _resource(call, row, schema))
        case "MERGE" | "PATCH" | "PUT":
            _save(schema, call.web.url, row["id"], {**_shown(row), **_given(call)})
            return answers.empty()
        case "DELETE":
            schema.store.execute(
                "DELETE FROM sp_node WHERE web_url = ? AND (id = ? OR parent = ?)", (call.web.url, row["id"], row["id"])
            )
            return answers.empty(200)
    raise unsupported_verb("SP.NavigationNode", call.method)


def _create(call: Call, parent: int, schema: Schema) -> Response:
    given = _given(call)
    title, url = given.get("Title"), given.get("Url", "")
    if not title:
        raise invalid_argument()
    external = given.get("IsExternal", "://" in url)
    identity = add(schema, call.web.url, parent=parent, title=title, url=url, external=external)
    _save(schema, call.web.url, identity, {**_shown(_row(call, identity, schema)), **given, "IsExternal": external})
    return answer(call, _resource(call, _row(call, identity, schema), schema), 201)


def _save(schema: Schema, web_url: str, identity: int, given: Mapping[str, Any]) -> None:
    schema.store.execute(
        "UPDATE sp_node SET title = ?, url = ?, is_external = ?, is_visible = ?, audience = ?"
        " WHERE web_url = ? AND id = ?",
        (
            given["Title"],
            given["Url"],
            given["IsExternal"],
            given["IsVisible"],
            ",".join(given["AudienceIds"] or ()),
            web_url,
            identity,
        ),
    )


def _move(call: Call, parent: int, method: Segment, schema: Schema) -> Response:
    given = bodies.arguments(call, method, ("nodeId", "previousNodeId"))
    nodes = [row["id"] for row in _children(call, parent, schema)]
    node, previous = given.get("nodeId"), given.get("previousNodeId", 0)
    if node not in nodes or (previous and previous not in nodes) or node == previous:
        raise invalid_argument()
    nodes.remove(node)
    nodes.insert(nodes.index(previous) + 1 if previous else 0, node)
    with schema.store.transaction():
        for position, identity in enumerate(nodes):
            sql = "UPDATE sp_node SET position = ? WHERE web_url = ? AND id = ?"
            schema.store.execute(sql, (position, call.web.url, identity))
    return answers.value(call, "MoveAfter", None)


def _given(call: Call) -> dict[str, Any]:
    given = dict(bodies.entity(call, {"SP.NavigationNode"}).properties)
    for name, value in given.items():
        if name not in _TYPES:
            raise unknown_property(name, "SP.NavigationNode")
        if not isinstance(value, _TYPES[name]):
            raise invalid_argument()
    if not all(isinstance(one, str) for one in given.get("AudienceIds", ())):
        raise invalid_argument()
    return given


def children(schema: Schema, web_url: str, parent: int) -> list[Row]:
    """The nodes below one, in their order."""
    sql = "SELECT * FROM sp_node WHERE web_url = ? AND parent = ? ORDER BY position"
    return schema.store.rows(sql, (web_url, parent))


def _children(call: Call, parent: int, schema: Schema) -> list[Row]:
    return children(schema, call.web.url, parent)


def _found(call: Call, segment: Segment, schema: Schema) -> Row:
    given = str(address.argument(segment, "id"))
    if not given.isdecimal():
        raise invalid_argument()
    return _row(call, int(given), schema)


def _row(call: Call, identity: int, schema: Schema) -> Row:
    sql = "SELECT * FROM sp_node WHERE web_url = ? AND id = ?"
    found = schema.store.row(sql, (call.web.url, identity)) if identity in IDS else None
    if found is None:
        raise unknown_resource(f"NavigationNode({identity})")
    return found


def _resource(call: Call, row: Row, schema: Schema) -> Resource:
    properties = {
        "CurrentLCID": call.web.language,
        "Id": row["id"],
        "IsDocLib": False,
        "ListTemplateType": 0,
        **_shown(row),
    }
    return Resource(
        "SP.NavigationNode",
        f"Web/Navigation/GetNodeById({row['id']})",
        dict(sorted(properties.items())),
        links={"Children": lambda: [_resource(call, one, schema) for one in _children(call, row["id"], schema)]},
    )


def _shown(row: Row) -> Mapping[str, Any]:
    return {
        "AudienceIds": row["audience"].split(",") if row["audience"] else None,
        "IsExternal": bool(row["is_external"]),
        "IsVisible": bool(row["is_visible"]),
        "Title": row["title"],
        "Url": row["url"],
    }
