"""Items of a list: read, made, changed, removed (sharepoint-rest.md §6)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import (
    access,
    address,
    answers,
    attachments,
    bodies,
    changes,
    fileshapes,
    formvalues,
    itemquery,
    naming,
    parentlist,
    permissions,
    query,
    recycled,
    render,
    saving,
    scopes,
    shape,
    versions,
)
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.errors import (
    bad_request,
    etag_mismatch,
    invalid_argument,
    no_file,
    no_item,
    not_implemented,
    read_only_property,
    unknown_resource,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.model import Call, ListRecord, Segment
from projectlists.sandbox.sharepoint.projection import Resource
from projectlists.sandbox.sharepoint.rows import Row, rows_of
from projectlists.sandbox.sharepoint.schema import Schema, plain_guid

_WEB = Segment("web")
# What an item of the real service leads to besides.
_NOT_HERE = frozenset({"comments", "likedbyinformation", "getwopiframeurl", "properties", "dlppolicytip"})


def handle(call: Call, listing: ListRecord, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `…/items` and the other ways to a list's items; `rest` begins with that segment."""
    # Held from the reading of an ETag to the writing of the row, and over all queries of one page.
    with schema.store.lock:
        return _answer(call, opened(call, listing, schema), rest)


def opened(call: Call, listing: ListRecord, schema: Schema) -> Cells:
    """A list's rows as the caller may read them."""

    def rights(row: Row) -> int:
        return access.rights(call, schema, *access.chain(schema, listing, row.id))

    return Cells(call.web, listing, schema, access.sight(call, schema, listing), rights)


def by_unique_id(call: Call, unique_id: str, schema: Schema) -> tuple[Cells, Row]:
    """The item of the site with a unique id. Raises ServiceError (404) when there is none the caller can see."""
    row = rows_of(schema.store).find(unique_id)
    listing = schema.list_by_id(call.web.url, row.list_id) if row else None
    cells = opened(call, listing, schema) if listing else None
    if row is None or cells is None or cells.visible(row.id) is None:
        raise no_file()
    return cells, row


def whole(cells: Cells, row: Row) -> Resource:
    """An item as `ListItemAllFields` shows it: in the site's time, without zone (sharepoint-rest.md §6.6)."""
    entry = shape.entry(cells, row, shape.read(cells, {}))
    shown = render.in_site_time(cells, entry.properties)
    return Resource(entry.type_name, entry.uri, shown, entry.etag)


def with_permissions(call: Call, cells: Cells, row: Row) -> Resource:
    """An item as `ListItemAllFields` shows it, with the way to its permissions."""
    return replace(
        whole(cells, row),
        extra={
            "HasUniqueRoleAssignments": lambda: scopes.is_unique(cells.schema, scopes.of_item(cells.listing.id, row.id))
        },
        links={"RoleAssignments": lambda: permissions.of_item(call, cells.listing, row.id, cells.schema)},
    )


def of_document(call: Call, cells: Cells, row: Row, rest: tuple[Segment, ...]) -> Response:
    """Answer `ListItemAllFields` of a file or folder, and what follows."""
    if permissions.concerns(rest):
        return permissions.of_document(call, cells.listing, row.id, rest, cells.schema)
    if rest or call.method not in {"GET", "HEAD"}:
        return _item(call, cells, row, rest)
    shown = shape.read(cells, call.options)
    entry = shape.entry(cells, row, shown)
    local = render.in_site_time(cells, entry.properties)
    return answers.entity(call, local, type_name=entry.type_name, uri=entry.uri, etag=entry.etag)


def _answer(call: Call, cells: Cells, rest: tuple[Segment, ...]) -> Response:
    first = rest[0]
    if first.key == "items":
        return _items(call, cells, rest)
    if first.key == "getitembyid":
        return _item(call, cells, find(cells, address.argument(first, "id")), rest[1:])
    if first.key == "getitembyuniqueid":
        row = cells.rows.find(plain_guid(str(address.argument(first, "uniqueId"))))
        return _item(call, cells, find(cells, row.id if row and row.list_id == cells.listing.id else 0), rest[1:])
    method = _METHODS.get(first.key)
    if method is None or len(rest) > 1:
        raise not_implemented(f"a list's {'/'.join(segment.name for segment in rest)}")
    if call.method != "POST":
        raise unsupported_verb("SP.List", call.method)
    return method(call, cells, first)


def find(cells: Cells, given: object) -> Row:
    """The item with an id given as a number or a text. Raises ServiceError (404) when there is none."""
    text = str(given)
    if isinstance(given, bool) or not (text.isascii() and text.isdigit()) or len(text) > 18:
        raise invalid_argument()
    row = cells.visible(int(text))
    if row is None:
        raise no_item()
    return row


def _items(call: Call, cells: Cells, rest: tuple[Segment, ...]) -> Response:
    first = rest[0]
    if first.arguments or first.named:
        return _item(call, cells, find(cells, address.argument(first, "id")), rest[1:])
    if len(rest) > 1:
        if rest[1].key == "getbyid":
            return _item(call, cells, find(cells, address.argument(rest[1], "id")), rest[2:])
        raise not_implemented(f"items/{rest[1].name}")
    if call.method in {"GET", "HEAD"}:
        return _page(call, cells)
    if call.method == "POST":
        return _create(call, cells)
    raise unsupported_verb("SP.ListItemEntityCollection", call.method)


def _page(call: Call, cells: Cells) -> Response:
    shown = shape.read(cells, call.options)
    search = itemquery.read(call, cells, shown)
    others = [one.column for one in search.order]
    shape.check_joins(cells, shown, others)
    page = query.find(cells, search)
    link = itemquery.next_link(call, page.last, search.order) if page.last else None
    return answers.collection(call, [shape.entry(cells, row, shown) for row in page.rows], next_link=link)


def _create(call: Call, cells: Cells) -> Response:
    access.require_new(call, cells.schema, cells.listing, cells.listing.url)
    kept = saving.read_properties(cells, properties(call, cells))
    row = saving.create(cells, saving.writer(call), kept)
    return _shown(call, cells, row, 201)


def _item(call: Call, cells: Cells, row: Row, rest: tuple[Segment, ...]) -> Response:
    if rest:
        return _below(call, cells, row, rest)
    if call.method in {"GET", "HEAD"}:
        return _shown(call, cells, row)
    if call.method in {"MERGE", "PATCH", "PUT"}:
        _require(call, cells, row, access.EDIT)
        check_etag(call, row)
        given = dict(properties(call, cells))
        name = given.pop("FileLeafRef", None)
        kept = saving.read_properties(cells, given)
        if call.method == "PUT":
            kept = {**saving.writable_columns(cells), **kept}
        with cells.schema.store.transaction():
            if name is not None:
                row = _rename(call, cells, row, name)
            changed = saving.update(cells, saving.writer(call), row, kept)
        return answers.empty(etag=changed.etag)
    if call.method == "DELETE":
        _require(call, cells, row, access.DELETE)
        check_etag(call, row)
        saving.delete(cells, saving.writer(call), row)
        # Inside a batch the service answers 204 (sharepoint-rest.md §6.7).
        return answers.empty(200 if call.request.batch is None else 204)
    raise unsupported_verb(cells.listing.item_type_name, call.method)


def _require(call: Call, cells: Cells, row: Row, wanted: int) -> None:
    access.require_item(call, cells.schema, cells.listing, row, wanted)


def _rename(call: Call, cells: Cells, row: Row, name: object) -> Row:
    """Give a file or folder the name its `FileLeafRef` is set to."""
    if cells.place(row) is None:
        raise read_only_property("FileLeafRef")
    return naming.rename(call, cells, row, cells.folder(row), naming.checked_name(name))


def _shown(call: Call, cells: Cells, row: Row, status: int = 200) -> Response:
    options, parent = parentlist.apart(call.options)
    shown = shape.read(cells, options)
    shape.check_joins(cells, shown)
    entry = shape.entry(cells, row, shown)
    if parent is not None:
        entry = replace(entry, properties={**entry.properties, "ParentList": parentlist.read(call, cells, parent)})
    return answers.entity(
        call, entry.properties, type_name=entry.type_name, uri=entry.uri, etag=entry.etag, status=status
    )


def _below(call: Call, cells: Cells, row: Row, rest: tuple[Segment, ...]) -> Response:
    first = rest[0]
    if first.key == "attachmentfiles":
        if call.method != "GET":
            _require(call, cells, row, access.EDIT)
        return attachments.handle(call, cells, row, rest)
    if first.key == "parentlist":
        return call.elsewhere(_WEB, Segment("Lists", (cells.listing.id,), called=True), *rest[1:])
    if first.key in {"file", "folder"}:
        return _document(call, cells, row, rest)
    if len(rest) > 1:
        raise not_implemented(f"an item's {'/'.join(segment.name for segment in rest)}")
    # Clients send a DELETE to `recycle` in a batch.
    if call.method == "POST" or (call.method == "DELETE" and first.key == "recycle"):
        return _method(call, cells, row, first)
    if call.method not in {"GET", "HEAD"}:
        raise unsupported_verb(cells.listing.item_type_name, call.method)
    return _property(call, cells, row, first)


def _property(call: Call, cells: Cells, row: Row, first: Segment) -> Response:
    if first.key == "versions":
        return versions.answer(call, cells, row)
    if first.key == "fieldvaluesastext":
        entry = shape.as_text(cells, row)
        return answers.entity(call, entry.properties, type_name=entry.type_name, uri=entry.uri)
    if first.key == "fieldvaluesashtml":
        entry = shape.as_html(cells, row)
        return answers.entity(call, entry.properties, type_name=entry.type_name, uri=entry.uri)
    if first.name in shape.LINKS or first.key in _NOT_HERE:
        raise not_implemented(f"an item's {first.name}")
    known = {*shape.default_names(cells), *shape.ON_REQUEST, *(field.entity_name for field in cells.fields)}
    name = next((one for one in known if one.lower() == first.key), None)
    if name is None:
        raise unknown_resource(first.name)
    shown = shape.read(cells, {"$select": name})
    return answers.value(call, name, shape.entry(cells, row, shown).properties[name])


def _document(call: Call, cells: Cells, row: Row, rest: tuple[Segment, ...]) -> Response:
    """The file or folder an item stands for, and what follows; null when it stands for none."""
    name = rest[0].key.capitalize()
    place = cells.place(row)
    if fileshapes.of_row(cells, row, name) is None or place is None:
        return answers.value(call, name, None)
    if name == "File":
        return call.elsewhere(_WEB, Segment("GetFileById", (row.unique_id,), called=True), *rest[1:])
    return call.elsewhere(_WEB, Segment("GetFolderById", (row.unique_id,), called=True), *rest[1:])


def _method(call: Call, cells: Cells, row: Row, method: Segment) -> Response:
    match method.key:
        case "recycle":
            _require(call, cells, row, access.DELETE)
            return answers.value(call, "Recycle", recycled.recycle_item(cells, saving.writer(call), row))
        case "deleteobject" | "deletewithparameters":
            _require(call, cells, row, access.DELETE)
            if method.key == "deletewithparameters":
                check_parameters(call, method, row.etag)
            saving.delete(cells, saving.writer(call), row)
            return answers.value(call, method.name, None)
        case "validateupdatelistitem":
            _require(call, cells, row, access.EDIT)
            check_text(call)
            return formvalues.update(call, cells, saving.writer(call), row, method)
        case "systemupdate" | "updateoverwriteversion":
            # Neither takes values over REST: what the caller changed is silently not saved (sharepoint-rest.md §9.2).
            return answers.value(call, method.name, None)
    raise not_implemented(f"an item's method {method.name}")


def check_parameters(call: Call, method: Segment, etag: str) -> None:
    """Compare the ETag that `DeleteWithParameters` may name. Raises ServiceError: 400, 412."""
    given = bodies.arguments(call, method, ("parameters",)).get("parameters")
    if not isinstance(given, dict):
        raise invalid_argument()
    asked = given.get("ETagMatch")
    if asked not in {None, "", "*", etag}:
        raise etag_mismatch(str(asked), etag)


def check_etag(call: Call, row: Row) -> None:
    """Compare `If-Match` with the item's ETag as texts; a missing one never matches (sharepoint-rest.md §1.7)."""
    asked = call.request.headers.get("If-Match")
    if asked not in {"*", row.etag}:
        raise etag_mismatch(asked, row.etag)


def properties(call: Call, cells: Cells) -> Mapping[str, Any]:
    """The properties of an item in a body. Raises ServiceError (400)."""
    check_text(call)
    return bodies.entity(call, {cells.listing.item_type_name, "SP.ListItem", "SP.Data.ListItem"}).properties


def check_text(call: Call) -> None:
    """Refuse JSON whose texts are not Unicode text (half of a surrogate pair)."""
    try:
        json.dumps(call.request.json(), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise bad_request("Not well formatted JSON stream.") from None


def _get_items(call: Call, cells: Cells, method: Segment) -> Response:
    check_text(call)
    return render.get_items(call, cells, method)


def _as_stream(call: Call, cells: Cells, method: Segment) -> Response:
    check_text(call)
    return render.as_stream(call, cells, method)


def _as_text(call: Call, cells: Cells, method: Segment) -> Response:
    return render.as_text(call, cells, method)


def _add_validated(call: Call, cells: Cells, method: Segment) -> Response:
    check_text(call)
    return formvalues.create(call, cells, saving.writer(call), method)


def _changes(call: Call, cells: Cells, method: Segment) -> Response:
    check_text(call)
    return changes.answer(call, changes.of_list(cells.listing.id), [cells], method)


_METHODS: Mapping[str, Callable[[Call, Cells, Segment], Response]] = {
    "getitems": _get_items,
    "renderlistdataasstream": _as_stream,
    "renderlistdata": _as_text,
    "addvalidateupdateitem": _add_validated,
    "addvalidateupdateitemusingpath": _add_validated,
    "getchanges": _changes,
}
