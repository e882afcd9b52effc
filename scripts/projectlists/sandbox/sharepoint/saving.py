"""Saving items: which properties a client may set, defaults, rules, versions (sharepoint-rest.md §6.2, §6.7).

As on the service, `Required` and the list of choices are not enforced on plain writes; unique values, lengths, ranges
and validation formulas are. Read-only properties a client sends are ignored.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from projectlists.sandbox.sharepoint import calculation, fileholds, moments, shape, spreadsheet, values
from projectlists.sandbox.sharepoint.cells import Cells
from projectlists.sandbox.sharepoint.documents import NewPlace
from projectlists.sandbox.sharepoint.errors import not_implemented, refused, unknown_property, unknown_user, wrong_node
from projectlists.sandbox.sharepoint.model import Call, FieldRecord, ServiceError
from projectlists.sandbox.sharepoint.rows import Row

VERSIONS_KEPT = 50
Kept = Mapping[str, Any]
"""Values by field id; None clears the column."""


@dataclass(frozen=True)
class Writer:
    """Who saves, and when (aware)."""

    principal_id: int
    now: datetime


def writer(call: Call) -> Writer:
    """Who saves, and when."""
    return Writer(call.caller.principal_id, call.tenant.clock.now())


def create(cells: Cells, writer: Writer, kept: Kept, place: NewPlace | None = None) -> Row:
    """Add an item with the given values and the defaults of the other columns; `place` makes it a file or folder.

    Raises ServiceError: 500 for a library, for a value that is not unique, 400 for one a validation refuses.
    """
    if cells.listing.is_library and not (place and place.name):
        raise refused("To add an item to a document library, use SPFileCollection.Add()")
    moment = moments.written(writer.now)
    with cells.schema.store.transaction():
        cells.refresh_indexes()
        complete = {**_defaults(cells, writer.now, besides=kept), **kept}
        row = Row(
            list_id=cells.listing.id,
            id=cells.rows.next_id(cells.listing.id),
            unique_id=str(uuid.uuid4()),
            version=1,
            major=1,
            created=moment,
            modified=moment,
            author=writer.principal_id,
            editor=writer.principal_id,
            attachments=0,
            values=_filled(complete),
        )
        _check(cells, row, None, writer.now)
        if place is not None:
            cells.documents.put(row.id, place)
        cells.rows.insert(row, cells.entries(row))
        cells.rows.keep_version(row, _version_limit(cells))
        cells.schema.touch_list(cells.listing.id, 1)
    return row


def update(cells: Cells, writer: Writer, row: Row, kept: Kept, *, new_version: bool = True, **stamps: Any) -> Row:
    """Change columns of an item; `stamps` replace created, modified, author or editor.

    Raises ServiceError as `create` does, and 423 for a file that somebody else has.
    """
    fileholds.refuse_others(cells, writer.principal_id, row)
    versioned = bool(cells.listing.properties.get("EnableVersioning", True))
    changed = replace(
        row,
        version=row.version + 1,
        major=row.major + 1 if versioned and new_version else row.major,
        values=_filled({**row.values, **kept}),
        **{"modified": moments.written(writer.now), "editor": writer.principal_id, **stamps},
    )
    with cells.schema.store.transaction():
        cells.refresh_indexes()
        _check(cells, changed, row, writer.now)
        cells.rows.replace(changed, cells.entries(changed))
        cells.rows.keep_version(changed, _version_limit(cells))
        cells.schema.touch_list(cells.listing.id)
    return changed


def delete(cells: Cells, writer: Writer, row: Row) -> None:
    """Remove an item for good, a folder with all it holds. Raises ServiceError (423): somebody else has a file."""
    with cells.schema.store.transaction():
        for one in (*children(cells, row), row):
            fileholds.refuse_others(cells, writer.principal_id, one)
            cells.rows.delete(one, moments.written(writer.now))
            cells.schema.touch_list(cells.listing.id, -1)


def children(cells: Cells, row: Row) -> list[Row]:
    """What a folder holds at any depth, what is inside a folder before it; nothing for other items."""
    place = cells.place(row)
    if place is None or not place.is_folder:
        return []
    return cells.rows.many(cells.listing.id, [child.id for child in cells.documents.below(place.url)])


def read_properties(cells: Cells, given: Mapping[str, Any]) -> dict[str, Any]:
    """Turn the properties of a body into values to keep.

    Raises ServiceError: 400 for an unknown property or a value of another type, 500 for one the core refuses.
    """
    kept: dict[str, Any] = {}
    ignored = {*shape.default_names(cells), *shape.ON_REQUEST}
    by_key = {**cells.entities, **cells.pointers}
    for name, raw in given.items():
        field = by_key.get(name)
        if field is None:
            if name not in ignored:
                raise unknown_property(name, cells.listing.item_type_name)
            continue
        if values.is_pointer(field) and name == field.entity_name:
            raise wrong_node()
        if is_writable(field):
            kept[field.id] = read_value(cells, field, _plain_ids(raw) if name.endswith("StringId") else raw)
    return kept


def writable_columns(cells: Cells) -> dict[str, Any]:
    """Every column a client may set, cleared: what a PUT starts from."""
    return {field.id: None for field in cells.fields if is_writable(field)}


def is_writable(field: FieldRecord) -> bool:
    """Whether a client may set a column: `Title` and all that are not built in, calculated or projected."""
    own = not field.built_in or field.name == "Title"
    return own and field.type not in {"Calculated", "Computed"} and not values.is_dependent(field)


def read_value(cells: Cells, field: FieldRecord, raw: Any) -> Any:
    """Turn one value of a body into what is kept; people and lookups must exist."""
    kept = values.incoming(field, raw, cells.zone)
    if kept is not None and values.is_pointer(field):
        check_pointers(cells, field, kept if isinstance(kept, list) else [kept])
    return kept


def check_pointers(cells: Cells, field: FieldRecord, ids: Iterable[int]) -> None:
    """Refuse people the site does not know and rows the lookup's list does not have (inferred: strict)."""
    for one in ids:
        if field.type in values.PEOPLE:
            if cells.schema.user(cells.web.url, one) is None:
                missing = unknown_user(str(one))
                raise ServiceError(500, missing.code, missing.message)
            continue
        target = cells.target(field)
        if target is None or target.rows.get(target.listing.id, one) is None:
            raise refused(f"The lookup column '{field.title}' refers to item {one}, which does not exist.")


def _plain_ids(raw: Any) -> Any:
    """Ids given as texts under `OwnerStringId`."""
    if isinstance(raw, list):
        return [_plain_ids(one) for one in raw]
    if isinstance(raw, str) and raw.isascii() and raw.isdigit():
        return int(raw)
    return raw


def _filled(given: Kept) -> dict[str, Any]:
    return {field_id: value for field_id, value in given.items() if value is not None}


def _version_limit(cells: Cells) -> int:
    limit = int(cells.listing.properties.get("MajorVersionLimit") or VERSIONS_KEPT)
    return min(limit, VERSIONS_KEPT)


# Defaults


def _defaults(cells: Cells, now: datetime, besides: Kept) -> dict[str, Any]:
    return {
        field.id: _default(cells, field, now)
        for field in cells.fields
        if field.id not in besides and is_writable(field)
    }


def _default(cells: Cells, field: FieldRecord, now: datetime) -> Any:
    """A column's default: a constant, `[today]`, or a formula such as `=TODAY()+7`."""
    text = str(field.properties.get("DefaultValue") or "").strip()
    formula = str(field.properties.get("DefaultFormula") or "") or (text if text.startswith("=") else "")
    local_now = now.astimezone(cells.zone).replace(tzinfo=None)
    if text.lower() == "[today]" and field.type == "DateTime":
        formula = "=TODAY()" if values.date_only(field) else "=NOW()"
    if formula:
        try:
            result = calculation.parse(formula).evaluate(lambda _name: None, local_now)
        except calculation.FormulaError as problem:
            raise not_implemented(f"the default formula of '{field.name}': {problem}") from None
        except spreadsheet.ResultError:
            return None
        return _from_formula(cells, field, result)
    return _from_text(cells, field, text) if text else None


def _from_formula(cells: Cells, field: FieldRecord, result: spreadsheet.Value) -> Any:
    if result is None:
        return None
    if field.type == "DateTime":
        local = spreadsheet.moment_of(spreadsheet.number(result))
        kept = moments.written(local.replace(tzinfo=cells.zone))
        return moments.day_start(kept, cells.zone) if values.date_only(field) else kept
    if field.type in values.NUMBERS:
        return spreadsheet.number(result)
    if field.type == "Boolean":
        return spreadsheet.truth(result)
    return spreadsheet.text(result) or None


def _from_text(cells: Cells, field: FieldRecord, text: str) -> Any:
    """A default as it stands in the schema XML; one that is no value of the column counts as none."""
    raw: Any = text
    try:
        match field.type:
            case "Boolean":
                raw = text.upper() in {"1", "TRUE"}
            case "Number" | "Currency":
                raw = float(text)
            case "MultiChoice":
                raw = [one for one in text.split(";#") if one]
            case "User" | "Lookup" | "UserMulti" | "LookupMulti" | "URL":
                return None
        return values.incoming(field, raw, cells.zone)
    except (ValueError, ServiceError):
        return None


# Rules


def _check(cells: Cells, row: Row, before: Row | None, now: datetime) -> None:
    for field in cells.fields:
        if field.unique and (before is None or row.values.get(field.id) != before.values.get(field.id)):
            _check_unique(cells, row, field)
    for field in cells.fields:
        formula = str(field.properties.get("ValidationFormula") or "")
        if formula and not field.built_in and not _satisfied(cells, row, formula, now):
            raise _invalid(-2130575163, str(field.properties.get("ValidationMessage") or ""))
    formula = str(cells.listing.properties.get("ValidationFormula") or "")
    if formula and not _satisfied(cells, row, formula, now):
        raise _invalid(-2130575162, str(cells.listing.properties.get("ValidationMessage") or ""))


def _check_unique(cells: Cells, row: Row, field: FieldRecord) -> None:
    for value in cells.entry(row, field.id):
        if cells.rows.holder(row.list_id, field.id, value, row.id) is not None:
            raise ServiceError(
                500,
                "-2130575169, Microsoft.SharePoint.SPDuplicateValuesFoundException",
                "The list item could not be added or updated because duplicate values were found in the following"
                f" field(s) in the list: [{field.title}].",
            )


def _satisfied(cells: Cells, row: Row, formula: str, now: datetime) -> bool:
    local_now = now.astimezone(cells.zone).replace(tzinfo=None)
    try:
        return spreadsheet.truth(calculation.parse(formula).evaluate(cells.formula_cell(row), local_now))
    except calculation.FormulaError as problem:
        raise not_implemented(f"the validation formula '{formula}': {problem}") from None
    except spreadsheet.ResultError:
        return False


def _invalid(code: int, message: str) -> ServiceError:
    text = message or "List data validation failed."
    return ServiceError(400, f"{code}, Microsoft.SharePoint.SPListDataValidationException", text)
