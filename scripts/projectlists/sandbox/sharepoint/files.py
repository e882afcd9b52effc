"""Files of document libraries: upload, content, versions, the item behind a file (sharepoint-rest.md §6.1).

A file is an item of its library; its content has a version with each upload, check-in makes none of its own.
Publishing is not there.
"""

from __future__ import annotations

from dataclasses import replace

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import (
    access,
    address,
    answers,
    documents,
    filecontent,
    fileholds,
    fileshapes,
    items,
    naming,
    recycled,
    saving,
    transfers,
    uploads,
)
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.errors import (
    invalid_argument,
    no_file,
    not_implemented,
    unknown_parameter,
    unknown_resource,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.model import Call, Segment, ServiceError
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many, single_property
from projectlists.sandbox.sharepoint.rows import Row
from projectlists.sandbox.sharepoint.schema import Schema, plain_guid

_LONGEST_COMMENT = 1023
_ADD = frozenset({"url", "decodedurl", "overwrite", "autocheckoutoninvalidname"})


def by_url(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `GetFileByServerRelativeUrl('…')` and `GetFileByServerRelativePath(DecodedUrl='…')`."""
    given = address.path(rest[0])
    with schema.store.lock:
        found = documents.holder(schema, call.web.url, given)
        try:
            if found is None or not access.sees_list(call, schema, found[0]):
                raise missing(given)
            listing, url = found
            cells = items.opened(call, listing, schema)
            folder, _, name = url.rpartition("/")
            row = _named(cells, folder, name)
        except ServiceError as refusal:
            if refusal.status == 404 and (absent := fileshapes.absent(call, "SP.File", rest[1:])):
                return absent
            raise
        return _file(call, cells, row, rest[1:])


def by_id(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `GetFileById('…')`: the id is the unique id of the file's item."""
    with schema.store.lock:
        cells, row = items.by_unique_id(call, plain_guid(str(address.argument(rest[0], "uniqueId"))), schema)
        place = cells.place(row)
        if place is None or place.is_folder or not cells.listing.is_library:
            raise no_file()
        return _file(call, cells, row, rest[1:])


def named(call: Call, cells: Cells, folder: str, name: object, rest: tuple[Segment, ...]) -> Response:
    """Answer the file of that name in a folder, and what follows."""
    return _file(call, cells, _named(cells, folder, name), rest)


def _named(cells: Cells, folder: str, name: object) -> Row:
    url = f"{folder}/{name}"
    place = cells.documents.at(url)
    row = cells.visible(place.id) if place and not place.is_folder and cells.listing.is_library else None
    if row is None:
        raise missing(url)
    return row


def missing(url: str) -> ServiceError:
    """There is no such file."""
    return ServiceError(404, "-2130575338, Microsoft.SharePoint.SPException", f"The file {url} does not exist.")


def resource(cells: Cells, row: Row) -> Resource:
    """A file, with the way to the item behind it."""
    shown = fileshapes.file(cells, row)
    return replace(shown, links={**shown.links, "ListItemAllFields": lambda: items.whole(cells, row)})


def add(call: Call, cells: Cells, folder: str, method: Segment) -> Response:
    """Answer `Files/add(url='…',overwrite=true)`: the body is the file."""
    for name in method.named:
        if name.lower() not in _ADD:
            raise unknown_parameter(name, method.name)
    name = naming.checked_name(address.argument(method, "url") or address.argument(method, "DecodedUrl", 99))
    overwrite = address.argument(method, "overwrite", 1)
    if overwrite not in {None, True, False}:
        raise invalid_argument()
    row = filecontent.store(call, cells, folder, name, call.request.body, overwrite=bool(overwrite))
    return answer(call, resource(cells, row))


def _file(call: Call, cells: Cells, row: Row, rest: tuple[Segment, ...]) -> Response:
    if not rest:
        return _itself(call, cells, row)
    first = rest[0]
    match first.key:
        case "$value" | "openbinarystream" if len(rest) == 1:
            return _content(call, cells, row)
        case "listitemallfields":
            return items.of_document(call, cells, row, rest[1:])
        case "versions":
            return _versions(call, cells, row, rest)
    # Clients tunnel a DELETE to `recycle` too.
    if len(rest) == 1 and (call.method == "POST" or (call.method == "DELETE" and first.key == "recycle")):
        return _method(call, cells, row, first)
    found = single_property(call, resource(cells, row), first.key) if len(rest) == 1 and call.method == "GET" else None
    if found is None:
        raise not_implemented(f"a file's {'/'.join(segment.name for segment in rest)}")
    return found


def _itself(call: Call, cells: Cells, row: Row) -> Response:
    match call.method:
        case "GET" | "HEAD":
            return answer(call, resource(cells, row))
        case "DELETE":
            _delete(call, cells, row)
            return answers.empty(200)
    raise unsupported_verb("SP.File", call.method)


def _content(call: Call, cells: Cells, row: Row) -> Response:
    if call.method in {"GET", "HEAD"}:
        return _bytes(cells.documents.content(row.id), row)
    if call.method in {"PUT", "PATCH", "MERGE"}:
        filecontent.write(call, cells, row, call.request.body)
        return answers.empty()
    raise unsupported_verb("SP.File", call.method)


def _bytes(content: bytes, row: Row) -> Response:
    etag = f'"{{{row.unique_id.upper()}}},{row.version}"'
    return Response(200, (("Content-Type", "application/octet-stream"), ("ETag", etag)), content)


def _delete(call: Call, cells: Cells, row: Row) -> None:
    access.require_item(call, cells.schema, cells.listing, row, access.DELETE)
    saving.delete(cells, saving.writer(call), row)


def _method(call: Call, cells: Cells, row: Row, method: Segment) -> Response:
    match method.key:
        case "recycle":
            access.require_item(call, cells.schema, cells.listing, row, access.DELETE)
            return answers.value(call, "Recycle", recycled.recycle_item(cells, saving.writer(call), row))
        case "deleteobject" | "deletewithparameters":
            if method.key == "deletewithparameters":
                items.check_parameters(call, method, str(resource(cells, row).properties["ETag"]))
            _delete(call, cells, row)
            return answers.value(call, method.name, None)
        case key if key in uploads.METHODS:
            taken = uploads.take(call, cells, row, method)
            return (
                taken
                if isinstance(taken, Response)
                else answer(call, resource(cells, filecontent.write(call, cells, row, taken)))
            )
        case "moveto" | "movetousingpath" | "copyto" | "copytousingpath":
            transfers.of_file(call, cells, row, method)
            return answers.value(call, method.name, None)
        case "checkout" | "checkin" | "undocheckout":
            _hold(call, cells, row, method)
            return answers.value(call, method.name, None)
    raise not_implemented(f"a file's method {method.name}")


def _hold(call: Call, cells: Cells, row: Row, method: Segment) -> None:
    access.require_item(call, cells.schema, cells.listing, row, access.EDIT)
    caller = call.caller.principal_id
    match method.key:
        case "checkout":
            fileholds.check_out(cells, caller, row)
        case "checkin":
            # The kinds 0 minor, 1 major and 2 overwrite come to the same: every save has made its version.
            comment, kind = address.argument(method, "comment") or "", address.argument(method, "checkInType", 1)
            if not isinstance(comment, str) or len(comment) > _LONGEST_COMMENT or kind not in {None, 0, 1, 2}:
                raise invalid_argument()
            fileholds.check_in(cells, caller, row, comment)
        case _:
            if not access.may(call, cells.schema, access.CANCEL_CHECKOUT, cells.listing.id):
                fileholds.refuse_others(cells, caller, row)
            fileholds.undo(cells, row)


def _deleted(call: Call, cells: Cells, row: Row, method: Segment) -> Response | None:
    """Carry out `DeleteAll`, `DeleteByLabel` or `DeleteByID` of versions; None when it is none of these."""
    earlier = cells.rows.versions(row)[1:]
    given = str(method.arguments[0] if method.arguments else next(iter(method.named.values()), ""))
    match method.key:
        case "deleteall":
            chosen = earlier
        case "deletebylabel" | "recyclebylabel":
            chosen = [one for one in earlier if f"{one.major}.0" == given]
        case "deletebyid" | "recyclebyid":
            chosen = [one for one in earlier if str(one.major * 512) == given]
        case _:
            return None
    if not chosen and method.key != "deleteall":
        raise invalid_argument()
    access.require_item(call, cells.schema, cells.listing, row, access.EDIT)
    with cells.schema.store.transaction():
        for one in chosen:
            cells.rows.forget_version(row, one.major)
    return answers.value(call, method.name, None)


def _versions(call: Call, cells: Cells, row: Row, rest: tuple[Segment, ...]) -> Response:
    first = rest[0]
    earlier = cells.rows.versions(row)[1:]
    if not first.arguments and len(rest) == 1:
        return answer_many(call, (fileshapes.version(cells, row, one) for one in earlier))
    if not first.arguments and rest[1].key == "restorebylabel" and len(rest) == 2 and call.method == "POST":
        label = str(address.argument(rest[1], "versionLabel"))
        found = next((one for one in earlier if f"{one.major}.0" == label), None)
        if found is None:
            raise invalid_argument()
        filecontent.write(call, cells, row, cells.documents.earlier(row.id, found.major))
        return answers.value(call, "RestoreByLabel", None)
    if len(rest) == 2 and call.method in {"POST", "DELETE"}:
        done = _deleted(call, cells, row, rest[1])
        if done is not None:
            return done
    method, below = (first, rest[1:]) if first.arguments else (rest[1], rest[2:])
    if not first.arguments and method.key != "getbyid":
        raise not_implemented(f"Versions/{method.name}")
    given = address.argument(method, "versionId")
    chosen = next((one for one in earlier if one.major * 512 == given), None)
    if chosen is None:
        raise unknown_resource(f"FileVersion({given})")
    if call.method == "GET" and not below:
        return answer(call, fileshapes.version(cells, row, chosen))
    if call.method == "GET" and [one.key for one in below] in (["$value"], ["openbinarystream"]):
        return _bytes(cells.documents.earlier(row.id, chosen.major), row)
    raise not_implemented(f"{call.method} of a version of a file")
