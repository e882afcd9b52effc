"""What the core refuses about a column, whichever way it is made or changed (sharepoint-rest.md §4.5, §4.6)."""

from __future__ import annotations

from projectlists.sandbox.sharepoint import fieldxml, formulas, rows
from projectlists.sandbox.sharepoint.errors import (
    invalid_argument,
    no_validation_formula,
    not_indexable,
    not_unique_type,
    refused,
    too_many_indexes,
)
from projectlists.sandbox.sharepoint.fieldtypes import INDEXABLE, UNIQUE, VALIDATED
from projectlists.sandbox.sharepoint.model import FieldRecord
from projectlists.sandbox.sharepoint.schema import Schema

MOST_INDEXES = 20
MOST_ITEMS_TO_INDEX = 20_000
LONGEST_CHOICE = 255


def check(field: FieldRecord, schema: Schema, *, before: FieldRecord | None = None, items: int = 0) -> None:
    """Check a column as it is about to be kept. `before` is its present state, `items` the number of rows.

    Raises ServiceError, mostly 500 with the text of the rule.
    """
    if not field.title.strip() or len(field.title) > 255:
        raise invalid_argument("The parameter Title cannot be empty or bigger than 255 characters.")
    _check_type(field, before)
    _check_index(field, schema, before, items)
    if field.unique and (before is None or not before.unique) and _has_duplicates(field, schema):
        raise refused("This field cannot enforce unique values because existing items contain duplicate values.")
    others = [one for one in schema.fields(field.list_id) if one.id != field.id]
    if field.type == "Calculated" and (before is None or field.properties["Formula"] != before.properties["Formula"]):
        formulas.check(str(field.properties["Formula"]), others, volatile=False)
    formula = field.properties["ValidationFormula"]
    if formula and (before is None or formula != before.properties["ValidationFormula"]):
        if field.type not in VALIDATED:
            raise no_validation_formula()
        formulas.check(formula, [field], volatile=True)
    if field.type in {"Choice", "MultiChoice"} and any(
        not choice.strip() or len(choice) > LONGEST_CHOICE for choice in field.properties["Choices"]
    ):
        raise refused("A choice cannot be empty or longer than 255 characters.")


def replaced(field: FieldRecord, xml: str, schema: Schema) -> FieldRecord:
    """The column with another schema XML. Its id, internal name and base type stay."""
    element = fieldxml.parse(xml)
    kept = fieldxml.parse(field.xml)
    if element.get("Type", "").removesuffix("Multi") != field.type.removesuffix("Multi"):
        raise refused(f"The type of the field {field.name} cannot be changed from {field.type} this way.")
    for name in ("ID", "Name", "SourceID"):
        if name in kept.attrib:
            element.set(name, kept.attrib[name])
    changed = fieldxml.read(field.list_id, fieldxml.text(element))
    check(changed, schema, before=field)
    return changed


def _check_type(field: FieldRecord, before: FieldRecord | None) -> None:
    if before is not None and before.type.removesuffix("Multi") != field.type.removesuffix("Multi"):
        raise refused(f"The type of the field {field.name} cannot be changed from {before.type} this way.")
    if (
        field.type in {"Lookup", "LookupMulti"}
        and field.properties["RelationshipDeleteBehavior"] != 0
        and (not field.indexed or field.type == "LookupMulti")
    ):
        raise refused("A lookup that restricts or cascades deletes must be indexed and hold one value.")


def _check_index(field: FieldRecord, schema: Schema, before: FieldRecord | None, items: int) -> None:
    was_indexed = before is not None and before.indexed
    if field.indexed and field.type not in INDEXABLE:
        raise not_indexable()
    if field.indexed != was_indexed and items > MOST_ITEMS_TO_INDEX:
        raise refused(
            "The attempted operation is prohibited because it exceeds the list view threshold.",
            "-2147024860, Microsoft.SharePoint.SPQueryThrottledException",
        )
    if field.indexed and not was_indexed:
        indexed = [one for one in schema.fields(field.list_id) if one.indexed and one.id != field.id]
        if len(indexed) >= MOST_INDEXES:
            raise too_many_indexes()
    if field.unique and field.type not in UNIQUE:
        raise not_unique_type()
    if field.unique and not field.indexed:
        raise refused("This field must be indexed before it can enforce unique values.")


def _has_duplicates(field: FieldRecord, schema: Schema) -> bool:
    seen: set[str] = set()
    for row in rows.rows_of(schema.store).scan(field.list_id):
        value = row.values.get(field.id)
        if value is None:
            continue
        text = str(value).lower()
        if text in seen:
            return True
        seen.add(text)
    return False
