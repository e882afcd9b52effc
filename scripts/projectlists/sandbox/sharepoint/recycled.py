"""What waits in the recycle bins: lists, items, files and folders, noted when they go and found by their entry."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta

from projectlists.sandbox.sharepoint import display, fileholds, moments, saving
from projectlists.sandbox.sharepoint.cells import Cells, item_file_name
from projectlists.sandbox.sharepoint.errors import refused, unknown_resource
from projectlists.sandbox.sharepoint.model import ListRecord, Web
from projectlists.sandbox.sharepoint.rows import Row, rows_of
from projectlists.sandbox.sharepoint.schema import Schema

FILE, ITEM, LIST, FOLDER = 1, 3, 4, 5
"""Kinds of entries as the service numbers them."""
KEPT = timedelta(days=93)
"""How long the service keeps what was deleted."""


@dataclass(frozen=True)
class Entry:
    """One entry. `folder` is the server-relative URL of where the thing stood, `leaf` its name there.

    `parent` is the entry of the folder it went away with; such entries are not shown and come back with the folder.
    """

    entry: str
    list_id: str
    parent: str | None
    kind: int
    title: str
    folder: str
    leaf: str
    size: int
    author: int
    deleted_at: str
    deleted_by: int


def recycle_list(schema: Schema, listing: ListRecord, writer: saving.Writer) -> str:
    """Move a list to the recycle bin; returns the id of the entry."""
    folder, _, leaf = listing.url.rpartition("/")
    with schema.store.transaction():
        entry = Entry(
            entry=schema.recycle_list(listing.id),
            list_id=listing.id,
            parent=None,
            kind=LIST,
            title=listing.title,
            folder=folder,
            leaf=leaf,
            size=0,
            author=writer.principal_id,
            deleted_at=moments.written(writer.now),
            deleted_by=writer.principal_id,
        )
        _note(schema, entry)
    return entry.entry


def recycle_item(cells: Cells, writer: saving.Writer, row: Row) -> str:
    """Move an item, a file, or a folder with all it holds to the recycle bin; returns the id of the entry.

    Raises ServiceError (423): somebody else has a file.
    """
    with cells.schema.store.transaction():
        inside = saving.children(cells, row)
        entry = _recycle(cells, writer, row, None)
        for one in inside:
            _recycle(cells, writer, one, entry)
    return entry


def entries(schema: Schema, web: Web) -> list[Entry]:
    """What waits in the bin of a site, newest first; what has waited its time is gone."""
    _expire(schema)
    found = schema.store.rows(
        "SELECT bin.* FROM sp_recycled bin JOIN sp_list list ON list.id = bin.list_id"
        " WHERE list.web_url = ? AND bin.parent IS NULL AND (list.recycled IS NULL OR bin.kind = ?)"
        " ORDER BY bin.deleted_at DESC, bin.rowid DESC",
        (web.url, LIST),
    )
    return [Entry(**dict(row)) for row in found]


def restore(schema: Schema, web: Web, entry: Entry) -> None:
    """Put something back where it stood. Raises ServiceError (500) when its name or title has been taken since."""
    with schema.store.transaction():
        if entry.kind == LIST:
            if not schema.restore_list(web.url, entry.entry):
                raise unknown_resource(f"RecycleBinItem({entry.entry})")
        else:
            cells = _cells(schema, web, entry)
            _restore_row(cells, entry)
            for child in _with(schema, entry):
                _restore_row(cells, child)
        _forget(schema, entry)


def purge(schema: Schema, entry: Entry) -> None:
    """Remove something for good."""
    rows = rows_of(schema.store)
    with schema.store.transaction():
        if entry.kind == LIST:
            schema.delete_list(entry.list_id)
        for one in (entry, *_with(schema, entry)):
            row = rows.recycled(one.entry)
            if row is not None:
                rows.purge(one.entry, row)
        _forget(schema, entry)


def _recycle(cells: Cells, writer: saving.Writer, row: Row, parent: str | None) -> str:
    fileholds.refuse_others(cells, writer.principal_id, row)
    place = cells.place(row)
    is_folder = place is not None and place.is_folder
    is_file = cells.listing.is_library and not is_folder
    title = cells.field("Title")
    leaf = place.name if place else item_file_name(row.id)
    noted = Entry(
        entry=cells.rows.recycle(row, moments.written(writer.now)),
        list_id=cells.listing.id,
        parent=parent,
        kind=FOLDER if is_folder else FILE if is_file else ITEM,
        title=leaf if is_folder or is_file or title is None else display.text(cells, row, title),
        folder=cells.folder(row),
        leaf=leaf,
        size=place.size if place else 0,
        author=row.author,
        deleted_at=moments.written(writer.now),
        deleted_by=writer.principal_id,
    )
    cells.schema.touch_list(cells.listing.id, -1)
    _note(cells.schema, noted)
    return noted.entry


def _restore_row(cells: Cells, entry: Entry) -> None:
    row = cells.rows.recycled(entry.entry)
    if row is None:
        raise unknown_resource(f"RecycleBinItem({entry.entry})")
    taken = cells.documents.at(f"{entry.folder}/{entry.leaf}")
    if taken is not None:
        raise refused(
            f"A file or folder with the name {entry.folder}/{entry.leaf} already exists.",
            "-2130575257, Microsoft.SharePoint.SPException",
        )
    in_root = entry.folder.lower() == cells.listing.url.lower()
    if not in_root and cells.documents.at(entry.folder) is None:
        raise refused("The folder that would hold the item does not exist any more. Restore the folder first.")
    cells.refresh_indexes()
    cells.rows.restore(entry.entry, row, cells.entries(row))
    cells.schema.touch_list(cells.listing.id, 1)


def _cells(schema: Schema, web: Web, entry: Entry) -> Cells:
    listing = schema.list_by_id(web.url, entry.list_id)
    if listing is None:
        raise unknown_resource(f"RecycleBinItem({entry.entry})")
    return Cells(web, listing, schema)


def _with(schema: Schema, entry: Entry) -> list[Entry]:
    """What went away with a folder, nearest to it first."""
    found = schema.store.rows(
        "SELECT * FROM sp_recycled WHERE parent = ? ORDER BY length(folder), rowid", (entry.entry,)
    )
    return [Entry(**dict(row)) for row in found]


def _note(schema: Schema, entry: Entry) -> None:
    names = tuple(asdict(entry))
    sql = f"INSERT INTO sp_recycled VALUES ({', '.join(f':{name}' for name in names)})"  # noqa: S608 - own names
    schema.store.execute(sql, asdict(entry))


def _forget(schema: Schema, entry: Entry) -> None:
    schema.store.execute("DELETE FROM sp_recycled WHERE entry = ? OR parent = ?", (entry.entry, entry.entry))


def _expire(schema: Schema) -> None:
    oldest = moments.written(schema.tenant.clock.now() - KEPT)
    sql = "SELECT * FROM sp_recycled WHERE parent IS NULL AND deleted_at < ?"
    for row in schema.store.rows(sql, (oldest,)):
        purge(schema, Entry(**dict(row)))
