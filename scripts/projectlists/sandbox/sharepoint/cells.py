"""Reading a list's rows column by column: stored, built-in and calculated values, what people and lookups hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from projectlists.sandbox.sharepoint import calculation, moments, spreadsheet, values
from projectlists.sandbox.sharepoint.conditions import Column, Values
from projectlists.sandbox.sharepoint.documents import Documents, Place
from projectlists.sandbox.sharepoint.errors import unknown_column
from projectlists.sandbox.sharepoint.model import FieldRecord, ListRecord, ServiceError, Web
from projectlists.sandbox.sharepoint.rows import Row, Rows, rows_of
from projectlists.sandbox.sharepoint.schema import Schema, plain_guid, zone

PERSON_MEMBERS = (
    *("Id", "ID", "Title", "EMail", "Name", "UserName", "SipAddress", "JobTitle", "Department"),
    *("Office", "WorkPhone", "MobilePhone", "FirstName", "LastName"),
)
"""What can be selected of a person (sharepoint-rest.md §10.11); what the site does not know of a person reads null."""
EVERYTHING = 0x7FFFFFFFFFFFFFFF
"""The rights of one who may do all."""


class Cells:
    """One list's columns, with the site's people and the lists it looks up; made per request, remembers its finds.

    `entities`, `plain` and `pointers` are those of `Columns`. `sight` tells which rows the caller can see, `rights`
    what the caller may do with one; None: all.
    """

    def __init__(
        self,
        web: Web,
        listing: ListRecord,
        schema: Schema,
        sight: Callable[[Row], bool] | None = None,
        rights: Callable[[Row], int] | None = None,
    ) -> None:
        self.web = web
        self.listing = listing
        self.schema = schema
        self.sight = sight
        self.rights = rights
        self.rows: Rows = rows_of(schema.store)
        self.documents = Documents(schema.store, listing.id)
        self.zone = zone(web)
        self.columns = schema.columns(listing.id)
        self.fields = self.columns.fields
        self.entities = self.columns.entities
        self.plain = self.columns.plain
        self.pointers = self.columns.pointers
        self._members: dict[tuple[str, int, str], Any] = {}
        self._targets: dict[str, Cells | None] = {}
        self._places: dict[int, Place | None] = {}
        self._has_places: bool | None = None

    # Columns

    def field(self, name: str) -> FieldRecord | None:
        """A column by internal name, whatever the case."""
        return self.columns.by_name.get(name.lower())

    def by_title(self, name: str) -> FieldRecord | None:
        """A column by internal name, else by title, as formulas and CAML-free texts name them."""
        return self.field(name) or self.columns.by_title.get(name.lower())

    def refresh_indexes(self) -> None:
        """Bring the stored index in line with the columns that are indexed now."""
        self.rows.keep_indexes(self.listing.id, self.columns.indexed, self.entry)

    def entry(self, row: Row, field_id: str) -> Values:
        """The index entry of a column of a row."""
        field = self.columns.by_id[field_id]
        return values.comparables(field, self.kept(row, field))

    def entries(self, row: Row) -> dict[str, Values]:
        """All index entries of a row."""
        return {field_id: self.entry(row, field_id) for field_id in self.columns.indexed}

    # Values

    def kept(self, row: Row, field: FieldRecord) -> Any:
        """The value of a column as it is kept (values.py), None when empty."""
        if field.type == "Calculated":
            return self._calculated(row, field)
        if values.is_dependent(field):
            return self._projected(row, field)
        built_in = _BUILT_IN.get(field.name)
        return built_in(self, row) if built_in else row.values.get(field.id)

    def compared(self, row: Row, column: Column) -> Values:
        """What a column compares by in a condition."""
        field = column.field
        kept = self.kept(row, field)
        if column.member is not None:
            ids = kept if isinstance(kept, list) else [kept] if kept is not None else []
            found = [self.member(field, one, column.member) for one in ids]
            return tuple(value for one in found for value in _plain_comparables(one))
        if column.part is not None:
            return () if kept is None else (float(getattr(moments.local(kept, self.zone), column.part)),)
        return values.comparables(field, kept)

    def place(self, row: Row) -> Place | None:
        """Where a file, a folder or an item in a folder stands; None for an item in the root folder."""
        if self._has_places is None:
            self._has_places = self.documents.any()
        if not self._has_places:
            return None
        if row.id not in self._places:
            self._places[row.id] = self.documents.of(row.id)
        return self._places[row.id]

    def visible(self, item_id: int) -> Row | None:
        """An item by its id, if it is there and the caller can see it."""
        row = self.rows.get(self.listing.id, item_id)
        return row if row is not None and (self.sight is None or self.sight(row)) else None

    def forget_places(self) -> None:
        """Look places up anew: one has been changed."""
        self._places.clear()
        self._has_places = None

    def folder(self, row: Row) -> str:
        """The server-relative URL of the folder an item stands in."""
        place = self.place(row)
        return place.folder if place else self.listing.url

    def member_field(self, field: FieldRecord, member: str) -> FieldRecord | None:
        """The column of the looked-up list a lookup's property stands for; None for people."""
        target = None if field.type in values.PEOPLE else self.target(field)
        return next((one for one in target.fields if one.entity_name == member), None) if target else None

    def is_member(self, field: FieldRecord, member: str) -> bool:
        """Whether a person or lookup column can show that property (sharepoint-rest.md §6.4).

        Raises ServiceError (400) when the column exists in the target list but is of a type that cannot be shown.
        """
        if field.type in values.PEOPLE:
            return member in PERSON_MEMBERS
        if member in {"Id", "ID"}:
            return self.target(field) is not None
        column = self.member_field(field, member)
        if column is None:
            return False
        shown = column.type in {"Text", "DateTime", "Counter"}
        if not shown and not (column.type == "Calculated" and column.properties.get("OutputType") == 2):
            raise invalid_path(f"{field.entity_name}/{member}")
        return True

    def member(self, field: FieldRecord, target_id: int, member: str) -> Any:
        """A property of the person or row a column points at; None when that is gone."""
        key = (field.id, target_id, member)
        if key not in self._members:
            found = self._person(target_id, member) if field.type in values.PEOPLE else None
            if field.type not in values.PEOPLE:
                found = self._looked_up(field, target_id, member)
            self._members[key] = found
        return self._members[key]

    def target(self, field: FieldRecord) -> Cells | None:
        """The list a lookup column points at."""
        if field.id not in self._targets:
            listing = self.schema.list_by_id(self.web.url, str(field.properties.get("LookupList") or ""))
            self._targets[field.id] = Cells(self.web, listing, self.schema) if listing else None
        return self._targets[field.id]

    def label(self, field: FieldRecord, target_id: int) -> str:
        """The text people see for what a column points at: a person's name, or the lookup's shown column."""
        name = "Title" if field.type in values.PEOPLE else str(field.properties.get("LookupField") or "Title")
        return str(self.member(field, target_id, name) or "")

    def _person(self, principal_id: int, member: str) -> Any:
        found = self.schema.user(self.web.url, principal_id)
        if found is None:
            return None
        known = {
            "Id": found.id,
            "ID": found.id,
            "Title": found.title,
            "EMail": found.email,
            "Name": found.login,
            "UserName": found.upn or None,
            "SipAddress": found.upn or None,
            "JobTitle": found.job_title or None,
            "Department": found.department or None,
        }
        return known.get(member)

    def _looked_up(self, field: FieldRecord, target_id: int, member: str) -> Any:
        target = self.target(field)
        row = target.rows.get(target.listing.id, target_id) if target else None
        if target is None or row is None:
            return None
        if member in {"Id", "ID"}:
            return row.id
        column = next((one for one in target.fields if member in {one.entity_name, one.name}), None)
        return target.kept(row, column) if column else None

    def _projected(self, row: Row, field: FieldRecord) -> Any:
        primary = self.columns.by_id.get(plain_guid(str(field.properties["PrimaryFieldId"])))
        return self.kept(row, primary) if primary else None

    def _calculated(self, row: Row, field: FieldRecord) -> Any:
        try:
            formula = calculation.parse(str(field.properties.get("Formula") or ""))
            result = formula.evaluate(self.formula_cell(row), self.now(row.modified))
            return self._typed(field, result)
        except calculation.FormulaError:
            return "#NAME?"
        except spreadsheet.ResultError as fault:
            return str(fault)

    def _typed(self, field: FieldRecord, result: spreadsheet.Value) -> Any:
        match field.properties.get("OutputType"):
            case 9 | 10:
                return spreadsheet.number(result)
            case 8:
                return spreadsheet.truth(result)
            case 4:
                if result is None:
                    return None
                local = spreadsheet.moment_of(spreadsheet.number(result))
                if values.date_only(field):
                    return moments.midnight(local.date(), self.zone)
                return moments.written(local.replace(tzinfo=self.zone))
            case _:
                return spreadsheet.text(result) or None

    def formula_cell(self, row: Row) -> Any:
        """A function that gives formulas the value of a column by internal name or title."""

        def cell(name: str) -> spreadsheet.Value:
            field = self.by_title(name)
            if field is None:
                raise spreadsheet.ResultError("#NAME?")
            kept = self.kept(row, field)
            if isinstance(kept, str) and kept.startswith("#") and field.type == "Calculated":
                raise spreadsheet.ResultError(kept)
            if kept is not None and values.is_moment(field):
                return spreadsheet.serial(moments.local(kept, self.zone))
            if isinstance(kept, list | dict):
                raise spreadsheet.ResultError("#VALUE!")
            return float(kept) if isinstance(kept, int) and not isinstance(kept, bool) else kept

        return cell

    def now(self, moment: str) -> datetime:
        """A kept moment in the site's time, as formulas take it."""
        return moments.local(moment, self.zone)


def invalid_path(path: str) -> ServiceError:
    """A column that cannot be read through a lookup."""
    return ServiceError(400, "-1, Microsoft.SharePoint.SPException", f"The query to field '{path}' is not valid")


def resolve(cells: Cells, name: str, member: str | None) -> Column:
    """Find what a `$filter` or `$orderby` names: `Title`, `OwnerId`, `Owner/EMail`. Raises ServiceError (400)."""
    if member is None:
        direct = cells.entities.get("ID" if name == "Id" else name)
        if direct is not None and not values.is_pointer(direct):
            return Column(direct)
        pointer = cells.pointers.get(name)
        if pointer is not None and not name.endswith("StringId"):
            return Column(pointer)
        if direct is not None:
            raise values.not_filterable(direct)
        raise unknown_column(name)
    pointer = cells.entities.get(name)
    if pointer is None or not values.is_pointer(pointer) or not cells.is_member(pointer, member):
        raise unknown_column(f"{name}/{member}" if pointer else name)
    return Column(pointer) if member in {"Id", "ID"} else Column(pointer, member)


def _plain_comparables(value: Any) -> Values:
    if value is None:
        return ()
    return (float(value),) if isinstance(value, int | float) else (str(value).casefold(),)


def held(cells: Cells, row: Row) -> int:
    """The caller's rights on an item, in the bits of `SP.BasePermissions`."""
    return cells.rights(row) if cells.rights else EVERYTHING


def item_file_name(item_id: int) -> str:
    """The name of the file an item of a list is addressed by: `7_.000`."""
    return f"{item_id}_.000"


def _file_name(cells: Cells, row: Row) -> str:
    place = cells.place(row)
    return place.name if place else item_file_name(row.id)


def _is_folder(cells: Cells, row: Row) -> bool:
    place = cells.place(row)
    return place is not None and place.is_folder


def _extension(cells: Cells, row: Row) -> str | None:
    name = _file_name(cells, row)
    return name.rpartition(".")[2] if cells.listing.is_library and "." in name and not _is_folder(cells, row) else None


def _content_type(cells: Cells, row: Row) -> tuple[str, str]:
    """Name and id of an item's content type: folder, document or item, then the list's own part."""
    own = cells.listing.id.replace("-", "").upper()
    if _is_folder(cells, row):
        return "Folder", f"0x012000{own}"
    return ("Document", f"0x010100{own}") if cells.listing.is_library else ("Item", f"0x0100{own}")


def _children(cells: Cells, row: Row, *, folders: bool) -> str:
    place = cells.place(row)
    if place is None or not place.is_folder:
        return "0"
    return str(sum(child.is_folder is folders for child in cells.documents.inside(place.url)))


def _title(cells: Cells, row: Row) -> Any:
    title = cells.field("Title")
    return row.values.get(title.id) if title else None


_BUILT_IN: dict[str, Any] = {
    "ID": lambda _cells, row: row.id,
    "Created": lambda _cells, row: row.created,
    "Modified": lambda _cells, row: row.modified,
    "Author": lambda _cells, row: row.author,
    "Editor": lambda _cells, row: row.editor,
    "GUID": lambda _cells, row: row.unique_id,
    "UniqueId": lambda _cells, row: row.unique_id,
    "Attachments": lambda _cells, row: row.attachments > 0,
    "_UIVersionString": lambda _cells, row: f"{row.major}.0",
    "_UIVersion": lambda _cells, row: row.major * 512,
    "owshiddenversion": lambda _cells, row: row.version,
    "FileSystemObjectType": lambda cells, row: int(_is_folder(cells, row)),
    "FSObjType": lambda cells, row: int(_is_folder(cells, row)),
    "ContentTypeId": lambda cells, row: _content_type(cells, row)[1],
    "ContentType": lambda cells, row: _content_type(cells, row)[0],
    "FileRef": lambda cells, row: f"{cells.folder(row)}/{_file_name(cells, row)}",
    "FileDirRef": lambda cells, row: cells.folder(row),
    "FileLeafRef": _file_name,
    "LinkFilename": _file_name,
    "LinkFilenameNoMenu": _file_name,
    "File_x0020_Type": _extension,
    "DocIcon": _extension,
    "FileSizeDisplay": lambda cells, row: str(place.size) if (place := cells.place(row)) else None,
    "LinkTitle": _title,
    "LinkTitleNoMenu": _title,
    "PermMask": lambda cells, row: f"0x{held(cells, row):x}",
    "ItemChildCount": lambda cells, row: _children(cells, row, folders=False),
    "FolderChildCount": lambda cells, row: _children(cells, row, folders=True),
}
