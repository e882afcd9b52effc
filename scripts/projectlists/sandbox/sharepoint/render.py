"""Rows through CAML: `GetItems` and `RenderListDataAsStream` (sharepoint-rest.md §6.9)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import answers, bodies, caml, display, moments, naming, query, shape, values
from projectlists.sandbox.sharepoint.caml import Asker, ViewQuery
from projectlists.sandbox.sharepoint.cells import Cells, held
from projectlists.sandbox.sharepoint.errors import invalid_argument, no_view, unknown_property
from projectlists.sandbox.sharepoint.model import Call, FieldRecord, Segment
from projectlists.sandbox.sharepoint.query import Position
from projectlists.sandbox.sharepoint.records import ViewRecord
from projectlists.sandbox.sharepoint.rows import Row
from projectlists.sandbox.sharepoint.schema import plain_guid

_QUERY = frozenset(
    {"ViewXml", "DatesInUtc", "AllowIncrementalResults", "FolderServerRelativeUrl", "ListItemCollectionPosition"}
)
_PARAMETERS = frozenset(
    {"ViewXml", "OverrideViewXml", "RenderOptions", "Paging", "DatesInUtc", "AddRequiredFields"}
    | {"FolderServerRelativeUrl", "AllowMultipleValueFilterForTaxonomyFields", "ExpandGroups", "FirstGroupOnly"}
    | {"ImageFieldsToTryRewriteToCdnUrls", "ReplaceGroup", "MergeDefaultView", "OriginalDate", "ViewId"}
)
MASK = "0x7fffffffffffffff"
SCOPES = {1: "recursive", 2: "recursiveall", 3: "filesonly"}
"""A kept view's scope by its number; 0 is none."""


def get_items(call: Call, cells: Cells, method: Segment) -> Response:
    """Answer `GetItems`: entities of the rows a CAML query selects.

    Dates are UTC only with `DatesInUtc`, else the site's time without zone.
    """
    asked = bodies.arguments(call, method, ("query",)).get("query")
    if not isinstance(asked, dict):
        raise invalid_argument()
    _check(asked, _QUERY, "SP.CamlQuery")
    view = caml.read(cells, _asker(call), caml.as_text(asked.get("ViewXml") or "<View/>"))
    after = None
    place = asked.get("ListItemCollectionPosition")
    if place is not None:
        if not isinstance(place, dict):
            raise invalid_argument()
        after = query.position(str(place.get("PagingInfo") or ""), view.order, cells)
    options = dict(call.options)
    if view.fields and not options.get("$select"):
        options["$select"] = ",".join(_selected(cells, view))
    shown = shape.read(cells, options)
    shape.check_joins(cells, shown)
    entries = [
        shape.entry(cells, row, shown) for row in caml.page(cells, view, after=after, folder=_folder(cells, asked)).rows
    ]
    if not asked.get("DatesInUtc"):
        entries = [replace(entry, properties=in_site_time(cells, entry.properties)) for entry in entries]
    return answers.collection(call, entries)


def as_stream(call: Call, cells: Cells, method: Segment) -> Response:
    """Answer `RenderListDataAsStream`: the rows as a view shows them, all values as texts.

    The JSON is the same in every format (sharepoint-rest.md §11.7 leaves that open). Only the data is given, whatever
    `RenderOptions` asks besides.
    """
    given = bodies.arguments(call, method, ("parameters", "overrideParameters")).get("parameters")
    if not isinstance(given, dict):
        raise invalid_argument()
    _check(given, _PARAMETERS, "SP.RenderListDataParameters")
    style = answers.wanted(call.request) or answers.Format.NONE
    return Response.of_json(_stream(call, cells, given), content_type=style.value)


def as_text(call: Call, cells: Cells, method: Segment) -> Response:
    """Answer `RenderListData(@viewXml)`, the older form of the same: the JSON stands in a text."""
    view = bodies.arguments(call, method, ("viewXml",)).get("viewXml")
    if not isinstance(view, str):
        raise invalid_argument()
    return answers.value(call, "RenderListData", json.dumps(_stream(call, cells, {"ViewXml": view})))


def _stream(call: Call, cells: Cells, given: Mapping[str, Any]) -> dict[str, Any]:
    view = _view(call, cells, given)
    if view.group_levels > 1 and cells.listing.is_library and cells.rows.count(cells.listing.id) > query.THRESHOLD:
        # [probe] of sharepoint-rest.md §1.8; how large "large" is, is inferred.
        raise caml.cannot_complete()
    paging = str(given.get("Paging") or "")
    options = dict(parse_qsl(paging.lstrip("?"), keep_blank_values=True))
    after = query.position(paging, view.order, cells) if paging else None
    limit = view.row_limit or 30
    page = caml.page(cells, view, limit=limit, after=after, folder=_folder(cells, given))
    first = int(options["PageFirstRow"]) if options.get("PageFirstRow", "").isdigit() else 1
    fields = [field for name in view.fields if (field := cells.field(name)) is not None]
    shape.refuse_joins({field.name for field in fields if values.is_pointer(field)})
    body: dict[str, Any] = {
        "Row": [_rendered(cells, row, fields) for row in page.rows],
        "FirstRow": first,
        "FolderPermissions": MASK,
        "LastRow": first + len(page.rows) - 1,
        "RowLimit": limit,
    }
    if page.last:
        body["NextHref"] = _next(page.last, view, first + len(page.rows))
    body.update({"FilterLink": "?", "ForceNoHierarchy": "1", "HierarchyHasIndention": ""})
    return body


def _folder(cells: Cells, given: Mapping[str, Any]) -> str:
    asked = given.get("FolderServerRelativeUrl")
    return naming.existing(cells, asked) if isinstance(asked, str) and asked else ""


def _check(given: Mapping[str, Any], known: frozenset[str], type_name: str) -> None:
    for name in given:
        if name not in known:
            raise unknown_property(name, type_name)


def _asker(call: Call) -> Asker:
    return Asker(call.caller.principal_id, call.tenant.clock.now())


def _selected(cells: Cells, view: ViewQuery) -> list[str]:
    """The properties of the view's columns, with the ids of people and lookups."""
    names = ["Id", "ID"]
    for name in view.fields:
        field = cells.field("Title" if name.startswith("LinkTitle") else name)
        if field is None or values.is_dependent(field) or field.type == "Computed":
            continue
        names.append(f"{field.entity_name}Id" if values.is_pointer(field) else field.entity_name)
    return list(dict.fromkeys(names))


def in_site_time(cells: Cells, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties of an item with its moments in the site's time, without zone."""
    dates = {field.entity_name for field in cells.fields if values.is_moment(field)}
    return {
        name: moments.local(value, cells.zone).isoformat()
        if name in dates and isinstance(value, str) and value.endswith("Z")
        else value
        for name, value in properties.items()
    }


def _view(call: Call, cells: Cells, given: Mapping[str, Any]) -> ViewQuery:
    """The view asked for: by its XML, by `?View={id}`, or the default one."""
    xml = given.get("OverrideViewXml") or given.get("ViewXml")
    if xml:
        return caml.read(cells, _asker(call), caml.as_text(xml))
    views = cells.schema.views(cells.listing.id)
    wanted = plain_guid(call.options.get("View") or str(given.get("ViewId") or ""))
    found = next((view for view in views if (view.id == wanted if wanted else view.is_default)), None)
    if found is None:
        raise no_view()
    return of_view(cells, _asker(call), found)


def of_view(cells: Cells, asker: Asker, view: ViewRecord) -> ViewQuery:
    """What a kept view asks for; raises ServiceError when its query cannot be read."""
    asked = caml.read(cells, asker, view.query)
    scope = SCOPES.get(view.properties.get("Scope") or 0, "")
    return replace(asked, row_limit=view.row_limit, fields=view.fields, scope=scope)


def _next(last: Position, view: ViewQuery, first_row: int) -> str:
    return f"?{query.token(last, view.order)}&PageFirstRow={first_row}"


def _rendered(cells: Cells, row: Row, fields: list[FieldRecord]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "ID": str(row.id),
        "PermMask": f"0x{held(cells, row):x}",
        "FSObjType": str(cells.kept(row, cells.entities["FSObjType"])),
        "UniqueId": f"{{{row.unique_id.upper()}}}",
        "ContentTypeId": cells.kept(row, field) if (field := cells.field("ContentTypeId")) else "",
    }
    for one in fields:
        _render(cells, row, one, shown)
    return shown


def _render(cells: Cells, row: Row, field: FieldRecord, shown: dict[str, Any]) -> None:
    kept = cells.kept(row, field)
    name = field.name
    if values.is_pointer(field):
        ids = kept if isinstance(kept, list) else [] if kept is None else [kept]
        make = _person if field.type in values.PEOPLE else _lookup
        shown[name] = [make(cells, field, one) for one in ids] if ids or field.type in values.PEOPLE else ""
    elif isinstance(kept, bool):
        shown[name] = display.text(cells, row, field)
        shown[f"{name}.value"] = "1" if kept else "0"
    elif isinstance(kept, list):
        shown[name] = list(kept)
    elif isinstance(kept, dict):
        shown[name], shown[f"{name}.desc"] = kept["Url"], kept["Description"]
    else:
        shown[name] = display.text(cells, row, field)
        if isinstance(kept, int | float) and field.type != "Counter":
            shown[f"{name}."] = f"{kept:.14f}"
        elif kept is not None and values.is_moment(field):
            shown[f"{name}."] = kept


def _person(cells: Cells, field: FieldRecord, principal_id: int) -> dict[str, str]:
    def member(name: str) -> str:
        return str(cells.member(field, principal_id, name) or "")

    return {
        "id": str(principal_id),
        "title": member("Title"),
        "email": member("EMail"),
        "sip": member("SipAddress"),
        "picture": "",
    }


def _lookup(cells: Cells, field: FieldRecord, item_id: int) -> dict[str, Any]:
    return {"lookupId": item_id, "lookupValue": cells.label(field, item_id), "isSecretFieldValue": False}
