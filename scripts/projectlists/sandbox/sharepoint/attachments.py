"""Files of an item (sharepoint-rest.md §6.11). Adding or removing one changes the item's ETag (§1.7)."""

from __future__ import annotations

from dataclasses import replace

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import address, answers, moments, shape
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.errors import (
    invalid_argument,
    no_file,
    not_implemented,
    refused,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.model import Call, Segment
from projectlists.sandbox.sharepoint.rows import Row

_FORBIDDEN = frozenset('"#%*:<>?/\\|')


def handle(call: Call, cells: Cells, row: Row, rest: tuple[Segment, ...]) -> Response:
    """Answer `…/AttachmentFiles` and below; `rest` begins with that segment."""
    first = rest[0]
    if first.arguments:
        return _file(call, cells, row, first.arguments[0], rest[1:])
    if len(rest) == 1:
        if call.method != "GET":
            raise unsupported_verb("SP.AttachmentCollection", call.method)
        return answers.collection(call, shape.attachments(cells, row))
    method = rest[1]
    if method.key == "add" and call.method == "POST":
        return _add(call, cells, row, address.argument(method, "FileName"))
    if method.key in {"getbyfilename", "getbyfilenameaspath"}:
        return _file(call, cells, row, address.argument(method, "fileName"), rest[2:])
    raise not_implemented(f"AttachmentFiles/{method.name}")


def _add(call: Call, cells: Cells, row: Row, name: object) -> Response:
    if not isinstance(name, str) or not name.strip(" .") or _FORBIDDEN & set(name) or len(name) > 128:
        raise invalid_argument()
    if not cells.listing.properties.get("EnableAttachments", True):
        raise refused("Attachments are not enabled for this list.")
    if name.lower() in {one.lower() for one in cells.rows.attached(row)}:
        raise refused(
            "The specified name is already in use.\n\nAn attachment with the same name already exists. Please use a"
            " different name.",
            "-2130575257, Microsoft.SharePoint.SPException",
        )
    with cells.schema.store.transaction():
        cells.rows.attach(row, name, call.request.body)
        _touch(call, cells, row, row.attachments + 1)
    entry = shape.attachment(cells, row, name)
    return answers.entity(call, entry.properties, type_name=entry.type_name, uri=entry.uri)


def _file(call: Call, cells: Cells, row: Row, name: object, rest: tuple[Segment, ...]) -> Response:
    files = cells.rows.attached(row)
    found = next((one for one in files if one.lower() == str(name).lower()), None)
    if found is None:
        raise no_file()
    if len(rest) == 1 and rest[0].key == "$value" and call.method == "GET":
        return Response(200, (("Content-Type", "application/octet-stream"),), files[found])
    if len(rest) == 1 and rest[0].key == "$value" and call.method == "PUT":
        with cells.schema.store.transaction():
            cells.rows.detach(row, found)
            cells.rows.attach(row, found, call.request.body)
            _touch(call, cells, row, row.attachments)
        return answers.empty()
    if rest:
        raise not_implemented(f"an attachment's {rest[0].name}")
    if call.method == "DELETE":
        with cells.schema.store.transaction():
            cells.rows.detach(row, found)
            _touch(call, cells, row, row.attachments - 1)
        return answers.empty(200)
    if call.method != "GET":
        raise unsupported_verb("SP.Attachment", call.method)
    entry = shape.attachment(cells, row, found)
    return answers.entity(call, entry.properties, type_name=entry.type_name, uri=entry.uri)


def _touch(call: Call, cells: Cells, row: Row, attachments: int) -> None:
    changed = replace(
        row,
        version=row.version + 1,
        attachments=attachments,
        modified=moments.written(call.tenant.clock.now()),
        editor=call.caller.principal_id,
    )
    cells.refresh_indexes()
    cells.rows.replace(changed, cells.entries(changed))
    cells.schema.touch_list(cells.listing.id)
