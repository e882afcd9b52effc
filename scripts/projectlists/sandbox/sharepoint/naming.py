"""Names of files and folders in a list: which the service takes, which are taken, giving and changing them."""

from __future__ import annotations

from projectlists.sandbox.sharepoint import access, address, fileholds, saving
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.documents import NewPlace
from projectlists.sandbox.sharepoint.errors import invalid_argument, refused, unknown_resource
from projectlists.sandbox.sharepoint.model import Call, ServiceError
from projectlists.sandbox.sharepoint.rows import Row

_FORBIDDEN = frozenset('"*:<>?/\\|')
LONGEST_NAME = 255


def checked_name(given: object) -> str:
    """The name of a file or folder. Raises ServiceError: 400 without any, 500 for one the service does not take."""
    if not isinstance(given, str) or not given:
        raise invalid_argument()
    unfit = given != given.strip() or given.endswith(".") or len(given) > LONGEST_NAME
    if unfit or _FORBIDDEN & set(given) or any(character < " " for character in given):
        raise refused(
            "The file or folder name contains characters that are not permitted.  Please use a different name.",
            "-2130575245, Microsoft.SharePoint.SPException",
        )
    return given


def taken(url: str) -> ServiceError:
    """The name is another file's or folder's."""
    return refused(
        f"A file or folder with the name {url} already exists.", "-2130575257, Microsoft.SharePoint.SPException"
    )


def existing(cells: Cells, given: str) -> str:
    """The URL of a folder of the list, from an absolute, server-relative or list-relative one; raises ServiceError."""
    path = address.server_relative(given).rstrip("/")
    url = path if path.startswith("/") else f"{cells.listing.url}/{path}".rstrip("/")
    if url.lower() == cells.listing.url.lower():
        return cells.listing.url
    place = cells.documents.at(url)
    if place is None or not place.is_folder or cells.visible(place.id) is None:
        raise unknown_resource(f"Folder('{given}')")
    return place.url


def rename(call: Call, cells: Cells, row: Row, folder: str, name: str) -> Row:
    """Move a file or folder within its list, or give it another name. Raises ServiceError: 403, 423, 500."""
    access.require_item(call, cells.schema, cells.listing, row, access.EDIT)
    place = cells.place(row)
    assert place is not None  # noqa: S101 - only files and folders are asked about
    fileholds.refuse_others(cells, call.caller.principal_id, row)
    other = cells.documents.at(f"{folder}/{name}")
    if other is not None and other.id != row.id:
        raise taken(other.url)
    with cells.schema.store.transaction():
        cells.documents.move(place, folder, name)
        return saving.update(cells, saving.writer(call), row, {})


def make(call: Call, cells: Cells, parent: str, name: str) -> Row:
    """Make a folder in the folder at a URL. Raises ServiceError: 403, or 500 when the name is taken."""
    access.require_new(call, cells.schema, cells.listing, parent)
    if cells.documents.at(f"{parent}/{name}") is not None:
        raise taken(f"{parent}/{name}")
    title = cells.field("Title")
    kept = {title.id: name} if title else {}
    return saving.create(cells, saving.writer(call), kept, NewPlace(parent, name, is_folder=True))
