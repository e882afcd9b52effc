"""The recycle bin of a site: what waits in it, back to its place or gone for good (sharepoint-rest.md §10.18)."""

from __future__ import annotations

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import access, address, answers, display, moments, recycled
from projectlists.sandbox.sharepoint.answers import Complex
from projectlists.sandbox.sharepoint.errors import not_implemented, unknown_resource, unsupported_verb
from projectlists.sandbox.sharepoint.model import Call, Segment
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many, single_property
from projectlists.sandbox.sharepoint.recycled import Entry
from projectlists.sandbox.sharepoint.schema import Schema, plain_guid, zone


def handle(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `RecycleBin`, one entry by `RecycleBin('…')` or `RecycleBin/GetById('…')`, and what it can do."""
    first = rest[0]
    if first.arguments:
        return _one(call, _found(call, first, schema), rest[1:], schema)
    if len(rest) == 1:
        return answer_many(call, (_resource(call, one, schema) for one in _shown(call, schema)))
    method = rest[1]
    if method.key == "getbyid":
        return _one(call, _found(call, method, schema), rest[2:], schema)
    if len(rest) == 2 and call.method == "POST" and method.key in {"deleteall", "restoreall"}:
        with schema.store.transaction():
            for entry in _shown(call, schema):
                if method.key == "deleteall":
                    recycled.purge(schema, entry)
                else:
                    recycled.restore(schema, call.web, entry)
        return answers.value(call, method.name, None)
    raise not_implemented(f"RecycleBin/{method.name}")


def _shown(call: Call, schema: Schema) -> list[Entry]:
    """What the caller finds there: people who do not manage the site find what they deleted themselves."""
    everything = recycled.entries(schema, call.web)
    if access.may(call, schema, access.MANAGE_WEB):
        return everything
    return [one for one in everything if one.deleted_by == call.caller.principal_id]


def _found(call: Call, segment: Segment, schema: Schema) -> Entry:
    wanted = plain_guid(str(address.argument(segment, "id")))
    found = next((one for one in _shown(call, schema) if one.entry == wanted), None)
    if found is None:
        raise unknown_resource(f"RecycleBinItem({wanted})")
    return found


def _one(call: Call, entry: Entry, rest: tuple[Segment, ...], schema: Schema) -> Response:
    if len(rest) > 1:
        raise not_implemented(f"an entry's {'/'.join(segment.name for segment in rest)}")
    shown = _resource(call, entry, schema)
    if not rest:
        if call.method == "GET":
            return answer(call, shown)
        if call.method != "DELETE":
            raise unsupported_verb("SP.RecycleBinItem", call.method)
        recycled.purge(schema, entry)
        return answers.empty(200)
    match rest[0].key:
        case "restore" if call.method == "POST":
            recycled.restore(schema, call.web, entry)
            return answers.value(call, "Restore", None)
        case "deleteobject" if call.method == "POST":
            recycled.purge(schema, entry)
            return answers.value(call, "DeleteObject", None)
    found = single_property(call, shown, rest[0].key) if call.method == "GET" else None
    if found is None:
        raise not_implemented(f"an entry's {rest[0].name}")
    return found


def _resource(call: Call, entry: Entry, schema: Schema) -> Resource:
    author, deleter = (schema.user(call.web.url, one) for one in (entry.author, entry.deleted_by))
    folder = entry.folder.lstrip("/")
    local = moments.local(entry.deleted_at, zone(call.web))
    properties = {
        "AuthorEmail": author.email if author else "",
        "AuthorName": author.title if author else "",
        "DeletedByEmail": deleter.email if deleter else "",
        "DeletedByName": deleter.title if deleter else "",
        "DeletedDate": entry.deleted_at,
        "DeletedDateLocalFormatted": display.instant(local, display.locale_of(call.web.locale_id)),
        "DirName": folder,
        "DirNamePath": Complex({"DecodedUrl": folder}, "SP.ResourcePath"),
        "Id": entry.entry,
        "ItemState": 1,
        "ItemType": entry.kind,
        "LeafName": entry.leaf,
        "LeafNamePath": Complex({"DecodedUrl": entry.leaf}, "SP.ResourcePath"),
        # A 64-bit number, which OData writes as a text.
        "Size": str(entry.size),
        "Title": entry.title,
    }
    return Resource("SP.RecycleBinItem", f"Web/RecycleBin('{entry.entry}')", properties)
