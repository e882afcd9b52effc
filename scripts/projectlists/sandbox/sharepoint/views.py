"""A list's views: read, made, changed, their columns (sharepoint-rest.md §5)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import address, answers, bodies, names, viewxml
from projectlists.sandbox.sharepoint.answers import Complex
from projectlists.sandbox.sharepoint.errors import (
    invalid_argument,
    no_field,
    no_view,
    not_implemented,
    read_only_property,
    refused,
    unknown_property,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.fieldxml import wrong_type
from projectlists.sandbox.sharepoint.model import Call, ListRecord, Segment
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many, single_property
from projectlists.sandbox.sharepoint.records import ViewRecord
from projectlists.sandbox.sharepoint.schema import Schema

# Properties a caller may set, with the value of a new view; None stands for a text that is not there.
WRITABLE: Mapping[str, Any] = {
    "Aggregations": None,
    "AggregationsStatus": None,
    "CalendarViewStyles": None,
    "ColumnWidth": None,
    "CustomFormatter": None,
    "CustomOrder": None,
    "DefaultViewForContentType": False,
    "EditorModified": False,
    "Formats": None,
    "GridLayout": None,
    "Hidden": False,
    "IncludeRootFolder": False,
    "JSLink": None,
    "Method": None,
    "MobileDefaultView": False,
    "MobileView": True,
    "Paged": True,
    "RowLimit": 30,
    "Scope": 0,
    "TabularView": True,
    "Toolbar": "",
    "ViewData": None,
    "ViewJoins": None,
    "ViewProjectedFields": None,
    "ViewQuery": "",
    "ViewType2": None,
}
MODERN = frozenset({"MODERNCALENDAR", "KANBAN", "TILES", "COMPACTLIST"})
_KINDS = {0: "NONE", 1: "HTML", 2048: "GRID", 524288: "CALENDAR", 131072: "CHART", 67108864: "GANTT"}
_CREATION: Mapping[str, Any] = {
    "AssociatedContentTypeId": "",
    "baseViewId": None,
    "CalendarViewStyles": None,
    "CustomFormatter": None,
    "Paged": True,
    "PersonalView": False,
    "Query": "",
    "RowLimit": 30,
    "SetAsDefaultView": False,
    "Title": "",
    "ViewData": None,
    "ViewFields": [],
    "ViewType2": None,
    "ViewTypeKind": 1,
}


def handle(call: Call, listing: ListRecord, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `…/views`, `…/getView('…')`, `…/DefaultView`, one view and all below it."""
    views = schema.views(listing.id)
    addressed = _addressed(views, rest)
    if addressed is not None:
        view, below = addressed
        if view is None and not below and call.method == "GET" and rest[-1].key == "getbytitle":
            # A view that is not there is no error here: the entity is just empty (sharepoint-rest.md §5).
            return answers.empty(200)
        if view is None:
            raise no_view()
        return _one(call, listing, view, below, schema)
    if len(rest) > 1 and rest[1].key == "add":
        return _add(call, listing, rest[1], schema)
    if len(rest) > 1:
        raise not_implemented(f"views/{rest[1].name}")
    if call.method == "POST":
        return _post(call, listing, schema)
    return answer_many(call, (resource(listing, view) for view in views))


def _addressed(
    views: tuple[ViewRecord, ...], rest: tuple[Segment, ...]
) -> tuple[ViewRecord | None, tuple[Segment, ...]] | None:
    """The view that the segments ask for (maybe missing), and what follows; None when they ask for none."""
    if rest[0].key == "defaultview":
        return next((view for view in views if view.is_default), None), rest[1:]
    if rest[0].arguments:
        return _by_id(views, rest[0]), rest[1:]
    if len(rest) > 1 and rest[1].key == "getbyid":
        return _by_id(views, rest[1]), rest[2:]
    if len(rest) > 1 and rest[1].key == "getbytitle":
        wanted = str(address.argument(rest[1], "strTitle")).lower()
        return next((view for view in views if view.title.lower() == wanted), None), rest[2:]
    return None


def resource(listing: ListRecord, view: ViewRecord) -> Resource:
    """The view with the properties of sharepoint-rest.md §5."""
    xml = viewxml.write(view)
    properties = {
        **{name: view.properties.get(name, default) for name, default in WRITABLE.items()},
        "BaseViewId": "1",
        "ContentTypeId": Complex({"StringValue": "0x"}, "SP.ContentTypeId"),
        "DefaultView": view.is_default,
        "HtmlSchemaXml": xml,
        "Id": view.id,
        "ImageUrl": "/_layouts/15/images/generic.png?rev=47",
        "ListViewXml": xml,
        "ModerationType": None,
        "OrderedView": False,
        "PersonalView": view.properties.get("PersonalView", False),
        "ReadOnlyView": False,
        "RequiresClientIntegration": False,
        "ServerRelativePath": Complex({"DecodedUrl": view.url}, "SP.ResourcePath"),
        "ServerRelativeUrl": view.url,
        "StyleId": None,
        "Threaded": False,
        "Title": view.title,
        "ToolbarTemplateName": None,
        "ViewType": view.properties.get("ViewType", "HTML"),
    }
    return Resource(
        "SP.View",
        _uri(listing, view),
        dict(sorted(properties.items())),
        links={"ViewFields": lambda: _view_fields(listing, view)},
    )


def add_first(schema: Schema, listing: ListRecord, *, dutch: bool) -> None:
    """Give a new list the view it starts with."""
    if listing.is_library:
        title, folder = ("Alle documenten" if dutch else "All Documents"), f"{listing.url}/Forms"
        columns: tuple[str, ...] = ("DocIcon", "LinkFilename", "Modified", "Editor")
    else:
        title, folder, columns = ("Alle items" if dutch else "All Items"), listing.url, ("LinkTitle",)
    schema.save_view(
        ViewRecord(str(uuid.uuid4()), listing.id, title, f"{folder}/AllItems.aspx", True, columns, {"RowLimit": 30})
    )


def _by_id(views: tuple[ViewRecord, ...], segment: Segment) -> ViewRecord | None:
    wanted = str(address.argument(segment, "guidId")).strip("{}").lower()
    return next((view for view in views if view.id == wanted), None)


def _one(call: Call, listing: ListRecord, view: ViewRecord, rest: tuple[Segment, ...], schema: Schema) -> Response:
    if not rest:
        return _itself(call, listing, view, schema)
    first = rest[0]
    if first.key == "viewfields":
        return _fields(call, listing, view, rest, schema)
    if first.key == "setviewxml" and len(rest) == 1 and call.method == "POST":
        given = bodies.arguments(call, first, ("viewXml",)).get("viewXml")
        changed = viewxml.read(view, given if isinstance(given, str) else "")
        _check_columns(listing, changed.fields, schema)
        schema.save_view(changed)
        return answers.value(call, "SetViewXml", None)
    if len(rest) == 1 and call.method == "GET":
        found = single_property(call, resource(listing, view), first.key)
        if found is not None:
            return found
    raise not_implemented(f"a view's {first.name}")


def _itself(call: Call, listing: ListRecord, view: ViewRecord, schema: Schema) -> Response:
    match call.method:
        case "GET" | "HEAD":
            return answer(call, resource(listing, view))
        case "MERGE" | "PATCH" | "PUT":
            given = bodies.entity(call, {"SP.View"}).properties
            schema.save_view(_changed(listing, view, given))
            return answers.empty()
        case "DELETE":
            if view.is_default:
                raise refused("The default view of a list cannot be deleted.")
            schema.delete_view(view.id)
            return answers.empty(200)
    raise unsupported_verb("SP.View", call.method)


def _changed(listing: ListRecord, view: ViewRecord, given: Mapping[str, Any]) -> ViewRecord:
    """The view with properties of an `SP.View` body written into it."""
    changes = dict(given)
    title = changes.pop("Title", view.title)
    default = changes.pop("DefaultView", view.is_default)
    if "ListViewXml" in changes:
        view = viewxml.read(view, str(changes.pop("ListViewXml")))
    known = resource(listing, view).properties
    for name, value in changes.items():
        if name not in WRITABLE:
            raise read_only_property(name) if name in known else unknown_property(name, "SP.View")
        _check_value(name, value, WRITABLE[name])
    if not isinstance(title, str) or not title.strip() or not isinstance(default, bool):
        raise invalid_argument()
    # A default view stays so until another one takes the place.
    return replace(view, title=title, is_default=default or view.is_default, properties={**view.properties, **changes})


def _check_value(name: str, value: Any, example: Any) -> None:
    expected = str if example is None else type(example)
    if type(value) is not expected and not (value is None and expected is str):
        raise wrong_type(name, {bool: "Edm.Boolean", int: "Edm.Int32"}.get(expected, "Edm.String"))
    if name == "ViewQuery":
        viewxml.check_query(value or "")
    if name == "ViewType2" and value and value not in MODERN:
        raise invalid_argument()


def _add(call: Call, listing: ListRecord, method: Segment, schema: Schema) -> Response:
    given = bodies.arguments(call, method, ("parameters",)).get("parameters")
    if not isinstance(given, dict):
        raise invalid_argument()
    for name, value in given.items():
        if name not in _CREATION:
            raise unknown_property(name, "SP.ViewCreationInformation")
        if name not in {"ViewFields", "baseViewId", "ViewTypeKind"}:
            _check_value("ViewQuery" if name == "Query" else name, value, _CREATION[name])
    kind = given.get("ViewTypeKind", 1)
    columns = given.get("ViewFields") or ["LinkTitle"]
    if not isinstance(kind, int) or kind not in _KINDS or not isinstance(columns, list):
        raise invalid_argument()
    properties = {
        "ViewType": _KINDS[kind],
        "ViewQuery": viewxml.inside_query(given.get("Query") or ""),
        **{
            name: given[name]
            for name in ("Paged", "RowLimit", "CustomFormatter", "ViewType2", "ViewData", "CalendarViewStyles")
            if name in given
        },
        "PersonalView": given.get("PersonalView", False),
    }
    view = _create(listing, given.get("Title"), tuple(columns), properties, schema)
    if given.get("SetAsDefaultView"):
        view = replace(view, is_default=True)
    schema.save_view(view)
    return answer(call, resource(listing, view))


def _post(call: Call, listing: ListRecord, schema: Schema) -> Response:
    given = dict(bodies.entity(call, {"SP.View"}).properties)
    given.pop("ViewTypeKind", None)
    # The kind of view can be told here and never changed afterwards.
    personal = given.pop("PersonalView", False)
    if not isinstance(personal, bool):
        raise wrong_type("PersonalView", "Edm.Boolean")
    properties = {"ViewType": "HTML", "PersonalView": personal}
    view = _create(listing, given.pop("Title", None), ("LinkTitle",), properties, schema)
    made = _changed(listing, view, given)
    schema.save_view(made)
    return answer(call, resource(listing, made), 201)


def _create(
    listing: ListRecord, title: object, columns: tuple[str, ...], properties: Mapping[str, Any], schema: Schema
) -> ViewRecord:
    if not isinstance(title, str) or not title.strip():
        raise invalid_argument()
    _check_columns(listing, columns, schema)
    folder = f"{listing.url}/Forms" if listing.is_library else listing.url
    pages = {view.url.lower() for view in schema.views(listing.id)}
    name = names.folder(title, lambda page: f"{folder}/{page}.aspx".lower() in pages)
    return ViewRecord(
        str(uuid.uuid4()), listing.id, title, f"{folder}/{name}.aspx", False, columns, {"RowLimit": 30, **properties}
    )


def _check_columns(listing: ListRecord, columns: tuple[str, ...], schema: Schema) -> None:
    known = {field.name for field in schema.fields(listing.id)}
    for name in columns:
        if name not in known:
            raise no_field(str(name), listing.url)


def _fields(call: Call, listing: ListRecord, view: ViewRecord, rest: tuple[Segment, ...], schema: Schema) -> Response:
    shown = _view_fields(listing, view)
    if call.method == "GET":
        found = answer(call, shown) if len(rest) == 1 else single_property(call, shown, rest[1].key)
        if found is None or len(rest) > 2:
            raise not_implemented(f"ViewFields/{rest[1].name}")
        return found
    if call.method != "POST" or len(rest) != 2:
        raise unsupported_verb("SP.ViewFieldCollection", call.method)
    columns = _columns_after(call, listing, view, rest[1], schema)
    schema.save_view(replace(view, fields=tuple(columns)))
    return answers.value(call, rest[1].name, None)


def _columns_after(call: Call, listing: ListRecord, view: ViewRecord, method: Segment, schema: Schema) -> list[str]:
    """The columns of the view once a method has added, removed or moved one."""
    columns = list(view.fields)
    if method.key == "removeallviewfields":
        return []
    if method.key == "moveviewfieldto":
        given = bodies.arguments(call, method, ("field", "index"))
        moved, index = given.get("field"), given.get("index")
        if moved not in columns or not isinstance(index, int) or not 0 <= index < len(columns):
            raise invalid_argument()
        columns.remove(moved)
        columns.insert(index, moved)
        return columns
    if method.key not in {"addviewfield", "removeviewfield"}:
        raise not_implemented(f"ViewFields/{method.name}")
    name = str(bodies.arguments(call, method, ("strField",)).get("strField"))
    field = schema.field(listing.id, name)
    if field is None or (method.key == "removeviewfield" and field.name not in columns):
        raise no_field(name, listing.url)
    if method.key == "removeviewfield":
        columns.remove(field.name)
    elif field.name not in columns:
        columns.append(field.name)
    return columns


def _view_fields(listing: ListRecord, view: ViewRecord) -> Resource:
    return Resource(
        "SP.ViewFieldCollection",
        f"{_uri(listing, view)}/ViewFields",
        {"Items": answers.Collection(view.fields, "Edm.String"), "SchemaXml": viewxml.field_references(view)},
    )


def _uri(listing: ListRecord, view: ViewRecord) -> str:
    return f"Web/Lists(guid'{listing.id}')/Views(guid'{view.id}')"
