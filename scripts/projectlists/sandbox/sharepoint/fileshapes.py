"""How files and folders look: `SP.File`, `SP.FileVersion`, `SP.Folder`."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from projectlists.sandbox.http import Response
from projectlists.sandbox.sharepoint import fileholds, principalshapes
from projectlists.sandbox.sharepoint.answers import Complex
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.model import Call, Segment
from projectlists.sandbox.sharepoint.projection import Resource, answer, single_property
from projectlists.sandbox.sharepoint.rows import Row, Version


def of_row(cells: Cells, row: Row, kind: str) -> Resource | None:
    """The `File` or `Folder` an item stands for; None when it stands for none of that kind."""
    place = cells.place(row)
    if place is None or place.is_folder is not (kind == "Folder"):
        return None
    if place.is_folder:
        return folder(cells, place.url, row)
    return file(cells, row) if cells.listing.is_library else None


def _on_request(url: str) -> dict[str, Callable[[], Any]]:
    """What a file or folder shows only when it is named; `Id`, which a client names, it has none."""
    return {"ServerRelativePath": lambda: Complex({"DecodedUrl": url}, "SP.ResourcePath"), "Id": lambda: None}


def absent(call: Call, type_name: str, rest: tuple[Segment, ...]) -> Response | None:
    """The answer when nothing but `Exists` is asked of what is not there; None when more is."""
    if call.method != "GET":
        return None
    shown = Resource(type_name, "", {"Exists": False})
    if not rest and call.options.get("$select", "").strip().lower() == "exists":
        return answer(call, shown)
    return single_property(call, shown, rest[0].key) if len(rest) == 1 else None


def file(cells: Cells, row: Row) -> Resource:
    """A file as `SP.File`."""
    place = cells.place(row)
    assert place is not None  # noqa: S101 - only files are asked about
    quoted = place.url.replace("'", "''")
    identity = row.unique_id.upper()
    title = cells.field("Title")
    hold = fileholds.of(cells, row)

    def person(principal_id: int) -> Resource | None:
        found = cells.schema.user(cells.web.url, principal_id)
        return principalshapes.user(found) if found else None

    return Resource(
        "SP.File",
        f"Web/GetFileByServerRelativePath(decodedurl='{quoted}')",
        {
            "CheckInComment": hold.comment,
            # 0: checked out, on the server; 2: not.
            "CheckOutType": 2 if hold.holder is None else 0,
            "ContentTag": f"{{{identity}}},{row.version},{row.version}",
            "CustomizedPageStatus": 0,
            # Upper case and braces, unlike the ETag of the item behind it.
            "ETag": f'"{{{identity}}},{row.version}"',
            "Exists": True,
            "IrmEnabled": False,
            # A 64-bit number, which OData writes as a text.
            "Length": str(place.size),
            "Level": 1 if hold.holder is None else 255,
            "LinkingUri": None,
            "LinkingUrl": "",
            "MajorVersion": row.major,
            "MinorVersion": 0,
            "Name": place.name,
            "ServerRelativeUrl": place.url,
            "TimeCreated": row.created,
            "TimeLastModified": row.modified,
            "Title": row.values.get(title.id) if title else None,
            "UIVersion": row.major * 512,
            "UIVersionLabel": f"{row.major}.0",
            "UniqueId": row.unique_id,
        },
        extra=_on_request(place.url),
        links={
            "Author": lambda: person(row.author),
            "CheckedOutByUser": lambda: None if hold.holder is None else person(hold.holder),
            "ModifiedBy": lambda: person(row.editor),
            "Versions": lambda: [version(cells, row, one) for one in cells.rows.versions(row)[1:]],
        },
    )


def version(cells: Cells, row: Row, earlier: Version) -> Resource:
    """An earlier version of a file."""
    place = cells.place(row)
    assert place is not None  # noqa: S101 - only files are asked about
    size = len(cells.documents.earlier(row.id, earlier.major))
    inside = place.url[len(cells.web.url) + 1 :]
    return Resource(
        "SP.FileVersion",
        f"Web/GetFileById('{row.unique_id}')/Versions({earlier.major * 512})",
        {
            "CheckInComment": "",
            "Created": earlier.modified,
            "ID": earlier.major * 512,
            "IsCurrentVersion": False,
            "Length": str(size),
            "Size": size,
            "Url": f"_vti_history/{earlier.major * 512}/{inside}",
            "VersionLabel": f"{earlier.major}.0",
        },
        extra={"ExpirationDate": lambda: None, "SnapshotDate": lambda: None},
    )


def folder(cells: Cells, url: str, row: Row | None = None) -> Resource:
    """A folder; without a row the root folder of the list."""
    listing = cells.listing
    quoted = url.replace("'", "''")
    return Resource(
        "SP.Folder",
        f"Web/GetFolderByServerRelativePath(decodedurl='{quoted}')",
        {
            "Exists": True,
            "IsWOPIEnabled": False,
            "ItemCount": len(cells.documents.inside(url)) if row else listing.properties["ItemCount"],
            "Name": url.rpartition("/")[2],
            "ProgID": None,
            "ServerRelativeUrl": url,
            "TimeCreated": row.created if row else listing.properties["Created"],
            "TimeLastModified": row.modified if row else listing.properties["LastItemModifiedDate"],
            "UniqueId": row.unique_id if row else str(uuid.uuid5(uuid.UUID(listing.id), "RootFolder")),
            "WelcomePage": "",
        },
        extra=_on_request(url),
    )
