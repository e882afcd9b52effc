"""Folders: the root folder of a list and the folders in it, what they hold, and making more (sharepoint-rest.md §6.1).

A folder is an item of its list. Names are refused as the service refuses them; making a folder that is there already
answers the folder that is there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import (
    access,
    address,
    answers,
    bags,
    bodies,
    documents,
    files,
    fileshapes,
    items,
    naming,
    recycled,
    saving,
    transfers,
)
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.documents import Place
from projectlists.sandbox.sharepoint.errors import (
    no_file,
    not_implemented,
    refused,
    unknown_property,
    unsupported_verb,
)
from projectlists.sandbox.sharepoint.model import Call, ListRecord, Segment, ServiceError
from projectlists.sandbox.sharepoint.projection import Resource, answer, answer_many, single_property
from projectlists.sandbox.sharepoint.rows import Row
from projectlists.sandbox.sharepoint.schema import Schema, plain_guid


@dataclass(frozen=True)
class Folder:
    """A folder of a list; without a row it is the root folder. `url` is server-relative."""

    cells: Cells
    url: str
    row: Row | None = None


def of_list(call: Call, listing: ListRecord, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer a list's `RootFolder` and what follows."""
    with schema.store.lock:
        cells = items.opened(call, listing, schema)
        return _folder(call, Folder(cells, listing.url), rest[1:])


def by_url(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `GetFolderByServerRelativeUrl('…')` and `GetFolderByServerRelativePath(DecodedUrl='…')`."""
    with schema.store.lock:
        try:
            found = _at(call, address.path(rest[0]), schema)
        except ServiceError as refusal:
            if refusal.status == 404 and (absent := fileshapes.absent(call, "SP.Folder", rest[1:])):
                return absent
            raise
        return _folder(call, found, rest[1:])


def by_id(call: Call, rest: tuple[Segment, ...], schema: Schema) -> Response:
    """Answer `GetFolderById('…')`: the id is the unique id of the folder's item."""
    with schema.store.lock:
        cells, row = items.by_unique_id(call, plain_guid(str(address.argument(rest[0], "uniqueId"))), schema)
        place = cells.place(row)
        if place is None or not place.is_folder:
            raise no_file()
        return _folder(call, Folder(cells, place.url, row), rest[1:])


def resource(folder: Folder) -> Resource:
    """A folder, with what it holds and the way to the item behind it."""
    cells, row = folder.cells, folder.row
    return replace(
        fileshapes.folder(cells, folder.url, row),
        links={
            "Files": lambda: [files.resource(cells, one) for one in _children(folder, folders=False)],
            "Folders": lambda: [resource(one) for one in _inside(folder)],
            "ListItemAllFields": lambda: items.whole(cells, row) if row else None,
        },
    )


def _with_permissions(call: Call, folder: Folder) -> Resource:
    """A folder whose item leads to its permissions, which depend on who asks."""
    shown = resource(folder)

    def item() -> Resource | None:
        return items.with_permissions(call, folder.cells, folder.row) if folder.row else None

    return replace(shown, links={**shown.links, "ListItemAllFields": item})


def root(call: Call, listing: ListRecord, schema: Schema) -> Resource:
    """The root folder of a list."""
    return resource(Folder(items.opened(call, listing, schema), listing.url))


def _at(call: Call, given: str, schema: Schema) -> Folder:
    found = documents.holder(schema, call.web.url, given)
    if found is None:
        at_site = given.rstrip("/").lower() in {call.web.url.lower(), ""}
        raise not_implemented("the root folder of a site") if at_site else no_file()
    listing, url = found
    if not access.sees_list(call, schema, listing):
        raise no_file()
    cells = items.opened(call, listing, schema)
    if url.lower() == listing.url.lower():
        return Folder(cells, listing.url)
    place = cells.documents.at(url)
    row = cells.visible(place.id) if place and place.is_folder else None
    if place is None or row is None:
        raise no_file()
    return Folder(cells, place.url, row)


def _inside(folder: Folder) -> list[Folder]:
    found = _children(folder, folders=True)
    return [Folder(folder.cells, f"{folder.url}/{_place(folder.cells, row).name}", row) for row in found]


def _children(folder: Folder, *, folders: bool) -> list[Row]:
    wanted = [one.id for one in folder.cells.documents.inside(folder.url) if one.is_folder is folders]
    if not folders and not folder.cells.listing.is_library:
        return []
    return [row for one in wanted if (row := folder.cells.visible(one)) is not None]


def _place(cells: Cells, row: Row) -> Place:
    place = cells.place(row)
    assert place is not None  # noqa: S101 - only items with a place are asked about
    return place


def _folder(call: Call, folder: Folder, rest: tuple[Segment, ...]) -> Response:
    if not rest:
        return _itself(call, folder)
    first = rest[0]
    room = ROOMS.get(first.key)
    if room is not None:
        return room(call, folder, rest)
    if len(rest) == 1 and (
        (first.key in {"recycle", "deleteobject", "deletewithparameters", "moveto"} and call.method == "POST")
        # Clients tunnel a DELETE to `recycle` too.
        or (first.key == "recycle" and call.method == "DELETE")
    ):
        return _method(call, folder, first)
    if first.key == "addsubfolderusingpath" and call.method == "POST" and len(rest) == 1:
        given = bodies.arguments(call, first, ("DecodedUrl", "leafPath"))
        leaf = given.get("leafPath")
        return _add(call, folder, leaf.get("DecodedUrl") if isinstance(leaf, dict) else given.get("DecodedUrl"), 200)
    found = single_property(call, resource(folder), first.key) if len(rest) == 1 and call.method == "GET" else None
    if found is None:
        raise not_implemented(f"a folder's {'/'.join(segment.name for segment in rest)}")
    return found


def _item(call: Call, folder: Folder, rest: tuple[Segment, ...]) -> Response:
    if folder.row is None:
        return answers.value(call, "ListItemAllFields", None)
    return items.of_document(call, folder.cells, folder.row, rest[1:])


def _parent(call: Call, folder: Folder, rest: tuple[Segment, ...]) -> Response:
    return _folder(call, _at(call, folder.url.rpartition("/")[0], folder.cells.schema), rest[1:])


def _itself(call: Call, folder: Folder) -> Response:
    match call.method:
        case "GET" | "HEAD":
            return answer(call, _with_permissions(call, folder))
        case "DELETE":
            _delete(call, folder)
            return answers.empty(200)
        case "MERGE" | "PATCH" | "PUT":
            given = bodies.entity(call, {"SP.Folder"}).properties
            for name in given:
                if name != "Name":
                    raise unknown_property(name, "SP.Folder")
            _rename(call, folder, given.get("Name"))
            return answers.empty()
    raise unsupported_verb("SP.Folder", call.method)


def _method(call: Call, folder: Folder, method: Segment) -> Response:
    if method.key == "moveto":
        transfers.of_folder(call, folder.cells, _own_row(folder), method)
        return answers.value(call, "MoveTo", None)
    if method.key in {"deleteobject", "deletewithparameters"}:
        _delete(call, folder)
        return answers.value(call, method.name, None)
    row = _own_row(folder)
    access.require_item(call, folder.cells.schema, folder.cells.listing, row, access.DELETE)
    return answers.value(call, "Recycle", recycled.recycle_item(folder.cells, saving.writer(call), row))


def _own_row(folder: Folder) -> Row:
    if folder.row is None:
        raise refused("The root folder of a list cannot be removed or renamed.")
    return folder.row


def _delete(call: Call, folder: Folder) -> None:
    row = _own_row(folder)
    access.require_item(call, folder.cells.schema, folder.cells.listing, row, access.DELETE)
    saving.delete(folder.cells, saving.writer(call), row)


def _rename(call: Call, folder: Folder, name: object) -> None:
    row = _own_row(folder)
    naming.rename(call, folder.cells, row, folder.url.rpartition("/")[0], naming.checked_name(name))


def _files(call: Call, folder: Folder, rest: tuple[Segment, ...]) -> Response:
    first = rest[0]
    if first.arguments:
        return files.named(call, folder.cells, folder.url, first.arguments[0], rest[1:])
    if len(rest) == 1:
        return answer_many(call, (files.resource(folder.cells, one) for one in _children(folder, folders=False)))
    method = rest[1]
    match method.key:
        case "add" | "addusingpath" if call.method == "POST":
            return files.add(call, folder.cells, folder.url, method)
        case "getbyurl":
            return files.named(call, folder.cells, folder.url, address.argument(method, "url"), rest[2:])
    raise not_implemented(f"Files/{method.name}")


def _folders(call: Call, folder: Folder, rest: tuple[Segment, ...]) -> Response:
    first = rest[0]
    if first.arguments:
        return _named(call, folder, first.arguments[0], rest[1:])
    if len(rest) == 1:
        if call.method == "POST":
            given = bodies.entity(call, {"SP.Folder"}).properties
            url = str(given.get("ServerRelativeUrl", ""))
            return _add(call, folder, url.rpartition("/")[2] if url.startswith("/") else url, 201)
        return answer_many(call, (resource(one) for one in _inside(folder)))
    method = rest[1]
    match method.key:
        case "add" | "addusingpath" if call.method == "POST":
            given = bodies.arguments(call, method, ("url", "DecodedUrl", "overwrite"))
            return _add(call, folder, given.get("url") or given.get("DecodedUrl"), 200)
        case "getbyurl":
            return _named(call, folder, address.argument(method, "url"), rest[2:])
    raise not_implemented(f"Folders/{method.name}")


def _named(call: Call, folder: Folder, name: object, rest: tuple[Segment, ...]) -> Response:
    found = next((one for one in _inside(folder) if one.url.rpartition("/")[2].lower() == str(name).lower()), None)
    if found is None:
        raise no_file()
    return _folder(call, found, rest)


def _add(call: Call, folder: Folder, name: object, status: int) -> Response:
    cells = folder.cells
    text = naming.checked_name(name)
    place = cells.documents.at(f"{folder.url}/{text}")
    if place is not None:
        row = cells.visible(place.id)
        if row is None or not place.is_folder:
            raise naming.taken(f"{folder.url}/{text}")
        return answer(call, resource(Folder(cells, place.url, row)), status)
    made = naming.make(call, cells, folder.url, text)
    return answer(call, resource(Folder(cells, f"{folder.url}/{text}", made)), status)


Room = Callable[[Call, Folder, tuple[Segment, ...]], Response]


def _bag(call: Call, folder: Folder, rest: tuple[Segment, ...]) -> Response:
    if len(rest) > 1 or call.method != "GET":
        raise not_implemented("a folder's properties, other than read as a whole")
    shown = resource(folder)
    found = bags.of_owner(folder.cells.schema.store, str(shown.properties["UniqueId"]))
    return answer(call, bags.resource(f"{shown.uri}/Properties", found))


ROOMS: Mapping[str, Room] = {
    "files": _files,
    "folders": _folders,
    "listitemallfields": _item,
    "properties": _bag,
    "parentfolder": _parent,
}
