"""What a file holds, put there: a new file, or new content of one."""

from __future__ import annotations

from projectlists.sandbox.sharepoint import access, naming, saving
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.documents import NewPlace
from projectlists.sandbox.sharepoint.errors import invalid_argument, refused
from projectlists.sandbox.sharepoint.model import Call, ServiceError
from projectlists.sandbox.sharepoint.rows import Row
from projectlists.sandbox.sharepoint.saving import Kept

LARGEST = 250 * 1024 * 1024
"""The most one `Files/add` takes."""


def store(
    call: Call, cells: Cells, folder: str, name: str, content: bytes, *, overwrite: bool, kept: Kept | None = None
) -> Row:
    """Put a file into a folder; `kept` are values of a new one's columns.

    Raises ServiceError: 400 when it is there and must not be replaced, 403, 500.
    """
    if not cells.listing.is_library:
        raise refused("Files can be added to document libraries only.")
    if len(content) > LARGEST:
        raise invalid_argument("The file is larger than 250 MB: upload it in pieces.")
    url = f"{folder}/{name}"
    place = cells.documents.at(url)
    if place is None:
        access.require_new(call, cells.schema, cells.listing, folder)
        return saving.create(cells, saving.writer(call), kept or {}, NewPlace(folder, name, content=content))
    row = cells.visible(place.id)
    if row is None or place.is_folder:
        raise naming.taken(url)
    if not overwrite:
        editor = cells.schema.user(cells.web.url, row.editor)
        raise ServiceError(
            400,
            "-2130575257, Microsoft.SharePoint.SPException",
            f"A file with the name {place.url} already exists. It was last modified by"
            f" {editor.login if editor else ''} on {row.modified}.",
        )
    return write(call, cells, row, content)


def write(call: Call, cells: Cells, row: Row, content: bytes) -> Row:
    """Give a file new content, which makes a version. Raises ServiceError: 403, 423."""
    access.require_item(call, cells.schema, cells.listing, row, access.EDIT)
    with cells.schema.store.transaction():
        cells.documents.write(row.id, content, row.major)
        changed = saving.update(cells, saving.writer(call), row, {})
    cells.forget_places()
    return changed
